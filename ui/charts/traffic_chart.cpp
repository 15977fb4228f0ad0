// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/traffic_chart.h"

#include <QBoxLayout>
#include <QEvent>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QCategoryAxis>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>

#include "ui/charts/nice_axis.h"
#include "ui/theme/colors.h"

namespace signalbox::charts {

TrafficChart::TrafficChart(QWidget *parent)
    : QWidget(parent),
      m_view(new QChartView(this)),
      m_chart(new QChart),
      m_x(new QCategoryAxis),
      m_y(new QValueAxis)
{
    setUpView(*m_view, m_chart);
    m_view->setAccessibleName(tr("Traffic"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(m_view);
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
    m_labels = labels;
    m_series = std::move(series);
    if (m_areas.size() != m_series.size()) {
        makeSeries(m_series.size());
    }
    fill();
    paintSeries();
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
    for (const QString &label : m_x->categoriesLabels()) {
        m_x->remove(label);
    }
    m_x->setRange(0, std::max(1.0, static_cast<double>(places) - 1));
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
