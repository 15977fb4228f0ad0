// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/walk.h"

#include <algorithm>
#include <utility>

#include "core/request/chain/walk/walk_words.h"

namespace signalbox::chain {

using config::MidStream;
using events::AttemptKind;
using events::Outcome;
using events::SkipReason;
using namespace std::chrono_literals;

namespace {
/// Another key of the same account may fare better, or one of another.
bool isKeysFault(Outcome outcome)
{
    return outcome == Outcome::RateLimited || outcome == Outcome::QuotaSpent
           || outcome == Outcome::KeyRefused;
}

bool isAnswer(Outcome outcome)
{
    return outcome == Outcome::Answered || outcome == Outcome::Refused || outcome == Outcome::Looping
           || outcome == Outcome::BrokenToolCall;
}
} // namespace

Walk::Walk(WalkInput input, health::HealthBook &health, base::Random &random)
    : m_input(std::move(input)), m_health(health), m_random(random), m_progress(m_input.steps.size())
{}

Commands Walk::begin(base::SteadyTime now)
{
    Commands out;
    m_health.retryBudget().request(m_input.chain->id, now);
    if (startNext(AttemptKind::First, now, out)) {
        startBeside(now, out);
    } else {
        waitOrGiveUp(now, out);
    }
    return out;
}

void Walk::content(int lane)
{
    const auto it = std::ranges::find(m_lanes, lane, &Lane::id);
    if (it != m_lanes.end()) {
        m_health.content(it->ticket);
    }
}

Commands Walk::ready(int lane, base::SteadyTime)
{
    Commands out;
    if (m_over || std::exchange(m_shown, true)) {
        // A continuation shows what it has at once; of a race, one has won already.
        if (!m_over && m_continuing) {
            m_shownLane = lane;
            out.emplace_back(ShowAttempt{lane});
        }
        return out;
    }
    m_hedgeAt.reset();
    m_shownLane = lane;
    out.emplace_back(ShowAttempt{lane});
    for (const Lane &other : m_lanes) {
        if (other.id != lane) {
            out.emplace_back(DropAttempt{other.id});
        }
    }
    return out;
}

Commands Walk::ended(int id, const AttemptEnd &end, base::SteadyTime now)
{
    Commands out;
    const auto it = std::ranges::find(m_lanes, id, &Lane::id);
    const Lane lane = *it;
    m_lanes.erase(it);
    noteEnd(lane, end, now, out);
    if (m_over || end.judgement.outcome == Outcome::Superseded) {
        return out;
    }
    if (m_shown) {
        afterShown(lane, end, now, out);
    } else {
        goOn(lane, end, now, out);
    }
    return out;
}

Commands Walk::notMade(int id, base::SteadyTime now)
{
    Commands out;
    const auto it = std::ranges::find(m_lanes, id, &Lane::id);
    const Lane lane = *it;
    m_lanes.erase(it);
    noteEnd(lane, {.judgement = {.outcome = Outcome::ClientGone}}, now, out);
    if (m_shown) {
        if (!startNext(AttemptKind::Continue, now, out)) {
            finish(EndWalk::How::Interrupted, id, out);
        }
    } else if (m_lanes.empty() && !startNext(lane.kind, now, out)) {
        waitOrGiveUp(now, out);
    }
    return out;
}

Commands Walk::abandoned(int id, const AttemptEnd &end, base::SteadyTime now)
{
    Commands out;
    m_over = true;
    m_wakeAt.reset();
    m_hedgeAt.reset();
    const auto it = std::ranges::find(m_lanes, id, &Lane::id);
    if (it != m_lanes.end()) {
        const Lane lane = *it;
        m_lanes.erase(it);
        noteEnd(lane, end, now, out);
    }
    return out;
}

std::optional<base::SteadyTime> Walk::wakeAt() const
{
    if (m_wakeAt && m_hedgeAt) {
        return std::min(*m_wakeAt, *m_hedgeAt);
    }
    return m_wakeAt ? m_wakeAt : m_hedgeAt;
}

Commands Walk::due(base::SteadyTime now)
{
    Commands out;
    if (m_over) {
        return out;
    }
    if (m_hedgeAt && now >= *m_hedgeAt) {
        m_hedgeAt.reset();
        startBeside(now, out);
    }
    if (!m_wakeAt || now < *m_wakeAt) {
        return out;
    }
    m_wakeAt.reset();
    if (std::exchange(m_waiting, Waiting::No) == Waiting::Soonest) {
        retryWaited(now, out);
        return out;
    }
    if (const auto skip = whyNot(m_again, now)) {
        out.emplace_back(*skip);
        if (!startNext(AttemptKind::Fallback, now, out)) {
            waitOrGiveUp(now, out);
        }
        return out;
    }
    start(m_again, AttemptKind::Repeat, now, out);
    return out;
}

/// Ends in an answer, in an end for good, or in more attempts.
void Walk::goOn(const Lane &lane, const AttemptEnd &end, base::SteadyTime now, Commands &out)
{
    const Outcome outcome = end.judgement.outcome;
    const bool refusalPasses = outcome == Outcome::Refused && lane.refusalPasses;
    if (end.answerable && isAnswer(outcome) && (refusalPasses || !leadsOn(outcome, policy().fallbackOn))) {
        for (const Lane &other : m_lanes) {
            out.emplace_back(DropAttempt{other.id});
        }
        finish(EndWalk::How::Answered, lane.id, out);
        return;
    }
    if (outcome == Outcome::ContextTooLong) {
        m_tooSmall = std::max(m_tooSmall, m_input.steps[lane.step].contextTokens);
    }
    m_refusals += outcome == Outcome::Refused ? 1 : 0;
    const Attempted attempted{end.judgement, m_progress[lane.step].tries, end.retryAfter, left(now)};
    const After after = afterAttempt(attempted, *m_input.steps[lane.step].config, policy(), m_random.unit());
    const bool otherKey = hasOtherKey(lane, outcome, now);
    if (after.next == Next::Stop && !otherKey) {
        m_final = lane.id;
    }
    if (!m_lanes.empty()) {
        return; // another one is still at it
    }
    if (m_final) {
        finish(EndWalk::How::Final, *m_final, out);
    } else if (otherKey || !tryAgain(lane, after, now)) {
        if (startNext(AttemptKind::Fallback, now, out)) {
            startBeside(now, out);
        } else {
            waitOrGiveUp(now, out);
        }
    }
}

/// Is there another key for the step whose turn has not come, and would it be admitted? After any failure
/// that is not the key's, its other keys are not tried.
bool Walk::hasOtherKey(const Lane &lane, Outcome outcome, base::SteadyTime now)
{
    const std::size_t own = m_input.steps[lane.step].index;
    if (!isKeysFault(outcome)) {
        m_notTheKey.push_back(own);
        return false;
    }
    for (std::size_t i = m_next; i < m_input.steps.size(); ++i) {
        if (m_input.steps[i].index == own && !whyNot(i, now)) {
            return true;
        }
    }
    return false;
}

/// The same step once more, after a wait: the provider's own, or a back-off.
bool Walk::tryAgain(const Lane &lane, const After &after, base::SteadyTime now)
{
    if (after.next != Next::SameStep || !mayAddTry(now)) {
        return false;
    }
    const WalkStep &step = m_input.steps[lane.step];
    base::Duration wait = after.wait;
    // The failure may have opened the breaker: then this request comes back as its probe, if that is soon.
    const health::View view = m_health.view(step.target, now);
    if (view.admission == health::Admission::Open) {
        wait = std::max(wait, view.openUntil == base::SteadyTime::max() ? left(now) : view.openUntil - now);
        const base::Duration most = std::max<base::Duration>(step.config->patience, after.wait);
        if (wait > most + most / 4) { // open times carry up to a fifth of jitter
            return false;
        }
    }
    if (wait >= left(now)) {
        return false;
    }
    m_health.retryBudget().spend(m_input.chain->id, now);
    m_waiting = Waiting::SameStep;
    m_again = lane.step;
    m_wakeAt = now + wait;
    return true;
}

/// Content has been shown and the lane is over: the answer is whole, is gone on with, or stays broken off.
void Walk::afterShown(const Lane &lane, const AttemptEnd &end, base::SteadyTime now, Commands &out)
{
    if (isAnswer(end.judgement.outcome)) {
        finish(EndWalk::How::Answered, lane.id, out);
        return;
    }
    // A continuation that failed before it said anything leaves what was shown as it was.
    const bool canGoOn = lane.id == m_shownLane ? end.continuable : m_continuing;
    if (policy().midStream == MidStream::Continue && canGoOn) {
        m_continuing = true;
        if (startNext(AttemptKind::Continue, now, out)) {
            return;
        }
    }
    finish(EndWalk::How::Interrupted, lane.id, out);
}

void Walk::noteEnd(const Lane &lane, const AttemptEnd &end, base::SteadyTime now, Commands &out)
{
    const WalkStep &step = m_input.steps[lane.step];
    health::Result result;
    result.outcome = end.judgement.outcome;
    result.retryAfter = end.retryAfter;
    result.firstOfRequest = m_progress[lane.step].tries == 1;
    result.misconfigured = end.misconfigured;
    result.firstToken = end.firstToken;
    if (m_input.travel == Travel::Whole || !end.firstToken) {
        result.total = end.took;
    }
    result.promptBytes = m_input.promptBytes;
    const health::BreakerState before = m_health.view(step.target, now).state;
    m_lastView = m_health.finish(step.target, lane.ticket, result, now, m_random.unit());
    if (step.limits != health::Limits{}) {
        m_health.localLimits().finish(step.target.provider, lane.booking, end.tokens, now);
    }
    m_spent += end.cost.value_or(base::Money{});
    if (before != m_lastView.state) {
        out.emplace_back(BreakerMoved{lane.step, before, m_lastView});
    }
}

void Walk::finish(EndWalk::How how, int lane, Commands &out)
{
    m_over = true;
    m_wakeAt.reset();
    m_hedgeAt.reset();
    out.emplace_back(EndWalk{how, lane});
}

} // namespace signalbox::chain
