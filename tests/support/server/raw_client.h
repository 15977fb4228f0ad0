// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <QTcpSocket>

namespace signalbox::test {

/// Runs the event loop until `isTrue`; false when it has not come true in 10 s.
bool waitUntil(const std::function<bool()> &isTrue);

/// A client that sends exactly the bytes it is told to, and keeps what comes back.
class RawClient
{
public:
    explicit RawClient(std::uint16_t port, const char *address = "127.0.0.1");

    RawClient &send(std::string_view bytes);
    /// From now on little is taken from the server unless the test asks for it, by Qt and by the kernel.
    void readSlowly();
    /// All bytes received so far.
    const std::string &received();
    /// Waits until that many complete responses have come; their statuses are then in statuses().
    bool waitForResponses(std::size_t count);
    bool waitForText(std::string_view text);
    bool waitForClose();
    std::string statuses(); ///< "200 404"
    std::size_t responses();
    /// Body of the response of that number, chunked coding removed.
    std::string body(std::size_t number = 0);
    std::string head(std::size_t number = 0);
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    QTcpSocket &socket() { return m_socket; }

private:
    struct Response;
    std::vector<Response> parse();

    QTcpSocket m_socket;
    std::string m_received;
};

/// "POST path HTTP/1.1" with Host, token, type and length as a well-behaved tool sends them.
std::string post(std::uint16_t port, std::string_view body, std::string_view path = "/v1/chat/completions",
                 std::string_view extraFields = "");
std::string get(std::uint16_t port, std::string_view path, std::string_view extraFields = "");

constexpr std::string_view kToken = "sbx-token-of-aider-0123456789abcdef";

} // namespace signalbox::test
