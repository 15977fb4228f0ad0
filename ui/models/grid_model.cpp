// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/grid_model.h"

#include "ui/theme/fonts.h"
#include "ui/widgets/table.h"

namespace signalbox::models {

void GridModel::setContent(QStringList header, std::vector<GridRow> rows)
{
    if (header == m_header && rows.size() == m_rows.size()) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i] != m_rows[i]) {
                m_rows[i] = std::move(rows[i]);
                const int row = static_cast<int>(i);
                Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
            }
        }
        return;
    }
    beginResetModel();
    m_header = std::move(header);
    m_rows = std::move(rows);
    endResetModel();
}

int GridModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int GridModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_header.size());
}

QVariant GridModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const GridRow &row = m_rows[static_cast<std::size_t>(index.row())];
    if (static_cast<std::size_t>(index.column()) >= row.size()) {
        return {};
    }
    const GridCell &cell = row[static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return cell.text;
    case Qt::AccessibleDescriptionRole:
        return m_header.value(index.column());
    case Qt::ToolTipRole:
        return cell.tip.isEmpty() ? QVariant() : QVariant(cell.tip);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (cell.number ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole:
        return cell.strong ? QVariant(theme::font(theme::TextSize::Body, theme::Weight::Strong)) : QVariant();
    case widgets::kPillRole:
        return cell.pill ? QVariant::fromValue(*cell.pill) : QVariant();
    default:
        return {};
    }
}

QVariant GridModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return m_header.value(section);
    }
    if (role == Qt::TextAlignmentRole && !m_rows.empty()
        && static_cast<std::size_t>(section) < m_rows.front().size()) {
        const bool number = m_rows.front()[static_cast<std::size_t>(section)].number;
        return int(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft));
    }
    return {};
}

} // namespace signalbox::models
