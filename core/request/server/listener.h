// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/request/server/access.h"
#include "core/request/server/context.h"
#include "core/request/server/service.h"

namespace signalbox::server {

/// Listens on 127.0.0.1 and ::1 and owns every client connection. Engine thread; owned by the engine.
/// Destroying it cancels every request.
class Listener
{
public:
    Listener(base::Clock &clock, Service &service, ServerLimits limits = {});
    ~Listener();

    /// Listens on `port` (0: any free one) and returns the port. May be called again to move to another port,
    /// which retires the connections of the old one. Conflict: the port is in use, and by whom; the old port
    /// is kept then.
    base::Result<std::uint16_t> listen(std::uint16_t port);
    std::uint16_t port() const; ///< 0 when not listening

    /// From the next request on; the rules' port is replaced by ours.
    void setRules(std::shared_ptr<const AccessRules> rules);

    // Shutting down: stop accepting, then wait until the last request is answered.
    void stopAccepting();
    void closeIdle();
    std::size_t activeRequests() const;
    std::size_t connections() const;
    /// Called whenever the last active request has ended after stopAccepting(), never from inside a call of
    /// ours.
    void onQuiet(std::function<void()> callback);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::server
