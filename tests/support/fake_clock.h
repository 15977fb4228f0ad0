// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/base/clock.h"
#include "core/foundation/base/timer_queue.h"

namespace signalbox::test {

/// A clock that stands still until told to move; moving it fires the timers that come due, each at its own
/// time.
class FakeClock final : public base::Clock
{
public:
    FakeClock();

    base::SteadyTime now() const override { return m_now; }
    base::WallTime wallNow() const override { return m_wall; }
    base::Duration asleep() const override { return m_asleep; }
    std::unique_ptr<base::Timer> makeTimer(std::function<void()> onFire) override;

    void advance(base::Duration by);
    /// Wall time only, as NTP or the user would.
    void jumpWall(base::Duration by);
    /// The machine sleeps: wall time passes, steady time and timers stand still.
    void sleepFor(base::Duration time);
    /// The next deadline, so that a test can run until nothing is left to wait for.
    std::optional<base::SteadyTime> soonest() { return m_queue.soonest(); }

private:
    base::SteadyTime m_now;
    base::WallTime m_wall;
    base::Duration m_asleep{};
    base::TimerQueue m_queue;
};

} // namespace signalbox::test
