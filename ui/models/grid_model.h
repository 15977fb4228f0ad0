// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QAbstractTableModel>
#include <QStringList>

#include "ui/widgets/status_pill.h"

namespace signalbox::models {

struct GridCell {
    QString text;
    QString tip;
    bool number = false; ///< right-aligned
    bool strong = false;
    std::optional<widgets::PillLook> pill;
    bool operator==(const GridCell &) const = default;
};
using GridRow = std::vector<GridCell>;

inline GridCell numberCell(QString text)
{
    return {std::move(text), {}, true, false, {}};
}

/// A small table of ready-made texts, replaced as a whole: the facts behind a chart or a picture. Rows are as
/// long as the header. GUI thread.
class GridModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Rows that stay the same keep their selection.
    void setContent(QStringList header, std::vector<GridRow> rows);
    const std::vector<GridRow> &rows() const { return m_rows; }
    const QStringList &header() const { return m_header; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QStringList m_header;
    std::vector<GridRow> m_rows;
};

} // namespace signalbox::models
