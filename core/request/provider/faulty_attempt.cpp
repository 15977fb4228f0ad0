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

std::unique_ptr<upstream::Attempt> makeFaulty(const FaultPlan &plan, bool stream, base::Clock &clock,
                                              upstream::AttemptObserver &observer, const MakeAttempt &inner)
{
    if (plan.fault == Fault::TlsError) {
        return std::make_unique<BrokenHandshake>(clock, observer);
    }
    if (!reachesProvider(plan.fault)) {
        return std::make_unique<SimulatedAttempt>(faultAnswer(plan.fault, stream), clock, observer);
    }
    return std::make_unique<FaultyAttempt>(plan, clock, observer, inner);
}

FaultyAttempt::FaultyAttempt(const FaultPlan &plan, base::Clock &clock, upstream::AttemptObserver &observer,
                             const MakeAttempt &inner)
    : m_plan(plan),
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
        if (event->hasData && (event->data == "[DONE]" || m_plan.pieces <= 0)) {
            return breakOff(std::move(passing));
        }
        passing += event->raw;
        if (event->hasData && ++m_events >= m_plan.pieces) {
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
