// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/request_parser.h"
#include "core/foundation/http/response_writer.h"
#include "core/request/server/access.h"
#include "core/request/server/service.h"
#include "core/request/server/token_limiter.h"

namespace signalbox::server {

struct ServerLimits {
    std::size_t connections = 512;
    std::size_t turnedAway =
        64; ///< connections above the limit that still get their 503; more are just closed
    http::RequestLimits request;
    base::Duration head = std::chrono::seconds(10); ///< for all of it
    base::Duration bodyIdle = std::chrono::seconds(30);
    base::Duration keepAlive = std::chrono::seconds(120);
    base::Duration writeStall = std::chrono::seconds(60);
    base::Duration linger = std::chrono::seconds(5); ///< for the client to close after we have
    base::Duration wrongToken = std::chrono::seconds(1);
};

/// The value of a Date field, made anew once a second.
class DateField
{
public:
    std::string_view at(base::WallTime now)
    {
        const auto second = std::chrono::floor<std::chrono::seconds>(now);
        if (m_text.empty() || second != m_second) {
            m_second = second;
            m_text = http::httpDate(now);
        }
        return m_text;
    }

private:
    std::chrono::sys_seconds m_second{};
    std::string m_text;
};

class Connection;

/// What all connections of a listener share. Engine thread; owned by the listener.
struct ServerContext {
    base::Clock &clock;
    Service &service;
    ServerLimits limits;
    std::shared_ptr<const AccessRules> rules; ///< never null
    TokenLimiter tokenLimiter{};
    DateField date{};
    std::size_t activeRequests = 0;
    bool draining = false; ///< every answer is its connection's last
    std::function<void(Connection &)> onClosed{};
    std::function<void()> onRequestEnded{};
};

} // namespace signalbox::server
