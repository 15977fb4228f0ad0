// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_upstream.h"

#include <algorithm>
#include <charconv>

#include <QFile>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpSocket>
#include <sys/socket.h>

namespace signalbox::test {

using Kind = Reply::Action::Kind;

struct FakeUpstream::Peer {
    QTcpSocket *socket = nullptr;
    std::string inbox;
    std::deque<Reply::Action> actions;
    int number = 0;
    std::size_t request = 0; ///< the one being answered, in m_seen
    bool replying = false;   ///< an empty reply hangs: it never ends
    bool gone = false;       ///< deleted when the event loop comes round
};

namespace {

QString dataFile(const std::string &name)
{
    return QStringLiteral(SIGNALBOX_TEST_DATA "/tls/") + QString::fromStdString(name);
}

QSslConfiguration serverConfiguration(const std::string &certificate, bool old)
{
    QFile key(dataFile("server.key"));
    if (!key.open(QFile::ReadOnly)) {
        qFatal("no test key at %s", qPrintable(key.fileName()));
    }
    QSslConfiguration configuration;
    configuration.setPrivateKey(QSslKey(&key, QSsl::Ec));
    configuration.setLocalCertificateChain(QSslCertificate::fromPath(dataFile(certificate + ".pem")));
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    if (old) {
        QT_WARNING_PUSH
        QT_WARNING_DISABLE_DEPRECATED
        configuration.setProtocol(QSsl::TlsV1_1);
        QT_WARNING_POP
    }
    return configuration;
}

std::size_t bodySize(const http::Headers &headers)
{
    std::size_t size = 0;
    for (const auto &[name, value] : headers) {
        if (http::equalsIgnoringCase(name, "content-length")) {
            std::from_chars(value.data(), value.data() + value.size(), size);
        }
    }
    return size;
}

SeenRequest parseHead(std::string_view head)
{
    SeenRequest request;
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t space = line.find(' ');
    request.method = line.substr(0, space);
    request.target = line.substr(space + 1, line.rfind(' ') - space - 1);
    for (std::size_t at = line.size() + 2; at < head.size();) {
        const std::size_t end = head.find("\r\n", at);
        const std::string_view field = head.substr(at, end - at);
        const std::size_t colon = field.find(':');
        if (colon != field.npos) {
            const std::size_t value = std::min(field.find_first_not_of(' ', colon + 1), field.size());
            request.headers.add(field.substr(0, colon), field.substr(value));
        }
        at = end + 2;
    }
    return request;
}

} // namespace

FakeUpstream::FakeUpstream()
{
    if (!listen(QHostAddress::LocalHost, 0)) {
        qFatal("no free port: %s", qPrintable(errorString()));
    }
}

FakeUpstream::FakeUpstream(const char *certificate) : FakeUpstream()
{
    m_certificate = certificate;
}

FakeUpstream::~FakeUpstream()
{
    for (const auto &peer : m_peers) {
        QObject::disconnect(peer->socket, nullptr, nullptr, nullptr);
        peer->socket->abort();
    }
}

http::Origin FakeUpstream::origin() const
{
    return {!m_certificate.empty(), "127.0.0.1", serverPort()};
}

std::string FakeUpstream::baseUrl() const
{
    return origin().text() + "/v1";
}

QSslCertificate FakeUpstream::testRoot()
{
    return QSslCertificate::fromPath(dataFile("root.pem")).value(0);
}

FakeUpstream::Script FakeUpstream::fixed(Reply reply)
{
    return [reply = std::move(reply)](const SeenRequest &) { return reply; };
}

void FakeUpstream::incomingConnection(qintptr descriptor)
{
    ++m_connections;
    auto *socket = m_certificate.empty() ? new QTcpSocket(this) : new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    Peer &peer = *m_peers.emplace_back(std::make_unique<Peer>());
    peer.socket = socket;
    peer.number = m_connections;
    connect(socket, &QTcpSocket::readyRead, this, [this, &peer] { onBytes(peer); });
    connect(socket, &QTcpSocket::disconnected, this, [this, &peer] { forget(peer); });
    if (auto *tls = qobject_cast<QSslSocket *>(socket)) {
        tls->setSslConfiguration(serverConfiguration(m_certificate, m_oldTls));
        tls->startServerEncryption();
    }
}

void FakeUpstream::onBytes(Peer &peer)
{
    if (m_greeting == Greeting::CloseOnFirstBytes) {
        return peer.socket->abort();
    }
    const QByteArray bytes = peer.socket->readAll();
    m_bytes += std::size_t(bytes.size());
    if (m_greeting == Greeting::AnswerOnFirstBytes) {
        if (!std::exchange(peer.replying, true)) {
            peer.socket->write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
            peer.socket->flush();
        }
        return;
    }
    peer.inbox.append(bytes.constData(), std::size_t(bytes.size()));
    if (!peer.replying && takeRequest(peer)) {
        run(peer);
    }
}

bool FakeUpstream::takeRequest(Peer &peer)
{
    const std::size_t headEnd = peer.inbox.find("\r\n\r\n");
    if (headEnd == std::string::npos) {
        return false;
    }
    SeenRequest request = parseHead(std::string_view(peer.inbox).substr(0, headEnd + 2));
    const std::size_t size = headEnd + 4 + bodySize(request.headers);
    if (peer.inbox.size() < size) {
        return false;
    }
    request.raw = peer.inbox.substr(0, size);
    request.body = request.raw.substr(headEnd + 4);
    request.connection = peer.number;
    peer.inbox.erase(0, size);
    peer.request = m_seen.size();
    m_seen.push_back(std::move(request));
    Script script = m_standing;
    if (!m_scripts.empty()) {
        script = std::move(m_scripts.front());
        m_scripts.pop_front();
    }
    peer.actions =
        script ? script(m_seen.back()).actions() : Reply::json(500, R"({"error":"no script"})").actions();
    peer.replying = true;
    return true;
}

void FakeUpstream::run(Peer &peer)
{
    while (!peer.actions.empty() && !peer.gone) {
        Reply::Action &action = peer.actions.front();
        switch (action.kind) {
        case Kind::Send:
            peer.socket->write(action.text.data(), qint64(action.text.size()));
            peer.socket->flush();
            m_seen[peer.request].answered += action.text;
            break;
        case Kind::Drip:
            if (!action.text.empty()) {
                peer.socket->write(action.text.data(), 1);
                peer.socket->flush();
                m_seen[peer.request].answered += action.text.front();
                action.text.erase(0, 1);
                QMetaObject::invokeMethod(peer.socket, [this, &peer] { run(peer); }, Qt::QueuedConnection);
                return;
            }
            break;
        case Kind::Wait: {
            const auto trigger = std::ranges::find(m_triggers, action.text);
            if (trigger == m_triggers.end()) {
                return;
            }
            m_triggers.erase(trigger);
            break;
        }
        case Kind::Close:
            return peer.socket->disconnectFromHost();
        case Kind::Reset: {
            const linger now{1, 0};
            ::setsockopt(int(peer.socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
            return peer.socket->abort();
        }
        }
        peer.actions.pop_front();
        if (peer.actions.empty()) {
            peer.replying = false;
            takeRequest(peer);
        }
    }
}

void FakeUpstream::go(const std::string &trigger)
{
    m_triggers.push_back(trigger);
    for (const auto &peer : m_peers) {
        if (!peer->actions.empty() && peer->actions.front().kind == Kind::Wait
            && peer->actions.front().text == trigger) {
            return run(*peer);
        }
    }
}

void FakeUpstream::closeIdle()
{
    for (const auto &peer : m_peers) {
        if (!peer->replying) {
            peer->socket->disconnectFromHost();
        }
    }
}

void FakeUpstream::sendToIdle(std::string_view bytes)
{
    for (const auto &peer : m_peers) {
        if (!peer->replying) {
            peer->socket->write(bytes.data(), qint64(bytes.size()));
            peer->socket->flush();
        }
    }
}

void FakeUpstream::forget(Peer &peer)
{
    peer.gone = true;
    const auto erase = [this, &peer] {
        delete peer.socket;
        std::erase_if(m_peers, [&](const auto &held) { return held.get() == &peer; });
    };
    QMetaObject::invokeMethod(this, erase, Qt::QueuedConnection);
}

int FakeUpstream::openConnections() const
{
    return int(std::ranges::count_if(m_peers, [](const auto &peer) { return !peer->gone; }));
}

} // namespace signalbox::test
