// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/exchange.h"

#include <algorithm>
#include <utility>

#include "core/request/chain/exchange_lane.h"
#include "core/request/chain/outgoing/dialect_choice.h"
#include "core/request/dialect/usage.h"
#include "core/request/provider/outgoing_request.h"

namespace signalbox::chain {

using events::AttemptKind;
using events::Outcome;
using events::SkipReason;
using namespace std::chrono_literals;

namespace {
constexpr base::Duration kKeepAliveEvery = 15s;

template<typename... Visits>
struct Visitor : Visits... {
    using Visits::operator()...;
};

/// As the ledger calls it.
std::string_view endpointName(base::Dialect dialect)
{
    return dialect == base::Dialect::Chat ? "chat.completions" : base::toText(dialect);
}

WalkRequest walkRequest(const ExchangeInput &input, const ExchangeDeps &deps)
{
    WalkRequest request{.chain = input.route.chain,
                        .facts = input.facts.get(),
                        .dialect = input.request.dialect,
                        .goesOnFromId = input.request.goesOnFromId,
                        .stream = input.request.stream,
                        .bodyBytes = input.body.size(),
                        .receivedAt = input.receivedAt,
                        .at = deps.clock.wallNow(),
                        .deadline = input.deadline};
    if (input.route.chain->policy.sticky.enabled) {
        request.home = deps.sessions.home(*input.route.chain, input.session, input.receivedAt);
        request.standIn = deps.sessions.standIn(*input.route.chain, input.session, input.receivedAt);
    }
    return request;
}
} // namespace

Exchange::Exchange(const ExchangeDeps &deps, ExchangeInput input, ReplySink &reply)
    : m_deps(deps),
      m_input(std::move(input)),
      m_reply(reply),
      m_bodies(m_input.body, m_input.request),
      m_walk(makeWalkInput(*m_input.setup, walkRequest(m_input, deps), deps.health, deps.random), deps.health,
             deps.random)
{}

Exchange::~Exchange()
{
    if (m_finished) {
        return;
    }
    if (abandonAll({Outcome::ClientGone, "the client closed the connection"})) {
        finish(answeredOutcome(m_story), 200, {}); // some leave with the end marker, before the provider does
    } else {
        finish(events::RequestOutcome::Cancelled, 499, "the client closed the connection");
    }
}

void Exchange::start()
{
    const routing::Route &route = m_input.route;
    m_deps.sink.record(events::RequestStarted{.id = m_input.id,
                                              .at = m_deps.clock.wallNow(),
                                              .client = m_input.client,
                                              .endpoint = std::string(endpointName(m_input.request.dialect)),
                                              .modelAsked = m_input.request.model,
                                              .chain = route.chain->id,
                                              .chainVersion = route.direct ? 0 : route.chain->version,
                                              .stream = m_input.request.stream,
                                              .rule = route.rule,
                                              .complexity = m_input.complexity,
                                              .isPrivate = m_input.facts && m_input.facts->isPrivate});
    if (m_input.request.stream) {
        m_keepAlive = m_deps.clock.makeTimer([this] { keepAlive(); });
        m_keepAlive->start(kKeepAliveEvery);
    }
    carryOut(m_walk.begin(m_deps.clock.now()));
}

/// The end comes last: the sink may destroy this exchange.
void Exchange::carryOut(Commands commands)
{
    std::optional<EndWalk> over;
    for (const Command &command : commands) {
        std::visit(Visitor{[this](const StartAttempt &one) { start(one); },
                           [this](const SkipStep &one) { skip(one); },
                           [this](const DropAttempt &one) { drop(one.lane); },
                           [this](const ShowAttempt &one) { show(one.lane); },
                           [this](const BreakerMoved &one) { breakerMoved(one); },
                           [&over](const EndWalk &one) { over = one; }},
                   command);
        if (m_finished) {
            return;
        }
    }
    if (over) {
        end(*over);
        return;
    }
    waiting();
}

void Exchange::working()
{
    if (m_waitingSince != base::SteadyTime{}) {
        m_waited += m_deps.clock.now() - std::exchange(m_waitingSince, {});
    }
}

void Exchange::waiting()
{
    m_waitingSince = m_deps.clock.now();
    if (const auto wakeAt = m_walk.wakeAt()) {
        if (!m_wake) {
            m_wake = m_deps.clock.makeTimer([this] { wakeUp(); });
        }
        m_wake->start(std::max(*wakeAt - m_waitingSince, base::Duration{}));
    }
}

void Exchange::wakeUp()
{
    working();
    carryOut(m_walk.due(m_deps.clock.now()));
}

void Exchange::start(const StartAttempt &how)
{
    auto made = std::make_unique<Lane>(*this, how);
    const int number = static_cast<int>(m_walk.input().steps[how.step].index) + 1;
    made->drill = m_deps.drills.take(m_input.route.chain->id, number, m_deps.clock.now());
    auto body = bodyFor(how, *made);
    auto plan = body ? planFor(how, *made, *std::move(body)) : std::unexpected(body.error());
    if (!plan) {
        skip({how.step, body ? SkipReason::NotSupported : SkipReason::Capability, plan.error().message});
        carryOut(m_walk.notMade(how.lane, m_deps.clock.now()));
        return;
    }
    made->at = m_deps.clock.now();
    made->wall = m_deps.clock.wallNow();
    made->number = ++m_attempts;
    const config::StepConfig &step = stepConfig(how.step);
    m_deps.sink.record(
        events::AttemptStarted{m_input.id, made->number, number, step.provider, step.model, how.kind});
    if (how.kind == AttemptKind::Continue) {
        m_joining = true;
        m_seam->goOn(m_sentText);
    }
    const AttemptRun::Deps deps{m_deps.clock, m_deps.factory, m_deps.reader};
    made->run = std::make_unique<AttemptRun>(deps, *std::move(plan), *made);
    m_lanes.push_back(std::move(made));
    m_lanes.back()->run->start();
}

base::Result<std::string> Exchange::bodyFor(const StartAttempt &how, Lane &lane)
{
    const WalkStep &step = m_walk.input().steps[how.step];
    const ProviderSetup &provider = m_input.setup->providers.find(step.config->provider)->second;
    const auto rules = m_input.setup->rulesOf(*step.config);
    const auto spoken = dialectFor({.client = m_input.request.dialect,
                                    .goesOnFromId = m_input.request.goesOnFromId,
                                    .rules = rules.get(),
                                    .model = step.config->model,
                                    .body = m_input.body},
                                   *provider.target);
    if (!spoken) {
        return std::unexpected(spoken.error());
    }
    lane.dialect = how.kind == AttemptKind::Continue
                       ? continuingIn(*spoken, *provider.target, step.config->model)
                       : *spoken;
    BodyMaker::Wanted wanted{.step = *step.config,
                             .dialect = lane.dialect,
                             .stream = m_walk.input().travel != Travel::Whole,
                             .fitTokens = step.fitTokens,
                             .maxOutput = m_input.setup->modelOf(*step.config).maxOutput,
                             .rules = rules.get(),
                             .accepts = provider.target->speaking(lane.dialect)->accepts,
                             .goesOn = {},
                             .sent = m_sentText};
    if (how.kind == AttemptKind::Continue) {
        wanted.goesOn = step.continues.value_or(dialect::ContinueStyle::Plain);
    }
    auto made = m_bodies.make(wanted);
    if (!made) {
        return std::unexpected(made.error());
    }
    lane.note = std::move(made->note);
    lane.dropped = std::move(made->dropped);
    return std::move(made->body);
}

base::Result<AttemptPlan> Exchange::planFor(const StartAttempt &how, Lane &lane, std::string body)
{
    const config::StepConfig &step = stepConfig(how.step);
    const config::ChainPolicy &policy = m_input.route.chain->policy;
    const ProviderSetup &provider = m_input.setup->providers.find(step.provider)->second;
    const Travel travel = m_walk.input().travel;
    const provider::Asked asked{lane.dialect, step.model, travel != Travel::Whole};
    const WalkStep &walked = m_walk.input().steps[how.step];
    const KeySetup &key = provider.key(walked.target.key);
    if (!walked.key.empty()) {
        lane.note += (lane.note.empty() ? "key " : "; key ") + walked.key;
    }
    auto request = provider::apiRequest(*provider.target, key.secret.value_or(base::SecretString()),
                                        m_input.headers, asked, std::move(body));
    if (!request) {
        return std::unexpected(request.error());
    }
    const bool continuing = how.kind == AttemptKind::Continue;
    translate::AnswerTerms terms{.client = m_input.request.dialect,
                                 .provider = lane.dialect,
                                 .refusalIsContent = how.refusalPasses,
                                 .keepText = policy.midStream == config::MidStream::Continue,
                                 .context = answerContext()};
    return AttemptPlan{.target = &*provider.target,
                       .request = *std::move(request),
                       .travel = travel,
                       .limits = how.limits,
                       .terms = std::move(terms),
                       .loopEndsIt = policy.fallbackOn.looping,
                       .drill = lane.drill,
                       .holdBackTokens = continuing ? 0 : policy.holdBackTokens,
                       .holdBack = continuing ? base::Duration{} : policy.holdBack,
                       .showBy = m_walk.input().deadline - m_deps.clock.now()};
}

neutral::AnswerContext Exchange::answerContext() const
{
    const auto now = std::chrono::floor<std::chrono::seconds>(m_deps.clock.wallNow().time_since_epoch());
    return {.id = m_input.id.text(),
            .now = now.count(),
            .usageAsked = m_input.request.usageAsked,
            .promptTokens = m_input.facts && m_input.facts->traits.promptTokens > 0
                                ? m_input.facts->traits.promptTokens
                                : dialect::estimatedTokens(m_input.body.size()),
            .request = m_bodies.conversation()};
}

Exchange::Lane &Exchange::lane(int id)
{
    return **std::ranges::find(m_lanes, id, [](const auto &one) { return one->start.lane; });
}

std::unique_ptr<Exchange::Lane> Exchange::take(int id)
{
    const auto it = std::ranges::find(m_lanes, id, [](const auto &one) { return one->start.lane; });
    std::unique_ptr<Lane> out = std::move(*it);
    m_lanes.erase(it);
    return out;
}

void Exchange::onContent(int id)
{
    m_walk.content(id);
}

void Exchange::onReady(int id)
{
    carryOut(m_walk.ready(id, m_deps.clock.now()));
}

void Exchange::show(int id)
{
    Lane &shown = lane(id);
    m_shown = id;
    m_served = static_cast<int>(m_walk.input().steps[shown.start.step].index) + 1;
    m_dropped = shown.dropped;
    if (m_contentAt == base::SteadyTime{}) {
        m_contentAt = m_deps.clock.now();
    }
    const config::StepConfig &step = stepConfig(shown.start.step);
    m_story.push_back({.step = m_served,
                       .provider = step.provider,
                       .model = step.model,
                       .running = true,
                       .status = 200,
                       .took = m_deps.clock.now() - shown.at,
                       .kind = shown.start.kind,
                       .drill = shown.drill ? std::string(provider::toText(shown.drill->fault)) : ""});
    beginStream();
    if (!m_seam && m_input.route.chain->policy.midStream == config::MidStream::Continue) {
        m_seam = translate::makeSeam(m_input.request.dialect, answerContext(), m_deps.reader);
    }
    shown.run->show();
}

void Exchange::onRelay(int id, std::string_view bytes)
{
    std::string seamed;
    if (m_joining) {
        m_seam->feed(bytes, seamed);
        bytes = seamed;
    } else if (m_seam) {
        m_seam->sent(bytes);
    }
    if (bytes.empty()) {
        return;
    }
    m_keepAlive->start(kKeepAliveEvery);
    m_reply.streamBytes(bytes);
    if (!m_paused && m_reply.pendingBytes() > kMaxPendingBytes) {
        m_paused = true;
        lane(id).run->pauseReading();
    }
}

void Exchange::onDrained()
{
    const auto shown = std::ranges::find(m_lanes, m_shown, [](const auto &one) { return one->start.lane; });
    if (std::exchange(m_paused, false) && shown != m_lanes.end()) {
        (*shown)->run->resumeReading();
    }
}

std::int64_t Exchange::pieces() const
{
    std::int64_t most = 0;
    for (const auto &one : m_lanes) {
        most = std::max(most, one->run->pieces());
    }
    return most;
}

void Exchange::drop(int id)
{
    const std::unique_ptr<Lane> lost = take(id);
    AttemptReport report = lost->run->abandon();
    report.judgement = {Outcome::Superseded, "another attempt answered first", report.judgement.ambiguous};
    carryOut(close(*lost, report));
}

void Exchange::onEnd(int id, AttemptReport report)
{
    working();
    const std::unique_ptr<Lane> ended = take(id); // the run stands on the stack of this call
    if (m_deps.checkMachine) {
        m_deps.checkMachine();
    }
    Commands commands = close(*ended, report);
    for (const Command &command : commands) {
        const auto *const over = std::get_if<EndWalk>(&command);
        if (over && over->how == EndWalk::How::Answered) {
            m_served = static_cast<int>(m_walk.input().steps[ended->start.step].index) + 1;
            m_dropped = droppedBy(*ended, report);
        }
    }
    if (m_shown == id && m_joining) {
        m_sentText = m_seam->sentWith(report.text);
    } else if (m_shown == id) {
        m_sentText = std::move(report.text);
    }
    m_failed.insert_or_assign(id, std::move(report));
    carryOut(std::move(commands));
}

void Exchange::end(const EndWalk &how)
{
    const auto it = m_failed.find(how.lane);
    const AttemptReport *const report = it == m_failed.end() ? nullptr : &it->second;
    switch (how.how) {
    case EndWalk::How::Answered:
        answer(*report);
        return;
    case EndWalk::How::Interrupted: // after an attempt, even if the one that was to go on could not be made
        interrupt(report ? *report : m_failed.rbegin()->second);
        return;
    case EndWalk::How::Final:
        skipRest(SkipReason::FinalAnswer);
        break;
    case EndWalk::How::Exhausted:
        break;
    }
    giveUp(report ? report : m_failed.empty() ? nullptr : &m_failed.rbegin()->second);
}

} // namespace signalbox::chain
