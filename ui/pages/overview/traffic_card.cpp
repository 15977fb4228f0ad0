// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/traffic_card.h"

#include <QHeaderView>
#include <QStackedLayout>
#include <QTableView>

#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/format.h"
#include "ui/charts/legend.h"
#include "ui/charts/traffic_chart.h"
#include "ui/models/feed_lines.h"
#include "ui/models/grid_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/table.h"

namespace signalbox::overview {

namespace {

enum Face { ChartFace, TableFace, EmptyFace };

std::vector<std::string> providersIn(const engine::Snapshot &snapshot)
{
    std::vector<std::string> providers;
    for (const engine::ProviderHealth &health : snapshot.providers) {
        providers.push_back(health.provider);
    }
    for (const metrics::TrafficMinute &minute : snapshot.minutes) {
        for (const auto &by : minute.providers) {
            if (std::ranges::find(providers, by.provider) == providers.end()) {
                providers.push_back(by.provider);
            }
        }
    }
    return providers;
}

// Fallbacks, breakers and new configurations; single failures would crowd the chart.
std::vector<charts::ChartMarker> markersOf(const engine::Snapshot &snapshot)
{
    std::vector<charts::ChartMarker> markers;
    for (const engine::FeedEntry &entry : snapshot.feed) {
        const auto *notice = std::get_if<events::Notice>(&entry.event);
        if (!std::holds_alternative<events::RequestEnded>(entry.event)
            && !std::holds_alternative<events::BreakerChanged>(entry.event)
            && !(notice && notice->kind == events::Notice::Kind::ConfigApplied)) {
            continue;
        }
        const models::FeedLine line =
            models::feedLine(entry.event, [](const std::string &) { return QString(); });
        const double last = static_cast<double>(snapshot.minutes.size()) - 1;
        const double place =
            std::chrono::duration<double, std::ratio<60>>(line.at - snapshot.minutes.front().start).count();
        if (place >= 0 && place < last + 1) {
            markers.push_back({std::min(place, last), line.mark, line.tone});
        }
    }
    return markers;
}

int answered(const metrics::TrafficMinute &minute, const std::string &provider)
{
    for (const auto &by : minute.providers) {
        if (by.provider == provider) {
            return by.answered;
        }
    }
    return 0;
}

} // namespace

TrafficCard::TrafficCard(const shell::PageContext &context, QWidget *parent)
    : Card(parent),
      m_bridge(context.bridge),
      m_asTable(widgets::makeButton(tr("As table"), widgets::ButtonKind::Link)),
      m_stack(new QStackedLayout),
      m_chart(new charts::TrafficChart),
      m_legend(new charts::Legend),
      m_table(new models::GridModel(this))
{
    setTitle(tr("Traffic"), tr("answers per minute by provider"));
    m_asTable->setCheckable(true);
    m_asTable->setAccessibleName(tr("Show traffic as a table"));
    addTitleWidget(m_asTable);
    auto *view = new QTableView;
    widgets::setUpTable(*view, tr("Traffic per minute"));
    view->setModel(m_table);
    auto *face = new QWidget;
    auto *column = new QVBoxLayout(face);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_chart, 1);
    column->addWidget(m_legend);
    m_stack->addWidget(face);
    m_stack->addWidget(view);
    m_stack->addWidget(new widgets::EmptyState(theme::Glyph::Activity, tr("No traffic in the last hour.")));
    body()->addLayout(m_stack, 1);
    connect(m_asTable, &QPushButton::toggled, this, [this] { show(*m_bridge.snapshot()); });
}

void TrafficCard::show(const engine::Snapshot &snapshot)
{
    const std::vector<std::string> providers = providersIn(snapshot);
    std::vector<charts::Series> series;
    std::vector<charts::LegendEntry> legend;
    for (const std::string &provider : providers) {
        charts::Series one{m_bridge.providerName(provider), m_bridge.providerIndex(provider), {}};
        for (const metrics::TrafficMinute &minute : snapshot.minutes) {
            one.values.push_back(answered(minute, provider));
        }
        if (std::ranges::any_of(one.values, [](double v) { return v > 0; })) {
            legend.push_back(charts::seriesEntry(one.name, one.color));
            series.push_back(std::move(one));
        }
    }
    const bool any = !series.empty();
    m_asTable->setVisible(any);
    m_stack->setCurrentIndex(!any ? EmptyFace : m_asTable->isChecked() ? TableFace : ChartFace);
    if (!any) {
        return;
    }
    if (m_asTable->isChecked()) {
        fillTable(snapshot, providers);
        return;
    }
    QStringList labels;
    int peak = 0;
    base::WallTime peakAt{};
    for (const metrics::TrafficMinute &minute : snapshot.minutes) {
        const QString label = bridge::formatMinute(minute.start);
        labels << (label.endsWith(QLatin1String("00")) || label.endsWith(QLatin1String("15"))
                           || label.endsWith(QLatin1String("30")) || label.endsWith(QLatin1String("45"))
                       ? label
                       : QString());
        if (minute.requests > peak) {
            peak = minute.requests;
            peakAt = minute.start;
        }
    }
    m_chart->setData(labels, std::move(series));
    m_chart->setMarkers(markersOf(snapshot));
    m_chart->setSummary(
        tr("Traffic of the last hour, peak %1 per minute at %2").arg(peak).arg(bridge::formatMinute(peakAt)));
    m_legend->setEntries(std::move(legend));
}

void TrafficCard::fillTable(const engine::Snapshot &snapshot, const std::vector<std::string> &providers)
{
    QStringList header{tr("Minute"), tr("Requests"), tr("Errors"), tr("Fallbacks")};
    for (const std::string &provider : providers) {
        header << m_bridge.providerName(provider);
    }
    std::vector<models::GridRow> rows;
    for (auto minute = snapshot.minutes.rbegin(); minute != snapshot.minutes.rend(); ++minute) {
        models::GridRow row{{bridge::formatMinute(minute->start), {}, false, false, {}},
                            models::numberCell(bridge::formatCount(minute->requests)),
                            models::numberCell(bridge::formatCount(minute->errors)),
                            models::numberCell(bridge::formatCount(minute->fallbacks))};
        for (const std::string &provider : providers) {
            row.push_back(models::numberCell(bridge::formatCount(answered(*minute, provider))));
        }
        rows.push_back(std::move(row));
    }
    m_table->setContent(header, std::move(rows));
}

} // namespace signalbox::overview
