// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/attempt_run.h"

#include <utility>

#include "core/request/dialect/reset_hint.h"

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
    : m_deps(deps),
      m_plan(std::move(plan)),
      m_observer(observer),
      m_stream(deps.reader, m_plan.usageAsked, !m_plan.refusalFallsBack)
{}

AttemptRun::~AttemptRun() = default;

void AttemptRun::start()
{
    m_startedAt = m_deps.clock.now();
    const upstream::WireLimits limits{.connect = m_plan.connect, .tls = m_plan.connect};
    m_attempt = m_deps.factory.make(*m_plan.target, std::move(m_plan.request), limits, *this);
    m_limit = m_deps.clock.makeTimer([this] { onLimit(); });
    m_limit->start(m_plan.contentLimit);
    if (m_plan.stream || m_plan.total < m_plan.contentLimit) {
        m_total = m_deps.clock.makeTimer([this] { end(LimitHit::Total, {}); });
        m_total->start(m_plan.total);
    }
    m_attempt->start();
}

void AttemptRun::pauseReading()
{
    m_limit->stop(); // it is the client that is slow
    m_attempt->pauseReading();
}

void AttemptRun::resumeReading()
{
    m_limit->start(m_plan.idle);
    m_attempt->resumeReading();
}

AttemptReport AttemptRun::abandon()
{
    AttemptReport result = report(LimitHit::None, {upstream::WireEnd::CutOff, {}});
    m_attempt.reset();
    return result;
}

bool AttemptRun::isStreamBody() const
{
    return m_plan.stream && isSuccess(m_status) && m_contentType.starts_with("text/event-stream");
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
    }
}

void AttemptRun::onBody(std::string_view bytes)
{
    if (isStreamBody()) {
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
    const bool contentBefore = m_stream.state().content;
    const std::int64_t piecesBefore = m_stream.state().pieces;
    const bool completeBefore = m_stream.state().complete;
    m_stream.feed(bytes, m_held);
    const dialect::StreamState &state = m_stream.state();
    if (state.content && !contentBefore) {
        m_contentAt = m_deps.clock.now();
    }
    if (state.complete) {
        if (!completeBefore) {
            m_limit->start(kEndOfBodyLimit);
        }
    } else if (state.pieces != piecesBefore) {
        m_limit->start(m_plan.idle);
    }
    if (state.error || state.garbled || (!state.content && m_held.size() > kMostHeldBytes)) {
        m_tooLarge = !state.content && m_held.size() > kMostHeldBytes;
        if (state.content) {
            relay();
        }
        end(LimitHit::None, {});
        return;
    }
    if (state.content) {
        relay();
    }
}

void AttemptRun::relay()
{
    if (!m_held.empty()) {
        m_observer.onRelay(std::exchange(m_held, {}));
    }
}

void AttemptRun::onEnd(const upstream::WireResult &result)
{
    if (isStreamBody() && result.end == upstream::WireEnd::Complete) {
        m_stream.finish(m_held);
        if (m_stream.state().content) {
            if (m_contentAt == base::SteadyTime{}) {
                m_contentAt = m_deps.clock.now();
            }
            relay();
        }
    }
    end(LimitHit::None, result);
}

void AttemptRun::onLimit()
{
    const dialect::StreamState &state = m_stream.state();
    if (state.complete) {
        end(LimitHit::None, {});
    } else if (state.content) {
        end(LimitHit::Idle, {});
    } else {
        end(m_plan.stream ? LimitHit::FirstToken : LimitHit::Answer, {});
    }
}

void AttemptRun::end(LimitHit limit, upstream::WireResult wire)
{
    AttemptReport result = report(limit, std::move(wire));
    m_limit.reset();
    m_total.reset();
    m_attempt.reset();
    m_observer.onEnd(std::move(result));
}

AttemptReport AttemptRun::report(LimitHit limit, upstream::WireResult wire)
{
    const base::SteadyTime now = m_deps.clock.now();
    AttemptReport result;
    AttemptFacts &facts = result.facts;
    facts.stream = m_plan.stream;
    facts.limit = limit;
    facts.wire = std::move(wire);
    facts.written = m_writtenAt != base::SteadyTime{};
    facts.status = m_status;
    if (isStreamBody()) {
        const dialect::StreamState &state = m_stream.state();
        facts.readable = !state.garbled && !m_tooLarge;
        facts.content = state.content;
        facts.complete = state.complete;
        facts.refusal = state.refusal;
        facts.error = state.error;
        result.usage = state.usage;
        result.model = state.model;
        result.contentBytes = state.contentBytes;
        result.body = state.errorBody;
    } else if (m_status != 0) {
        readWhole(facts, result);
        result.body = std::move(m_body);
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
    result.contentType = m_contentType;
    result.judgement = judge(facts);
    if (refused) {
        result.retryAfter = dialect::resetHint(m_errorHeaders, facts.problem, result.judgement.outcome,
                                               m_deps.clock.wallNow());
    }
    return result;
}

void AttemptRun::readWhole(AttemptFacts &facts, AttemptReport &result)
{
    facts.readable = !m_tooLarge;
    if (!isSuccess(m_status) || m_tooLarge || facts.limit != LimitHit::None
        || facts.wire.end != upstream::WireEnd::Complete) {
        return;
    }
    const dialect::ChatFacts said = m_deps.reader.read(m_body);
    facts.expectedType = !m_plan.stream; // a stream was asked for, and this is none
    facts.readable = said.readable && (said.hasChoices || said.error);
    facts.content = said.content;
    facts.complete = said.hasChoices;
    facts.refusal = said.refusal;
    facts.error = said.error;
    result.usage = said.usage;
    result.model = said.model;
    result.contentBytes = said.contentBytes;
    if (said.content && m_contentAt == base::SteadyTime{}) {
        m_contentAt = m_headAt; // nothing streams: the head is the first sign of the answer
    }
}

} // namespace signalbox::chain
