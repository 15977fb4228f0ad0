// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/request/chain/setup.h"
#include "core/request/health/health_book.h"
#include "core/request/routing/facts.h"
#include "tests/support/differential/watched_attempts.h"

namespace signalbox::test {

/// One request of a case.
struct RequestPlan {
    base::Duration pause{}; ///< since the one before
    bool stream = false;
    std::optional<base::Duration> deadline;
    std::string session; ///< empty: none
    int spent = -1;      ///< the budget of the provider of this step is spent; -1: none is
    Scripts scripts;
    std::uint64_t seed = 1; ///< of the walk's chance
    bool operator==(const RequestPlan &) const = default;
};

/// Something that has happened to a step's target before.
struct Past {
    std::size_t step = 0;
    events::Outcome outcome = events::Outcome::Answered;
    std::optional<base::Duration> retryAfter;
    base::Duration took{};
    int times = 1;
    int hanging = 0;     ///< requests that still wait for a whole answer of it
    bool forced = false; ///< held open by hand
    bool paused = false; ///< by hand
};

/// A chain, its past and a few requests one after the other, all of it from one seed. No two times of
/// different attempts are the same, so that their order is never a matter of taste.
struct RandomCase {
    std::uint64_t seed = 0;
    std::shared_ptr<const chain::Setup> setup;
    std::vector<Past> past;
    std::vector<RequestPlan> requests;

    std::shared_ptr<const config::ChainConfig> chain() const;
    /// Nothing is random here: the same book each time.
    health::HealthBook book(base::SteadyTime now) const;
    std::string text() const;
    /// What is known of the request; null where no step asks.
    std::unique_ptr<routing::Facts> facts(const RequestPlan &plan) const;
};

RandomCase makeCase(std::uint64_t seed);

} // namespace signalbox::test
