// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table.h"

#include <QHeaderView>
#include <QPainter>
#include <QTableView>

#include "ui/theme/colors.h"
#include "ui/widgets/status_pill.h"

namespace signalbox::widgets {

namespace {
constexpr int kPad = 8;
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QVariant pill = index.data(kPillRole);
    if (pill.canConvert<PillLook>()) {
        if (option.state & QStyle::State_Selected) {
            painter->fillRect(option.rect, option.palette.highlight());
        }
        paintPill(*painter, option.rect.adjusted(kPad, 0, -2, 0), pill.value<PillLook>(), option.palette);
    } else {
        QStyleOptionViewItem flat = option;
        flat.state &= ~QStyle::State_HasFocus;
        QStyledItemDelegate::paint(painter, flat, index);
    }
    painter->save();
    painter->setPen(theme::color(theme::Role::Border, option.palette));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    if (const QVariant pill = index.data(kPillRole); pill.canConvert<PillLook>()) {
        size.setWidth(pillSize(pill.value<PillLook>()).width() + 2 * kPad);
    }
    return size;
}

void setUpTable(QTableView &table, const QString &name)
{
    table.setAccessibleName(name);
    table.setShowGrid(false);
    table.setFrameShape(QFrame::NoFrame);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setItemDelegate(new RowDelegate(&table));
    table.verticalHeader()->hide();
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 14);
    QHeaderView *header = table.horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setMinimumSectionSize(40);
    header->setFixedHeight(table.fontMetrics().height() + 18);
}

void setColumnFor(QTableView &table, int column, const QString &widest)
{
    table.setColumnWidth(column, table.fontMetrics().horizontalAdvance(widest) + 2 * kPad + 8);
}

} // namespace signalbox::widgets
