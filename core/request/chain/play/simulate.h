// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <vector>

#include "core/request/chain/play/attempt_script.h"
#include "core/request/chain/step_record.h"
#include "core/request/chain/walk_input.h"

namespace signalbox::chain {

/// A request that is played, not sent.
struct Simulation {
    const Setup &setup;
    WalkRequest request;
    /// How the steps of the chain behave, attempt by attempt, by their index; the last script of a step
    /// stays. A step without any answers at once.
    std::vector<std::deque<AttemptScript>> steps;
    std::uint64_t seed = 1;
};

struct TimelineEntry {
    enum class What : std::uint8_t {
        Started,
        Shown, ///< the client begins to get this attempt's answer
        Ended,
        Skipped,
    };
    base::Duration at{}; ///< since the request came
    What what = What::Started;
    int step = 0;    ///< from 1, in the chain
    int attempt = 0; ///< 0: skipped
    events::AttemptKind kind = events::AttemptKind::First;
    std::optional<events::Outcome> outcome;
    std::optional<events::SkipReason> skipped;
    std::string why;
    bool operator==(const TimelineEntry &) const = default;
};

/// What became of it.
struct Timeline {
    std::vector<TimelineEntry> entries;
    events::RequestOutcome outcome = events::RequestOutcome::Refused;
    int status = 0;
    int servedStep = 0; ///< from 1; 0: none
    int attempts = 0;
    std::optional<base::Duration> firstContent; ///< shown to the client
    base::Duration total{};
    std::optional<base::Money> cost; ///< none: unknown
    std::string error;               ///< for people, where no whole answer was given
    health::HealthBook health;       ///< afterwards
};

/// Plays the request through the walk that production carries out, on a time of its own. Pure: `health` is a
/// copy, and the same seed gives the same timeline. That production does the same over sockets is held by
/// tests/integration/differential_test.cpp.
Timeline simulate(const Simulation &simulation, health::HealthBook health);

} // namespace signalbox::chain
