// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/timer_queue.h"

namespace signalbox::base {

struct TimerQueue::State {
    std::function<void()> onFire;
    std::optional<SteadyTime> deadline;
    std::optional<SteadyTime> queuedAt; ///< the earliest entry of ours in the queue
};

class TimerQueue::QueuedTimer final : public Timer
{
public:
    QueuedTimer(TimerQueue &queue, std::function<void()> onFire)
        : m_queue(queue), m_state(std::make_shared<State>(std::move(onFire)))
    {}
    void start(Duration delay) override
    {
        const SteadyTime at = m_queue.m_now() + std::max(delay, Duration::zero());
        m_state->deadline = at;
        if (!m_state->queuedAt || at < *m_state->queuedAt) {
            m_queue.push(at, m_state);
        }
    }
    void stop() override { m_state->deadline.reset(); }
    bool isActive() const override { return m_state->deadline.has_value(); }

private:
    TimerQueue &m_queue;
    std::shared_ptr<State> m_state;
};

TimerQueue::TimerQueue(std::function<SteadyTime()> now, std::function<void()> wake)
    : m_now(std::move(now)), m_wake(std::move(wake))
{}

TimerQueue::~TimerQueue() = default;

std::unique_ptr<Timer> TimerQueue::makeTimer(std::function<void()> onFire)
{
    return std::make_unique<QueuedTimer>(*this, std::move(onFire));
}

void TimerQueue::push(SteadyTime at, const std::shared_ptr<State> &state)
{
    state->queuedAt = at;
    const bool nearer = m_entries.empty() || at < m_entries.top().at;
    m_entries.push({at, m_order++, state});
    if (nearer && m_wake) {
        m_wake();
    }
}

std::optional<SteadyTime> TimerQueue::soonest()
{
    while (!m_entries.empty()) {
        const auto state = m_entries.top().state.lock();
        if (state && state->deadline) {
            return m_entries.top().at;
        }
        if (state && state->queuedAt == m_entries.top().at) {
            state->queuedAt.reset();
        }
        m_entries.pop();
    }
    return std::nullopt;
}

void TimerQueue::fireDue()
{
    const SteadyTime now = m_now();
    while (!m_entries.empty() && m_entries.top().at <= now) {
        const auto state = m_entries.top().state.lock();
        const SteadyTime at = m_entries.top().at;
        m_entries.pop();
        if (!state || state->queuedAt != at) {
            continue; // gone, or an older entry of a timer that was restarted to an earlier deadline
        }
        state->queuedAt.reset();
        if (!state->deadline) {
            continue;
        }
        if (*state->deadline > now) {
            push(*state->deadline, state);
            continue;
        }
        state->deadline.reset();
        state->onFire();
    }
}

} // namespace signalbox::base
