// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

class QTableView;

namespace signalbox::widgets {

/// Where a model keeps a PillLook for a cell; such a cell is drawn as a pill.
inline constexpr int kPillRole = Qt::UserRole + 77;

/// Draws the rows of our tables: a hairline below each, pills where the model has one, no focus box per cell.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

/// Flat, whole rows selected, fixed row height, no grid and no row numbers. `name` is the accessible name.
void setUpTable(QTableView &table, const QString &name);
/// As wide as this text needs in the table's font, with room around it.
void setColumnFor(QTableView &table, int column, const QString &widest);

} // namespace signalbox::widgets
