// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/charts/legend.h"
#include "ui/charts/waterfall_rows.h"

namespace signalbox::charts {

/// One request's attempts over time, painted: when each began, what it waited for, how it ended. The same
/// facts stand in a table beside it for those who cannot see it.
class Waterfall : public QWidget
{
    Q_OBJECT

public:
    explicit Waterfall(QWidget *parent = nullptr);

    void setRows(std::vector<WaterfallRow> rows, double endMs);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {360, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    int rowHeight() const;
    QRectF plot() const; ///< where time runs, without the axis line of numbers
    double xAt(double ms) const;
    void paintAxis(QPainter &painter) const;
    void paintRow(QPainter &painter, const WaterfallRow &row, const QRectF &line) const;
    QString tipAt(const QPoint &where) const;

    std::vector<WaterfallRow> m_rows;
    double m_endMs = 1;
};

std::vector<LegendEntry> waterfallLegend();

} // namespace signalbox::charts
