// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_clock.h"

namespace signalbox::test {

using namespace std::chrono;

FakeClock::FakeClock()
    : m_now(hours(1)),
      m_wall(sys_days(year(2026) / 11 / 20) + hours(12)),
      m_queue([this] { return m_now; }, nullptr)
{}

std::unique_ptr<base::Timer> FakeClock::makeTimer(std::function<void()> onFire)
{
    return m_queue.makeTimer(std::move(onFire));
}

void FakeClock::advance(base::Duration by)
{
    const base::SteadyTime end = m_now + by;
    for (auto next = m_queue.soonest(); next && *next <= end; next = m_queue.soonest()) {
        const base::Duration step = std::max(*next - m_now, base::Duration::zero());
        m_now += step;
        m_wall += duration_cast<microseconds>(step);
        m_queue.fireDue();
    }
    m_wall += duration_cast<microseconds>(end - m_now);
    m_now = end;
}

void FakeClock::jumpWall(base::Duration by)
{
    m_wall += duration_cast<microseconds>(by);
}

void FakeClock::sleepFor(base::Duration time)
{
    m_asleep += time;
    jumpWall(time);
}

} // namespace signalbox::test
