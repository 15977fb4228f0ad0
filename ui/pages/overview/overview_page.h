// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

namespace signalbox::overview {

class EndpointCard;
class FeedCard;
class FirstRunCard;
class HealthCard;
class InFlightCard;
class StatTiles;
class TrafficCard;

/// How things are now: one look answers "do my requests get through, and what does it cost".
class OverviewPage : public shell::Page
{
    Q_OBJECT

public:
    explicit OverviewPage(const shell::PageContext &context, QWidget *parent = nullptr);

    QString title() const override { return tr("Overview"); }
    void activated() override;
    void deactivated() override { m_active = false; }

private:
    void layOut();
    void refresh();
    void askWhetherUsed();
    void showFirstRun(bool first);

    shell::PageContext m_context;
    EndpointCard *m_endpoint;
    FirstRunCard *m_firstRun;
    StatTiles *m_tiles;
    HealthCard *m_health;
    TrafficCard *m_traffic;
    FeedCard *m_feed;
    InFlightCard *m_inFlight;
    bool m_active = false;
    bool m_used = false; ///< a request is known to have come, some time
};

} // namespace signalbox::overview
