// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include "core/foundation/config/config.h"

namespace signalbox::models {

/// The fields of a step that are edited one at a time; edits of the same field soon after each other are one
/// undo.
enum class StepField : std::uint8_t {
    Provider,
    Model,
    Enabled,
    Tier,
    Weight,
    Connect,
    FirstToken,
    Answer,
    Idle,
    Total,
    Adaptive,
    Tries,
    Patience
};

/// One chain being edited: what Apply would write, what is written now, and the way between them as an undo
/// stack whose clean state is the applied version. Steps carry a key that stays theirs through every move and
/// undo. Lives in the gui thread; owned by ChainDrafts.
class ChainDraft : public QObject
{
    Q_OBJECT

public:
    struct Step {
        int key = 0;
        config::StepConfig config;
        bool operator==(const Step &) const = default;
    };

    /// `applied` without a value: a chain that is in no configuration yet; it begins as `start`.
    ChainDraft(std::optional<config::ChainConfig> applied, config::ChainConfig start,
               QObject *parent = nullptr);

    /// What Apply would write, but for the version.
    config::ChainConfig chain() const;
    const config::ChainConfig &head() const { return m_head; } ///< all but the steps
    const std::vector<Step> &steps() const { return m_steps; }
    const std::optional<config::ChainConfig> &applied() const { return m_applied; }
    QUndoStack *undoStack() { return &m_undo; }
    int rowOf(int key) const;    ///< -1: gone
    int nextVersion() const;     ///< the version Apply would make
    bool isChanged() const;      ///< differs from what is applied
    int changeCount() const;     ///< undo steps away from the applied version; at least 1 when changed
    bool changedOutside() const; ///< the configuration holds another chain than the draft began from
    bool removedOutside() const { return m_removedOutside; }

    // Edits; each is one undo. A move to its own place is no edit.
    void moveStep(int from, int to);               ///< `to` is the row it ends on
    int addStep(int row, config::StepConfig step); ///< the new step's key
    void removeStep(int row);
    void editStep(int row, StepField field, const config::StepConfig &after);
    void editHead(const QString &text, config::ChainConfig after); ///< id, aliases, …, policy

    /// The configuration now holds this for the chain (nothing: it was removed). An unchanged draft follows;
    /// a changed one is kept and says so, unless it is the very chain that was applied.
    void follow(const std::optional<config::ChainConfig> &inConfig);
    /// Drops every edit, and takes what the configuration holds now.
    void discard();

Q_SIGNALS:
    void stepAboutToMove(int from, int to);
    void stepMoved(int from, int to);
    void stepAboutToBeAdded(int row);
    void stepAdded(int row);
    void stepAboutToBeRemoved(int row);
    void stepRemoved(int row);
    void stepEdited(int row);
    void headEdited();
    void stateChanged(); ///< changed, clean, applied or changed outside
    void aboutToReset();
    void reset();

private:
    friend class ChainCommands;
    void load(const config::ChainConfig &chain);
    void settle(const config::ChainConfig &chain);

    std::optional<config::ChainConfig> m_applied;
    std::optional<config::ChainConfig> m_outside; ///< what the configuration holds, when it is not m_applied
    bool m_removedOutside = false;
    config::ChainConfig m_head;
    std::vector<Step> m_steps;
    QUndoStack m_undo;
    QTimer m_seriesEnd; ///< edits of one field until it fires are one undo
    int m_series = 0;
    int m_nextKey = 1;
};

} // namespace signalbox::models
