// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/money.h"
#include "core/foundation/base/random.h"
#include "core/foundation/config/chain_config.h"
#include "core/record/events/outcome.h"
#include "core/request/health/target.h"
#include "core/request/routing/facts.h"
#include "core/request/routing/model_catalogue.h"

namespace signalbox::routing {

/// What is known of a step when a request is planned; one for each step of the chain, in its order.
struct StepFacts {
    bool local = false; ///< tagged so: private requests may go there
    ModelFacts model;
    std::optional<base::Money> likelyCost; ///< of this request; none: the price is not known
    std::optional<base::Money> worstCost;  ///< with all the output that is allowed
    health::Load load;
    bool admitted = true; ///< health lets it be tried now
};

struct PlannedStep {
    std::size_t index = 0; ///< in ChainConfig::steps
    int tier = 1;
    std::optional<events::SkipReason> barred; ///< it must not be tried for this request, and why …
    std::string why;                          ///< … in detail, for people; also what could not be checked
    std::int64_t fitTokens = 0;               ///< fit the prompt to this many tokens first; 0: it fits
    base::Duration firstToken{};              ///< how long to wait for the first token
};

/// Every step of the chain once, in the order of trying.
struct Plan {
    std::vector<PlannedStep> steps;
    bool cannotBePrivate = false; ///< the request is private, and no local step may be tried
};

struct PlanInput {
    const config::ChainConfig &chain;
    std::span<const StepFacts> steps;
    /// Null only where needsFacts() of the chain says no and the request is not private: then no bar but
    /// Disabled, and conditions must not be there.
    const Facts *facts = nullptr;
    std::optional<std::size_t> home;    ///< the session's: first, if it may be tried and is admitted
    std::optional<std::size_t> standIn; ///< where the session was served last: else this one, likewise
};

/// Which steps may be tried and in what order. Pure but for `random`.
Plan makePlan(const PlanInput &input, base::Random &random);

} // namespace signalbox::routing
