// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QStringList>
#include <QWidget>

#include "ui/charts/chart_look.h"
#include "ui/theme/colors.h"
#include "ui/theme/glyphs.h"

class QAreaSeries;
class QCategoryAxis;
class QLineSeries;
class QValueAxis;

namespace signalbox::charts {

/// Something that happened, drawn above the values at its time.
struct ChartMarker {
    double place = 0; ///< index of the minute, with its fraction
    theme::Mark mark = theme::Mark::Diamond;
    theme::Tone tone = theme::Tone::Caution;
    bool operator==(const ChartMarker &) const = default;
};

/// Values per minute, stacked by provider. Refilled as a whole: one replacement per series costs as much as
/// one added point. GUI thread.
class TrafficChart : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficChart(QWidget *parent = nullptr);

    /// `labels` holds a text for every place, empty where the axis stays silent.
    void setData(const QStringList &labels, std::vector<Series> series);
    void setMarkers(std::vector<ChartMarker> markers);
    /// One sentence for screen readers.
    void setSummary(const QString &summary);
    QSize sizeHint() const override { return {520, 160}; }
    QSize minimumSizeHint() const override { return {220, 140}; }

protected:
    void changeEvent(QEvent *event) override;

private:
    class Overlay;

    void makeSeries(std::size_t count);
    void fill();
    void fillLabels();
    void paintSeries();

    QChartView *m_view;
    QChart *m_chart;
    QCategoryAxis *m_x;
    QValueAxis *m_y;
    std::vector<QAreaSeries *> m_areas;
    std::vector<QLineSeries *> m_edges; ///< one more than areas: the ground line first
    Overlay *m_overlay;
    QStringList m_labels;
    std::vector<Series> m_series;
};

} // namespace signalbox::charts
