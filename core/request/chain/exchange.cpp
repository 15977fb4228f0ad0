// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/exchange.h"

#include <utility>

#include "core/foundation/base/log.h"
#include "core/request/chain/billing.h"
#include "core/request/dialect/chat_body.h"
#include "core/request/provider/outgoing_request.h"

namespace signalbox::chain {

using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;
using namespace std::chrono_literals;

namespace {
constexpr base::Duration kKeepAliveEvery = 15s;
constexpr std::string_view kKeepAlive = ": keep-alive\n\n";
constexpr int kClientClosed = 499;

bool isAnswer(Outcome outcome, const config::FallbackOn &on)
{
    return outcome == Outcome::Answered || (outcome == Outcome::Refused && !on.refusal);
}

std::string untilText(const health::View &view, base::SteadyTime now)
{
    if (view.openUntil == base::SteadyTime::max()) {
        return std::string(events::toText(view.cause)) + ", until the key is changed";
    }
    const auto seconds =
        std::chrono::ceil<std::chrono::seconds>(std::max(view.openUntil - now, base::Duration{})).count();
    return std::string(events::toText(view.cause)) + ", tried again in " + std::to_string(seconds) + " s";
}
} // namespace

Exchange::Exchange(const ExchangeDeps &deps, ExchangeInput input, ReplySink &reply)
    : m_deps(deps), m_input(std::move(input)), m_reply(reply)
{
    const base::Duration own = m_input.route.chain->policy.deadline;
    m_deadline = m_input.receivedAt + std::min(own, m_input.deadline.value_or(own));
}

Exchange::~Exchange()
{
    if (m_finished) {
        return;
    }
    if (m_run) {
        AttemptReport report = m_run->abandon();
        const bool whole = report.judgement.outcome == Outcome::Answered;
        report.judgement = {whole ? Outcome::Answered : Outcome::ClientGone,
                            whole ? "" : "the client closed the connection", report.judgement.ambiguous};
        recordEnd(report);
    }
    finish(RequestOutcome::Cancelled, kClientClosed, "the client closed the connection");
}

void Exchange::start()
{
    const routing::Route &route = m_input.route;
    m_deps.sink.record(events::RequestStarted{.id = m_input.id,
                                              .at = m_deps.clock.wallNow(),
                                              .client = m_input.client,
                                              .endpoint = "chat.completions",
                                              .modelAsked = m_input.request.model,
                                              .chain = route.chain->id,
                                              .chainVersion = route.direct ? 0 : route.chain->version,
                                              .stream = m_input.request.stream});
    next();
}

void Exchange::next()
{
    const auto &steps = m_input.route.chain->steps;
    for (; m_step < steps.size(); ++m_step, m_tries = 0) {
        const StepState state = stateOf(step());
        if (const auto reason = wouldSkip(state, left())) {
            skip(*reason, whyNot(*reason, state));
            if (*reason == SkipReason::BreakerOpen && state.health.openUntil != base::SteadyTime::max()) {
                m_story.back().retryAfter = state.health.openUntil - m_deps.clock.now();
                m_story.back().rateLimited = state.health.cause == Outcome::RateLimited;
            }
            continue;
        }
        if (tryStep()) {
            return;
        }
    }
    giveUp();
}

StepState Exchange::stateOf(const config::StepConfig &step) const
{
    StepState state;
    state.enabled = step.enabled;
    const auto it = m_input.setup->providers.find(step.provider);
    state.providerExists = it != m_input.setup->providers.end();
    if (!state.providerExists) {
        return state;
    }
    const ProviderSetup &provider = it->second;
    state.providerEnabled = provider.config->enabled;
    state.usable = provider.target.has_value();
    if (state.usable) {
        // Where a key is only optional, one that was configured is still meant to be used.
        const bool wanted = provider.target->needsKey || !provider.keyProblem.empty();
        state.keyAvailable = provider.key.has_value() || !wanted;
        state.health = m_deps.health.view(healthTarget(step), m_deps.clock.now());
    }
    return state;
}

/// The detail behind a skipped step, for people.
std::string Exchange::whyNot(SkipReason reason, const StepState &state) const
{
    if (reason == SkipReason::BreakerOpen) {
        return untilText(state.health, m_deps.clock.now());
    }
    const auto it = m_input.setup->providers.find(step().provider);
    if (reason == SkipReason::KeyUnavailable) {
        return it->second.keyProblem.empty() ? "it has no key yet" : it->second.keyProblem;
    }
    return reason == SkipReason::NotSupported ? it->second.target.error().message : std::string();
}

health::Target Exchange::healthTarget(const config::StepConfig &step) const
{
    const ProviderSetup &provider = m_input.setup->providers.find(step.provider)->second;
    return {step.provider, provider.keyName, provider.originText, step.model};
}

bool Exchange::tryStep()
{
    const ProviderSetup &provider = m_input.setup->providers.find(step().provider)->second;
    auto request = provider::chatRequest(
        *provider.target, provider.key.value_or(base::SecretString()), m_input.headers,
        m_input.request.stream,
        dialect::bodyForStep(
            m_input.body, m_input.request,
            {.model = step().model, .stream = m_input.request.stream, .includeUsage = true}));
    if (!request) {
        skip(SkipReason::NotSupported, request.error().message);
        return false;
    }
    ++m_tries;
    ++m_attempts;
    m_attemptAt = m_deps.clock.now();
    m_attemptWall = m_deps.clock.wallNow();
    m_ticket = m_deps.health.begin(healthTarget(step()), m_attemptAt);
    if (m_ticket.before == health::BreakerState::Open) {
        breakerChanged(step(), m_ticket.before, m_deps.health.view(healthTarget(step()), m_attemptAt));
    }
    m_deps.sink.record(events::AttemptStarted{m_input.id, m_attempts, static_cast<int>(m_step) + 1,
                                              step().provider, step().model});
    const AttemptRun::Deps deps{m_deps.clock, m_deps.factory, m_deps.reader};
    AttemptRunObserver &self = *this;
    m_run = std::make_unique<AttemptRun>(deps, planFor(step(), *std::move(request)), self);
    m_run->start();
    return true;
}

AttemptPlan Exchange::planFor(const config::StepConfig &step, upstream::WireRequest request) const
{
    const ProviderSetup &provider = m_input.setup->providers.find(step.provider)->second;
    const bool stream = m_input.request.stream;
    return {.target = &*provider.target,
            .request = std::move(request),
            .stream = stream,
            .usageAsked = m_input.request.usageAsked,
            .refusalFallsBack = m_input.route.chain->policy.fallbackOn.refusal,
            .connect = std::min<base::Duration>(step.connect, left()),
            .contentLimit = contentLimit(step, stream, left()),
            .idle = step.idle,
            .total = step.total};
}

void Exchange::skip(SkipReason reason, std::string detail)
{
    m_deps.sink.record(events::StepSkipped{m_input.id, static_cast<int>(m_step) + 1, step().provider,
                                           step().model, reason, detail});
    m_story.push_back({.step = static_cast<int>(m_step) + 1,
                       .provider = step().provider,
                       .model = step().model,
                       .skipped = reason,
                       .detail = std::move(detail)});
}

void Exchange::skipRest(SkipReason reason)
{
    const bool plain = m_story.size() == 1 && reason == SkipReason::NotNeeded;
    for (++m_step; !plain && m_step < m_input.route.chain->steps.size(); ++m_step) {
        skip(reason, {});
    }
}

void Exchange::onRelay(std::string_view bytes)
{
    if (!m_streaming) {
        m_streaming = true;
        m_contentAt = m_deps.clock.now();
        m_story.push_back({.step = static_cast<int>(m_step) + 1,
                           .provider = step().provider,
                           .model = step().model,
                           .running = true,
                           .status = 200,
                           .took = m_contentAt - m_attemptAt});
        m_reply.beginStream(200, replyHeaders("text/event-stream; charset=utf-8"));
        m_keepAlive = m_deps.clock.makeTimer([this] {
            m_reply.streamBytes(kKeepAlive);
            m_keepAlive->start(kKeepAliveEvery);
        });
    }
    m_keepAlive->start(kKeepAliveEvery);
    m_reply.streamBytes(bytes);
    if (!m_paused && m_reply.pendingBytes() > kMaxPendingBytes) {
        m_paused = true;
        m_run->pauseReading();
    }
}

void Exchange::onDrained()
{
    if (std::exchange(m_paused, false) && m_run) {
        m_run->resumeReading();
    }
}

void Exchange::onEnd(AttemptReport report)
{
    recordEnd(report);
    m_run.reset();
    if (m_streaming) {
        endStream(report);
    } else if (isAnswer(report.judgement.outcome, m_input.route.chain->policy.fallbackOn)
               && !m_input.request.stream) {
        answerWhole(report);
    } else {
        goOn(std::move(report));
    }
}

void Exchange::recordEnd(const AttemptReport &report)
{
    const base::SteadyTime now = m_deps.clock.now();
    const ProviderSetup &provider = m_input.setup->providers.find(step().provider)->second;
    health::Result result;
    result.outcome = report.judgement.outcome;
    result.retryAfter = report.retryAfter;
    result.firstOfRequest = m_tries == 1;
    if (m_deps.checkMachine) {
        m_deps.checkMachine();
    }
    const health::View after =
        m_deps.health.finish(healthTarget(step()), m_ticket, result, now, m_deps.random.unit());
    const health::BreakerState before = m_ticket.before == health::BreakerState::Closed
                                            ? health::BreakerState::Closed
                                            : health::BreakerState::HalfOpen;
    breakerChanged(step(), before, after);

    const Bill bill =
        billFor(report, {provider, step().model, *m_input.setup->prices, m_input.body.size(), m_attemptWall});
    m_usage += bill.usage;
    m_costKnown &= bill.cost.has_value();
    m_cost += bill.cost.value_or(base::Money{});
    m_busy += now - m_attemptAt;

    events::AttemptEnded ended;
    ended.request = m_input.id;
    ended.attempt = m_attempts;
    ended.step = static_cast<int>(m_step) + 1;
    ended.provider = step().provider;
    ended.model = step().model;
    ended.modelAnswered = report.model;
    ended.at = m_attemptWall;
    ended.outcome = report.judgement.outcome;
    ended.status = report.facts.status;
    ended.detail = base::redacted(report.judgement.detail);
    ended.ambiguous = report.judgement.ambiguous;
    ended.simulated = provider.target->simulated;
    ended.phases = report.phases;
    ended.phases.queue = m_attemptAt - m_input.receivedAt;
    ended.usage = bill.usage;
    ended.usageConfidence = bill.usageConfidence;
    ended.cost = bill.cost;
    ended.costConfidence = bill.costConfidence;
    ended.priceVersion = bill.priceVersion;
    ended.breakerBefore = toText(m_ticket.before);
    ended.breakerAfter = toText(after.state);

    if (m_streaming) {
        m_story.pop_back(); // the running line becomes the ended one
    }
    m_story.push_back({.step = ended.step,
                       .provider = ended.provider,
                       .model = ended.model,
                       .outcome = ended.outcome,
                       .status = ended.status,
                       .detail = ended.detail,
                       .took = now - m_attemptAt,
                       .retryAfter = report.retryAfter,
                       .rateLimited = ended.outcome == Outcome::RateLimited});
    m_deps.sink.record(std::move(ended));
}

void Exchange::breakerChanged(const config::StepConfig &step, health::BreakerState before,
                              const health::View &after)
{
    if (before == after.state) {
        return;
    }
    events::BreakerChanged changed{.at = m_deps.clock.wallNow(),
                                   .provider = step.provider,
                                   .model = step.model,
                                   .from = std::string(toText(before)),
                                   .to = std::string(toText(after.state)),
                                   .cause = after.cause};
    if (after.state == health::BreakerState::Open && after.openUntil != base::SteadyTime::max()) {
        changed.until =
            changed.at
            + std::chrono::duration_cast<std::chrono::microseconds>(after.openUntil - m_deps.clock.now());
    }
    m_deps.sink.record(std::move(changed));
}

void Exchange::goOn(AttemptReport report)
{
    const Attempted attempted{report.judgement, m_tries, report.retryAfter, left()};
    const After after = afterAttempt(attempted, step(), m_input.route.chain->policy, m_deps.random.unit());
    m_last = std::move(report);
    // The failure may have opened the breaker: then this request comes back as its probe.
    const health::View view = m_deps.health.view(healthTarget(step()), m_deps.clock.now());
    const bool open = view.admission == health::Admission::Open;
    const base::Duration wait =
        std::max(after.wait, open ? view.openUntil - m_deps.clock.now() : base::Duration{});
    if (after.next == Next::SameStep && wait < left()) {
        m_busy += wait;
        m_wait = m_deps.clock.makeTimer([this] { next(); });
        m_wait->start(wait);
    } else if (after.next == Next::Stop) {
        skipRest(SkipReason::FinalAnswer);
        giveUp();
    } else {
        ++m_step;
        m_tries = 0;
        next();
    }
}

base::Duration Exchange::left() const
{
    return m_deadline - m_deps.clock.now();
}

base::Duration Exchange::overhead() const
{
    const base::Duration running = m_run ? m_deps.clock.now() - m_attemptAt : base::Duration{};
    return std::max(m_deps.clock.now() - m_input.receivedAt - m_busy - running, base::Duration{});
}

} // namespace signalbox::chain
