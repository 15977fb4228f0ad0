// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/drill/drill_order.h"
#include "core/engine/machine/network_state.h"
#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"
#include "core/record/events/event.h"
#include "core/record/metrics/views.h"

// What the window draws: a picture of the engine at one moment, made on its thread and never changed
// afterwards.
namespace signalbox::engine {

/// One step × model × key as the breaker sees it.
struct BreakerView {
    std::string provider;
    std::string model;
    std::string state; ///< "closed", "open", "half-open"
    std::optional<base::WallTime> until;
    std::optional<events::Outcome> cause;
    int failuresInRow = 0;
    bool misconfigured = false; ///< its certificate does not hold
    bool paused = false;        ///< by hand, alone or with its provider
    bool forced = false;        ///< held open by hand
    bool offline = false;       ///< not to be reached: this machine has no network
};

struct ProviderHealth {
    std::string provider;
    /// The worst breaker of its models; "closed" when there is none.
    std::string state = "closed";
    std::optional<base::WallTime> until;
    std::optional<events::Outcome> cause;
    bool paused = false;       ///< by hand, with all its models
    std::int64_t attempts = 0; ///< in the last hour
    std::int64_t failures = 0;
    std::optional<base::Duration> firstTokenP50;
    std::optional<base::Duration> firstTokenP95;
    base::Money spendToday;
    std::int64_t unpricedToday = 0;
    std::vector<BreakerView> breakers;
};

using drill::DrillOrder;
using drill::DrillView;
using machine::NetworkState;
using metrics::FeedEntry;
using metrics::InFlight;
using metrics::Totals;
using metrics::TrafficMinute;

struct Snapshot {
    base::WallTime at;
    NetworkState network;
    Totals totals;
    std::vector<TrafficMinute> minutes;    ///< the last 60, oldest first
    std::vector<ProviderHealth> providers; ///< in the order of the configuration
    std::vector<DrillView> drills;         ///< running, oldest first
    std::vector<InFlight> inFlight;
    std::vector<FeedEntry> feed; ///< newest first, at most 100
};

} // namespace signalbox::engine
