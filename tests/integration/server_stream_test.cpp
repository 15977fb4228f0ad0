// SPDX-License-Identifier: GPL-3.0-or-later
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/server_fixture.h"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

namespace {
constexpr std::size_t kPiece = 32 * 1024;

/// Streams `total` bytes the way an exchange does: stops above the limit, goes on when drained.
struct Pump {
    std::size_t total = 0;
    std::size_t sent = 0;
    std::size_t mostPending = 0;
    chain::ReplySink *sink = nullptr;

    static char byteAt(std::size_t position) { return static_cast<char>('a' + position / 7 % 26); }
    void go()
    {
        while (sent < total && sink->pendingBytes() <= chain::kMaxPendingBytes) {
            std::string piece(std::min(kPiece, total - sent), '\0');
            for (std::size_t i = 0; i < piece.size(); ++i) {
                piece[i] = byteAt(sent + i);
            }
            sent += piece.size();
            sink->streamBytes(piece);
            mostPending = std::max(mostPending, sink->pendingBytes());
        }
        if (sent == total) {
            sink->endStream();
        }
    }
};

/// Sends `request` on a socket of its own and reads to the end: 0 for an orderly end, else the error. (Qt
/// reports a reset and an orderly end alike.)
int endOfConnection(std::uint16_t port, const std::string &request)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(fd, reinterpret_cast<const sockaddr *>(&to), sizeof to);
    ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    int result = -1;
    waitUntil([&] {
        char bytes[4096];
        const ssize_t got = ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got > 0 || (got < 0 && errno == EAGAIN)) {
            return false;
        }
        result = got == 0 ? 0 : errno;
        return true;
    });
    ::close(fd);
    return result;
}
} // namespace

/// Answers that come in pieces, clients that read slowly, clients that go.
class ServerStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamsAreChunkedAndTheConnectionGoesOn()
    {
        ServerFixture f;
        chain::ReplySink *sink = nullptr;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &s) {
            sink = &s;
            return std::make_unique<LoggingHandler>(f.service.log);
        };
        RawClient client(f.port);
        client.send(post(f.port, "{}") + post(f.port, "{}"));
        QVERIFY(waitUntil([&] { return sink != nullptr; }));
        http::Headers fields;
        fields.add("Content-Type", "text/event-stream");
        sink->beginStream(200, fields);
        QVERIFY(client.waitForText("\r\n\r\n")); // the head does not wait for the body for ever
        sink->streamBytes("data: 1\n\n");
        QVERIFY(client.waitForText("9\r\ndata: 1\n\n\r\n"));
        sink->streamBytes("data: 2\n\n");
        sink->endStream();
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.body(), std::string("data: 1\n\ndata: 2\n\n"));
        QVERIFY(waitUntil([&] { return f.service.requests.size() == 2; })); // pipelined behind it
        QCOMPARE(f.service.log.destroyed, 1);
        sink->sendWhole(200, {}, "second");
        QVERIFY(client.waitForResponses(2));
        QCOMPARE(client.body(1), std::string("second"));
    }

    void http10StreamsUntilTheClose()
    {
        ServerFixture f;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.beginStream(200, {});
            sink.streamBytes("one ");
            sink.streamBytes("two");
            sink.endStream();
            return nullptr;
        };
        std::string request = post(f.port, "{}");
        request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
        RawClient client(f.port);
        client.send(request);
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().find("chunked") == std::string::npos);
        QVERIFY(client.received().ends_with("\r\n\r\none two"));
    }

    void aBrokenStreamHasNoEnd()
    {
        ServerFixture f;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.beginStream(200, {});
            sink.streamBytes("partial");
            sink.breakStream();
            return nullptr;
        };
        RawClient client(f.port);
        client.send(post(f.port, "{}"));
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().ends_with("7\r\npartial\r\n"));
        QCOMPARE(client.responses(), 0U); // not whole

        std::string old = post(f.port, "{}");
        old.replace(old.find("HTTP/1.1"), 8, "HTTP/1.0");
        QCOMPARE(endOfConnection(f.port, old), ECONNRESET); // an orderly end would mean "whole" to it
        f.service.script = nullptr;
        QCOMPARE(endOfConnection(f.port, old), 0);
    }

    void aClientThatGoesDestroysItsHandlerAtOnce()
    {
        ServerFixture f;
        chain::ReplySink *sink = nullptr;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &s) {
            sink = &s;
            return std::make_unique<LoggingHandler>(f.service.log);
        };
        for (const auto &[midStream, orderly] : {std::pair(false, false), std::pair(true, false),
                                                 std::pair(false, true), std::pair(true, true)}) {
            RawClient client(f.port);
            client.send(post(f.port, "{}"));
            QVERIFY(waitUntil([&] { return f.service.log.alive == 1; }));
            if (midStream) {
                sink->beginStream(200, {});
                sink->streamBytes("data: x\n\n");
                QVERIFY(client.waitForText("data: x"));
            }
            if (orderly) {
                client.socket().close();
            } else {
                client.socket().abort();
            }
            QVERIFY(waitUntil([&] { return f.service.log.alive == 0; }));
            QCOMPARE(f.listener.activeRequests(), 0U);
            QVERIFY(waitUntil([&] { return f.listener.connections() == 0; }));
        }
        QCOMPARE(f.service.log.destroyed, 4);
    }

    void aClientThatGoesWhileTheHandlerWritesDoesNotPullItAway()
    {
        ServerFixture f;
        chain::ReplySink *sink = nullptr;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &s) {
            sink = &s;
            s.beginStream(200, {});
            return std::make_unique<LoggingHandler>(f.service.log);
        };
        auto client = std::make_unique<RawClient>(f.port);
        client->send(post(f.port, "{}"));
        QVERIFY(client->waitForText("\r\n\r\n"));
        client->socket().abort(); // the server has not had a turn of the event loop to see it
        for (int i = 0; i < 20; ++i) {
            sink->streamBytes(std::string(kPiece, 'x')); // some of these fail inside the call
            QCOMPARE(f.service.log.alive, 1);
        }
        QVERIFY(waitUntil([&] { return f.service.log.alive == 0; }));
    }

    void aSlowReaderIsBoundedAndGetsEveryByte()
    {
        ServerFixture f;
        Pump pump;
        pump.total = 24 * 1024 * 1024; // more than the kernel's buffers hold
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.beginStream(200, {});
            pump.sink = &sink;
            pump.go();
            return std::make_unique<LoggingHandler>(f.service.log, [&] { pump.go(); });
        };
        RawClient client(f.port);
        client.readSlowly();
        client.send(post(f.port, "{}"));
        QVERIFY(waitUntil([&] { return pump.mostPending > chain::kMaxPendingBytes; }));
        QVERIFY(f.settle());
        const std::size_t before = pump.sent;
        QVERIFY(f.settle());
        QCOMPARE(pump.sent, before); // nothing moves while the client does not read
        QVERIFY(pump.sent < pump.total);

        QVERIFY(waitUntil([&] { return client.received().ends_with("0\r\n\r\n"); }));
        QVERIFY(pump.mostPending <= chain::kMaxPendingBytes + kPiece + 64);
        QVERIFY(f.service.log.drained > 0);
        const std::string body = client.body();
        QCOMPARE(body.size(), pump.total);
        for (std::size_t i = 0; i < body.size(); i += 1009) {
            QCOMPARE(body[i], Pump::byteAt(i));
        }
    }

    void aClientThatTakesNothingForAMinuteIsGivenUp()
    {
        ServerFixture f;
        Pump pump;
        pump.total = 24 * 1024 * 1024;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.beginStream(200, {});
            pump.sink = &sink;
            pump.go();
            return std::make_unique<LoggingHandler>(f.service.log, [&] { pump.go(); });
        };
        RawClient client(f.port);
        client.readSlowly();
        client.send(post(f.port, "{}"));
        QVERIFY(waitUntil([&] { return pump.mostPending > chain::kMaxPendingBytes; }));
        QVERIFY(f.settle());
        f.clock.advance(59s);
        QVERIFY(f.settle());
        QCOMPARE(f.service.log.alive, 1);
        f.clock.advance(1s);
        QVERIFY(waitUntil([&] { return f.service.log.alive == 0; }));
    }

    void theLastAnswerIsNotCutShortForASlowReader()
    {
        ServerFixture f;
        constexpr std::size_t kSize = 24 * 1024 * 1024;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.sendWhole(200, {}, std::string(kSize, 'x'));
            return nullptr;
        };
        RawClient client(f.port);
        client.readSlowly();
        client.send(post(f.port, "{}", "/v1/chat/completions", "Connection: close\r\n"));
        QVERIFY(client.waitForText("\r\n\r\n"));
        QVERIFY(f.settle());
        f.clock.advance(50s);
        QVERIFY(f.settle());
        QVERIFY(client.waitForClose());
        QCOMPARE(client.body().size(), kSize);
    }

    void aClientThatPipelinesWithoutReadingIsBounded()
    {
        ServerFixture f;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.sendWhole(200, {}, std::string(256 * 1024, 'x'));
            return nullptr;
        };
        RawClient client(f.port);
        client.readSlowly();
        std::string all;
        for (int i = 0; i < 200; ++i) {
            all += get(f.port, "/v1/models");
        }
        client.send(all);
        QVERIFY(waitUntil([&] { return f.service.requests.size() > 1; }));
        QVERIFY(f.settle());
        QVERIFY(f.settle());
        QVERIFY(f.service.requests.size() < 150); // 50 MB are not piled up for it
        QVERIFY(waitUntil([&] { return client.received().size() > 200 * 256 * 1024; }));
        QCOMPARE(client.responses(), 200U);
    }

    void aServiceThatDoesNotAnswerLeavesNobodyHanging()
    {
        ServerFixture f;
        f.service.script = [](const server::ServerRequest &, chain::ReplySink &) { return nullptr; };
        RawClient client(f.port);
        client.send(post(f.port, "{}"));
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.statuses(), std::string("500"));
    }

    void aFieldThatWouldSplitTheAnswerNeverLeaves()
    {
        ServerFixture f;
        f.service.script = [](const server::ServerRequest &, chain::ReplySink &sink) {
            http::Headers fields;
            fields.add("x-signalbox-route", "a\r\nSet-Cookie: evil");
            sink.sendWhole(200, fields, "body");
            return nullptr;
        };
        RawClient client(f.port);
        client.send(post(f.port, "{}"));
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("500"));
        QVERIFY(client.received().find("Set-Cookie") == std::string::npos);
    }

    void callsAfterTheAnswerDoNothing()
    {
        ServerFixture f;
        f.service.script = [](const server::ServerRequest &, chain::ReplySink &sink) {
            sink.sendWhole(200, {}, "once");
            sink.sendWhole(200, {}, "twice");
            sink.streamBytes("thrice");
            sink.endStream();
            sink.breakStream();
            return nullptr;
        };
        RawClient client(f.port);
        client.send(post(f.port, "{}") + post(f.port, "{}"));
        QVERIFY(client.waitForResponses(2));
        QCOMPARE(client.statuses(), std::string("200 200"));
        QVERIFY(client.received().find("twice") == std::string::npos);
        QVERIFY(client.received().find("thrice") == std::string::npos);
    }
};

SIGNALBOX_TEST(ServerStreamTest)
#include "server_stream_test.moc"
