// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/chain/exchange.h"

namespace signalbox::chain {

/// One attempt of an exchange, and what the exchange remembers of it.
struct Exchange::Lane final : AttemptRunObserver {
    Lane(Exchange &owner, const StartAttempt &how) : exchange(owner), start(how) {}
    void onContent() override { exchange.onContent(start.lane); }
    void onReady() override { exchange.onReady(start.lane); }
    void onRelay(std::string_view bytes) override { exchange.onRelay(start.lane, bytes); }
    void onEnd(AttemptReport report) override { exchange.onEnd(start.lane, std::move(report)); }

    Exchange &exchange;
    StartAttempt start;
    int number = 0; ///< among those that were made
    base::SteadyTime at{};
    base::WallTime wall{};
    std::optional<provider::FaultPlan> drill;    ///< made to go wrong
    base::Dialect dialect = base::Dialect::Chat; ///< in which it is asked
    std::string note;                            ///< what was changed in the request for it
    std::vector<std::string> dropped;            ///< what its dialect has no words for
    std::unique_ptr<AttemptRun> run;
};

} // namespace signalbox::chain
