// SPDX-License-Identifier: GPL-3.0-or-later
// The story of an exchange: what it tells the events, and keeps for the client's headers.
#include <algorithm>
#include <utility>

#include "core/foundation/base/log.h"
#include "core/request/chain/exchange_lane.h"

namespace signalbox::chain {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;

void Exchange::skip(const SkipStep &skipped)
{
    const WalkStep &step = m_walk.input().steps[skipped.step];
    const int number = static_cast<int>(step.index) + 1;
    const std::string which = step.key.empty() ? std::string() : "key " + step.key;
    const std::string why = which + (which.empty() || skipped.why.empty() ? "" : ": ") + skipped.why;
    m_deps.sink.record(events::StepSkipped{m_input.id, number, step.config->provider, step.config->model,
                                           skipped.reason, why});
    m_story.push_back({.step = number,
                       .provider = step.config->provider,
                       .model = step.config->model,
                       .skipped = skipped.reason,
                       .detail = why,
                       .retryAfter = skipped.backIn,
                       .rateLimited = skipped.rateLimited});
}

/// The steps nothing has been said of yet, unless the very first answered.
void Exchange::skipRest(SkipReason reason)
{
    if (m_story.size() == 1 && reason == SkipReason::NotNeeded) {
        return;
    }
    for (std::size_t i = 0; i < m_walk.input().steps.size(); ++i) {
        const int number = static_cast<int>(m_walk.input().steps[i].index) + 1;
        if (std::ranges::find(m_story, number, &StepRecord::step) == m_story.end()) {
            skip({i, reason, {}});
        }
    }
}

Commands Exchange::close(const Lane &lane, const AttemptReport &report, bool over)
{
    const base::SteadyTime now = m_deps.clock.now();
    const config::StepConfig &step = stepConfig(lane.start.step);
    const ProviderSetup &provider = m_input.setup->providers.find(step.provider)->second;
    const Bill bill =
        billFor(report, {provider, step.model, *m_input.setup->prices, m_input.body.size(), lane.wall});
    m_usage += bill.usage;
    m_costKnown &= bill.cost.has_value();
    m_cost += bill.cost.value_or(base::Money{});
    const AttemptEnd end{.judgement = report.judgement,
                         .retryAfter = report.retryAfter,
                         .firstToken = report.firstToken,
                         .took = now - lane.at,
                         .cost = bill.cost,
                         .tokens = bill.usage.prompt() + bill.usage.output,
                         .misconfigured = report.facts.wire.end == upstream::WireEnd::CertificateRefused,
                         .answerable = report.facts.status >= 200 && report.facts.status < 300,
                         .continuable = report.continuable && canJoin(lane)};
    Commands commands =
        over ? m_walk.abandoned(lane.start.lane, end, now) : m_walk.ended(lane.start.lane, end, now);
    tell(lane, report, bill);
    return commands;
}

/// Responses names its items: whose ids the provider made, nobody else can go on with.
bool Exchange::canJoin(const Lane &lane) const
{
    return m_seam && (lane.dialect != base::Dialect::Responses || m_input.request.dialect != lane.dialect);
}

void Exchange::tell(const Lane &lane, const AttemptReport &report, const Bill &bill)
{
    const WalkStep &step = m_walk.input().steps[lane.start.step];
    events::AttemptEnded ended;
    ended.request = m_input.id;
    ended.attempt = lane.number;
    ended.step = static_cast<int>(step.index) + 1;
    ended.provider = step.config->provider;
    ended.model = step.config->model;
    ended.modelAnswered = report.model;
    ended.at = lane.wall;
    ended.outcome = report.judgement.outcome;
    ended.status = report.facts.status;
    ended.detail = base::redacted(report.judgement.detail);
    ended.ambiguous = report.judgement.ambiguous;
    ended.simulated = m_input.setup->providers.find(ended.provider)->second.target->simulated;
    ended.phases = report.phases;
    ended.phases.queue = lane.at - m_input.receivedAt;
    ended.usage = bill.usage;
    ended.usageConfidence = bill.usageConfidence;
    ended.cost = bill.cost;
    ended.costConfidence = bill.costConfidence;
    ended.priceVersion = bill.priceVersion;
    ended.breakerBefore = toText(lane.start.before);
    ended.breakerAfter = toText(m_walk.lastView().state);
    ended.kind = lane.start.kind;
    ended.note = lane.note;
    if (const std::string lost = joined(droppedBy(lane, report)); !lost.empty()) {
        ended.note += (ended.note.empty() ? "" : "; ") + ("no words in its dialect for: " + lost);
    }
    if (lane.drill) {
        ended.drill = provider::toText(lane.drill->fault);
    }
    noteSession(step.index, ended.outcome);
    if (m_shown == lane.start.lane) { // the running line becomes the ended one
        std::erase_if(m_story, [](const StepRecord &one) { return one.running; });
    }
    m_story.push_back({.step = ended.step,
                       .provider = ended.provider,
                       .model = ended.model,
                       .outcome = ended.outcome,
                       .status = ended.status,
                       .detail = ended.detail,
                       .took = report.phases.total,
                       .retryAfter = report.retryAfter,
                       .rateLimited = ended.outcome == Outcome::RateLimited,
                       .phases = ended.phases,
                       .cost = ended.cost,
                       .costKnown = ended.cost.has_value(),
                       .breakerBefore = ended.breakerBefore,
                       .breakerAfter = ended.breakerAfter,
                       .kind = ended.kind,
                       .drill = ended.drill});
    m_deps.sink.record(std::move(ended));
}

std::vector<std::string> Exchange::droppedBy(const Lane &lane, const AttemptReport &report)
{
    std::vector<std::string> all = lane.dropped;
    for (const std::string &one : report.dropped) {
        if (std::ranges::find(all, one) == all.end()) {
            all.push_back(one);
        }
    }
    return all;
}

void Exchange::noteSession(std::size_t step, Outcome outcome)
{
    const config::ChainConfig &chain = *m_input.route.chain;
    if (!chain.policy.sticky.enabled) {
        return;
    }
    if (outcome == Outcome::Answered) {
        m_deps.sessions.served(chain, m_input.session, step, m_deps.clock.now());
    } else if (health::isFailure(outcome)) {
        m_deps.sessions.failed(chain, m_input.session, step, m_deps.clock.now());
    }
}

void Exchange::breakerMoved(const BreakerMoved &moved)
{
    const config::StepConfig &step = stepConfig(moved.step);
    events::BreakerChanged changed{.at = m_deps.clock.wallNow(),
                                   .provider = step.provider,
                                   .model = step.model,
                                   .from = std::string(toText(moved.from)),
                                   .to = std::string(toText(moved.to.state)),
                                   .cause = moved.to.cause};
    if (moved.to.state == health::BreakerState::Open && moved.to.openUntil != base::SteadyTime::max()) {
        changed.until =
            changed.at
            + std::chrono::duration_cast<std::chrono::microseconds>(moved.to.openUntil - m_deps.clock.now());
    }
    m_deps.sink.record(std::move(changed));
}

/// The request is over for a reason that is no attempt's own.
bool Exchange::abandonAll(const Judgement &judgement)
{
    bool answered = false;
    while (!m_lanes.empty()) {
        const std::unique_ptr<Lane> one = take(m_lanes.back()->start.lane);
        AttemptReport report = one->run->abandon();
        const bool whole = report.judgement.outcome == Outcome::Answered;
        answered |= whole && one->start.lane == m_shown && !m_paused && !m_joining;
        report.judgement = {whole ? Outcome::Answered : judgement.outcome, whole ? "" : judgement.detail,
                            report.judgement.ambiguous};
        for (const Command &command : close(*one, report, true)) {
            if (const auto *const moved = std::get_if<BreakerMoved>(&command)) {
                breakerMoved(*moved);
            }
        }
    }
    return answered;
}

/// Everything is recorded before the sink hears the end: it may destroy this exchange.
void Exchange::finish(RequestOutcome outcome, int status, std::string error)
{
    m_finished = true;
    m_wake.reset();
    m_keepAlive.reset(); // the sink may let this exchange live on for a while
    const base::SteadyTime now = m_deps.clock.now();
    events::RequestEnded ended;
    ended.id = m_input.id;
    ended.overhead = overhead();
    const bool answered =
        outcome == RequestOutcome::Answered || outcome == RequestOutcome::AnsweredByFallback;
    if (m_served > 0) {
        const config::StepConfig &step = m_input.route.chain->steps[static_cast<std::size_t>(m_served) - 1];
        ended.servedStep = m_served;
        ended.servedBy = step.provider + "/" + step.model;
    }
    if (answered) {
        skipRest(SkipReason::NotNeeded);
    }
    ended.at = m_deps.clock.wallNow();
    ended.total = now - m_input.receivedAt;
    ended.firstToken =
        m_contentAt == base::SteadyTime{} ? base::Duration{} : m_contentAt - m_input.receivedAt;
    ended.outcome = outcome;
    ended.status = status;
    ended.attempts = m_attempts;
    ended.usage = m_usage;
    ended.cost = m_costKnown ? std::optional(m_cost) : std::nullopt;
    ended.error = std::move(error);
    m_deps.sink.record(std::move(ended));
}

} // namespace signalbox::chain
