// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/foundation/config/config.h"
#include "core/record/events/outcome.h"
#include "core/request/chain/walk/judge.h"
#include "core/request/health/health_book.h"

// What comes after an attempt, and whether a step is tried at all. Pure.
namespace signalbox::chain {

/// What is known of a step's provider before any step's turn comes.
struct StepState {
    bool enabled = true;
    bool providerExists = true;
    bool providerEnabled = true;
    bool usable = true; ///< its configuration makes a target we can speak to
    bool keyAvailable = true;
};

/// Why the configuration keeps the step from being tried; no value: nothing does.
std::optional<events::SkipReason> wouldBar(const StepState &state);
/// Why its target admits nobody now; no value: it does.
std::optional<events::SkipReason> wouldSkip(const health::View &view);
/// Does the outcome lead to another step, as the chain wants it?
bool leadsOn(events::Outcome outcome, const config::FallbackOn &on);

enum class Next : std::uint8_t {
    SameStep, ///< after the wait
    NextStep,
    Stop, ///< the client gets this outcome
};

struct After {
    Next next = Next::Stop;
    base::Duration wait{};
};

struct Attempted {
    Judgement judgement;
    int tries = 1; ///< on this step, this one included
    std::optional<base::Duration> retryAfter;
    base::Duration left{}; ///< until the deadline
};

/// `jitter` in [0, 1).
After afterAttempt(const Attempted &attempted, const config::StepConfig &step,
                   const config::ChainPolicy &policy, double jitter);

} // namespace signalbox::chain
