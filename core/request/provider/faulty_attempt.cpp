// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/faulty_attempt.h"

#include <utility>

#include "core/request/provider/fault_answer.h"
#include "core/request/provider/simulated_attempt.h"
#include "core/request/upstream/gone_watch.h"

namespace signalbox::provider {

using upstream::GoneWatch;
using upstream::WireEnd;

namespace {
/// Above this a slow answer is no longer read ahead, and a whole one is cut where it stands.
constexpr std::size_t kMostHeld = 1024 * 1024;

bool isOf(const http::SseEvent &event, std::string_view type)
{
    return event.name == type || event.data.find("\"" + std::string(type) + "\"") != std::string_view::npos;
}

/// From this event on an answer counts as whole.
bool endsAnswer(const http::SseEvent &event, base::Dialect dialect)
{
    switch (dialect) {
    case base::Dialect::Responses:
        return isOf(event, "response.completed") || isOf(event, "response.incomplete");
    case base::Dialect::Messages:
        return isOf(event, "message_delta") || isOf(event, "message_stop");
    case base::Dialect::Gemini:
        return event.data.find("\"finishReason\"") != std::string_view::npos;
    default:
        return event.data == "[DONE]";
    }
}

/// More than that an answer begins.
bool saysSomething(const http::SseEvent &event, base::Dialect dialect)
{
    switch (dialect) {
    case base::Dialect::Responses:
        return event.data.find(".delta\"") != std::string_view::npos;
    case base::Dialect::Messages:
        return isOf(event, "content_block_delta");
    default:
        return true;
    }
}

/// Ends before anything could be written.
class BrokenHandshake final : public upstream::Attempt
{
public:
    BrokenHandshake(base::Clock &clock, upstream::AttemptObserver &observer)
        : m_timer(clock.makeTimer(
              [&observer] { observer.onEnd({WireEnd::TlsFailed, "drill: the TLS handshake failed"}); }))
    {}
    void start() override { m_timer->start(base::Duration::zero()); }
    void pauseReading() override {}
    void resumeReading() override {}
    upstream::WireTimes times() const override { return {}; }

private:
    std::unique_ptr<base::Timer> m_timer;
};
} // namespace

std::unique_ptr<upstream::Attempt> makeFaulty(const FaultOrder &order, base::Clock &clock,
                                              upstream::AttemptObserver &observer, const MakeAttempt &inner)
{
    const Fault fault = order.plan.fault;
    if (fault == Fault::TlsError) {
        return std::make_unique<BrokenHandshake>(clock, observer);
    }
    if (!reachesProvider(fault)) {
        return std::make_unique<SimulatedAttempt>(faultAnswer(fault, order.dialect, order.stream), clock,
                                                  observer);
    }
    return std::make_unique<FaultyAttempt>(order, clock, observer, inner);
}

FaultyAttempt::FaultyAttempt(const FaultOrder &order, base::Clock &clock, upstream::AttemptObserver &observer,
                             const MakeAttempt &inner)
    : m_plan(order.plan),
      m_dialect(order.dialect),
      m_observer(observer),
      m_timer(clock.makeTimer([this] { release(); })),
      m_inner(inner(*this))
{}

FaultyAttempt::~FaultyAttempt()
{
    if (m_gone) {
        *m_gone = true;
    }
}

void FaultyAttempt::onHead(const http::ResponseHead &head)
{
    if (m_plan.fault == Fault::SlowFirstToken) {
        m_head = head;
        m_timer->start(m_plan.delay);
        return;
    }
    m_untouched = head.status < 200 || head.status >= 300;
    m_stream = head.headers.find("content-type").value_or("").starts_with("text/event-stream");
    m_observer.onHead(head);
}

void FaultyAttempt::onBody(std::string_view bytes)
{
    if (m_head) {
        m_held.append(bytes);
        if (m_held.size() >= kMostHeld) {
            m_inner->pauseReading();
        }
    } else if (m_untouched) {
        m_observer.onBody(bytes);
    } else if (m_stream) {
        countEvents(bytes);
    } else {
        m_held.append(bytes);
        if (m_held.size() >= kMostHeld) {
            breakOff(m_held.substr(0, m_held.size() / 2));
        }
    }
}

void FaultyAttempt::onEnd(const upstream::WireResult &result)
{
    if (m_head || m_due) {
        m_end = result;
    } else if (m_untouched || m_plan.fault == Fault::SlowFirstToken || result.end != WireEnd::Complete) {
        m_observer.onEnd(result);
    } else {
        breakOff(m_stream ? std::string() : m_held.substr(0, m_held.size() / 2));
    }
}

/// Whole events pass. The end marker never does: a stream with fewer events breaks before it.
void FaultyAttempt::countEvents(std::string_view bytes)
{
    std::string passing;
    m_parser.feed(bytes);
    while (const auto event = m_parser.next()) {
        if (event->hasData && (endsAnswer(*event, m_dialect) || m_plan.pieces <= 0)) {
            return breakOff(std::move(passing));
        }
        passing += event->raw;
        m_events += event->hasData && saysSomething(*event, m_dialect) ? 1 : 0;
        if (m_events >= m_plan.pieces) {
            return breakOff(std::move(passing));
        }
    }
    if (m_parser.tooLarge()) {
        return breakOff(std::move(passing));
    }
    if (!passing.empty()) {
        m_observer.onBody(passing);
    }
}

/// False: the attempt is gone.
bool FaultyAttempt::handOn(std::string_view bytes)
{
    const GoneWatch watch(m_gone);
    if (!bytes.empty()) {
        m_observer.onBody(bytes);
    }
    return !watch.gone();
}

void FaultyAttempt::breakOff(std::string last)
{
    m_times = m_inner->times();
    m_inner.reset();
    if (handOn(last) && m_plan.fault == Fault::CutAfter) {
        m_observer.onEnd({WireEnd::CutOff, "drill: the connection was cut"});
    }
}

void FaultyAttempt::release()
{
    const GoneWatch watch(m_gone);
    if (const auto head = std::exchange(m_head, std::nullopt)) {
        m_untouched = true;
        m_due = true; // until everything that came meanwhile has been said
        m_observer.onHead(*head);
        if (!watch.gone() && !m_held.empty()) {
            m_observer.onBody(std::exchange(m_held, {}));
        }
    }
    if (watch.gone() || m_paused) {
        return; // resumeReading() comes back
    }
    m_due = false;
    if (const auto end = std::exchange(m_end, std::nullopt)) {
        m_observer.onEnd(*end);
    } else {
        m_inner->resumeReading();
    }
}

void FaultyAttempt::pauseReading()
{
    m_paused = true;
    if (m_inner) {
        m_inner->pauseReading();
    }
}

void FaultyAttempt::resumeReading()
{
    m_paused = false;
    if (m_due) {
        m_timer->start(base::Duration::zero());
    } else if (m_inner && !m_head) {
        m_inner->resumeReading();
    }
}

upstream::WireTimes FaultyAttempt::times() const
{
    return m_inner ? m_inner->times() : m_times;
}

} // namespace signalbox::provider
