// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/request/provider/fault.h"

namespace signalbox::chain {

/// A fault made on purpose at one step of a chain, for a while.
struct Drill {
    int id = 0; ///< given by the book
    std::string chain;
    int step = 1; ///< from 1
    provider::FaultPlan plan;
    std::optional<base::SteadyTime> until; ///< none: no end by time
    int requestsLeft = -1;                 ///< -1: no end by count
};

/// The drills that are running. A value; the engine's one is used on its thread.
class DrillBook
{
public:
    /// Replaces one of the same step. Returns its id, counted from 1.
    int start(Drill drill);
    /// False: it was not running, or is over by now.
    bool stop(int id);

    /// What shall go wrong with an attempt that begins now; takes one request of the drill's count.
    std::optional<provider::FaultPlan> take(std::string_view chain, int step, base::SteadyTime now);
    bool isDrilled(std::string_view chain, int step, base::SteadyTime now) const;

    std::vector<Drill> list(base::SteadyTime now) const;
    /// Those that are over, in whatever way, since this was last asked.
    std::vector<Drill> takeEnded(base::SteadyTime now);
    /// When the next one ends by time.
    std::optional<base::SteadyTime> nextEnd() const;

private:
    std::vector<Drill> m_running;
    std::vector<Drill> m_ended;
    int m_lastId = 0;
};

} // namespace signalbox::chain
