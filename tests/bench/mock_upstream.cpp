// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/mock_upstream.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include "tests/bench/message_reader.h"
#include "tests/bench/traffic.h"

namespace signalbox::bench {

namespace {
constexpr std::string_view kRateLimited =
    R"({"error":{"message":"Rate limit reached for requests","type":"requests","param":null,"code":"rate_limit_exceeded"}})";
constexpr std::string_view kBroken =
    R"({"error":{"message":"The server had an error while processing your request","type":"server_error","param":null,"code":null}})";

std::string response(std::string_view status, std::string_view fields, std::string_view body)
{
    std::string text = "HTTP/1.1 ";
    text += status;
    text += "\r\ncontent-type: application/json\r\n";
    text += fields;
    text += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
    text += body;
    return text;
}

std::string httpChunk(std::string_view bytes)
{
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    std::string text = size;
    text += bytes;
    return text += "\r\n";
}
} // namespace

class MockUpstream::Connection final : public Link, private MessageSink
{
public:
    Connection(MockUpstream &mock, int fd, std::size_t leg)
        : Link(mock.m_poller, fd), m_mock(mock), m_leg(leg), m_reader(*this)
    {}

private:
    void onBytes(std::string_view bytes) override { m_reader.feed(bytes); }
    void onClosed() override {}

    void onHead(std::string_view head) override
    {
        if (!head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n")) {
            throw Failure("the provider got an unexpected request: "
                          + std::string(head.substr(0, head.find('\r'))));
        }
        if (field(head, "authorization") != "Bearer " + std::string(kProviderKey)) {
            throw Failure("the provider got a request without its key");
        }
        m_body.clear();
    }

    void onBody(std::string_view part) override { m_body += part; }

    void onMessageEnd() override
    {
        const Asked asked = readRequestBody(m_body);
        Leg &leg = m_mock.m_journal[asked.id].legs[m_leg];
        ++leg.requests;
        leg.arrived = poller().now();
        const std::string_view kind = asked.model.substr(0, asked.model.find('-'));
        if (kind == "answer") {
            asked.stream ? stream(asked.id, leg) : reply(leg, "200 OK", {}, wholeAnswer(asked.id));
        } else if (kind == "limit") {
            reply(leg, "429 Too Many Requests", "retry-after: 3600\r\n", kRateLimited);
        } else if (kind == "fault") {
            reply(leg, "500 Internal Server Error", {}, kBroken);
        } else if (kind != "hang") {
            throw Failure("the provider was asked for an unknown model: " + std::string(asked.model));
        }
    }

    bool isLast() const { return m_leg == 1 && !m_mock.m_keepsConnections; }

    void reply(Leg &leg, std::string_view status, std::string_view fields, std::string_view body)
    {
        const std::string text =
            response(status, std::string(fields) + (isLast() ? "connection: close\r\n" : ""), body);
        leg.answered = Clock::now();
        send(text);
        if (isLast()) {
            close();
        }
    }

    void stream(Id id, Leg &leg)
    {
        std::string text = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
                           "transfer-encoding: chunked\r\n";
        text += isLast() ? "connection: close\r\n\r\n" : "\r\n";
        text += httpChunk(streamOpening(id));
        const StreamShape &shape = m_mock.m_journal.shape;
        if (shape.pace == Duration{}) {
            for (int n = 0; n < shape.chunks; ++n) {
                text += httpChunk(streamChunk(id, n));
            }
            text += lastBytes(id);
            leg.answered = Clock::now();
            send(text);
            if (isLast()) {
                close();
            }
            return;
        }
        leg.answered = Clock::now();
        m_mock.m_journal[id].chunksLeft.push_back(leg.answered);
        send(text + httpChunk(streamChunk(id, 0)));
        later(id, 1, leg.answered + shape.pace);
    }

    void later(Id id, int number, Time at)
    {
        const std::weak_ptr<Link> weak = weak_from_this();
        poller().at(at, [this, weak, id, number, at] {
            if (const auto alive = weak.lock(); alive && isOpen()) {
                next(id, number, at);
            }
        });
    }

    void next(Id id, int number, Time due)
    {
        const StreamShape &shape = m_mock.m_journal.shape;
        if (number == shape.chunks) {
            send(lastBytes(id));
            return;
        }
        const std::string text = httpChunk(streamChunk(id, number));
        m_mock.m_journal[id].chunksLeft.push_back(Clock::now());
        send(text);
        later(id, number + 1, due + shape.pace);
    }

    std::string lastBytes(Id id) const
    {
        return httpChunk(streamEnd(id, m_mock.m_journal.shape)) + "0\r\n\r\n";
    }

    MockUpstream &m_mock;
    std::size_t m_leg;
    MessageReader m_reader;
    std::string m_body;
};

class MockUpstream::Listener final : public Watched
{
public:
    Listener(MockUpstream &mock, std::size_t leg) : m_mock(mock), m_leg(leg) {}
    void onReady(std::uint32_t) override
    {
        for (;;) {
            const int fd = ::accept4(m_mock.m_ports[m_leg].fd(), nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) {
                return;
            }
            std::make_shared<Connection>(m_mock, fd, m_leg)->open();
        }
    }

private:
    MockUpstream &m_mock;
    std::size_t m_leg;
};

MockUpstream::MockUpstream(Poller &poller, Journal &journal) : m_poller(poller), m_journal(journal)
{
    for (std::size_t leg = 0; leg < m_ports.size(); ++leg) {
        m_poller.watch(m_ports[leg].fd(), std::make_shared<Listener>(*this, leg), EPOLLIN);
    }
}

MockUpstream::~MockUpstream()
{
    for (const Port &port : m_ports) {
        m_poller.forget(port.fd());
    }
}

} // namespace signalbox::bench
