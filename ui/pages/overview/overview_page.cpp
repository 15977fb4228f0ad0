// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/overview_page.h"

#include <QBoxLayout>
#include <QPointer>

#include "ui/bridge/engine_bridge.h"
#include "ui/pages/overview/endpoint_card.h"
#include "ui/pages/overview/feed_card.h"
#include "ui/pages/overview/first_run_card.h"
#include "ui/pages/overview/health_card.h"
#include "ui/pages/overview/in_flight_card.h"
#include "ui/pages/overview/stat_tiles.h"
#include "ui/pages/overview/traffic_card.h"
#include "ui/widgets/scroll_page.h"

namespace signalbox::overview {

OverviewPage::OverviewPage(const shell::PageContext &context, QWidget *parent)
    : Page(parent),
      m_context(context),
      m_endpoint(new EndpointCard(context)),
      m_firstRun(new FirstRunCard(context)),
      m_tiles(new StatTiles),
      m_health(new HealthCard(context)),
      m_traffic(new TrafficCard(context)),
      m_feed(new FeedCard(context)),
      m_inFlight(new InFlightCard(context))
{
    layOut();
    connect(m_endpoint, &EndpointCard::openRequested, this, &Page::openRequested);
    connect(m_firstRun, &FirstRunCard::openRequested, this, &Page::openRequested);
    connect(m_firstRun, &FirstRunCard::hideRequested, this, [this] { showFirstRun(false); });
    connect(m_tiles, &StatTiles::openRequested, this, &Page::openRequested);
    connect(m_feed, &FeedCard::openRequested, this, &Page::openRequested);
    connect(&context.bridge, &bridge::EngineBridge::snapshotChanged, this, &OverviewPage::refresh);
    const auto onState = [this] {
        m_endpoint->refresh();
        m_firstRun->refresh();
        refresh();
    };
    connect(&context.bridge, &bridge::EngineBridge::serverChanged, this, onState);
    connect(&context.bridge, &bridge::EngineBridge::configChanged, this, onState);
}

void OverviewPage::layOut()
{
    auto *page = new widgets::ScrollPage;
    page->setAccessibleName(title());
    QVBoxLayout *column = page->column();
    column->addWidget(m_endpoint);
    column->addWidget(m_firstRun);
    column->addWidget(m_tiles);
    column->addWidget(m_health);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(12);
    middle->addWidget(m_traffic, 7);
    middle->addWidget(m_feed, 4);
    m_traffic->setMinimumHeight(230);
    column->addLayout(middle, 1);
    column->addWidget(m_inFlight);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(page);
    showFirstRun(false);
}

void OverviewPage::activated()
{
    m_active = true;
    m_endpoint->refresh();
    m_firstRun->refresh();
    refresh();
    askWhetherUsed();
}

void OverviewPage::refresh()
{
    if (!m_active) {
        return;
    }
    const auto snapshot = m_context.bridge.snapshot();
    m_tiles->show(*snapshot);
    m_health->show(*snapshot);
    m_traffic->show(*snapshot);
    m_feed->show(*snapshot);
    m_inFlight->show(*snapshot);
    if (!m_used && (snapshot->totals.requestsLastHour > 0 || !snapshot->inFlight.empty())) {
        m_used = true;
        showFirstRun(false);
    }
}

// A quiet hour is not a first run: the ledger knows.
void OverviewPage::askWhetherUsed()
{
    if (m_used) {
        return;
    }
    m_context.engine.requests(
        {1, {}, {}, {}}, [page = QPointer(this)](const base::Result<std::vector<ledger::RequestRow>> &rows) {
            if (page && rows && !page->m_used) {
                page->m_used = !rows->empty();
                page->showFirstRun(!page->m_used);
            }
        });
}

void OverviewPage::showFirstRun(bool first)
{
    m_firstRun->setVisible(first || m_firstRun->hasAnswer());
    m_tiles->setVisible(!first);
    m_traffic->setVisible(!first);
    m_feed->setVisible(!first);
    m_inFlight->setVisible(!first);
}

} // namespace signalbox::overview
