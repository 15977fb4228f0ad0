// SPDX-License-Identifier: GPL-3.0-or-later
// Which step a walk tries when, and for how long.
#include <algorithm>

#include "core/request/chain/walk/walk.h"
#include "core/request/chain/walk/walk_words.h"

namespace signalbox::chain {

using config::Strategy;
using events::AttemptKind;
using events::SkipReason;
using namespace std::chrono_literals;

namespace {
/// How soon a half-open target is looked at again: when the other request's probe ends is not known.
constexpr base::Duration kLookAgain = 250ms;
} // namespace

bool Walk::startNext(AttemptKind kind, base::SteadyTime now, Commands &out)
{
    for (; m_next < m_input.steps.size(); ++m_next) {
        if (auto skip = whyNot(m_next, now)) {
            out.emplace_back(*std::move(skip));
            continue;
        }
        start(m_next++, kind, now, out);
        return true;
    }
    return false;
}

void Walk::start(std::size_t index, AttemptKind kind, base::SteadyTime now, Commands &out)
{
    const WalkStep &step = m_input.steps[index];
    StartAttempt attempt{.lane = ++m_attempts, .step = index, .kind = kind, .limits = limitsFor(index, now)};
    const config::FallbackOn &on = policy().fallbackOn;
    attempt.refusalPasses = !on.refusal || (on.refusalOnce && m_refusals > 0) || lastHope(index);
    ++m_progress[index].tries;
    Lane lane{.id = attempt.lane, .step = index, .kind = kind, .refusalPasses = attempt.refusalPasses};
    lane.ticket = m_input.travel == Travel::Whole
                      ? m_health.beginWhole(step.target, now,
                                            {attempt.limits.content, step.firstToken, m_input.promptBytes})
                      : m_health.begin(step.target, now, attempt.limits.content);
    attempt.before = lane.ticket.before;
    if (step.limits != health::Limits{}) {
        lane.booking = m_health.localLimits().begin(step.target.provider, step.tokens, now);
    }
    if (attempt.before == health::BreakerState::Open) {
        out.emplace_back(BreakerMoved{index, attempt.before, m_health.view(step.target, now)});
    }
    m_lanes.push_back(lane);
    out.emplace_back(attempt);
    armHedge(now);
}

/// Is the step whose turn comes one that may run beside those that run?
bool Walk::nextIsBeside() const
{
    const Strategy strategy = m_input.chain->strategy;
    if ((strategy != Strategy::Race && strategy != Strategy::Hedged) || m_lanes.empty() || m_shown || m_final
        || m_next >= m_input.steps.size() || m_input.steps[m_next].alternate) {
        return false;
    }
    return m_input.steps[m_next].tier == m_input.steps[m_lanes.back().step].tier;
}

void Walk::armHedge(base::SteadyTime now)
{
    if (m_input.chain->strategy == Strategy::Hedged && nextIsBeside()) {
        m_hedgeAt = now + policy().hedgeAfter;
    }
}

/// A race starts all of its tier at once; a hedge starts one more when its time has come.
void Walk::startBeside(base::SteadyTime now, Commands &out)
{
    const bool race = m_input.chain->strategy == Strategy::Race;
    const bool hedgeIsDue = !race && !m_hedgeAt;
    while ((race || hedgeIsDue) && nextIsBeside() && mayAddTry(now)) {
        if (auto skip = whyNot(m_next, now)) {
            out.emplace_back(*std::move(skip));
            ++m_next;
            continue;
        }
        m_health.retryBudget().spend(m_input.chain->id, now);
        start(m_next++, race ? AttemptKind::Race : AttemptKind::Hedge, now, out);
        if (!race) {
            return;
        }
    }
}

bool Walk::mayAddTry(base::SteadyTime now) const
{
    return m_health.retryBudget().wouldAllow(m_input.chain->id, retryShare(), now);
}

/// No step behind this one is left for a refusal to go to.
bool Walk::lastHope(std::size_t index) const
{
    return std::none_of(m_input.steps.begin() + static_cast<std::ptrdiff_t>(index) + 1, m_input.steps.end(),
                        [own = m_input.steps[index].index](const WalkStep &step) {
                            return !step.barred && step.index != own;
                        });
}

std::optional<SkipStep> Walk::whyNot(std::size_t index, base::SteadyTime now) const
{
    const WalkStep &step = m_input.steps[index];
    if (step.barred) {
        return SkipStep{index, *step.barred, step.why};
    }
    if (step.alternate && m_progress[index].tries == 0
        && std::ranges::find(m_notTheKey, step.index) != m_notTheKey.end()) {
        return SkipStep{index, SkipReason::NotNeeded, "what went wrong with the step was not the key"};
    }
    if (m_continuing && !step.continues) {
        return SkipStep{index, SkipReason::Capability, "its model cannot go on with a partial answer"};
    }
    if (m_tooSmall > 0 && step.contextTokens > 0 && step.contextTokens <= m_tooSmall) {
        return SkipStep{index, SkipReason::ContextTooSmall, "the prompt was too long for as much context"};
    }
    const health::View view = m_health.view(step.target, now);
    if (const auto reason = wouldSkip(view)) {
        SkipStep skip{index, *reason, whyClosed(view, *reason, now)};
        if (*reason == SkipReason::BreakerOpen && view.openUntil != base::SteadyTime::max()) {
            skip.backIn = view.openUntil - now;
            skip.rateLimited = view.cause == events::Outcome::RateLimited;
        }
        return skip;
    }
    if (view.suspect && laterStepAdmits(index, now)) {
        return SkipStep{index, SkipReason::BreakerOpen, "others have been waiting for it for too long"};
    }
    return beyondMeans(index, now);
}

/// Time, money and the provider's own limits.
std::optional<SkipStep> Walk::beyondMeans(std::size_t index, base::SteadyTime now) const
{
    const WalkStep &step = m_input.steps[index];
    if (!m_shown && left(now) <= 0ns) {
        return SkipStep{index, SkipReason::DeadlineSpent};
    }
    base::Money spent = m_spent;
    for (const Lane &running : m_lanes) {
        spent += m_input.steps[running.step].likelyCost.value_or(base::Money{});
    }
    if (policy().maxCost && step.likelyCost && spent + *step.likelyCost > *policy().maxCost) {
        return SkipStep{index, SkipReason::CostLimit,
                        "the request has cost " + base::formatDollars(spent) + " USD already"};
    }
    if (step.limits == health::Limits{}) {
        return std::nullopt;
    }
    const auto free = m_health.localLimits().wouldWait(step.target.provider, step.limits, step.tokens, now);
    if (free) {
        return SkipStep{index, SkipReason::LocalLimit, "limit of " + step.target.provider, *free - now, true};
    }
    return std::nullopt;
}

bool Walk::laterStepAdmits(std::size_t index, base::SteadyTime now) const
{
    return std::any_of(m_input.steps.begin() + static_cast<std::ptrdiff_t>(index) + 1, m_input.steps.end(),
                       [&](const WalkStep &step) {
                           const health::View view = m_health.view(step.target, now);
                           return !step.barred && !wouldSkip(view) && !view.suspect;
                       });
}

base::Duration Walk::contentLimitOf(const WalkStep &step) const
{
    const bool streams = m_input.travel != Travel::Whole;
    if (step.config->adaptive) {
        const auto own = streams ? m_health.adaptiveFirstToken(step.target, m_input.promptBytes)
                                 : m_health.adaptiveAnswer(step.target, m_input.promptBytes);
        if (own) {
            return *own;
        }
    }
    return streams ? step.firstToken : step.config->answer;
}

AttemptLimits Walk::limitsFor(std::size_t index, base::SteadyTime now) const
{
    const WalkStep &step = m_input.steps[index];
    AttemptLimits limits{
        .content = contentLimitOf(step), .idle = step.config->idle, .total = step.config->total};
    if (!m_shown) { // the deadline is that of the first content
        std::vector<base::Duration> later;
        for (std::size_t i = m_next + (index == m_next ? 1 : 0); i < m_input.steps.size(); ++i) {
            if (!m_input.steps[i].barred && !m_input.steps[i].alternate) {
                later.push_back(contentLimitOf(m_input.steps[i]));
            }
        }
        limits.content = shareOf(limits.content, left(now), later);
        const bool wholeInTime = m_input.travel == Travel::Held || m_input.travel == Travel::Assembled;
        if (wholeInTime) {
            limits.total =
                shareOf(std::min<base::Duration>(limits.total, step.config->answer), left(now), later);
        }
    }
    limits.connect = std::min<base::Duration>(step.config->connect, limits.content);
    limits.total = std::max(limits.total, base::Duration{1ms});
    return limits;
}

/// When a step that cannot be tried now may be tried again by this request; each is waited for once.
std::optional<base::SteadyTime> Walk::backAt(std::size_t index, base::SteadyTime now) const
{
    const WalkStep &step = m_input.steps[index];
    if (step.barred || m_progress[index].waitedFor) {
        return std::nullopt;
    }
    const health::View view = m_health.view(step.target, now);
    switch (view.admission) {
    case health::Admission::Open:
        return view.openUntil == base::SteadyTime::max() ? std::nullopt : std::optional(view.openUntil);
    case health::Admission::ProbeRunning:
        return now + kLookAgain;
    case health::Admission::Allowed:
    case health::Admission::AllowedAsProbe:
        break;
    default:
        return std::nullopt;
    }
    const auto free =
        step.limits == health::Limits{}
            ? std::nullopt
            : m_health.localLimits().wouldWait(step.target.provider, step.limits, step.tokens, now);
    return free ? std::optional(std::max(*free, now + 1ms)) : std::nullopt;
}

void Walk::waitOrGiveUp(base::SteadyTime now, Commands &out)
{
    std::optional<base::SteadyTime> soonest;
    for (std::size_t i = 0; policy().waitForSoonest && i < m_input.steps.size(); ++i) {
        const auto back = backAt(i, now);
        m_progress[i].waiting = m_progress[i].waiting || back;
        soonest = back && (!soonest || *back < *soonest) ? back : soonest;
    }
    if (!soonest || *soonest >= m_input.deadline) {
        finish(EndWalk::How::Exhausted, 0, out);
        return;
    }
    m_waiting = Waiting::Soonest;
    m_wakeAt = soonest;
}

/// The soonest may be back: the first that can be tried is, in the order of the plan.
void Walk::retryWaited(base::SteadyTime now, Commands &out)
{
    for (std::size_t i = 0; i < m_input.steps.size(); ++i) {
        const bool again = m_progress[i].tries > 0;
        if (!m_progress[i].waiting || m_progress[i].waitedFor || whyNot(i, now)
            || (again && !mayAddTry(now))) {
            continue;
        }
        if (again) {
            m_health.retryBudget().spend(m_input.chain->id, now);
        }
        m_progress[i].waitedFor = true;
        const AttemptKind another = m_attempts == 0 ? AttemptKind::First : AttemptKind::Fallback;
        start(i, again ? AttemptKind::Repeat : another, now, out);
        return;
    }
    waitOrGiveUp(now, out);
}

} // namespace signalbox::chain
