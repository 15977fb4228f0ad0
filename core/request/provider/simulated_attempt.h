// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/request/provider/simulated_answer.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::provider {

/// Plays a simulated answer in time. What falls due within a millisecond is said at once, so that a fast
/// simulation runs on one timer. Engine thread; owned by the exchange.
class SimulatedAttempt final : public upstream::Attempt
{
public:
    SimulatedAttempt(SimulatedAnswer answer, base::Clock &clock, upstream::AttemptObserver &observer);
    ~SimulatedAttempt() override;

    void start() override;
    void pauseReading() override;
    void resumeReading() override;
    upstream::WireTimes times() const override;

private:
    void onDue();
    void waitOrEnd();
    base::SteadyTime dueTime(std::size_t piece) const;

    SimulatedAnswer m_answer;
    base::Clock &m_clock;
    upstream::AttemptObserver &m_observer;
    std::unique_ptr<base::Timer> m_timer;
    base::SteadyTime m_start{};
    std::size_t m_nextPiece = 0;
    bool *m_gone = nullptr;
    bool m_written = false;
    bool m_paused = false;
    bool m_ended = false;
};

} // namespace signalbox::provider
