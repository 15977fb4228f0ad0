// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/transport.h"

#include <array>

#include <QNetworkProxyFactory>
#include <QUrl>

#include "core/request/upstream/wire_attempt.h"

namespace signalbox::upstream {

namespace {

/// The system's settings, https_proxy and no_proxy included. Asked once per connection, not per request.
QNetworkProxy systemProxy(const http::Origin &origin)
{
    const QNetworkProxyQuery query(QUrl(QString::fromStdString(origin.text())));
    for (const QNetworkProxy &proxy : QNetworkProxyFactory::systemProxyForQuery(query)) {
        const bool tunnels = proxy.capabilities().testFlag(QNetworkProxy::TunnelingCapability);
        if (tunnels || proxy.type() == QNetworkProxy::NoProxy) {
            return proxy;
        }
    }
    return QNetworkProxy::NoProxy;
}

} // namespace

struct Transport::Private {
    std::array<char, 64 * 1024> scratch;
    Wire wire;

    Private(base::Clock &clock, TransportOptions options)
        : wire{{clock,
                clientConfiguration(options.trust),
                options.proxyFor ? std::move(options.proxyFor) : systemProxy,
                {}},
               ConnectionPool(clock),
               {},
               scratch}
    {}
};

Transport::Transport(base::Clock &clock, TransportOptions options)
    : d(std::make_unique<Private>(clock, std::move(options)))
{}

Transport::~Transport() = default;

std::unique_ptr<Attempt> Transport::make(WireRequest request, const WireLimits &limits,
                                         AttemptObserver &observer)
{
    return std::make_unique<WireAttempt>(std::move(request), limits, observer, d->wire);
}

void Transport::flushIdle()
{
    d->wire.pool.flush();
}

std::size_t Transport::idleConnections() const
{
    return d->wire.pool.idleCount();
}

} // namespace signalbox::upstream
