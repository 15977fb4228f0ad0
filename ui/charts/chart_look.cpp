// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chart_look.h"

#include <memory>

#include <QGraphicsLayout>
#include <QtCharts/QAbstractAxis>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLegend>

#include "ui/theme/colors.h"
#include "ui/theme/fonts.h"

namespace signalbox::charts {

using theme::Role;

void setUpView(QChartView &view, QChart *chart)
{
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->legend()->hide();
    chart->setMargins(QMargins(0, 4, 16, 0));
    chart->setBackgroundVisible(false);
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    const std::unique_ptr<QChart> made(
        view.chart()); // by the view itself; the replaced chart is the caller's
    view.setChart(chart);
    view.setRenderHint(QPainter::Antialiasing);
    view.setFrameShape(QFrame::NoFrame);
    view.setBackgroundBrush(Qt::NoBrush);
    view.viewport()->setAutoFillBackground(false);
    view.setFocusPolicy(Qt::NoFocus);
    view.viewport()->setFocusPolicy(Qt::NoFocus); // a graphics view gives it one of its own
    view.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void paintLike(QChart &chart, const QPalette &palette)
{
    chart.setPlotAreaBackgroundVisible(false);
    for (QAbstractAxis *axis : chart.axes()) {
        paintLike(*axis, palette, axis->orientation() == Qt::Vertical);
    }
}

void paintLike(QAbstractAxis &axis, const QPalette &palette, bool grid)
{
    axis.setLabelsFont(theme::font(theme::TextSize::Small));
    axis.setLabelsColor(theme::color(Role::Muted, palette));
    axis.setLinePenColor(theme::color(Role::Border, palette));
    axis.setLineVisible(!grid);
    axis.setGridLineVisible(grid);
    axis.setGridLineColor(theme::color(Role::Border, palette));
}

} // namespace signalbox::charts
