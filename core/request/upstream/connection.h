// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"
#include "core/foundation/http/response_parser.h"

class QByteArray;
class QTcpSocket;

namespace signalbox::upstream {

class Connection;

/// Whoever uses a connection: an attempt, or the pool while it is idle. May destroy it in any of these.
class ConnectionUser
{
public:
    virtual ~ConnectionUser() = default;
    virtual void onReadable(Connection &connection) = 0;
    virtual void onClosed(Connection &connection) = 0;
};

/// Closes at once and deletes later, because Qt does not like its sender deleted in a slot.
struct SocketCloser {
    void operator()(QTcpSocket *socket) const;
};
using SocketPtr = std::unique_ptr<QTcpSocket, SocketCloser>;

/// A socket that is connected (and encrypted) to an origin, with what outlives one request: its slots, its
/// parser. Owned by the attempt that uses it, by the pool in between; destroying it closes it. Engine thread.
class Connection
{
public:
    Connection(SocketPtr socket, http::Origin origin);
    ~Connection();

    const http::Origin &origin() const { return m_origin; }
    http::ResponseParser &parser() { return m_parser; }
    void setUser(ConnectionUser *user) { m_user = user; }

    /// The peer has neither closed nor sent anything, as far as the operating system knows this very moment.
    bool isSoundWhileIdle() const;
    bool isOpen() const;
    bool hasUnsent() const;

    enum class Handed : std::uint8_t {
        Nothing, ///< closed before the first byte could go
        Some,    ///< the peer may see it, or part of it
    };
    /// All in one write. Calls nobody back; a close noticed meanwhile shows in isOpen().
    Handed write(const QByteArray &bytes);
    /// 0: nothing is there now.
    std::size_t read(std::span<char> into);
    /// Keeps what the peer gives for resuming the TLS session in `sessions`, which must outlive this.
    void rememberTlsSession(std::map<http::Origin, QByteArray> &sessions);
    /// Why the socket closed, in words for people.
    std::string closeReason() const;

    base::SteadyTime idleSince{};

private:
    SocketPtr m_socket;
    http::Origin m_origin;
    http::ResponseParser m_parser;
    ConnectionUser *m_user = nullptr;
    bool m_writing = false;
    bool m_accepted = false; ///< the operating system took some of the last write
};

} // namespace signalbox::upstream
