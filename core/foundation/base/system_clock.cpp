// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/system_clock.h"

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

std::unique_ptr<Timer> SystemClock::makeTimer(std::function<void()> onFire)
{
    return d->queue.makeTimer(std::move(onFire));
}

} // namespace signalbox::base
