// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "core/foundation/base/clock.h"

namespace signalbox::base {

/// Deadlines in order, shared by the real and the fake clock. Restarting a timer to a later deadline, as
/// every chunk of a stream does, costs a store: the old entry re-queues itself when it comes up. One thread.
class TimerQueue
{
public:
    /// `wake` is called when the soonest deadline has come nearer.
    TimerQueue(std::function<SteadyTime()> now, std::function<void()> wake);
    ~TimerQueue();

    std::unique_ptr<Timer> makeTimer(std::function<void()> onFire);
    std::optional<SteadyTime> soonest(); ///< may be earlier than the first timer that really fires
    void fireDue();                      ///< fires what is due, in order of deadline

private:
    struct State;
    class QueuedTimer;
    struct Entry {
        SteadyTime at;
        std::uint64_t order;
        std::weak_ptr<State> state;
        bool operator>(const Entry &other) const
        {
            return at != other.at ? at > other.at : order > other.order;
        }
    };
    void push(SteadyTime at, const std::shared_ptr<State> &state);

    std::function<SteadyTime()> m_now;
    std::function<void()> m_wake;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> m_entries;
    std::uint64_t m_order = 0;
};

} // namespace signalbox::base
