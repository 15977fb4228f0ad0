// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/foundation/base/clock.h"
#include "core/request/upstream/attempt.h"
#include "core/request/upstream/tls_trust.h"

class QNetworkProxy;

namespace signalbox::upstream {

/// Whom to trust and which proxy to take; the defaults are the system's.
struct TransportOptions {
    TlsTrust trust;
    /// Never asked for loopback origins, which are always reached directly.
    std::function<QNetworkProxy(const http::Origin &)> proxyFor;
};

/// Makes attempts over real sockets, with one pool of connections behind them. Make it in the engine thread;
/// it outlives its attempts.
class Transport
{
public:
    explicit Transport(base::Clock &clock, TransportOptions options = {});
    ~Transport();

    std::unique_ptr<Attempt> make(WireRequest request, const WireLimits &limits, AttemptObserver &observer);
    /// After a change of network or a sleep: connections that look alive may not be.
    void flushIdle();
    std::size_t idleConnections() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::upstream
