// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/connection_pool.h"

#include <algorithm>
#include <optional>

namespace signalbox::upstream {

ConnectionPool::ConnectionPool(base::Clock &clock)
    : m_clock(clock), m_sweep(clock.makeTimer([this] { dropOld(); }))
{}

std::unique_ptr<Connection> ConnectionPool::takeIdle(const http::Origin &origin)
{
    const auto found = m_idle.find(origin);
    if (found == m_idle.end()) {
        return nullptr;
    }
    auto &idle = found->second;
    while (!idle.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle.back());
        idle.pop_back();
        connection->setUser(nullptr);
        const bool fresh = m_clock.now() - connection->idleSince < kIdleLimit; // timers stand still in sleep
        if (fresh && connection->isSoundWhileIdle()) {
            return connection;
        }
    }
    return nullptr;
}

void ConnectionPool::giveBack(std::unique_ptr<Connection> connection)
{
    auto &idle = m_idle[connection->origin()];
    if (!connection->isOpen() || connection->hasUnsent() || idle.size() >= kMaxIdlePerOrigin) {
        return;
    }
    connection->idleSince = m_clock.now();
    connection->setUser(this);
    idle.push_back(std::move(connection));
    if (!m_sweep->isActive()) {
        m_sweep->start(kIdleLimit);
    }
}

void ConnectionPool::flush()
{
    m_idle.clear();
    m_sweep->stop();
}

std::size_t ConnectionPool::idleCount() const
{
    std::size_t count = 0;
    for (const auto &[origin, idle] : m_idle) {
        count += idle.size();
    }
    return count;
}

void ConnectionPool::drop(Connection &connection)
{
    const auto found = m_idle.find(connection.origin());
    if (found != m_idle.end()) {
        std::erase_if(found->second, [&](const auto &held) { return held.get() == &connection; });
    }
}

void ConnectionPool::dropOld()
{
    const base::SteadyTime now = m_clock.now();
    std::optional<base::SteadyTime> oldest;
    for (auto &[origin, idle] : m_idle) {
        std::erase_if(idle, [now](const auto &held) { return now - held->idleSince >= kIdleLimit; });
        if (!idle.empty()) {
            const base::SteadyTime since = idle.front()->idleSince;
            oldest = oldest ? std::min(*oldest, since) : since;
        }
    }
    std::erase_if(m_idle, [](const auto &entry) { return entry.second.empty(); });
    if (oldest) {
        m_sweep->start(*oldest + kIdleLimit - now);
    }
}

} // namespace signalbox::upstream
