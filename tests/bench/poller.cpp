// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/poller.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <sys/epoll.h>
#include <unistd.h>

namespace signalbox::bench {

namespace {
constexpr Duration kStuckAfter = std::chrono::minutes(1);
}

Poller::Poller(bool spin) : m_epoll(::epoll_create1(EPOLL_CLOEXEC)), m_spin(spin)
{
    if (m_epoll < 0) {
        throw Failure("epoll is not to be had");
    }
}

Poller::~Poller()
{
    ::close(m_epoll);
}

void Poller::watch(int fd, std::shared_ptr<Watched> watched, std::uint32_t events)
{
    const auto index = static_cast<std::size_t>(fd);
    m_watched.resize(std::max(m_watched.size(), index + 1));
    m_watched[index] = std::move(watched);
    epoll_event event{.events = events, .data = {.fd = fd}};
    if (::epoll_ctl(m_epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        throw Failure("a socket cannot be watched");
    }
}

void Poller::change(int fd, std::uint32_t events)
{
    epoll_event event{.events = events, .data = {.fd = fd}};
    ::epoll_ctl(m_epoll, EPOLL_CTL_MOD, fd, &event);
}

void Poller::forget(int fd)
{
    ::epoll_ctl(m_epoll, EPOLL_CTL_DEL, fd, nullptr);
    m_watched[static_cast<std::size_t>(fd)].reset();
}

void Poller::at(Time time, std::function<void()> what)
{
    m_due.push({time, m_dueNumber++, std::move(what)});
}

void Poller::runUntil(const std::function<bool()> &isTrue, const char *waitingFor)
{
    const Time limit = Clock::now() + kStuckAfter;
    while (!isTrue()) {
        if (m_now > limit) {
            throw Failure(std::string("nothing more happens; waiting for ") + waitingFor);
        }
        turn(limit);
    }
}

void Poller::runFor(Duration duration)
{
    const Time end = Clock::now() + duration;
    while (m_now < end) {
        turn(end);
    }
}

void Poller::turn(Time until)
{
    std::array<epoll_event, 256> events;
    if (!m_due.empty()) {
        until = std::min(until, m_due.top().time);
    }
    const Duration wait = m_spin ? Duration{} : std::max(until - Clock::now(), Duration{});
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
    const timespec limit{.tv_sec = seconds.count(), .tv_nsec = (wait - seconds).count()};
    const int count =
        ::epoll_pwait2(m_epoll, events.data(), static_cast<int>(events.size()), &limit, nullptr);
    if (count < 0 && errno != EINTR) {
        throw Failure("epoll_pwait2 failed: Linux 5.11 or newer is needed");
    }
    m_now = Clock::now();
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = events[static_cast<std::size_t>(i)];
        // A copy: what is called may forget itself. A descriptor used anew in this turn only looks in vain.
        if (const auto watched = m_watched[static_cast<std::size_t>(event.data.fd)]) {
            watched->onReady(event.events);
        }
    }
    while (!m_due.empty() && m_due.top().time <= m_now) {
        const auto what = m_due.top().what;
        m_due.pop();
        what();
    }
}

} // namespace signalbox::bench
