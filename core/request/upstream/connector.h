// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <QHostAddress>
#include <QList>
#include <QNetworkProxy>
#include <QSslError>

#include "core/foundation/base/clock.h"
#include "core/request/upstream/attempt.h"
#include "core/request/upstream/connection.h"
#include "core/request/upstream/tls_trust.h"

class QHostInfo;

namespace signalbox::upstream {

/// What connections are made with; shared by all of a transport.
struct Network {
    base::Clock &clock;
    QSslConfiguration tls;
    /// The proxy for an origin; not asked for loopback ones.
    std::function<QNetworkProxy(const http::Origin &)> proxyFor;
    std::map<http::Origin, QByteArray> tlsSessions; ///< to resume
};

/// Makes one connection: name, TCP, TLS, each within its limit. Where a name has several addresses the next
/// is tried when one fails, or beside it after 250 ms (RFC 8305), and the first that connects is taken.
/// Engine thread; owned by the attempt; destroying it gives up.
class Connector
{
public:
    /// The connection, or null and why.
    using Done = std::function<void(std::unique_ptr<Connection>, WireResult)>;

    Connector(http::Origin origin, const WireLimits &limits, Network &network, Done done);
    ~Connector();

    /// May call `done` before it returns.
    void start();
    /// Phases that have ended.
    base::Duration dnsTime() const { return m_dnsTime; }
    base::Duration connectTime() const { return m_connectTime; }
    base::Duration tlsTime() const { return m_tlsTime; }

private:
    void lookUp();
    void onFound(const QHostInfo &info);
    void tryNext();
    SocketPtr makeSocket();
    void onConnected(QTcpSocket *socket);
    void onRefused(QTcpSocket *socket, int error);
    void encrypt();
    void onEncrypted();
    void onTlsError(int error);
    void onLimit();
    void fail(WireEnd end, std::string detail);
    void succeed();

    http::Origin m_origin;
    WireLimits m_limits;
    Network &m_network;
    Done m_done;
    QNetworkProxy m_proxy;
    QList<QHostAddress> m_addresses; ///< not tried yet; the proxy looks names up itself
    std::vector<SocketPtr> m_trying;
    SocketPtr m_chosen;
    QList<QSslError> m_certificateErrors;
    std::unique_ptr<base::Timer> m_limit;
    std::unique_ptr<base::Timer> m_stagger;
    base::SteadyTime m_phaseStart{};
    base::Duration m_dnsTime{};
    base::Duration m_connectTime{};
    base::Duration m_tlsTime{};
    std::unique_ptr<QObject> m_lookUpContext;
    int m_lookUp = -1;
};

} // namespace signalbox::upstream
