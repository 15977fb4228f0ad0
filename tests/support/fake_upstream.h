// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QTcpServer>

#include "core/foundation/http/message.h"
#include "tests/support/reply.h"

class QSslCertificate;
class QTcpSocket;

namespace signalbox::test {

/// A request as a provider saw it.
struct SeenRequest {
    std::string method;
    std::string target;
    http::Headers headers;
    std::string body;
    std::string raw;      ///< head and body, byte for byte
    int connection = 0;   ///< counts from 1
    std::string answered; ///< what has been written back so far
};

/// A provider over raw sockets, on a free loopback port, in the test's thread. Each request takes the next
/// script of the queue, or the standing one, and is counted: what it saw is what was on the wire.
class FakeUpstream final : public QTcpServer
{
    Q_OBJECT

public:
    using Script = std::function<Reply(const SeenRequest &)>;
    enum class Greeting : std::uint8_t {
        Listen,             ///< as servers do
        CloseOnFirstBytes,  ///< closes when the client says anything: a broken TLS end
        AnswerOnFirstBytes, ///< 413 in plain HTTP and close, without taking the request
    };

    FakeUpstream();
    /// Speaks TLS with tests/data/tls/NAME.pem.
    explicit FakeUpstream(const char *certificate);
    ~FakeUpstream() override;

    http::Origin origin() const;
    std::string baseUrl() const; ///< with "/v1"
    static QSslCertificate testRoot();

    void then(Reply reply) { m_scripts.push_back(fixed(std::move(reply))); }
    void then(Script script) { m_scripts.push_back(std::move(script)); }
    void always(Reply reply) { m_standing = fixed(std::move(reply)); }
    void always(Script script) { m_standing = std::move(script); }
    void greet(Greeting greeting) { m_greeting = greeting; }
    /// Lets one reply that waits for it, now or later, go on.
    void go(const std::string &trigger);
    /// Closes the connections that wait for a request.
    void closeIdle();
    void sendToIdle(std::string_view bytes);
    /// TLS 1.0 and 1.1 only.
    void speakOldTls() { m_oldTls = true; }

    const std::vector<SeenRequest> &seen() const { return m_seen; }
    int requestCount() const { return int(m_seen.size()); }
    int connectionCount() const { return m_connections; }
    int openConnections() const;
    std::size_t bytesSeen() const { return m_bytes; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    struct Peer;
    static Script fixed(Reply reply);
    void onBytes(Peer &peer);
    bool takeRequest(Peer &peer);
    void run(Peer &peer);
    void forget(Peer &peer);

    std::string m_certificate;
    std::deque<Script> m_scripts;
    Script m_standing;
    Greeting m_greeting = Greeting::Listen;
    std::list<std::unique_ptr<Peer>> m_peers;
    std::vector<SeenRequest> m_seen;
    std::vector<std::string> m_triggers;
    int m_connections = 0;
    std::size_t m_bytes = 0;
    bool m_oldTls = false;
};

} // namespace signalbox::test
