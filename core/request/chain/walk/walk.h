// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/foundation/base/random.h"
#include "core/record/events/attempt_kind.h"
#include "core/request/chain/walk/limits.h"
#include "core/request/chain/walk/next_step.h"
#include "core/request/chain/walk/travel.h"
#include "core/request/dialect/chat_continue.h"

namespace signalbox::chain {

/// One step as the walk sees it: all that is known before its turn.
struct WalkStep {
    std::size_t index = 0; ///< in the chain
    int tier = 1;
    const config::StepConfig *config = nullptr;
    health::Target target;
    std::string key;        ///< its name, where the provider has several
    bool alternate = false; ///< the step stands there already, with another key
    std::optional<events::SkipReason> barred;
    std::string why;
    base::Duration firstToken{}; ///< its limit
    std::optional<base::Money> likelyCost;
    health::Limits limits;                           ///< of its provider, set by the user
    std::optional<dialect::ContinueStyle> continues; ///< how it goes on with a partial answer, if it can
    std::int64_t fitTokens = 0;                      ///< the prompt is cut down to this; 0: it is not
    std::int64_t tokens = 0;                         ///< of the prompt, estimated
    std::int64_t contextTokens = 0;                  ///< of the model; 0: not known
};

struct WalkInput {
    std::shared_ptr<const config::ChainConfig> chain;
    std::vector<WalkStep> steps; ///< in the order in which they are tried
    Travel travel = Travel::Whole;
    std::size_t promptBytes = 0;
    base::SteadyTime deadline{};
};

// What the walk wants done. `step` counts in WalkInput::steps.
struct StartAttempt {
    int lane = 0;
    std::size_t step = 0;
    events::AttemptKind kind = events::AttemptKind::First;
    AttemptLimits limits;
    bool refusalPasses = true; ///< a refusal is an answer
    health::BreakerState before = health::BreakerState::Closed;
};
struct SkipStep {
    std::size_t step = 0;
    events::SkipReason reason = events::SkipReason::NotNeeded;
    std::string why;
    std::optional<base::Duration> backIn;
    bool rateLimited = false;
};
struct DropAttempt { ///< another one answered first; its end is to be reported as Superseded
    int lane = 0;
};
struct ShowAttempt { ///< what it has and what comes goes to the client
    int lane = 0;
};
struct BreakerMoved {
    std::size_t step = 0;
    health::BreakerState from = health::BreakerState::Closed;
    health::View to;
};
struct EndWalk {
    enum class How : std::uint8_t {
        Answered,
        Final,       ///< the outcome of `lane` is the client's own business
        Exhausted,   ///< nothing is left to try
        Interrupted, ///< content had been shown
    };
    How how = How::Exhausted;
    int lane = 0;
};
using Command = std::variant<StartAttempt, SkipStep, DropAttempt, ShowAttempt, BreakerMoved, EndWalk>;
using Commands = std::vector<Command>;

/// How an attempt ended, as far as the next step depends on it.
struct AttemptEnd {
    Judgement judgement;
    std::optional<base::Duration> retryAfter;
    std::optional<base::Duration> firstToken; ///< from the start of the attempt
    base::Duration took{};
    std::optional<base::Money> cost;
    std::optional<std::int64_t> tokens; ///< what it really used, for the provider's limit
    bool misconfigured = false;         ///< a certificate was refused
    bool answerable = true;             ///< there is something to hand on, whatever it says
    bool continuable = false;           ///< what was shown can be gone on from
};

/// One request's way through its chain: which attempt starts when, which one answers, when it is over. It
/// does nothing itself and knows no clock: it is told what happened and when, and answers with commands.
/// Production, preview, drill and simulation carry out the same walk. Engine thread; owned by what carries it
/// out; writes to the health book and nothing else.
class Walk
{
public:
    Walk(WalkInput input, health::HealthBook &health, base::Random &random);

    Commands begin(base::SteadyTime now);
    /// The first content of the lane has come.
    void content(int lane);
    /// The lane has what may be shown.
    Commands ready(int lane, base::SteadyTime now);
    Commands ended(int lane, const AttemptEnd &end, base::SteadyTime now);
    /// The lane could not be begun after all; nobody has heard of it.
    Commands notMade(int lane, base::SteadyTime now);
    /// wakeAt() has come.
    Commands due(base::SteadyTime now);
    /// The request is over for a reason of its own: takes note of the lane's end and goes nowhere.
    Commands abandoned(int lane, const AttemptEnd &end, base::SteadyTime now);

    /// When due() is to be called, whatever else happens.
    std::optional<base::SteadyTime> wakeAt() const;
    const WalkInput &input() const { return m_input; }
    bool showing() const { return m_shown; }
    /// Breaker after the latest end, for the record.
    const health::View &lastView() const { return m_lastView; }

private:
    struct Lane {
        int id = 0;
        std::size_t step = 0;
        health::Ticket ticket;
        health::Booking booking;
        events::AttemptKind kind = events::AttemptKind::First;
        bool refusalPasses = true;
    };
    struct Progress { ///< of a step
        int tries = 0;
        bool waiting = false;   ///< for it to be let through again
        bool waitedFor = false; ///< and tried then: once is enough
    };
    enum class Waiting : std::uint8_t { No, SameStep, Soonest };

    const config::ChainPolicy &policy() const { return m_input.chain->policy; }
    base::Duration left(base::SteadyTime now) const { return m_input.deadline - now; }
    double retryShare() const { return policy().retryBudget / 100.0; }
    bool mayAddTry(base::SteadyTime now) const;
    std::optional<SkipStep> whyNot(std::size_t step, base::SteadyTime now) const;
    std::optional<SkipStep> beyondMeans(std::size_t step, base::SteadyTime now) const;
    bool laterStepAdmits(std::size_t step, base::SteadyTime now) const;
    AttemptLimits limitsFor(std::size_t step, base::SteadyTime now) const;
    base::Duration contentLimitOf(const WalkStep &step) const;
    bool lastHope(std::size_t step) const;

    bool startNext(events::AttemptKind kind, base::SteadyTime now, Commands &out);
    void start(std::size_t step, events::AttemptKind kind, base::SteadyTime now, Commands &out);
    void startBeside(base::SteadyTime now, Commands &out);
    void armHedge(base::SteadyTime now);
    bool nextIsBeside() const;
    void goOn(const Lane &lane, const AttemptEnd &end, base::SteadyTime now, Commands &out);
    bool hasOtherKey(const Lane &lane, events::Outcome outcome, base::SteadyTime now);
    bool tryAgain(const Lane &lane, const After &after, base::SteadyTime now);
    void afterShown(const Lane &lane, const AttemptEnd &end, base::SteadyTime now, Commands &out);
    void waitOrGiveUp(base::SteadyTime now, Commands &out);
    std::optional<base::SteadyTime> backAt(std::size_t step, base::SteadyTime now) const;
    void retryWaited(base::SteadyTime now, Commands &out);
    void noteEnd(const Lane &lane, const AttemptEnd &end, base::SteadyTime now, Commands &out);
    void finish(EndWalk::How how, int lane, Commands &out);

    WalkInput m_input;
    health::HealthBook &m_health;
    base::Random &m_random;
    std::vector<Progress> m_progress;
    std::vector<Lane> m_lanes;
    std::size_t m_next = 0; ///< the step whose turn comes
    int m_attempts = 0;
    int m_refusals = 0;
    std::int64_t m_tooSmall = 0;          ///< the largest context that the prompt did not fit into
    std::vector<std::size_t> m_notTheKey; ///< steps of the chain that failed for another reason
    base::Money m_spent;
    Waiting m_waiting = Waiting::No;
    std::size_t m_again = 0; ///< the step to be tried again
    std::optional<base::SteadyTime> m_wakeAt;
    std::optional<base::SteadyTime> m_hedgeAt;
    std::optional<int> m_final; ///< the lane whose outcome ends the request unless another one answers
    health::View m_lastView;
    int m_shownLane = 0; ///< the latest
    bool m_shown = false;
    bool m_continuing = false;
    bool m_over = false;
};

} // namespace signalbox::chain
