// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <stdexcept>
#include <vector>

namespace signalbox::bench {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using Duration = Clock::duration;

inline double micros(Duration duration)
{
    return std::chrono::duration<double, std::micro>(duration).count();
}

/// A wrong answer or a broken set-up: the program says it and ends with 1. A slow answer is none.
class Failure : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

class Watched
{
public:
    virtual ~Watched() = default;
    virtual void onReady(std::uint32_t events) = 0;
};

/// The one loop in which mock provider, clients and samplers live, so that all their times are of one clock
/// and one thread. It can spin instead of sleeping: then a figure does not hold the loop's own waking up.
class Poller
{
public:
    explicit Poller(bool spin);
    ~Poller();
    Poller(const Poller &) = delete;
    Poller &operator=(const Poller &) = delete;

    void watch(int fd, std::shared_ptr<Watched> watched, std::uint32_t events);
    void change(int fd, std::uint32_t events);
    void forget(int fd);
    void at(Time time, std::function<void()> what);
    /// When the events that are handled now were seen.
    Time now() const { return m_now; }
    /// Throws when it has not come true within a minute: nothing here takes that long when all is well.
    void runUntil(const std::function<bool()> &isTrue, const char *waitingFor);
    void runFor(Duration duration);

private:
    struct Due {
        Time time;
        std::uint64_t number; ///< of two with one time the older comes first
        std::function<void()> what;
        bool operator>(const Due &other) const
        {
            return time != other.time ? time > other.time : number > other.number;
        }
    };
    void turn(Time until);

    int m_epoll;
    bool m_spin;
    Time m_now = Clock::now();
    std::uint64_t m_dueNumber = 0;
    std::vector<std::shared_ptr<Watched>> m_watched; ///< by file descriptor
    std::priority_queue<Due, std::vector<Due>, std::greater<>> m_due;
};

} // namespace signalbox::bench
