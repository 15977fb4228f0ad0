// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QPointer>

#include "ui/models/chain_draft.h"
#include "ui/models/chain_lints.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::models {

/// Whether a request would use a step now, and why not.
enum class StepState : std::uint8_t {
    Working,     ///< its provider has answered in the last hour
    Unused,      ///< it would be used; nothing is known yet
    HalfOpen,    ///< the next request probes it
    Open,        ///< the breaker keeps requests away
    Off,         ///< the step is switched off
    ProviderOff, ///< its provider is disabled
    Missing,     ///< it names no provider
    NoKey,
};

/// The steps of one chain draft as rows of a QListView, reordered by moveRows (facts: only QListView does
/// so). Texts are ready to be drawn and read out. Gui thread; owned by the page.
class ChainStepsModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        KeyRole = Qt::UserRole + 1, ///< int, the step's own for as long as the draft lives
        ModelRole,                  ///< QString
        LimitsRole,                 ///< QString: "First token ≤ 8 s · p50 0.6 s"
        DetailRole,                 ///< QString: a lint, or what leads to the next step
        LintRole,                   ///< bool: the detail is a lint
        StateRole,                  ///< StepState
        LookRole,                   ///< widgets::PillLook: shape, word and colour of the state
        TakenRole,                  ///< bool: the line runs straight through it
    };

    explicit ChainStepsModel(QObject *parent = nullptr);

    void setDraft(ChainDraft *draft); ///< may be null; the draft may go at any time
    ChainDraft *draft() const { return m_draft; }
    void setSurroundings(Surroundings around);
    const Surroundings &surroundings() const { return m_around; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool dropMimeData(const QMimeData *, Qt::DropAction, int, int, const QModelIndex &) override
    {
        return false; // never insert copies
    }
    bool moveRows(const QModelIndex &sourceParent, int sourceRow, int count,
                  const QModelIndex &destinationParent, int destinationChild) override;

private:
    const config::StepConfig &step(int row) const;
    StepState state(const config::StepConfig &step) const;
    widgets::PillLook look(const config::StepConfig &step) const;
    QString limitsText(const config::StepConfig &step) const;
    QString detailText(int row) const;
    QString nameAndPlace(int row) const;
    const engine::BreakerView *breaker(const config::StepConfig &step) const;
    void watch(ChainDraft &draft);
    void refresh();

    QPointer<ChainDraft> m_draft;
    Surroundings m_around;
    std::vector<ChainLint> m_lints;
};

} // namespace signalbox::models
