// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/simulated_attempt.h"

#include <algorithm>
#include <utility>

#include "core/request/upstream/gone_watch.h"

namespace signalbox::provider {

using upstream::GoneWatch;
using upstream::WireEnd;
using Ending = SimulatedAnswer::Ending;

namespace {
constexpr base::Duration kTogether = std::chrono::milliseconds(1);
}

SimulatedAttempt::SimulatedAttempt(SimulatedAnswer answer, base::Clock &clock,
                                   upstream::AttemptObserver &observer)
    : m_answer(std::move(answer)),
      m_clock(clock),
      m_observer(observer),
      m_timer(clock.makeTimer([this] { onDue(); }))
{}

SimulatedAttempt::~SimulatedAttempt()
{
    if (m_gone) {
        *m_gone = true;
    }
}

void SimulatedAttempt::start()
{
    m_start = m_clock.now();
    m_timer->start(base::Duration::zero());
}

base::SteadyTime SimulatedAttempt::dueTime(std::size_t piece) const
{
    return m_start + m_answer.first + m_answer.interval * std::int64_t(piece);
}

void SimulatedAttempt::onDue()
{
    const GoneWatch watch(m_gone);
    if (!m_written) {
        m_written = true;
        m_observer.onWritten();
        if (watch.gone()) {
            return;
        }
    }
    const base::SteadyTime horizon = m_clock.now() + kTogether;
    const std::size_t first = m_nextPiece;
    std::size_t next = first;
    while (next < m_answer.ends.size() && dueTime(next) < horizon) {
        ++next;
    }
    if (!m_paused && next > first) {
        m_nextPiece = next;
        if (first == 0) {
            m_observer.onHead(m_answer.head);
            if (watch.gone()) {
                return;
            }
        }
        const std::size_t from = first == 0 ? 0 : m_answer.ends[first - 1];
        m_observer.onBody(std::string_view(m_answer.body).substr(from, m_answer.ends[next - 1] - from));
        if (watch.gone()) {
            return;
        }
    }
    waitOrEnd();
}

/// Also the end of what an observer may hear, so nothing here may follow onEnd.
void SimulatedAttempt::waitOrEnd()
{
    if (m_paused || m_ended || m_answer.ending == Ending::Hang) {
        return;
    }
    if (m_nextPiece < m_answer.ends.size()) {
        m_timer->start(std::max(base::Duration::zero(), dueTime(m_nextPiece) - m_clock.now()));
        return;
    }
    m_ended = true;
    const bool cut = m_answer.ending == Ending::CutOff;
    m_observer.onEnd(
        {cut ? WireEnd::CutOff : WireEnd::Complete, cut ? "the simulated provider broke off" : ""});
}

void SimulatedAttempt::pauseReading()
{
    m_paused = true;
}

void SimulatedAttempt::resumeReading()
{
    if (std::exchange(m_paused, false) && m_written && !m_ended) {
        m_timer->start(base::Duration::zero());
    }
}

upstream::WireTimes SimulatedAttempt::times() const
{
    upstream::WireTimes times;
    times.written = m_start;
    return times;
}

} // namespace signalbox::provider
