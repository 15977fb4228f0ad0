// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/system_clock.h"

#include <algorithm>

#include <time.h>

#include <QTimer>

#include "core/foundation/base/timer_queue.h"

namespace signalbox::base {

struct SystemClock::Private {
    QTimer alarm;
    TimerQueue queue;

    explicit Private(SystemClock &clock) : queue([&clock] { return clock.now(); }, [this] { arm(); })
    {
        alarm.setSingleShot(true);
        alarm.setTimerType(Qt::PreciseTimer);
        QObject::connect(&alarm, &QTimer::timeout, &alarm, [this] {
            queue.fireDue();
            arm();
        });
    }

    void arm()
    {
        const auto at = queue.soonest();
        if (!at) {
            alarm.stop();
            return;
        }
        const auto wait = *at - SteadyTime(std::chrono::steady_clock::now().time_since_epoch());
        alarm.start(
            std::max(std::chrono::milliseconds::zero(), std::chrono::ceil<std::chrono::milliseconds>(wait)));
    }
};

SystemClock::SystemClock() : d(std::make_unique<Private>(*this)) {}
SystemClock::~SystemClock() = default;

SteadyTime SystemClock::now() const
{
    return SteadyTime(std::chrono::steady_clock::now().time_since_epoch());
}

WallTime SystemClock::wallNow() const
{
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

Duration SystemClock::asleep() const
{
#ifdef CLOCK_BOOTTIME
    // One counts on while the machine sleeps, the other does not; a read in between costs less than 1 µs.
    const auto read = [](clockid_t clock) {
        timespec at{};
        ::clock_gettime(clock, &at);
        return std::chrono::seconds(at.tv_sec) + Duration(at.tv_nsec);
    };
    const Duration awake = read(CLOCK_MONOTONIC);
    return std::max(read(CLOCK_BOOTTIME) - awake, Duration::zero());
#else
    return Duration::zero();
#endif
}

std::unique_ptr<Timer> SystemClock::makeTimer(std::function<void()> onFire)
{
    return d->queue.makeTimer(std::move(onFire));
}

} // namespace signalbox::base
