// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "core/engine/machine/network_state.h"
#include "core/foundation/base/clock.h"
#include "core/request/health/health_book.h"

namespace signalbox::machine {

/// What the operating system says of the network. Main thread: the system's own part belongs there.
class NetworkSource
{
public:
    struct Reading {
        NetworkState state;
        int link = 0; ///< kind of link; another number is another network, 0 is not known
    };
    virtual ~NetworkSource() = default;
    virtual Reading read() const = 0;
    /// `changed` is called whenever read() may have something new to say, until the source is gone.
    virtual void onChange(std::function<void()> changed) = 0;
};

/// By Qt's plugin for this system. Without one, this machine counts as online for ever, and the log says so.
std::unique_ptr<NetworkSource> systemNetwork();

/// Do the kernel's tables of routes (/proc/net/route, /proc/net/ipv6_route) lead beyond this machine and what
/// it simulates itself?
bool hasWayOut(std::string_view ipv4, std::string_view ipv6);
/// The same, asked of this machine now. A proxy counts as a way out.
bool machineHasWayOut();

/// Tells the breakers what the network and a sleep of this machine explain, and drops connections that only
/// look alive. Engine thread; owned by the core.
class NetworkWatch
{
public:
    /// Shorter sleeps leave connections alive.
    static constexpr base::Duration kSleepThatMatters = std::chrono::seconds(10);

    /// How often a network that is said to be gone is looked for while requests come.
    static constexpr base::Duration kLookAgain = std::chrono::seconds(1);

    struct Deps {
        base::Clock &clock;
        health::HealthBook &health;
        std::function<void()> flushIdle; ///< drops the idle connections
        std::function<bool()> hasWayOut = machineHasWayOut;
    };
    explicit NetworkWatch(Deps deps);

    void heard(const NetworkSource::Reading &reading);
    /// Has the machine slept? Is a network back of which nobody told? Asked when a request begins and when an
    /// attempt has ended: a timer would only wake an idle machine.
    void check();
    const NetworkState &state() const { return m_state; }

private:
    void become(const NetworkState &now, bool otherLink);
    void checkSleep();

    Deps m_deps;
    NetworkState m_state;
    bool m_saidOnline = true; ///< by the system's service
    int m_link = 0;
    base::SteadyTime m_lookedAt{};
    base::Duration m_asleep;
};

} // namespace signalbox::machine
