// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/feed_model.h"

#include "ui/bridge/format.h"

namespace signalbox::models {

FeedModel::FeedModel(ProviderNames names, QObject *parent)
    : QAbstractListModel(parent), m_names(std::move(names))
{}

void FeedModel::setFeed(const std::vector<engine::FeedEntry> &feed)
{
    const std::uint64_t seen = m_lines.empty() ? 0 : m_lines.front().number;
    std::vector<Numbered> fresh;
    for (const engine::FeedEntry &entry : feed) {
        if (entry.number > seen) {
            fresh.push_back({entry.number, feedLine(entry.event, m_names)});
        }
    }
    // Another engine, or one that began to count anew.
    if (!feed.empty() && feed.front().number < seen) {
        beginResetModel();
        m_lines.clear();
        for (const engine::FeedEntry &entry : feed) {
            m_lines.push_back({entry.number, feedLine(entry.event, m_names)});
        }
        endResetModel();
        return;
    }
    if (!fresh.empty()) {
        beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
        m_lines.insert(m_lines.begin(), std::make_move_iterator(fresh.begin()),
                       std::make_move_iterator(fresh.end()));
        endInsertRows();
    }
    if (m_lines.size() > feed.size()) {
        beginRemoveRows({}, static_cast<int>(feed.size()), static_cast<int>(m_lines.size()) - 1);
        m_lines.resize(feed.size());
        endRemoveRows();
    }
}

int FeedModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

QVariant FeedModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const FeedLine &line = this->line(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return line.text;
    case Qt::AccessibleTextRole:
        return tr("%1, %2").arg(bridge::formatTime(line.at), line.text);
    case Qt::ToolTipRole:
        return tr("%1\n%2").arg(bridge::formatDayTime(line.at), line.text);
    default:
        return {};
    }
}

} // namespace signalbox::models
