// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_commands.h"

#include <utility>

#include <QCoreApplication>

namespace signalbox::models {

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("ChainCommands", text);
}

QString editText(StepField field)
{
    switch (field) {
    case StepField::Provider:
        return tr("change provider");
    case StepField::Model:
        return tr("change model");
    case StepField::Enabled:
        return tr("switch step");
    case StepField::Tier:
        return tr("change tier");
    case StepField::Weight:
        return tr("change weight");
    case StepField::Connect:
        return tr("change connect limit");
    case StepField::FirstToken:
        return tr("change first-token limit");
    case StepField::Answer:
        return tr("change whole-answer limit");
    case StepField::Idle:
        return tr("change limit between tokens");
    case StepField::Total:
        return tr("change total limit");
    case StepField::Adaptive:
        return tr("switch adaptive limits");
    case StepField::Tries:
        return tr("change tries");
    case StepField::Patience:
        return tr("change patience");
    }
    return {};
}

/// Ids for QUndoCommand::id(); -1 is "never merges".
constexpr int kEditStepId = 1000;
} // namespace

class ChainCommands::Move final : public QUndoCommand
{
public:
    Move(ChainDraft &draft, int from, int to) : m_draft(draft), m_from(from), m_to(to)
    {
        setText(tr("move step"));
    }
    void redo() override { doMove(m_draft, m_from, m_to); }
    void undo() override { doMove(m_draft, m_to, m_from); }

private:
    ChainDraft &m_draft;
    int m_from;
    int m_to;
};

class ChainCommands::Add final : public QUndoCommand
{
public:
    Add(ChainDraft &draft, int row, ChainDraft::Step step)
        : m_draft(draft), m_row(row), m_step(std::move(step))
    {
        setText(tr("add step"));
    }
    void redo() override { doAdd(m_draft, m_row, m_step); }
    void undo() override { doRemove(m_draft, m_row); }

private:
    ChainDraft &m_draft;
    int m_row;
    ChainDraft::Step m_step;
};

class ChainCommands::Remove final : public QUndoCommand
{
public:
    Remove(ChainDraft &draft, int row)
        : m_draft(draft), m_row(row), m_step(draft.steps().at(static_cast<std::size_t>(row)))
    {
        setText(tr("remove step"));
    }
    void redo() override { doRemove(m_draft, m_row); }
    void undo() override { doAdd(m_draft, m_row, m_step); }

private:
    ChainDraft &m_draft;
    int m_row;
    ChainDraft::Step m_step;
};

class ChainCommands::Edit final : public QUndoCommand
{
public:
    Edit(ChainDraft &draft, int row, StepField field, config::StepConfig after)
        : m_draft(draft),
          m_key(draft.steps().at(static_cast<std::size_t>(row)).key),
          m_field(field),
          m_series(draft.m_series),
          m_before(draft.steps().at(static_cast<std::size_t>(row)).config),
          m_after(std::move(after))
    {
        setText(editText(field));
    }
    int id() const override { return kEditStepId; }
    void redo() override { doEdit(m_draft, m_key, m_after); }
    void undo() override { doEdit(m_draft, m_key, m_before); }
    bool mergeWith(const QUndoCommand *next) override
    {
        const auto *other = static_cast<const Edit *>(next);
        if (other->m_key != m_key || other->m_field != m_field || other->m_series != m_series) {
            return false;
        }
        m_after = other->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    ChainDraft &m_draft;
    int m_key;
    StepField m_field;
    int m_series;
    config::StepConfig m_before;
    config::StepConfig m_after;
};

class ChainCommands::EditHead final : public QUndoCommand
{
public:
    EditHead(ChainDraft &draft, const QString &text, config::ChainConfig after)
        : m_draft(draft), m_before(draft.head()), m_after(std::move(after))
    {
        setText(text);
    }
    void redo() override { doHead(m_draft, m_after); }
    void undo() override { doHead(m_draft, m_before); }

private:
    ChainDraft &m_draft;
    config::ChainConfig m_before;
    config::ChainConfig m_after;
};

QUndoCommand *ChainCommands::move(ChainDraft &draft, int from, int to)
{
    return new Move(draft, from, to);
}
QUndoCommand *ChainCommands::add(ChainDraft &draft, int row, ChainDraft::Step step)
{
    return new Add(draft, row, std::move(step));
}
QUndoCommand *ChainCommands::remove(ChainDraft &draft, int row)
{
    return new Remove(draft, row);
}
QUndoCommand *ChainCommands::edit(ChainDraft &draft, int row, StepField field, config::StepConfig after)
{
    return new Edit(draft, row, field, std::move(after));
}
QUndoCommand *ChainCommands::editHead(ChainDraft &draft, const QString &text, config::ChainConfig after)
{
    return new EditHead(draft, text, std::move(after));
}

void ChainCommands::doMove(ChainDraft &draft, int from, int to)
{
    Q_EMIT draft.stepAboutToMove(from, to);
    const auto step = draft.m_steps.at(static_cast<std::size_t>(from));
    draft.m_steps.erase(draft.m_steps.begin() + from);
    draft.m_steps.insert(draft.m_steps.begin() + to, step);
    Q_EMIT draft.stepMoved(from, to);
}

void ChainCommands::doAdd(ChainDraft &draft, int row, const ChainDraft::Step &step)
{
    Q_EMIT draft.stepAboutToBeAdded(row);
    draft.m_steps.insert(draft.m_steps.begin() + row, step);
    Q_EMIT draft.stepAdded(row);
}

void ChainCommands::doRemove(ChainDraft &draft, int row)
{
    Q_EMIT draft.stepAboutToBeRemoved(row);
    draft.m_steps.erase(draft.m_steps.begin() + row);
    Q_EMIT draft.stepRemoved(row);
}

void ChainCommands::doEdit(ChainDraft &draft, int key, const config::StepConfig &to)
{
    const int row = draft.rowOf(key);
    Q_ASSERT(row >= 0);
    draft.m_steps.at(static_cast<std::size_t>(row)).config = to;
    Q_EMIT draft.stepEdited(row);
}

void ChainCommands::doHead(ChainDraft &draft, const config::ChainConfig &to)
{
    draft.m_head = to;
    Q_EMIT draft.headEdited();
}

} // namespace signalbox::models
