// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/request_table.h"

#include <QHeaderView>
#include <QScrollBar>

#include "ui/models/activity_model.h"
#include "ui/widgets/status_pill.h"
#include "ui/widgets/table.h"

namespace signalbox::activity {

using models::ActivityModel;

RequestTable::RequestTable(ActivityModel &model, QWidget *parent) : QTableView(parent), m_model(model)
{
    widgets::setUpTable(*this, tr("Requests, newest first"));
    setModel(&model);
    setUpColumns();
    connect(&model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { onInserted(first, last); });
    connect(&model, &QAbstractItemModel::modelReset, this, &RequestTable::restore);
}

void RequestTable::setUpColumns()
{
    using widgets::setColumnFor;
    setColumnFor(*this, ActivityModel::Time, QStringLiteral("00:00:00"));
    setColumnFor(*this, ActivityModel::Client, QStringLiteral("open-webui-12"));
    setColumnFor(*this, ActivityModel::Chain, QStringLiteral("coding-large"));
    setColumnFor(*this, ActivityModel::ServedBy, QStringLiteral("Anthropic · step 2 of"));
    const QSize pill = widgets::pillSize({theme::Tone::Ok, theme::Mark::Circle, tr("Interrupted…")});
    setColumnWidth(ActivityModel::Outcome, pill.width() + 20);
    setColumnFor(*this, ActivityModel::FirstToken, QStringLiteral("888 ms"));
    setColumnFor(*this, ActivityModel::Total, QStringLiteral("88 min 88 s"));
    setColumnFor(*this, ActivityModel::Tokens, QStringLiteral("188,888 / 18,888"));
    setColumnFor(*this, ActivityModel::Cost, QStringLiteral("$88.8888"));
}

void RequestTable::choose(const base::RequestId &id)
{
    m_wanted = id;
    restore();
}

void RequestTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (current.isValid() && m_model.idAt(current.row()) != m_wanted) {
        m_wanted = m_model.idAt(current.row());
        Q_EMIT chosen(m_wanted);
    }
}

void RequestTable::onInserted(int first, int last)
{
    if (first == 0 && verticalScrollBar()->value() > 0) {
        verticalScrollBar()->setValue(verticalScrollBar()->value()
                                      + (last - first + 1) * verticalHeader()->defaultSectionSize());
    }
    if (!currentIndex().isValid()) {
        restore();
    }
}

void RequestTable::restore()
{
    const int row = m_wanted.empty() ? -1 : m_model.rowOf(m_wanted);
    if (row >= 0) {
        setCurrentIndex(m_model.index(row, 0));
        scrollTo(currentIndex());
    }
}

// What is left over goes to the names, which are as long as users make them.
void RequestTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    int fixed = 0;
    for (int column = 0; column < ActivityModel::ColumnCount; ++column) {
        if (column < ActivityModel::Client || column > ActivityModel::ServedBy) {
            fixed += columnWidth(column);
        }
    }
    const int least = fontMetrics().averageCharWidth() * 12;
    const int room = std::max(3 * least, viewport()->width() - fixed);
    setColumnWidth(ActivityModel::Client, room * 3 / 11);
    setColumnWidth(ActivityModel::Chain, room * 3 / 11);
    setColumnWidth(ActivityModel::ServedBy, room - 2 * (room * 3 / 11));
}

} // namespace signalbox::activity
