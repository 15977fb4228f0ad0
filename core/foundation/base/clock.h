// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace signalbox::base {

using Duration = std::chrono::nanoseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::sys_time<std::chrono::microseconds>; ///< UTC

/// A single-shot timer. Restarting replaces the deadline; destroying it cancels it. It may be restarted or
/// destroyed inside its own callback.
class Timer
{
public:
    virtual ~Timer() = default;
    virtual void start(Duration delay) = 0;
    virtual void stop() = 0;
    virtual bool isActive() const = 0;
};

/// The only source of time and of timers: tests run an hour of traffic in a millisecond on a fake one.
/// One clock belongs to one thread; timers fire in it. Timers must not outlive their clock.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual SteadyTime now() const = 0;   ///< for durations; never jumps
    virtual WallTime wallNow() const = 0; ///< for records people read; may jump
    /// How long this machine has slept in all, since some start: now() stands still meanwhile. Zero for ever
    /// where the system does not tell.
    virtual Duration asleep() const = 0;
    virtual std::unique_ptr<Timer> makeTimer(std::function<void()> onFire) = 0;
};

constexpr double toMs(Duration d)
{
    return std::chrono::duration<double, std::milli>(d).count();
}

} // namespace signalbox::base
