// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/record/events/outcome.h"

// The circuit breaker as values: what it knows, whether it admits a try, what an outcome makes of it. Pure;
// the book of all breakers is health_book.h. Rules and times are those of core/request/health/README.md.
namespace signalbox::health {

enum class BreakerState : std::uint8_t { Closed, Open, HalfOpen };
std::string_view toText(BreakerState state);

struct Breaker {
    BreakerState state = BreakerState::Closed;
    base::SteadyTime openUntil{};
    std::uint64_t generation = 0; ///< counts the changes of state: results of an older one do not count
    bool probeRunning = false;
    events::Outcome cause = events::Outcome::Answered; ///< what opened it last
    double failuresInRow = 0;                          ///< an empty answer counts half
    int openings = 0; ///< in a row, without a success between: the open time grows
    struct Past {
        base::SteadyTime at;
        bool failed;
    };
    std::deque<Past> recent; ///< at most 20, at most 60 s old
};

enum class Admission : std::uint8_t { Allowed, AllowedAsProbe, Open, ProbeRunning };

/// Would a try be let through now?
Admission wouldAdmit(const Breaker &breaker, base::SteadyTime now);
/// Notes that a try has begun. `admission` is what wouldAdmit() said at the same `now`.
void begin(Breaker &breaker, Admission admission);

struct Result {
    events::Outcome outcome = events::Outcome::Answered;
    std::optional<base::Duration> retryAfter; ///< as the provider said, already capped and never negative
    std::uint64_t generation = 0;             ///< of the breaker when the try began
    bool probe = false;
    bool firstOfRequest = true; ///< tries of one request on one target count once
};

/// What the result makes of the breaker. `jitter` in [0, 1).
void finish(Breaker &breaker, const Result &result, base::SteadyTime now, double jitter);

/// How long a breaker stays open for this outcome at its n-th opening in a row (from 0), without jitter; no
/// value: until somebody acts.
std::optional<base::Duration> openTime(events::Outcome outcome, int openings,
                                       std::optional<base::Duration> retryAfter);

} // namespace signalbox::health
