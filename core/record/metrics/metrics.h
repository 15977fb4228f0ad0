// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "core/foundation/base/calendar/local_day.h"
#include "core/record/events/event.h"
#include "core/record/metrics/views.h"
#include "core/record/metrics/window.h"

namespace signalbox::metrics {

/// What the window shows live, counted from the events as they happen: rates, percentiles, spend of today,
/// what is in flight and what is worth a line in the feed. Holds the last hour and no more. Owned by the
/// engine, on its thread.
class Metrics final : public events::EventSink
{
public:
    using DayOf = std::function<calendar::LocalSpan(base::WallTime)>;
    explicit Metrics(const base::Clock &clock, DayOf dayOf = calendar::localDayOf);

    void record(const events::Event &event) override;
    /// A running request has had that many pieces of content so far.
    void contentPieces(const base::RequestId &id, std::int64_t pieces);
    /// What a provider has cost since local midnight, before this run; adds to what was counted since.
    void seedSpend(const std::string &provider, base::Money cost, std::int64_t unpriced);
    /// As the ledger counts them.
    void setLedgerLost(std::int64_t rows) { m_ledgerLost = rows; }

    /// Everything as of now.
    Views views();

private:
    struct Running {
        InFlight view;
        base::SteadyTime startedAt;
    };
    struct Spend {
        base::Money cost;
        std::int64_t unpriced = 0;
    };

    void count(const events::RequestStarted &started);
    void count(const events::AttemptStarted &started);
    void count(const events::AttemptEnded &ended);
    void count(const events::StepSkipped &) {}
    void count(const events::RequestEnded &ended);
    void count(const events::BreakerChanged &changed);
    void count(const events::Notice &) {}
    void feed(const events::Event &event);
    void turnDay();
    Totals totals() const;
    std::vector<ProviderTraffic> providers() const;
    std::vector<InFlight> inFlight() const;

    const base::Clock &m_clock;
    DayOf m_dayOf;
    calendar::LocalSpan m_today;
    Window m_window;
    std::unordered_map<std::string, Running> m_running;
    std::map<std::string, Spend> m_spendToday;
    std::deque<FeedEntry> m_feed; ///< newest first
    std::uint64_t m_feedNumber = 0;
    std::int64_t m_ledgerLost = 0;
};

/// Whether an outcome is one that a provider can be blamed for: not an answer, not the client's own doing.
bool isFailure(events::Outcome outcome);

} // namespace signalbox::metrics
