// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/differential/script_server.h"

#include <cstdlib>
#include <string_view>

#include <QHostAddress>

namespace signalbox::test {

namespace {
/// The value of a field, 0 where there is none.
std::size_t numberIn(std::string_view head, std::string_view field)
{
    for (std::size_t at = 0; at < head.size();) {
        const std::size_t end = std::min(head.find("\r\n", at), head.size());
        const std::string_view line = head.substr(at, end - at);
        const std::size_t colon = line.find(':');
        if (colon != line.npos && http::equalsIgnoringCase(line.substr(0, colon), field)) {
            return std::strtoul(std::string(line.substr(colon + 1)).c_str(), nullptr, 10);
        }
        at = end + 2;
    }
    return 0;
}
} // namespace

ScriptServer::ScriptServer(base::Clock &clock) : m_clock(clock)
{
    if (!listen(QHostAddress::LocalHost, 0) || !m_dead.bind(QHostAddress::LocalHost, 0)) {
        qFatal("no free port: %s", qPrintable(errorString()));
    }
}

ScriptServer::~ScriptServer()
{
    for (const Peer &peer : m_peers) {
        QObject::disconnect(peer.socket, nullptr, nullptr, nullptr);
        delete peer.socket;
    }
}

int ScriptServer::expect(std::shared_ptr<WirePlay> play)
{
    m_plays.emplace(++m_count, std::move(play));
    return m_count;
}

void ScriptServer::incomingConnection(qintptr descriptor)
{
    Peer &peer = m_peers.emplace_back();
    peer.socket = new QTcpSocket(this);
    peer.socket->setSocketDescriptor(descriptor);
    peer.socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(peer.socket, &QTcpSocket::readyRead, this, [this, &peer] { onBytes(peer); });
    connect(peer.socket, &QTcpSocket::disconnected, this, [this, &peer] { forget(peer); });
}

void ScriptServer::onBytes(Peer &peer)
{
    peer.inbox += peer.socket->readAll().toStdString();
    const std::size_t headEnd = peer.inbox.find("\r\n\r\n");
    if (headEnd == std::string::npos) {
        return;
    }
    const std::string_view head = std::string_view(peer.inbox).substr(0, headEnd);
    const std::size_t size = headEnd + 4 + numberIn(head, "content-length");
    if (peer.inbox.size() < size) {
        return;
    }
    peer.play = m_plays.at(static_cast<int>(numberIn(head, kField)));
    peer.inbox.erase(0, size);
    peer.next = 0;
    peer.from = m_clock.now();
    peer.play->arrived = true;
    peer.timer = m_clock.makeTimer([this, &peer] { goOn(peer); });
    goOn(peer);
}

void ScriptServer::goOn(Peer &peer)
{
    WirePlay &play = *peer.play;
    while (!play.gone && peer.next < play.steps.size()) {
        const WireStep &step = play.steps[peer.next];
        if (peer.from + step.at > m_clock.now()) {
            peer.timer->start(peer.from + step.at - m_clock.now());
            return;
        }
        ++peer.next;
        play.sentHead |= step.head;
        play.sentEnd |= step.ends;
        play.sentBody += step.body;
        peer.socket->write(step.bytes.data(), static_cast<qint64>(step.bytes.size()));
        peer.socket->flush();
        if (step.closes) {
            peer.socket->disconnectFromHost();
            return;
        }
    }
}

void ScriptServer::forget(Peer &peer)
{
    peer.timer.reset();
    peer.socket->deleteLater();
    m_peers.remove_if([&](const Peer &one) { return &one == &peer; });
}

} // namespace signalbox::test
