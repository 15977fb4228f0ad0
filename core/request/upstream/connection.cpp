// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/connection.h"

#include <QByteArray>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpSocket>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <sys/socket.h>
#endif

namespace signalbox::upstream {

void SocketCloser::operator()(QTcpSocket *socket) const
{
    QObject::disconnect(socket, nullptr, nullptr, nullptr);
    socket->abort();
    socket->deleteLater();
}

Connection::Connection(SocketPtr socket, http::Origin origin)
    : m_socket(std::move(socket)), m_origin(std::move(origin))
{
    QObject::disconnect(m_socket.get(), nullptr, nullptr, nullptr); // whoever made it is done with it
    QObject::connect(m_socket.get(), &QTcpSocket::readyRead, m_socket.get(), [this] {
        if (m_user) {
            m_user->onReadable(*this);
        }
    });
    QObject::connect(m_socket.get(), &QTcpSocket::bytesWritten, m_socket.get(),
                     [this] { m_accepted = true; });
    QObject::connect(m_socket.get(), &QTcpSocket::disconnected, m_socket.get(), [this] {
        if (m_user && !m_writing) {
            m_user->onClosed(*this);
        }
    });
}

Connection::~Connection() = default;

bool Connection::isOpen() const
{
    return m_socket->state() == QAbstractSocket::ConnectedState;
}

bool Connection::hasUnsent() const
{
    return m_socket->bytesToWrite() > 0;
}

bool Connection::isSoundWhileIdle() const
{
    if (!isOpen() || m_socket->bytesAvailable() > 0) {
        return false;
    }
#ifdef Q_OS_UNIX
    // A close that has arrived but that the event loop has not come to yet. Bytes that nobody asked for make
    // a connection unfit just the same.
    char byte = 0;
    const auto got = ::recv(int(m_socket->socketDescriptor()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
#else
    return true;
#endif
}

Connection::Handed Connection::write(const QByteArray &bytes)
{
    m_accepted =
        qobject_cast<QSslSocket *>(m_socket.get()) != nullptr; // what TLS was given may be on its way
    m_writing = true;
    m_socket->write(bytes);
    m_socket->flush();
    m_writing = false;
    return m_accepted || isOpen() ? Handed::Some : Handed::Nothing;
}

std::size_t Connection::read(std::span<char> into)
{
    const qint64 got = m_socket->read(into.data(), qint64(into.size()));
    return got > 0 ? std::size_t(got) : 0;
}

void Connection::rememberTlsSession(std::map<http::Origin, QByteArray> &sessions)
{
    auto *socket = qobject_cast<QSslSocket *>(m_socket.get());
    if (!socket) {
        return;
    }
    const auto keep = [this, socket, &sessions] {
        if (QByteArray session = socket->sslConfiguration().sessionTicket(); !session.isEmpty()) {
            sessions[m_origin] = std::move(session);
        }
    };
    keep(); // TLS 1.2 has it now, 1.3 sends it some time later
    QObject::connect(socket, &QSslSocket::newSessionTicketReceived, socket, keep);
}

std::string Connection::closeReason() const
{
    switch (m_socket->error()) {
    case QAbstractSocket::RemoteHostClosedError:
    case QAbstractSocket::UnknownSocketError:
        return m_origin.host + " closed the connection";
    case QAbstractSocket::NetworkError:
        return "the network connection to " + m_origin.host + " broke";
    default:
        return "the connection to " + m_origin.host + " broke: " + m_socket->errorString().toStdString();
    }
}

} // namespace signalbox::upstream
