// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/stat_tiles.h"

#include <QBoxLayout>

#include "ui/bridge/format.h"
#include "ui/pages/overview/stat_tile.h"

namespace signalbox::overview {

using shell::PageId;
using theme::Role;

namespace {

template<typename Value>
std::vector<std::optional<double>> history(const engine::Snapshot &snapshot, Value value)
{
    std::vector<std::optional<double>> values;
    for (const metrics::TrafficMinute &minute : snapshot.minutes) {
        values.push_back(value(minute));
    }
    return values;
}

} // namespace

StatTiles::StatTiles(QWidget *parent)
    : QWidget(parent),
      m_requests(new StatTile(tr("Requests / min"), Role::Accent)),
      m_errors(new StatTile(tr("Errors"), Role::Danger)),
      m_fallbacks(new StatTile(tr("Fallbacks"), Role::Caution)),
      m_firstToken(new StatTile(tr("First token p50 · p95"), Role::Accent)),
      m_spend(new StatTile(tr("Spend today"), Role::Ok))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    const auto add = [&](StatTile *tile, PageId page, const QString &what) {
        row->addWidget(tile, 1);
        connect(tile, &StatTile::clicked, this, [this, page, what] { Q_EMIT openRequested(page, what); });
    };
    add(m_requests, PageId::Activity, {});
    add(m_errors, PageId::Activity, tr("error"));
    add(m_fallbacks, PageId::Activity, tr("fallback"));
    add(m_firstToken, PageId::Activity, {});
    add(m_spend, PageId::Spend, {});
}

void StatTiles::show(const engine::Snapshot &snapshot)
{
    using metrics::TrafficMinute;
    const engine::Totals &totals = snapshot.totals;
    m_requests->setFigure(
        bridge::formatRate(totals.requestsPerMinute),
        tr("%1 requests in the last hour").arg(bridge::formatCount(totals.requestsLastHour)));
    m_requests->setHistory(
        history(snapshot, [](const TrafficMinute &m) -> std::optional<double> { return m.requests; }));
    m_errors->setFigure(
        bridge::formatShare(totals.errorsLastHour, totals.requestsLastHour),
        tr("%1 of %2 requests in the last hour ended without a whole answer")
            .arg(bridge::formatCount(totals.errorsLastHour), bridge::formatCount(totals.requestsLastHour)));
    m_errors->setHistory(
        history(snapshot, [](const TrafficMinute &m) -> std::optional<double> { return m.errors; }));
    m_fallbacks->setFigure(bridge::formatCount(totals.fallbacksLastHour),
                           tr("Requests of the last hour that another step answered"));
    m_fallbacks->setHistory(
        history(snapshot, [](const TrafficMinute &m) -> std::optional<double> { return m.fallbacks; }));
    m_firstToken->setFigure(totals.firstTokenP50
                                ? bridge::formatPair(*totals.firstTokenP50, totals.firstTokenP95)
                                : QStringLiteral("–"),
                            tr("Half of the answers began within the first, 95 of 100 within the second"));
    m_firstToken->setHistory(history(snapshot, [](const TrafficMinute &m) -> std::optional<double> {
        return m.firstTokenP50 ? std::optional(base::toMs(*m.firstTokenP50)) : std::nullopt;
    }));
    QString spendNote = tr("Since midnight");
    if (totals.unpricedToday > 0) {
        spendNote = tr("Since midnight; excludes %1 attempts without a price").arg(totals.unpricedToday);
    }
    m_spend->setFigure(bridge::formatSpend(totals.spendToday), spendNote);
    double sum = 0;
    m_spend->setHistory(history(snapshot, [&sum](const TrafficMinute &m) -> std::optional<double> {
        sum += static_cast<double>(m.spend.nano);
        return sum;
    }));
}

} // namespace signalbox::overview
