// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QColor>
#include <QString>

class QAbstractAxis;
class QChart;
class QChartView;

namespace signalbox::charts {

/// One provider's values, at the places all series of the chart share. `color` is the provider's index.
struct Series {
    QString name;
    int color = 0;
    std::vector<double> values;
    bool operator==(const Series &) const = default;
};

/// Qt's charts know no palette and no accessibility: these give them ours.
void setUpView(QChartView &view, QChart *chart);
void paintLike(QChart &chart, const QPalette &palette);
/// Grid lines only where asked for; labels muted and small.
void paintLike(QAbstractAxis &axis, const QPalette &palette, bool grid);

} // namespace signalbox::charts
