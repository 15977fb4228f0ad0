// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/chain_steps_model.h"

#include <algorithm>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"

namespace signalbox::models {

namespace {
/// What leads to the next step, in the words of the settings.
QString nextOnText(const config::FallbackOn &on)
{
    QStringList kinds;
    const auto add = [&](bool wanted, const QString &kind) {
        if (wanted) {
            kinds.append(kind);
        }
    };
    add(on.connect, ChainStepsModel::tr("no connection"));
    add(on.timeout, ChainStepsModel::tr("timeout"));
    add(on.rateLimit, QStringLiteral("429"));
    add(on.quota, ChainStepsModel::tr("quota"));
    add(on.serverError, QStringLiteral("5xx"));
    add(on.keyRefused, ChainStepsModel::tr("key refused"));
    add(on.cutOff, ChainStepsModel::tr("cut before content"));
    add(on.refusal, ChainStepsModel::tr("refusal"));
    return kinds.isEmpty() ? ChainStepsModel::tr("the next step is never used")
                           : ChainStepsModel::tr("next on: %1").arg(kinds.join(QStringLiteral(", ")));
}
} // namespace

ChainStepsModel::ChainStepsModel(QObject *parent) : QAbstractListModel(parent) {}

void ChainStepsModel::setDraft(ChainDraft *draft)
{
    beginResetModel();
    if (m_draft) {
        m_draft->disconnect(this);
    }
    m_draft = draft;
    m_lints = draft ? lintChain(draft->chain(), m_around) : std::vector<ChainLint>();
    if (draft) {
        watch(*draft);
    }
    endResetModel();
}

void ChainStepsModel::watch(ChainDraft &draft)
{
    connect(&draft, &ChainDraft::stepAboutToMove, this,
            [this](int from, int to) { beginMoveRows({}, from, from, {}, to > from ? to + 1 : to); });
    connect(&draft, &ChainDraft::stepMoved, this, [this] {
        endMoveRows();
        refresh();
    });
    connect(&draft, &ChainDraft::stepAboutToBeAdded, this,
            [this](int row) { beginInsertRows({}, row, row); });
    connect(&draft, &ChainDraft::stepAdded, this, [this] {
        endInsertRows();
        refresh();
    });
    connect(&draft, &ChainDraft::stepAboutToBeRemoved, this,
            [this](int row) { beginRemoveRows({}, row, row); });
    connect(&draft, &ChainDraft::stepRemoved, this, [this] {
        endRemoveRows();
        refresh();
    });
    connect(&draft, &ChainDraft::stepEdited, this, &ChainStepsModel::refresh);
    connect(&draft, &ChainDraft::headEdited, this, &ChainStepsModel::refresh);
    connect(&draft, &ChainDraft::aboutToReset, this, [this] { beginResetModel(); });
    connect(&draft, &ChainDraft::reset, this, [this] {
        m_lints = lintChain(m_draft->chain(), m_around);
        endResetModel();
    });
    connect(&draft, &QObject::destroyed, this, [this] {
        beginResetModel();
        m_draft.clear();
        endResetModel();
    });
}

void ChainStepsModel::setSurroundings(Surroundings around)
{
    m_around = std::move(around);
    refresh();
}

void ChainStepsModel::refresh()
{
    if (!m_draft) {
        return;
    }
    m_lints = lintChain(m_draft->chain(), m_around);
    if (const int rows = rowCount(); rows > 0) {
        Q_EMIT dataChanged(index(0), index(rows - 1));
    }
}

int ChainStepsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_draft ? 0 : static_cast<int>(m_draft->steps().size());
}

const config::StepConfig &ChainStepsModel::step(int row) const
{
    return m_draft->steps().at(static_cast<std::size_t>(row)).config;
}

QVariant ChainStepsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const int row = index.row();
    const auto &it = step(row);
    switch (role) {
    case Qt::DisplayRole:
        return it.provider.empty() ? tr("No provider") : m_around.providerName(it.provider);
    case KeyRole:
        return m_draft->steps().at(static_cast<std::size_t>(row)).key;
    case ModelRole:
        return bridge::text(it.model);
    case LimitsRole:
        return limitsText(it);
    case DetailRole:
        return detailText(row);
    case LintRole:
        return std::ranges::find(m_lints, row, &ChainLint::row) != m_lints.end();
    case StateRole:
        return QVariant::fromValue(state(it));
    case LookRole:
        return QVariant::fromValue(look(it));
    case TakenRole: {
        const auto now = state(it);
        return now == StepState::Working || now == StepState::Unused || now == StepState::HalfOpen;
    }
    case Qt::AccessibleTextRole:
        return nameAndPlace(row);
    case Qt::AccessibleDescriptionRole:
        return QStringList({bridge::text(it.model), look(it).word, limitsText(it), detailText(row)})
            .join(QStringLiteral(". "));
    default:
        return {};
    }
}

QString ChainStepsModel::nameAndPlace(int row) const
{
    //: read out by screen readers, also after a move
    return tr("%1, step %2 of %3")
        .arg(data(index(row), Qt::DisplayRole).toString())
        .arg(row + 1)
        .arg(rowCount());
}

Qt::ItemFlags ChainStepsModel::flags(const QModelIndex &index) const
{
    // Dropping between the rows is dropping on the list itself; dropping on a row would replace it.
    return index.isValid()
               ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren
               : Qt::ItemIsDropEnabled;
}

bool ChainStepsModel::moveRows(const QModelIndex &sourceParent, int sourceRow, int count,
                               const QModelIndex &destinationParent, int destinationChild)
{
    const int rows = rowCount();
    if (sourceParent.isValid() || destinationParent.isValid() || count != 1 || sourceRow < 0
        || sourceRow >= rows || destinationChild < 0 || destinationChild > rows) {
        return false;
    }
    // True for a move onto itself too: on false the view would insert a copy and remove the original.
    m_draft->moveStep(sourceRow, destinationChild > sourceRow ? destinationChild - 1 : destinationChild);
    return true;
}

const engine::BreakerView *ChainStepsModel::breaker(const config::StepConfig &step) const
{
    const auto *health = m_around.health(step.provider);
    if (!health) {
        return nullptr;
    }
    const auto it = std::ranges::find(health->breakers, step.model, &engine::BreakerView::model);
    return it == health->breakers.end() ? nullptr : &*it;
}

StepState ChainStepsModel::state(const config::StepConfig &step) const
{
    const auto *provider = m_around.config ? m_around.config->provider(step.provider) : nullptr;
    if (!step.enabled) {
        return StepState::Off;
    }
    if (!provider) {
        return StepState::Missing;
    }
    if (!provider->enabled) {
        return StepState::ProviderOff;
    }
    if (m_around.lacksKey(*provider)) {
        return StepState::NoKey;
    }
    if (const auto *seen = breaker(step)) {
        if (seen->state == "open") {
            return StepState::Open;
        }
        if (seen->state == "half-open") {
            return StepState::HalfOpen;
        }
    }
    const auto *health = m_around.health(step.provider);
    return health && health->attempts > 0 ? StepState::Working : StepState::Unused;
}

widgets::PillLook ChainStepsModel::look(const config::StepConfig &step) const
{
    using theme::Mark;
    using theme::Tone;
    switch (state(step)) {
    case StepState::HalfOpen:
    case StepState::Open: {
        const auto *seen = breaker(step);
        return bridge::breakerLook(seen->state, seen->cause, seen->until);
    }
    case StepState::Working:
    case StepState::Unused: {
        const auto *known = m_around.health(step.provider);
        auto health = known ? *known : engine::ProviderHealth();
        health.state = "closed"; // another model's breaker is not this step's
        return bridge::healthLook(health);
    }
    case StepState::Off:
        return {Tone::Off, Mark::Ring, tr("Off")};
    case StepState::ProviderOff:
        return {Tone::Off, Mark::Ring, tr("Provider disabled")};
    case StepState::Missing:
        return {Tone::Danger, Mark::Triangle,
                step.provider.empty() ? tr("Not set up") : tr("No such provider")};
    case StepState::NoKey:
        return {Tone::Caution, Mark::Diamond, tr("No key")};
    }
    return {};
}

QString ChainStepsModel::limitsText(const config::StepConfig &step) const
{
    QStringList parts{step.firstToken.count() == 0 ? tr("First token automatic")
                                                   : tr("First token ≤ %1").arg(limitText(step.firstToken)),
                      tr("whole answer ≤ %1").arg(limitText(step.answer))};
    if (step.tries > 1) {
        parts.append(tr("%n tries", nullptr, step.tries));
    }
    const auto *health = m_around.health(step.provider);
    if (health && health->firstTokenP50) {
        parts.append(tr("p50 %1").arg(bridge::formatDuration(*health->firstTokenP50)));
    }
    return parts.join(QStringLiteral(" · "));
}

QString ChainStepsModel::detailText(int row) const
{
    const auto lint = std::ranges::find(m_lints, row, &ChainLint::row);
    if (lint != m_lints.end()) {
        return lint->text;
    }
    return row + 1 == rowCount() ? tr("last step: its error is the answer")
                                 : nextOnText(m_draft->head().policy.fallbackOn);
}

} // namespace signalbox::models
