// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUndoCommand>

#include "ui/models/chain_draft.h"

namespace signalbox::models {

/// The ways a draft changes, and the only code that changes one; the draft pushes the commands made here on
/// its undo stack. Gui thread.
class ChainCommands
{
public:
    static QUndoCommand *move(ChainDraft &draft, int from, int to);
    static QUndoCommand *add(ChainDraft &draft, int row, ChainDraft::Step step);
    static QUndoCommand *remove(ChainDraft &draft, int row);
    static QUndoCommand *edit(ChainDraft &draft, int row, StepField field, config::StepConfig after);
    static QUndoCommand *editHead(ChainDraft &draft, const QString &text, config::ChainConfig after);

private:
    // What the commands do, with the signals around it.
    static void doMove(ChainDraft &draft, int from, int to);
    static void doAdd(ChainDraft &draft, int row, const ChainDraft::Step &step);
    static void doRemove(ChainDraft &draft, int row);
    static void doEdit(ChainDraft &draft, int key, const config::StepConfig &to);
    static void doHead(ChainDraft &draft, const config::ChainConfig &to);

    class Move;
    class Add;
    class Remove;
    class Edit;
    class EditHead;
};

} // namespace signalbox::models
