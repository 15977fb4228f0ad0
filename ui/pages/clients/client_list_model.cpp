// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/clients/client_list_model.h"

#include <algorithm>

#include "ui/bridge/format.h"

namespace signalbox::clients {

void ClientListModel::setConfig(std::shared_ptr<const config::Config> config)
{
    beginResetModel();
    m_config = std::move(config);
    endResetModel();
}

void ClientListModel::setLastSeen(const std::string &client, base::WallTime at, base::WallTime now)
{
    m_now = now;
    auto &known = m_lastSeen[client];
    known = std::max(known, at);
    if (const int row = rowOf(client); row >= 0) {
        Q_EMIT dataChanged(index(row), index(row));
    }
}

std::optional<base::WallTime> ClientListModel::lastSeen(const std::string &client) const
{
    const auto it = m_lastSeen.find(client);
    return it == m_lastSeen.end() ? std::nullopt : std::optional(it->second);
}

int ClientListModel::rowOf(std::string_view id) const
{
    if (!m_config) {
        return -1;
    }
    const auto it = std::ranges::find(m_config->clients, id, &config::ClientConfig::id);
    return it == m_config->clients.end() ? -1 : static_cast<int>(it - m_config->clients.begin());
}

const config::ClientConfig *ClientListModel::client(int row) const
{
    return row < 0 || row >= rowCount() ? nullptr : &m_config->clients[static_cast<std::size_t>(row)];
}

int ClientListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_config ? 0 : static_cast<int>(m_config->clients.size());
}

QString ClientListModel::subtitle(const config::ClientConfig &client) const
{
    const auto seen = m_lastSeen.find(client.id);
    const QString when =
        seen == m_lastSeen.end() ? tr("no request yet") : bridge::formatAgo(seen->second, m_now);
    return client.chain.empty() ? when : bridge::text(client.chain) + QStringLiteral(" · ") + when;
}

QVariant ClientListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const auto &client = m_config->clients[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return bridge::text(client.id);
    case SubtitleRole:
    case Qt::AccessibleDescriptionRole:
        return subtitle(client);
    case SeenRole:
        return m_lastSeen.contains(client.id);
    default:
        return {};
    }
}

} // namespace signalbox::clients
