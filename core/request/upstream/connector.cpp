// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/connector.h"

#include <algorithm>

#include <QHostInfo>
#include <QSslSocket>
#include <QTcpSocket>

namespace signalbox::upstream {

namespace {

using namespace std::chrono_literals;

constexpr base::Duration kStagger = 250ms;
constexpr qint64 kReadBufferBytes = 64 * 1024;

/// IPv6 and IPv4 in turn, beginning with what the resolver put first (RFC 8305 §4).
QList<QHostAddress> interleaved(const QList<QHostAddress> &given)
{
    if (given.isEmpty()) {
        return given;
    }
    QList<QHostAddress> first;
    QList<QHostAddress> second;
    for (const QHostAddress &address : given) {
        (address.protocol() == given.front().protocol() ? first : second).append(address);
    }
    QList<QHostAddress> result;
    for (qsizetype i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) {
            result.append(first.at(i));
        }
        if (i < second.size()) {
            result.append(second.at(i));
        }
    }
    return result;
}

bool isProxyError(int error)
{
    return error == QAbstractSocket::ProxyAuthenticationRequiredError
           || (error >= QAbstractSocket::ProxyConnectionRefusedError
               && error <= QAbstractSocket::ProxyProtocolError);
}

QString qt(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

Connector::Connector(http::Origin origin, const WireLimits &limits, Network &network, Done done)
    : m_origin(std::move(origin)),
      m_limits(limits),
      m_network(network),
      m_done(std::move(done)),
      m_proxy(QNetworkProxy::NoProxy),
      m_limit(network.clock.makeTimer([this] { onLimit(); })),
      m_stagger(network.clock.makeTimer([this] { tryNext(); }))
{}

Connector::~Connector()
{
    if (m_lookUp >= 0) {
        QHostInfo::abortHostLookup(m_lookUp);
    }
}

void Connector::start()
{
    m_phaseStart = m_network.clock.now();
    m_limit->start(m_limits.connect);
    if (m_origin.host == "localhost") {
        m_addresses = {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
        return tryNext();
    }
    if (!m_origin.isLoopback()) {
        m_proxy = m_network.proxyFor(m_origin);
    }
    QHostAddress literal;
    if (m_proxy.type() != QNetworkProxy::NoProxy) {
        tryNext();
    } else if (literal.setAddress(qt(m_origin.host))) {
        m_addresses = {literal};
        tryNext();
    } else {
        lookUp();
    }
}

void Connector::lookUp()
{
    m_lookUpContext = std::make_unique<QObject>();
    m_lookUp = QHostInfo::lookupHost(qt(m_origin.host), m_lookUpContext.get(),
                                     [this](const QHostInfo &info) { onFound(info); });
}

void Connector::onFound(const QHostInfo &info)
{
    m_lookUp = -1;
    if (info.error() != QHostInfo::NoError || info.addresses().isEmpty()) {
        return fail(WireEnd::DnsFailed, "no address was found for " + m_origin.host);
    }
    const base::SteadyTime now = m_network.clock.now();
    m_dnsTime = now - m_phaseStart;
    m_phaseStart = now;
    m_addresses = interleaved(info.addresses());
    tryNext();
}

void Connector::tryNext()
{
    m_stagger->stop();
    m_trying.push_back(makeSocket());
    QTcpSocket *socket = m_trying.back().get();
    if (m_proxy.type() != QNetworkProxy::NoProxy) {
        return socket->connectToHost(qt(m_origin.host), m_origin.port);
    }
    const QHostAddress address = m_addresses.takeFirst();
    if (!m_addresses.isEmpty()) {
        m_stagger->start(kStagger);
    }
    socket->connectToHost(address, m_origin.port); // may call onConnected or onRefused from inside
}

SocketPtr Connector::makeSocket()
{
    SocketPtr socket(m_origin.tls ? new QSslSocket : new QTcpSocket);
    QTcpSocket *raw = socket.get();
    raw->setProxy(m_proxy);
    raw->setReadBufferSize(kReadBufferBytes);
    QObject::connect(raw, &QTcpSocket::connected, raw, [this, raw] { onConnected(raw); });
    QObject::connect(raw, &QTcpSocket::errorOccurred, raw, [this, raw](QAbstractSocket::SocketError error) {
        if (raw == m_chosen.get()) {
            onTlsError(error);
        } else {
            onRefused(raw, error);
        }
    });
    return socket;
}

void Connector::onConnected(QTcpSocket *socket)
{
    m_stagger->stop();
    const auto winner = std::ranges::find(m_trying, socket, &SocketPtr::get);
    m_chosen = std::move(*winner);
    m_trying.clear();
    m_chosen->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_chosen->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    const base::SteadyTime now = m_network.clock.now();
    m_connectTime = now - m_phaseStart;
    m_phaseStart = now;
    if (m_origin.tls) {
        encrypt();
    } else {
        succeed();
    }
}

void Connector::onRefused(QTcpSocket *socket, int error)
{
    const std::string reason = socket->errorString().toStdString();
    std::erase_if(m_trying, [&](const SocketPtr &tried) { return tried.get() == socket; });
    if (isProxyError(error)) {
        return fail(WireEnd::ProxyFailed, "the proxy did not connect to " + m_origin.host + ": " + reason);
    }
    if (!m_addresses.isEmpty()) {
        return tryNext();
    }
    if (!m_trying.empty()) {
        return; // another address may still answer
    }
    if (error == QAbstractSocket::HostNotFoundError) {
        return fail(WireEnd::DnsFailed, "no address was found for " + m_origin.host);
    }
    const bool refused = error == QAbstractSocket::ConnectionRefusedError;
    fail(WireEnd::ConnectFailed, refused ? "nothing listens at " + m_origin.text()
                                         : "no connection to " + m_origin.text() + ": " + reason);
}

void Connector::encrypt()
{
    auto *socket = static_cast<QSslSocket *>(m_chosen.get());
    QSslConfiguration configuration = m_network.tls;
    if (const auto session = m_network.tlsSessions.find(m_origin); session != m_network.tlsSessions.end()) {
        configuration.setSessionTicket(session->second);
    }
    socket->setSslConfiguration(configuration);
    socket->setPeerVerifyName(qt(m_origin.host));
    QObject::connect(socket, &QSslSocket::sslErrors, socket,
                     [this](const QList<QSslError> &errors) { m_certificateErrors = errors; });
    QObject::connect(socket, &QSslSocket::encrypted, socket, [this] { onEncrypted(); });
    m_limit->start(m_limits.tls);
    socket->startClientEncryption();
}

void Connector::onEncrypted()
{
    m_tlsTime = m_network.clock.now() - m_phaseStart;
    succeed();
}

void Connector::onTlsError(int)
{
    m_network.tlsSessions.erase(m_origin);
    if (!m_certificateErrors.isEmpty()) {
        return fail(WireEnd::CertificateRefused, explainCertificate(m_certificateErrors, m_origin.host));
    }
    fail(WireEnd::TlsFailed,
         "no encrypted connection to " + m_origin.host + ": " + m_chosen->errorString().toStdString());
}

void Connector::onLimit()
{
    if (m_chosen) {
        fail(WireEnd::TlsTimeout, m_origin.host + " did not finish the TLS handshake in time");
    } else if (m_lookUp >= 0) {
        fail(WireEnd::DnsFailed, "the address of " + m_origin.host + " was not found in time");
    } else {
        fail(WireEnd::ConnectTimeout, m_origin.text() + " did not take the connection in time");
    }
}

void Connector::fail(WireEnd end, std::string detail)
{
    m_limit->stop();
    m_stagger->stop();
    m_trying.clear();
    m_chosen.reset();
    const Done done = std::move(m_done);
    done(nullptr, {end, std::move(detail)}); // may destroy this
}

void Connector::succeed()
{
    m_limit->stop();
    auto connection = std::make_unique<Connection>(std::move(m_chosen), m_origin);
    connection->rememberTlsSession(m_network.tlsSessions);
    const Done done = std::move(m_done);
    done(std::move(connection), {}); // may destroy this
}

} // namespace signalbox::upstream
