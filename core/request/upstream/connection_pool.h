// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/request/upstream/connection.h"

namespace signalbox::upstream {

/// Idle connections, ready for the next request to their origin. One that closes, or says something unasked,
/// is dropped at once; all are after 55 s, because servers begin to close theirs at 60. Engine thread.
class ConnectionPool final : private ConnectionUser
{
public:
    static constexpr base::Duration kIdleLimit = std::chrono::seconds(55);
    static constexpr std::size_t kMaxIdlePerOrigin = 256;

    explicit ConnectionPool(base::Clock &clock);

    /// The one used last, if it is still sound; null if there is none.
    std::unique_ptr<Connection> takeIdle(const http::Origin &origin);
    /// Takes a connection whose last response is complete. Not kept if it is not fit for another.
    void giveBack(std::unique_ptr<Connection> connection);
    /// Drops everything: the network has changed or the computer has slept.
    void flush();
    std::size_t idleCount() const;

private:
    void onReadable(Connection &connection) override { drop(connection); }
    void onClosed(Connection &connection) override { drop(connection); }
    void drop(Connection &connection);
    void dropOld();

    base::Clock &m_clock;
    std::map<http::Origin, std::vector<std::unique_ptr<Connection>>> m_idle; ///< used last stands last
    std::unique_ptr<base::Timer> m_sweep;
};

} // namespace signalbox::upstream
