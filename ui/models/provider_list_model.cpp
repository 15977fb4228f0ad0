// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/provider_list_model.h"

#include <algorithm>

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"

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

widgets::PillLook ProviderListModel::look(const config::ProviderConfig &provider) const
{
    if (!provider.enabled) {
        return {theme::Tone::Off, theme::Mark::Ring, tr("Disabled")};
    }
    if (m_around.lacksKey(provider)) {
        return {theme::Tone::Caution, theme::Mark::Diamond, tr("No key")};
    }
    const auto *health = m_around.health(provider.id);
    return bridge::healthLook(health ? *health : engine::ProviderHealth());
}

QString ProviderListModel::subtitle(const config::ProviderConfig &provider) const
{
    const auto chains = chainsUsing(*m_around.config, provider.id).size();
    const QString where = chains == 0   ? tr("in no chain")
                          : chains == 1 ? tr("in 1 chain")
                                        : tr("in %n chains", nullptr, static_cast<int>(chains));
    return look(provider).word + QStringLiteral(" · ") + where;
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
        return bridge::text(provider.id);
    case LookRole:
        return QVariant::fromValue(look(provider));
    case SubtitleRole:
        return subtitle(provider);
    case Qt::AccessibleDescriptionRole:
        return QStringList({look(provider).word, subtitle(provider)}).join(QStringLiteral(", "));
    default:
        return {};
    }
}

} // namespace signalbox::models
