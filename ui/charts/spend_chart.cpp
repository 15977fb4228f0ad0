// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/spend_chart.h"

#include <QBoxLayout>
#include <QEvent>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QBarSet>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>
#include <QtCharts/QStackedBarSeries>
#include <QtCharts/QValueAxis>

#include "ui/charts/nice_axis.h"
#include "ui/theme/colors.h"

namespace signalbox::charts {

SpendChart::SpendChart(QWidget *parent)
    : QWidget(parent),
      m_view(new QChartView(this)),
      m_chart(new QChart),
      m_bars(new QStackedBarSeries),
      m_x(new QBarCategoryAxis),
      m_y(new QValueAxis)
{
    setUpView(*m_view, m_chart);
    m_view->setAccessibleName(tr("Spend per day"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(m_view);
    m_chart->addSeries(m_bars);
    m_chart->addAxis(m_x, Qt::AlignBottom);
    m_chart->addAxis(m_y, Qt::AlignLeft);
    m_bars->attachAxis(m_x);
    m_bars->attachAxis(m_y);
    m_bars->setBarWidth(0.7);
    m_x->setTruncateLabels(false);
    m_y->setTickType(QValueAxis::TicksDynamic);
    paintLike(*m_chart, palette());
}

void SpendChart::setData(const QStringList &days, const QStringList &labels, std::vector<Series> series)
{
    m_series = std::move(series);
    m_bars->clear();
    std::vector<double> height(static_cast<std::size_t>(days.size()), 0.0);
    for (const Series &one : m_series) {
        auto *set = new QBarSet(one.name);
        for (std::size_t i = 0; i < height.size() && i < one.values.size(); ++i) {
            set->append(one.values[i]);
            height[i] += one.values[i];
        }
        m_bars->append(set);
    }
    // Categories have to differ, so that the silent ones are told apart by blanks.
    QStringList categories;
    for (qsizetype i = 0; i < days.size(); ++i) {
        const QString label = i < labels.size() ? labels.at(i) : QString();
        categories << (label.isEmpty() ? QString(i + 1, QChar(0x200B)) : label);
    }
    m_x->clear();
    m_x->append(categories);
    const NiceAxis axis = niceAxis(height.empty() ? 0 : *std::max_element(height.begin(), height.end()), 4);
    m_y->setRange(0, axis.max);
    m_y->setTickInterval(axis.step);
    m_y->setLabelFormat(axis.step < 0.01 ? QStringLiteral("$%.4f")
                        : axis.step < 1  ? QStringLiteral("$%.2f")
                                         : QStringLiteral("$%.0f"));
    paintSeries();
}

void SpendChart::setSummary(const QString &summary)
{
    m_view->setAccessibleDescription(summary);
}

void SpendChart::paintSeries()
{
    const QList<QBarSet *> sets = m_bars->barSets();
    for (qsizetype i = 0; i < sets.size(); ++i) {
        const QColor color = theme::seriesColor(m_series[static_cast<std::size_t>(i)].color, palette());
        sets.at(i)->setColor(color);
        sets.at(i)->setBorderColor(theme::color(theme::Role::Surface, palette()));
    }
}

void SpendChart::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange) {
        paintLike(*m_chart, palette());
        paintSeries();
    }
    QWidget::changeEvent(event);
}

} // namespace signalbox::charts
