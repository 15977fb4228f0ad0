// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>

#include "core/engine/snapshot.h"
#include "ui/models/feed_lines.h"

namespace signalbox::models {

/// The event feed, newest first. New entries come in at the top and old ones leave at the bottom, so that the
/// view keeps its place. GUI thread.
class FeedModel : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit FeedModel(ProviderNames names, QObject *parent = nullptr);

    void setFeed(const std::vector<engine::FeedEntry> &feed);
    const FeedLine &line(int row) const { return m_lines[static_cast<std::size_t>(row)].line; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Numbered {
        std::uint64_t number;
        FeedLine line;
    };

    ProviderNames m_names;
    std::vector<Numbered> m_lines;
};

} // namespace signalbox::models
