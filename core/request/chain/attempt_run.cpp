// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/attempt_run.h"

#include <utility>

#include "core/request/dialect/refusal/reset_hint.h"
#include "core/request/dialect/translate/whole_answer.h"
#include "core/request/provider/faulty_attempt.h"

namespace signalbox::chain {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kMostErrorBytes = 64 * 1024;
constexpr std::size_t kMostAnswerBytes = 64 * 1024 * 1024;
constexpr std::size_t kMostHeldBytes = 4 * 1024 * 1024;
/// A complete stream's connection is worth keeping only if its body ends at once.
constexpr base::Duration kEndOfBodyLimit = 1s;

bool isSuccess(int status)
{
    return status >= 200 && status < 300;
}

base::Duration between(base::SteadyTime from, base::SteadyTime to)
{
    const bool both = from != base::SteadyTime{} && to != base::SteadyTime{};
    return both ? to - from : base::Duration{};
}
} // namespace

AttemptRun::AttemptRun(Deps deps, AttemptPlan plan, AttemptRunObserver &observer)
    : m_deps(deps), m_plan(std::move(plan)), m_observer(observer)
{
    m_plan.terms.clientStreams = clientStreams();
}

AttemptRun::~AttemptRun() = default;

void AttemptRun::start()
{
    m_startedAt = m_deps.clock.now();
    const AttemptLimits &own = m_plan.limits;
    const upstream::WireLimits limits{.connect = own.connect, .tls = own.connect};
    const auto make = [&](upstream::AttemptObserver &observer) {
        return m_deps.factory.make(*m_plan.target, std::move(m_plan.request), limits, observer);
    };
    if (m_plan.drill) {
        const provider::FaultOrder order{*m_plan.drill, m_plan.terms.provider,
                                         m_plan.travel != Travel::Whole};
        m_attempt = provider::makeFaulty(order, m_deps.clock, *this, make);
    } else {
        m_attempt = make(*this);
    }
    m_limit = m_deps.clock.makeTimer([this] { onLimit(); });
    m_limit->start(own.content);
    if (m_plan.travel != Travel::Whole || own.total < own.content) {
        m_total = m_deps.clock.makeTimer([this] { onTotal(); });
        m_total->start(own.total);
    }
    m_attempt->start();
}

void AttemptRun::show()
{
    m_shown = true;
    m_hold.reset();
    relay();
}

void AttemptRun::pauseReading()
{
    m_limit->stop(); // it is the client that is slow
    m_attempt->pauseReading();
}

void AttemptRun::resumeReading()
{
    m_limit->start(m_plan.limits.idle);
    m_attempt->resumeReading();
}

AttemptReport AttemptRun::abandon()
{
    AttemptReport result = report(LimitHit::None, {upstream::WireEnd::CutOff, {}});
    m_attempt.reset();
    return result;
}

bool AttemptRun::isEventStream() const
{
    return m_stream != nullptr;
}

const parts::StreamState &AttemptRun::said() const
{
    static const parts::StreamState nothing;
    return m_stream ? m_stream->state() : nothing;
}

/// Before the first content little is kept; a stream that is sent whole may be as long as a whole answer.
std::size_t AttemptRun::mostHeld() const
{
    return said().content ? kMostAnswerBytes : kMostHeldBytes;
}

void AttemptRun::onWritten()
{
    m_writtenAt = m_deps.clock.now();
}

void AttemptRun::onHead(const http::ResponseHead &head)
{
    m_headAt = m_deps.clock.now();
    m_status = head.status;
    m_contentType = head.headers.find("content-type").value_or("");
    if (!isSuccess(head.status)) {
        m_errorHeaders = head.headers;
    } else if (m_contentType.starts_with("text/event-stream")) {
        m_stream = translate::makeAnswerStream(m_plan.terms, m_deps.reader);
    }
}

void AttemptRun::onBody(std::string_view bytes)
{
    if (isEventStream()) {
        streamBody(bytes);
        return;
    }
    const std::size_t most = isSuccess(m_status) ? kMostAnswerBytes : kMostErrorBytes;
    m_body.append(bytes.substr(0, most - std::min(most, m_body.size())));
    if (m_body.size() >= most) {
        m_tooLarge = isSuccess(m_status);
        end(LimitHit::None, {});
    }
}

void AttemptRun::streamBody(std::string_view bytes)
{
    const std::int64_t piecesBefore = said().pieces;
    const bool completeBefore = said().complete;
    m_stream->feed(bytes, m_held);
    const parts::StreamState &state = said();
    if (state.content && m_contentAt == base::SteadyTime{}) {
        noteContent();
    }
    if (state.complete) {
        if (!completeBefore) {
            m_limit->start(kEndOfBodyLimit);
        }
    } else if (state.pieces != piecesBefore) {
        m_limit->start(m_plan.limits.idle);
    }
    const bool loops = state.looping && m_plan.loopEndsIt && !m_shown;
    m_tooLarge = m_held.size() > mostHeld() || m_stream->tooLarge();
    const bool over = state.error || state.garbled || m_tooLarge || loops;
    if (!over && !m_ready && heldLongEnough()) {
        becomeReady();
    }
    relay();
    if (over) {
        end(LimitHit::None, {});
    }
}

void AttemptRun::noteContent()
{
    m_contentAt = m_deps.clock.now();
    holdBack();
    m_observer.onContent();
}

/// Content is kept for a while, but not beyond the request's deadline: that is what the client waits for.
void AttemptRun::holdBack()
{
    const bool untilTime = m_plan.holdBack > base::Duration{};
    if (m_plan.travel != Travel::Stream || (!untilTime && m_plan.holdBackTokens == 0)) {
        return;
    }
    const base::Duration left = m_startedAt + m_plan.showBy - m_contentAt;
    m_hold = m_deps.clock.makeTimer([this] { becomeReady(); });
    m_hold->start(untilTime ? std::min(m_plan.holdBack, left) : left);
}

bool AttemptRun::heldLongEnough() const
{
    const parts::StreamState &state = said();
    if (m_plan.travel != Travel::Stream || !state.content) {
        return false;
    }
    const bool untilTime = m_plan.holdBack > base::Duration{};
    return m_plan.holdBackTokens > 0 ? state.pieces >= m_plan.holdBackTokens : !untilTime;
}

void AttemptRun::becomeReady()
{
    m_ready = true;
    m_observer.onReady();
}

void AttemptRun::relay()
{
    if (m_shown && !m_held.empty()) {
        m_observer.onRelay(std::exchange(m_held, {}));
    }
}

void AttemptRun::onEnd(const upstream::WireResult &result)
{
    if (isEventStream() && result.end == upstream::WireEnd::Complete) {
        m_stream->finish(m_held);
        if (said().content && m_contentAt == base::SteadyTime{}) {
            noteContent();
        }
        relay();
    }
    end(LimitHit::None, result);
}

void AttemptRun::onLimit()
{
    const parts::StreamState &state = said();
    if (state.complete) {
        end(LimitHit::None, {});
    } else if (state.content) {
        end(LimitHit::Idle, {});
    } else {
        end(m_plan.travel == Travel::Whole ? LimitHit::Answer : LimitHit::FirstToken, {});
    }
}

/// An answer that is whole stays one, whatever its connection still does.
void AttemptRun::onTotal()
{
    end(said().complete ? LimitHit::None : LimitHit::Total, {});
}

void AttemptRun::end(LimitHit limit, upstream::WireResult wire)
{
    AttemptReport result = report(limit, std::move(wire));
    m_limit.reset();
    m_total.reset();
    m_hold.reset();
    m_attempt.reset();
    m_observer.onEnd(std::move(result));
}

AttemptReport AttemptRun::report(LimitHit limit, upstream::WireResult wire)
{
    const base::SteadyTime now = m_deps.clock.now();
    AttemptReport result;
    result.passes = m_plan.terms.client == m_plan.terms.provider;
    AttemptFacts &facts = result.facts;
    facts.stream = clientStreams();
    facts.limit = limit;
    facts.wire = std::move(wire);
    facts.written = m_writtenAt != base::SteadyTime{};
    facts.status = m_status;
    if (isEventStream()) {
        readStream(facts, result);
    } else if (m_status != 0) {
        readWhole(facts, result);
    }
    const bool refused = facts.error || (m_status != 0 && !isSuccess(m_status));
    if (refused) {
        facts.problem = dialect::readProviderError(result.body, m_errorHeaders);
    }
    const upstream::WireTimes times = m_attempt ? m_attempt->times() : upstream::WireTimes{};
    result.phases = {.dns = times.dns,
                     .connect = times.connect,
                     .tls = times.tls,
                     .firstByte = between(m_writtenAt, m_headAt),
                     .firstToken = between(m_writtenAt, m_contentAt),
                     .total = now - m_startedAt,
                     .reused = times.reused};
    if (m_contentAt != base::SteadyTime{}) {
        result.firstToken = m_contentAt - m_startedAt;
    }
    result.judgement = judge(facts);
    if (m_plan.drill && !provider::reachesProvider(m_plan.drill->fault)) {
        result.judgement.ambiguous = false; // nobody can have worked on it
    }
    if (refused) {
        result.retryAfter = dialect::resetHint(m_errorHeaders, facts.problem, result.judgement.outcome,
                                               m_deps.clock.wallNow());
    }
    return result;
}

void AttemptRun::readStream(AttemptFacts &facts, AttemptReport &result)
{
    const parts::StreamState &state = said();
    facts.readable = !state.garbled && !m_tooLarge;
    facts.content = state.content;
    facts.complete = state.complete;
    facts.refusal = state.refusal;
    facts.error = state.error;
    facts.looping = state.looping;
    facts.loopEndedIt = m_plan.loopEndsIt && !m_shown;
    facts.brokenToolCall = state.brokenToolCall;
    result.usage = state.usage;
    result.model = state.model;
    result.contentBytes = state.contentBytes;
    result.text = state.text;
    result.continuable = state.continuable;
    result.held = std::move(m_held);
    result.dropped = m_stream->dropped();
    if (state.error) {
        result.body = state.errorBody;
    } else if (state.complete && !clientStreams()) {
        neutral::Written whole = m_stream->whole();
        result.body = std::move(whole.body);
        result.dropped = std::move(whole.dropped);
    }
}

void AttemptRun::readWhole(AttemptFacts &facts, AttemptReport &result)
{
    facts.readable = !m_tooLarge;
    const bool whole = isSuccess(m_status) && !m_tooLarge && facts.limit == LimitHit::None
                       && facts.wire.end == upstream::WireEnd::Complete;
    if (whole) {
        translate::WholeAnswer said = translate::readWholeAnswer(m_body, m_plan.terms, m_deps.reader);
        facts.readable = said.readable;
        facts.content = said.content;
        facts.complete = said.complete;
        facts.refusal = said.refusal;
        facts.error = said.error;
        facts.looping = said.looping;
        facts.brokenToolCall = said.brokenToolCall;
        result.usage = said.usage;
        result.model = std::move(said.model);
        result.contentBytes = said.contentBytes;
        result.dropped = std::move(said.dropped);
        if (said.content && m_contentAt == base::SteadyTime{}) {
            m_contentAt = m_headAt; // nothing streams: the head is the first sign of the answer
        }
        if (said.forClient) {
            (clientStreams() ? result.held : m_body) = *std::move(said.forClient);
        }
    }
    result.body = std::move(m_body);
}

} // namespace signalbox::chain
