// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/chain/play/fault_script.h"
#include "core/request/chain/play/simulate.h"

namespace signalbox::chain {

/// A chain to be drilled on paper: every fault against every step, by simulate().
struct ScoreRequest {
    const Setup &setup;
    std::shared_ptr<const config::ChainConfig> chain;
    routing::Facts facts; ///< of the request that is played; whether it streams is set by each play
    base::WallTime at;    ///< for prices
    bool streamed = true; ///< play answers that stream …
    bool whole = true;    ///< … and answers sent whole
    UsualAnswer usual;
    std::uint64_t seed = 1;
};

/// What one fault on one step came to.
struct ScoreCell {
    /// How far it counts against the chain.
    enum class Mark : std::uint8_t {
        Fine,        ///< a whole answer; with every step down: a clear error
        ByPolicy,    ///< no answer, because the chain is told not to go on
        Warning,     ///< interrupted, as midStream "error" has it
        NoOtherStep, ///< no answer, but no other step was left: those before it are down
        NotTried,    ///< this request does not come to the step
        Fails,       ///< no whole answer, though there was a step to go to; or there is only one step
    };
    Mark mark = Mark::Fine;
    std::string note; ///< why, for people; what would help
    events::RequestOutcome outcome = events::RequestOutcome::Refused;
    int status = 0;
    int servedStep = 0; ///< from 1; 0: none
    std::optional<base::Duration> firstContent;
    base::Duration total{};
    int tokens = 0;                       ///< that the client got to see
    std::optional<base::Money> extraCost; ///< against the same without the fault; none: not known
    std::string error;                    ///< the last step's words, where there is no whole answer
    std::vector<TimelineEntry> entries;

    bool answered() const;
};

struct ScoreRow {
    std::optional<provider::Fault> fault; ///< none: every step is down
    std::optional<ScoreCell> streamed;    ///< none: not played
    std::optional<ScoreCell> whole;
};

struct ScoredStep {
    int step = 0; ///< from 1
    std::string provider;
    std::string model;
    std::optional<events::SkipReason> barred; ///< no kind of answer that was played may come from it
    std::string why;
    std::vector<ScoreRow> rows; ///< none if barred
};

struct Scorecard {
    std::vector<ScoredStep> steps;
    ScoreRow everyStepDown;
    int usableSteps = 0; ///< that the request may try; of streamed and whole the fewer

    std::vector<const ScoreCell *> cells() const; ///< all that were played
    bool wouldFail() const;                       ///< the chain would fail its user
};

/// Plays them all. The step under fault is really reached: where it is not by itself, the steps before it are
/// down. Pure; nothing is remembered in `health`.
Scorecard scoreChain(const ScoreRequest &request, const health::HealthBook &health);

} // namespace signalbox::chain
