// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

#include "ui/charts/chart_look.h"

class QBarCategoryAxis;
class QBarSet;
class QStackedBarSeries;
class QValueAxis;

namespace signalbox::charts {

/// Dollars per day, stacked by provider. GUI thread.
class SpendChart : public QWidget
{
    Q_OBJECT

public:
    explicit SpendChart(QWidget *parent = nullptr);

    /// `days` are the categories, each different; `labels` what the axis says, empty where it stays silent.
    void setData(const QStringList &days, const QStringList &labels, std::vector<Series> series);
    void setSummary(const QString &summary);
    QSize sizeHint() const override { return {520, 240}; }
    QSize minimumSizeHint() const override { return {220, 160}; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void paintSeries();

    QChartView *m_view;
    QChart *m_chart;
    QStackedBarSeries *m_bars;
    QBarCategoryAxis *m_x;
    QValueAxis *m_y;
    std::vector<Series> m_series;
};

} // namespace signalbox::charts
