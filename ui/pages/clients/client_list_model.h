// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>

#include <QAbstractListModel>

#include "core/engine/engine.h"

namespace signalbox::clients {

/// The tools that have a token of their own, for the list of the clients page. Gui thread; owned by the page.
class ClientListModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        SubtitleRole = Qt::UserRole + 1, ///< QString: "coding · 5 min ago"
        SeenRole,                        ///< bool: a request of it is known
    };

    using QAbstractListModel::QAbstractListModel;

    void setConfig(std::shared_ptr<const config::Config> config);
    /// The client's newest request, from the ledger, asked at `now`.
    void setLastSeen(const std::string &client, base::WallTime at, base::WallTime now);
    std::optional<base::WallTime> lastSeen(const std::string &client) const;
    int rowOf(std::string_view id) const; ///< -1: not there
    const config::ClientConfig *client(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

private:
    QString subtitle(const config::ClientConfig &client) const;

    std::shared_ptr<const config::Config> m_config;
    std::map<std::string, base::WallTime> m_lastSeen;
    base::WallTime m_now;
};

} // namespace signalbox::clients
