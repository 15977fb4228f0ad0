// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/provider_list_model.h"

#include <algorithm>

namespace signalbox::models {

void ProviderListModel::setSurroundings(Surroundings around)
{
    const auto sameRows = [](const auto &a, const auto &b) {
        return a && b
               && std::ranges::equal(a->providers, b->providers, {}, &config::ProviderConfig::id,
                                     &config::ProviderConfig::id);
    };
    if (!sameRows(m_around.config, around.config)) {
        beginResetModel();
        m_around = std::move(around);
        endResetModel();
        return;
    }
    m_around = std::move(around);
    if (const int rows = rowCount(); rows > 0) {
        Q_EMIT dataChanged(index(0), index(rows - 1));
    }
}

int ProviderListModel::rowOf(std::string_view id) const
{
    if (!m_around.config) {
        return -1;
    }
    const auto &all = m_around.config->providers;
    const auto it = std::ranges::find(all, id, &config::ProviderConfig::id);
    return it == all.end() ? -1 : static_cast<int>(it - all.begin());
}

int ProviderListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_around.config ? 0 : static_cast<int>(m_around.config->providers.size());
}

ProviderState ProviderListModel::state(const config::ProviderConfig &provider) const
{
    if (!provider.enabled) {
        return ProviderState::Disabled;
    }
    if (m_around.lacksKey(provider)) {
        return ProviderState::NoKey;
    }
    const auto *health = m_around.health(provider.id);
    if (health && health->state == "open") {
        return ProviderState::Open;
    }
    if (health && health->state == "half-open") {
        return ProviderState::HalfOpen;
    }
    return health && health->attempts > 0 ? ProviderState::Working : ProviderState::Unused;
}

QString ProviderListModel::stateText(const config::ProviderConfig &provider) const
{
    switch (state(provider)) {
    case ProviderState::Working:
        return tr("OK");
    case ProviderState::Unused:
        return tr("Not used yet");
    case ProviderState::HalfOpen:
        return tr("Half-open");
    case ProviderState::Open: {
        const auto until = m_around.health(provider.id)->until;
        return until ? tr("Open until %1").arg(clockText(*until, m_around.snapshot->at)) : tr("Open");
    }
    case ProviderState::NoKey:
        return tr("No key");
    case ProviderState::Disabled:
        return tr("Disabled");
    }
    return {};
}

QString ProviderListModel::subtitle(const config::ProviderConfig &provider) const
{
    const auto chains = chainsUsing(*m_around.config, provider.id).size();
    return chains == 0   ? tr("in no chain")
           : chains == 1 ? tr("in 1 chain")
                         : tr("in %n chains", nullptr, static_cast<int>(chains));
}

QVariant ProviderListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto &provider = m_around.config->providers[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return m_around.providerName(provider);
    case IdRole:
        return qs(provider.id);
    case StateRole:
        return QVariant::fromValue(state(provider));
    case StateTextRole:
        return stateText(provider);
    case SubtitleRole:
        return subtitle(provider);
    case Qt::AccessibleDescriptionRole:
        return QStringList({stateText(provider), subtitle(provider)}).join(QStringLiteral(", "));
    default:
        return {};
    }
}

} // namespace signalbox::models
