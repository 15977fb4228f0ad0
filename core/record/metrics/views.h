// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"
#include "core/record/events/event.h"

// What metrics can tell at any moment, as plain values.
namespace signalbox::metrics {

/// One minute of traffic.
struct TrafficMinute {
    base::WallTime start;
    struct ByProvider {
        std::string provider;
        int answered = 0;
        int failed = 0;
        bool open = false; ///< its breaker was open for some of that minute
    };
    std::vector<ByProvider> providers;
    int requests = 0;
    int errors = 0; ///< requests that ended without a whole answer, cancelled ones not counted
    int fallbacks = 0;
    std::optional<base::Duration> firstTokenP50;
    base::Money spend;
};

struct InFlight {
    base::RequestId id;
    std::string client;
    std::string chain;
    std::string provider; ///< being tried now
    std::string model;
    int step = 0;
    base::WallTime startedAt;
    base::Duration elapsed{};
    std::int64_t tokens = 0; ///< pieces of content so far; 0: waiting
};

struct FeedEntry {
    events::Event event;      ///< AttemptEnded that failed, RequestEnded by fallback, BreakerChanged, Notice
    std::uint64_t number = 0; ///< counts up, so that a reader can tell what is new
};

/// One provider: counters and percentiles of the last hour, spend of today.
struct ProviderTraffic {
    std::string provider;
    std::int64_t attempts = 0;
    std::int64_t failures = 0; ///< what a provider can be blamed for, see isFailure()
    std::optional<base::Duration> firstTokenP50;
    std::optional<base::Duration> firstTokenP95;
    base::Money spendToday;
    std::int64_t unpricedToday = 0;
};

struct Totals {
    double requestsPerMinute = 0; ///< the last full minute's, or this one's so far if that is more
    std::int64_t requestsLastHour = 0;
    std::int64_t errorsLastHour = 0;
    std::int64_t fallbacksLastHour = 0;
    std::int64_t fallbacksLast5Min = 0;
    std::optional<base::Duration> firstTokenP50;
    std::optional<base::Duration> firstTokenP95;
    base::Money spendToday; ///< since local midnight
    std::int64_t unpricedToday = 0;
    std::int64_t ledgerLost = 0; ///< rows that could not be kept
};

/// Everything metrics know at one moment.
struct Views {
    Totals totals;
    std::vector<TrafficMinute> minutes;     ///< 60, oldest first; the last one is under way
    std::vector<ProviderTraffic> providers; ///< by name
    std::vector<InFlight> inFlight;         ///< oldest first
    std::vector<FeedEntry> feed;            ///< newest first, at most 100
};

} // namespace signalbox::metrics
