// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/activity_model.h"

#include "ui/bridge/format.h"
#include "ui/bridge/looks.h"
#include "ui/widgets/table.h"

namespace signalbox::models {

namespace {

constexpr int kPage = 100;
// A filter that matches little must not read the whole ledger by itself.
constexpr std::size_t kSearchAtMost = 5000;
constexpr std::size_t kEnoughMatches = 40;

bool isNumber(int column)
{
    return column >= ActivityModel::FirstToken;
}

} // namespace

ActivityModel::ActivityModel(engine::Engine &engine, ProviderNames names, QObject *parent)
    : QAbstractTableModel(parent), m_engine(engine), m_names(std::move(names))
{}

void ActivityModel::setScope(std::string chain, std::string client)
{
    beginResetModel();
    m_chain = std::move(chain);
    m_client = std::move(client);
    m_all.clear();
    m_shown.clear();
    m_atEnd = m_asked = m_asking = false;
    ++*m_generation;
    endResetModel();
    ask({});
}

void ActivityModel::setFilter(const QString &text)
{
    const QString filter = text.trimmed().toLower();
    if (filter != m_filter) {
        m_filter = filter;
        refilter();
        if (m_shown.size() < kEnoughMatches && canFetchMore({})) {
            fetchMore({});
        }
    }
}

void ActivityModel::refilter()
{
    beginResetModel();
    m_shown.clear();
    for (const ItemPtr &item : m_all) {
        if (matches(*item)) {
            m_shown.push_back(item);
        }
    }
    endResetModel();
}

bool ActivityModel::matches(const Item &item) const
{
    return m_filter.isEmpty() || item.haystack.contains(m_filter);
}

void ActivityModel::refresh()
{
    if (!m_asking) {
        ask({});
    }
}

void ActivityModel::ask(base::RequestId before)
{
    m_asking = true;
    ledger::RequestQuery query{kPage, before, m_chain, m_client};
    // The model may be gone when the answer comes: its generation then is, too.
    m_engine.requests(query, [this, alive = std::weak_ptr(m_generation), asked = *m_generation,
                              more = !before.empty()](base::Result<std::vector<ledger::RequestRow>> page) {
        const auto generation = alive.lock();
        if (!generation || *generation != asked) {
            return;
        }
        m_asking = false;
        m_asked = true;
        if (!page) {
            m_atEnd = true;
            Q_EMIT failed(bridge::text(page.error().message));
            return;
        }
        if (more || m_all.empty()) {
            append(std::move(*page));
        } else {
            mergeTop(std::move(*page));
        }
        Q_EMIT fetchedPage();
        if (!m_filter.isEmpty() && m_shown.size() < kEnoughMatches && m_all.size() < kSearchAtMost) {
            fetchMore({});
        }
    });
}

ActivityModel::ItemPtr ActivityModel::itemOf(ledger::RequestRow row) const
{
    QString haystack = searchText(row, m_names);
    return std::make_shared<const Item>(Item{std::move(row), std::move(haystack)});
}

void ActivityModel::append(std::vector<ledger::RequestRow> page)
{
    m_atEnd = static_cast<int>(page.size()) < kPage;
    std::vector<ItemPtr> shown;
    for (ledger::RequestRow &row : page) {
        m_all.push_back(itemOf(std::move(row)));
        if (matches(*m_all.back())) {
            shown.push_back(m_all.back());
        }
    }
    if (!shown.empty()) {
        const int first = static_cast<int>(m_shown.size());
        beginInsertRows({}, first, first + static_cast<int>(shown.size()) - 1);
        m_shown.insert(m_shown.end(), shown.begin(), shown.end());
        endInsertRows();
    }
}

void ActivityModel::mergeTop(std::vector<ledger::RequestRow> page)
{
    const base::RequestId newest = m_all.front()->row.started.id;
    std::vector<ItemPtr> fresh;
    std::size_t place = 0;
    for (ledger::RequestRow &row : page) {
        if (row.started.id > newest) {
            fresh.push_back(itemOf(std::move(row)));
            continue;
        }
        while (place < m_all.size() && m_all[place]->row.started.id > row.started.id) {
            ++place;
        }
        // A request that was running then has ended now.
        if (place < m_all.size() && m_all[place]->row.started.id == row.started.id && !m_all[place]->row.ended
            && row.ended) {
            replace(place, itemOf(std::move(row)));
        }
    }
    if (static_cast<int>(fresh.size()) == kPage) {
        setScope(m_chain, m_client); // more came than a page holds: there would be a gap
        return;
    }
    m_all.insert(m_all.begin(), fresh.begin(), fresh.end());
    std::erase_if(fresh, [this](const ItemPtr &item) { return !matches(*item); });
    if (!fresh.empty()) {
        beginInsertRows({}, 0, static_cast<int>(fresh.size()) - 1);
        m_shown.insert(m_shown.begin(), fresh.begin(), fresh.end());
        endInsertRows();
    }
}

void ActivityModel::replace(std::size_t place, ItemPtr item)
{
    const int row = rowOf(item->row.started.id);
    m_all[place] = item;
    if (row >= 0) {
        m_shown[static_cast<std::size_t>(row)] = std::move(item);
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

base::RequestId ActivityModel::idAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_shown[static_cast<std::size_t>(row)]->row.started.id
                                        : base::RequestId();
}

int ActivityModel::rowOf(const base::RequestId &id) const
{
    for (std::size_t i = 0; i < m_shown.size(); ++i) {
        if (m_shown[i]->row.started.id == id) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

int ActivityModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int ActivityModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ActivityModel::display(const ledger::RequestRow &row, int column) const
{
    const auto &end = row.ended;
    switch (column) {
    case Time:
        return bridge::formatTime(row.started.at);
    case Client:
        return bridge::text(row.started.client);
    case Chain:
        return bridge::text(row.started.chain.empty() ? row.started.modelAsked : row.started.chain);
    case ServedBy:
        return servedBy(row, m_names);
    case Outcome:
        return bridge::requestLook(row).word;
    case FirstToken:
        return end && end->firstToken > base::Duration::zero() ? bridge::formatDuration(end->firstToken)
                                                               : QStringLiteral("–");
    case Total:
        return end ? bridge::formatDuration(end->total) : QStringLiteral("–");
    case Tokens:
        return end ? tokensInOut(end->usage) : QStringLiteral("–");
    case Cost:
        return end ? bridge::formatCost(end->cost) : QStringLiteral("–");
    default:
        return {};
    }
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const ledger::RequestRow &row = m_shown[static_cast<std::size_t>(index.row())]->row;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return display(row, index.column());
    case Qt::AccessibleDescriptionRole:
        return headerData(index.column(), Qt::Horizontal, Qt::DisplayRole);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft));
    case widgets::kPillRole:
        return index.column() == Outcome ? QVariant::fromValue(bridge::requestLook(row)) : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Time) {
            return bridge::formatDayTime(row.started.at);
        }
        if (index.column() == Outcome && row.ended && !row.ended->error.empty()) {
            return bridge::text(row.ended->error);
        }
        return {};
    default:
        return {};
    }
}

QVariant ActivityModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Time:
        return tr("Time");
    case Client:
        return tr("Client");
    case Chain:
        return tr("Chain");
    case ServedBy:
        return tr("Served by");
    case Outcome:
        return tr("Outcome");
    case FirstToken:
        return tr("First");
    case Total:
        return tr("Total");
    case Tokens:
        return tr("Tokens in / out");
    case Cost:
        return tr("Cost");
    default:
        return {};
    }
}

bool ActivityModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && !m_atEnd && !m_asking;
}

void ActivityModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent)) {
        ask(m_all.empty() ? base::RequestId() : m_all.back()->row.started.id);
    }
}

} // namespace signalbox::models
