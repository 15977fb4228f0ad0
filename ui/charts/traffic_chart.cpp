// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/traffic_chart.h"

#include <QEvent>
#include <QPainter>
#include <QStackedLayout>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QCategoryAxis>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include "ui/charts/nice_axis.h"
#include "ui/theme/colors.h"

namespace signalbox::charts {

/// The markers, over the chart: Qt Charts has none. Lets the mouse through.
class TrafficChart::Overlay : public QWidget
{
public:
    Overlay(QWidget *parent, const QChart &chart) : QWidget(parent), m_chart(chart)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

    std::vector<ChartMarker> markers;
    double last = 1; ///< the place at the right edge

protected:
    void paintEvent(QPaintEvent *) override
    {
        const QRectF plot = m_chart.plotArea();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        for (const ChartMarker &marker : markers) {
            const double x = plot.left() + plot.width() * marker.place / last;
            const QColor ink = theme::ink(marker.tone, palette());
            painter.setPen(QPen(ink, 1, Qt::DotLine));
            painter.drawLine(QPointF(x, plot.top() + 6), QPointF(x, plot.bottom()));
            theme::paintMark(painter, marker.mark, QRectF(x - 5, plot.top() - 6, 10, 10), ink);
        }
    }

private:
    const QChart &m_chart;
};

TrafficChart::TrafficChart(QWidget *parent)
    : QWidget(parent),
      m_view(new QChartView(this)),
      m_chart(new QChart),
      m_x(new QCategoryAxis),
      m_y(new QValueAxis)
{
    setUpView(*m_view, m_chart);
    m_view->setAccessibleName(tr("Traffic"));
    auto *box = new QStackedLayout(this);
    box->setStackingMode(QStackedLayout::StackAll);
    m_overlay = new Overlay(this, *m_chart);
    box->addWidget(m_overlay);
    box->addWidget(m_view);
    connect(m_chart, &QChart::plotAreaChanged, m_overlay, qOverload<>(&QWidget::update));
    m_x->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_x->setTruncateLabels(false);
    m_y->setLabelFormat(QStringLiteral("%g"));
    m_y->setTickType(QValueAxis::TicksDynamic);
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    paintLike(*m_chart, palette());
}

void TrafficChart::setData(const QStringList &labels, std::vector<Series> series)
{
    if (labels == m_labels && series == m_series) {
        return;
    }
    const bool newLabels = labels != m_labels;
    m_labels = labels;
    m_series = std::move(series);
    if (newLabels) {
        fillLabels();
    }
    if (m_areas.size() != m_series.size()) {
        makeSeries(m_series.size());
    }
    fill();
    paintSeries();
}

void TrafficChart::setMarkers(std::vector<ChartMarker> markers)
{
    if (markers != m_overlay->markers) {
        m_overlay->markers = std::move(markers);
        m_overlay->update();
    }
}

void TrafficChart::setSummary(const QString &summary)
{
    m_view->setAccessibleDescription(summary);
}

void TrafficChart::makeSeries(std::size_t count)
{
    m_chart->removeAllSeries(); // deletes the areas; the edges are ours
    qDeleteAll(m_edges);
    m_edges.clear();
    m_areas.clear();
    m_edges.push_back(new QLineSeries(this));
    for (std::size_t i = 0; i < count; ++i) {
        m_edges.push_back(new QLineSeries(this));
        auto *area = new QAreaSeries(m_edges[i + 1], m_edges[i]);
        m_chart->addSeries(area);
        area->attachAxis(m_x);
        area->attachAxis(m_y);
        m_areas.push_back(area);
    }
}

void TrafficChart::fill()
{
    const auto places = static_cast<std::size_t>(m_labels.size());
    std::vector<double> height(places, 0.0);
    const auto points = [&] {
        QList<QPointF> list;
        list.reserve(static_cast<qsizetype>(places));
        for (std::size_t i = 0; i < places; ++i) {
            list.append({static_cast<double>(i), height[i]});
        }
        return list;
    };
    double highest = 0;
    if (!m_edges.empty()) {
        m_edges[0]->replace(points());
    }
    for (std::size_t s = 0; s < m_series.size(); ++s) {
        for (std::size_t i = 0; i < places && i < m_series[s].values.size(); ++i) {
            height[i] += m_series[s].values[i];
            highest = std::max(highest, height[i]);
        }
        m_edges[s + 1]->replace(points());
    }
    const NiceAxis axis = niceAxis(highest, 4);
    m_y->setRange(0, axis.max);
    m_y->setTickInterval(axis.step);
}

void TrafficChart::fillLabels()
{
    for (const QString &label : m_x->categoriesLabels()) {
        m_x->remove(label);
    }
    m_overlay->last = std::max(1.0, static_cast<double>(m_labels.size()) - 1);
    m_x->setRange(0, m_overlay->last);
    for (qsizetype i = 0; i < m_labels.size(); ++i) {
        if (!m_labels.at(i).isEmpty()) {
            m_x->append(m_labels.at(i), static_cast<double>(i));
        }
    }
}

void TrafficChart::paintSeries()
{
    for (std::size_t i = 0; i < m_areas.size(); ++i) {
        const QColor color = theme::seriesColor(m_series[i].color, palette());
        QColor fill = color;
        fill.setAlphaF(0.8F);
        m_areas[i]->setBrush(fill);
        m_areas[i]->setPen(QPen(color, 1));
        m_areas[i]->setName(m_series[i].name);
    }
}

void TrafficChart::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        paintLike(*m_chart, palette());
        paintSeries();
    }
    QWidget::changeEvent(event);
}

} // namespace signalbox::charts
