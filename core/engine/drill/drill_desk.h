// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/engine/drill/drill_order.h"
#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"
#include "core/record/events/event.h"
#include "core/request/chain/drill_book.h"

namespace signalbox::drill {

/// Starts and ends drills, and cleans up behind them: as soon as nobody drills a target any more, its breaker
/// is reset, so that a rehearsal does not keep a healthy provider out. Engine thread; owned by the core.
class DrillDesk
{
public:
    static constexpr base::Duration kLongest = std::chrono::hours(24);
    static constexpr int kMostRequests = 10'000;

    struct Deps {
        base::Clock &clock;
        chain::DrillBook &book;
        std::function<std::shared_ptr<const config::Config>()> config; ///< the current one
        std::function<void(const std::string &provider, const std::string &model)> reset;
        std::function<void(std::string chain, std::string text)> tell; ///< for the event feed
    };
    explicit DrillDesk(Deps deps);

    /// Its id. NotFound: no such chain or step. InvalidArgument: no end, or one too far.
    base::Result<int> start(const DrillOrder &order);
    /// 0: all of them. NotFound: it is not running.
    base::Result<void> stop(int id);
    std::vector<DrillView> views() const;

    /// A drilled attempt has ended, and its breaker has heard of it: perhaps it was the last of its drill.
    void attemptEnded(const events::AttemptEnded &ended);

private:
    using Target = std::pair<std::string, std::string>; ///< provider, model
    Target targetOf(const chain::Drill &drill) const;
    void tidy();
    void waitForNext();

    Deps m_deps;
    std::set<Target> m_shaken; ///< that drilled attempts may have left with an open breaker
    std::unique_ptr<base::Timer> m_timer;
};

} // namespace signalbox::drill
