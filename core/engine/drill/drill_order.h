// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/request/provider/fault.h"

namespace signalbox::drill {

/// A fault to be made on purpose at one step of a chain, in live traffic. It ends with its requests or its
/// time, whichever comes first; one of the two must be given.
struct DrillOrder {
    std::string chain;
    int step = 1; ///< from 1
    provider::FaultPlan plan;
    int requests = 0;      ///< how many requests get it; 0: all until the time
    base::Duration time{}; ///< 0: until the requests are used up
};

/// A drill that is running.
struct DrillView {
    int id = 0;
    std::string chain;
    int step = 1;
    std::string provider; ///< of the step, as the chain is now; empty: it has no such step any more
    std::string model;
    provider::FaultPlan plan;
    std::optional<base::WallTime> until;
    std::optional<int> requestsLeft;
};

} // namespace signalbox::drill
