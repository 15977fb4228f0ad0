// SPDX-License-Identifier: GPL-3.0-or-later
// The main thread may hang in a dialog or a drag: requests do not notice. Here it waits for another thread
// without running its event loop; tool and provider are plain sockets in threads of their own.
#include <chrono>
#include <future>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/engine/engine_fixture.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {
constexpr auto kPatience = 20s;

/// A descriptor that does not outlive its scope, and does not wait for ever.
class Socket
{
public:
    explicit Socket(int descriptor) : m_descriptor(descriptor)
    {
        const timeval limit{std::chrono::seconds(kPatience).count(), 0};
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~Socket() { ::close(m_descriptor); }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;
    int get() const { return m_descriptor; }

    /// Reads until `text` is among what came, or the other side closes, or time is up.
    std::string readUntil(std::string_view text)
    {
        std::string all;
        char buffer[4096];
        while (all.find(text) == std::string::npos) {
            const ssize_t count = ::recv(m_descriptor, buffer, sizeof buffer, 0);
            if (count <= 0) {
                break;
            }
            all.append(buffer, static_cast<std::size_t>(count));
        }
        return all;
    }
    void write(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const ssize_t count = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count <= 0) {
                return;
            }
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

private:
    int m_descriptor;
};

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// A provider that answers every connection once, in a thread of its own.
class BlockingProvider
{
public:
    BlockingProvider() : m_listener(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        auto *const plain = reinterpret_cast<sockaddr *>(&address);
        if (::bind(m_listener.get(), plain, size) != 0 || ::listen(m_listener.get(), 8) != 0
            || ::getsockname(m_listener.get(), plain, &size) != 0) {
            qFatal("no free port");
        }
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] { run(); });
    }
    ~BlockingProvider()
    {
        ::shutdown(m_listener.get(), SHUT_RDWR); // ends accept()
        m_thread.join();
    }
    std::string baseUrl() const { return "http://127.0.0.1:" + std::to_string(m_port) + "/v1"; }

private:
    void run()
    {
        for (;;) {
            const int descriptor = ::accept(m_listener.get(), nullptr, nullptr);
            if (descriptor < 0) {
                return;
            }
            Socket peer(descriptor);
            peer.readUntil("the end");
            const std::string body =
                R"({"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"answered"},"finish_reason":"stop"}]})";
            peer.write(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                + std::to_string(body.size()) + "\r\n\r\n" + body);
        }
    }

    Socket m_listener;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

std::string askBlocking(std::uint16_t port)
{
    Socket tool(::socket(AF_INET, SOCK_STREAM, 0));
    const sockaddr_in address = loopback(port);
    if (::connect(tool.get(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
        return "no connection";
    }
    tool.write(test::post(port, R"({"model":"demo","messages":[{"role":"user","content":"the end"}]})"));
    return tool.readUntil("\"finish_reason\":\"stop\"}]}");
}
} // namespace

class GuiBlockedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestsAreAnsweredWhileTheMainThreadHangs()
    {
        BlockingProvider provider;
        test::EngineFixture box;
        test::FakeUpstream unused;
        box.addStep("provider", unused);
        box.config.providers[0].baseUrl = provider.baseUrl();
        QVERIFY(box.start());
        box.engine().setWatched(true); // as with an open window

        const std::uint16_t port = box.port();
        std::promise<std::vector<std::string>> promise;
        auto future = promise.get_future();
        std::thread tool([&promise, port] {
            std::vector<std::string> answers;
            for (int i = 0; i < 5; ++i) {
                answers.push_back(askBlocking(port));
            }
            promise.set_value(std::move(answers));
        });
        const bool ready = future.wait_for(kPatience) == std::future_status::ready; // no event loop in here
        tool.join();
        QVERIFY(ready);
        for (const std::string &answer : future.get()) {
            QVERIFY2(answer.starts_with("HTTP/1.1 200 ") && answer.find("answered") != answer.npos,
                     answer.c_str());
        }
        const auto rows = box.rows(5);
        QCOMPARE(rows.size(), std::size_t(5));
        for (const ledger::RequestDetail &row : rows) {
            QCOMPARE(row.request.ended->outcome, events::RequestOutcome::Answered);
        }
    }
};

SIGNALBOX_TEST(GuiBlockedTest)
#include "gui_blocked_test.moc"
