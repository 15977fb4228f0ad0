// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/server/raw_client.h"

#include <thread>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QHostAddress>
#include <QNetworkProxy>

namespace signalbox::test {

struct RawClient::Response {
    std::string head;
    std::string body;
};

namespace {
constexpr int kPatienceMs = 10'000;

std::string fieldLine(std::string_view name, std::string_view value)
{
    return std::string(name) + ": " + std::string(value) + "\r\n";
}

std::string common(std::uint16_t port, std::string_view extraFields)
{
    return fieldLine("Host", "127.0.0.1:" + std::to_string(port))
           + fieldLine("Authorization", "Bearer " + std::string(kToken)) + std::string(extraFields);
}

/// The chunks at `at` put together; false while the last one is missing.
bool unchunk(const std::string &bytes, std::size_t &at, std::string &body)
{
    for (;;) {
        const std::size_t line = bytes.find("\r\n", at);
        if (line == std::string::npos) {
            return false;
        }
        const std::size_t size = std::stoul(bytes.substr(at, line - at), nullptr, 16);
        if (bytes.size() < line + 2 + size + 2) {
            return false;
        }
        body.append(bytes, line + 2, size);
        at = line + 2 + size + 2;
        if (size == 0) {
            return true;
        }
    }
}
} // namespace

bool waitUntil(const std::function<bool()> &isTrue)
{
    // Not QTest::qWaitFor, which pauses between turns: a test that moves megabytes needs thousands of them.
    const QDeadlineTimer deadline(kPatienceMs);
    while (!isTrue()) {
        if (deadline.hasExpired()) {
            return false;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        std::this_thread::yield();
    }
    return true;
}

RawClient::RawClient(std::uint16_t port, const char *address)
{
    m_socket.setProxy(QNetworkProxy::NoProxy);
    m_socket.connectToHost(QHostAddress(QString::fromLatin1(address)), port);
    waitUntil([&] { return m_socket.state() == QAbstractSocket::ConnectedState; });
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

RawClient &RawClient::send(std::string_view bytes)
{
    m_socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
    m_socket.flush();
    return *this;
}

void RawClient::readSlowly()
{
    m_socket.setReadBufferSize(64 * 1024);
    m_socket.setSocketOption(QAbstractSocket::ReceiveBufferSizeSocketOption, 64 * 1024);
}

const std::string &RawClient::received()
{
    m_received += m_socket.readAll().toStdString();
    return m_received;
}

std::vector<RawClient::Response> RawClient::parse()
{
    std::vector<Response> found;
    const std::string &all = received();
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = all.find("\r\n\r\n", at);
        if (end == std::string::npos) {
            break;
        }
        Response response{all.substr(at, end + 4 - at), {}};
        at = end + 4;
        const std::size_t length = response.head.find("Content-Length: ");
        if (response.head.find("Transfer-Encoding: chunked") != std::string::npos) {
            if (!unchunk(all, at, response.body)) {
                break;
            }
        } else if (length != std::string::npos) {
            const std::size_t size = std::stoul(response.head.substr(length + 16));
            if (all.size() < at + size) {
                break;
            }
            response.body = all.substr(at, size);
            at += size;
        }
        found.push_back(std::move(response));
    }
    return found;
}

std::size_t RawClient::responses()
{
    return parse().size();
}

bool RawClient::waitForResponses(std::size_t count)
{
    return waitUntil([&] { return responses() >= count; });
}

bool RawClient::waitForText(std::string_view text)
{
    return waitUntil([&] { return received().find(text) != std::string::npos; });
}

bool RawClient::waitForClose()
{
    return waitUntil([&] {
        received();
        return m_socket.state() == QAbstractSocket::UnconnectedState;
    });
}

std::string RawClient::statuses()
{
    std::string text;
    for (const Response &response : parse()) {
        text += (text.empty() ? "" : " ") + response.head.substr(9, 3);
    }
    return text;
}

std::string RawClient::body(std::size_t number)
{
    const auto all = parse();
    return number < all.size() ? all[number].body : std::string();
}

std::string RawClient::head(std::size_t number)
{
    const auto all = parse();
    return number < all.size() ? all[number].head : std::string();
}

std::string post(std::uint16_t port, std::string_view body, std::string_view path,
                 std::string_view extraFields)
{
    return "POST " + std::string(path) + " HTTP/1.1\r\n" + common(port, extraFields)
           + fieldLine("Content-Type", "application/json")
           + fieldLine("Content-Length", std::to_string(body.size())) + "\r\n" + std::string(body);
}

std::string get(std::uint16_t port, std::string_view path, std::string_view extraFields)
{
    return "GET " + std::string(path) + " HTTP/1.1\r\n" + common(port, extraFields) + "\r\n";
}

} // namespace signalbox::test
