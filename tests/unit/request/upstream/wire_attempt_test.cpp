// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/upstream/transport.h"

#include <QNetworkProxy>

#include "tests/support/attempt_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using test::Reply;
using upstream::WireEnd;

class WireAttemptTest : public QObject
{
    Q_OBJECT

private:
    test::FakeClock clock;
    std::unique_ptr<upstream::Transport> transport;

    struct Try {
        test::AttemptRecorder facts;
        std::unique_ptr<upstream::Attempt> attempt;
        void cancelAt(char fact)
        {
            facts.atFact = [this, fact](char now) {
                if (now == fact) {
                    attempt.reset();
                }
            };
        }
    };

    std::unique_ptr<Try> begin(const http::Origin &origin, std::string body = R"({"model":"m"})",
                               const upstream::WireLimits &limits = {})
    {
        upstream::WireRequest request;
        request.origin = origin;
        request.target = "/v1/chat/completions";
        request.headers.add("content-type", "application/json");
        request.body = std::move(body);
        auto made = std::make_unique<Try>();
        made->attempt = transport->make(std::move(request), limits, made->facts);
        made->attempt->start();
        return made;
    }

    std::unique_ptr<Try> run(const test::FakeUpstream &provider)
    {
        auto made = begin(provider.origin());
        [&] { QTRY_VERIFY(made->facts.ended()); }();
        return made;
    }

private Q_SLOTS:
    void init() { transport = std::make_unique<upstream::Transport>(clock); }
    void cleanup() { transport.reset(); }

    void sendsOneWholeRequestAndHearsTheAnswer()
    {
        test::FakeUpstream provider;
        provider.then(Reply::json(200, R"({"ok":true})", {{"X-Id", "7"}}));
        const auto made = begin(provider.origin(), "the body");
        QVERIFY(made->facts.order.empty()); // nothing from inside start()
        QTRY_VERIFY(made->facts.ended());
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.order, std::string("whbe"));
        QCOMPARE(made->facts.head.status, 200);
        QVERIFY(made->facts.head.headers.find("x-id") == "7");
        QCOMPARE(made->facts.body, std::string(R"({"ok":true})"));
        QCOMPARE(provider.requestCount(), 1);
        QCOMPARE(provider.seen()[0].raw,
                 "POST /v1/chat/completions HTTP/1.1\r\nHost: " + provider.origin().hostField()
                     + "\r\nAccept-Encoding: identity\r\ncontent-type: application/json\r\n"
                       "Content-Length: 8\r\n\r\nthe body");
        QVERIFY(made->attempt->times().written == clock.now());
        QVERIFY(!made->attempt->times().reused);
    }

    void keepsAConnectionForTheNextRequest()
    {
        test::FakeUpstream provider;
        provider.always(Reply::chatStream({"a", "b"}));
        for (int i = 0; i < 5; ++i) {
            const auto made = run(provider);
            QVERIFY(made->facts.endedWith(WireEnd::Complete));
            QCOMPARE(made->facts.order, std::string("whbe"));
            QCOMPARE(made->attempt->times().reused, i > 0);
            QCOMPARE(transport->idleConnections(), 1U);
        }
        QCOMPARE(provider.connectionCount(), 1);
        QCOMPARE(provider.requestCount(), 5);
    }

    void dropsIdleConnectionsWhenTheyGetOldOrAreFlushed()
    {
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        run(provider);
        clock.advance(54s);
        QCOMPARE(transport->idleConnections(), 1U);
        clock.advance(1s);
        QCOMPARE(transport->idleConnections(), 0U);
        QTRY_COMPARE(provider.openConnections(), 0);
        run(provider);
        transport->flushIdle();
        QCOMPARE(transport->idleConnections(), 0U);
        QTRY_COMPARE(provider.openConnections(), 0);
    }

    // Fault 1
    void aRefusedConnectionSaysSoAndNothingIsWritten()
    {
        http::Origin nobody;
        {
            test::FakeUpstream gone;
            nobody = gone.origin();
        }
        const auto made = begin(nobody);
        QVERIFY(made->facts.order.empty());
        QTRY_VERIFY(made->facts.endedWith(WireEnd::ConnectFailed));
        QCOMPARE(made->facts.order, std::string("e"));
        QCOMPARE(made->facts.result->detail, "nothing listens at " + nobody.text());
        QVERIFY(made->attempt->times().written == base::SteadyTime());
    }

    void localhostIsTriedOnBothLoopbackAddresses()
    {
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        http::Origin origin = provider.origin();
        origin.host = "localhost";
        const auto made = begin(origin);
        QTRY_VERIFY(made->facts.endedWith(WireEnd::Complete));
        QVERIFY(made->attempt->times().dns == 0ns);
        test::FakeUpstream six;
        six.close();
        if (!six.listen(QHostAddress::LocalHostIPv6, 0)) {
            QSKIP("no IPv6 here");
        }
        six.always(Reply::json(200, "{}"));
        const auto second = begin({false, "localhost", six.serverPort()});
        QTRY_VERIFY(second->facts.endedWith(WireEnd::Complete));
    }

    // Faults 9, 10, 13, 14, 33, 37: how it ended, and that the provider was asked once
    void endsAsTheProviderEndsIt_data()
    {
        QTest::addColumn<std::shared_ptr<Reply>>("reply");
        QTest::addColumn<WireEnd>("end");
        QTest::addColumn<QString>("order");
        const auto row = [](const char *name, const Reply &reply, WireEnd end, const char *order) {
            QTest::newRow(name) << std::make_shared<Reply>(reply) << end << QString::fromLatin1(order);
        };
        const std::string ok = "HTTP/1.1 200 OK\r\n";
        const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
        row("closes at once", Reply().close(), WireEnd::ClosedBeforeResponse, "we");
        row("resets at once", Reply().reset(), WireEnd::ClosedBeforeResponse, "we");
        row("half a head", Reply().send("HTTP/1.1 200 OK\r\nConte").close(), WireEnd::ClosedBeforeResponse,
            "we");
        row("only 103", Reply().send("HTTP/1.1 103 Early Hints\r\n\r\n").close(),
            WireEnd::ClosedBeforeResponse, "we");
        row("ssh banner", Reply().send("SSH-2.0-OpenSSH_9.2\r\n"), WireEnd::Malformed, "we");
        row("html", Reply().send("<html>").close(), WireEnd::Malformed, "we");
        row("101", Reply().send("HTTP/1.1 101 Switching Protocols\r\n\r\n"), WireEnd::Malformed, "we");
        row("two lengths", Reply().send(ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
            WireEnd::Malformed, "we");
        row("length and chunks", Reply().send(ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            WireEnd::Malformed, "we");
        row("gzip", Reply().send(ok + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"),
            WireEnd::Malformed, "we");
        row("head only", Reply().send(chunked).close(), WireEnd::CutOff, "whe");
        row("body shorter than its length", Reply().send(ok + "Content-Length: 9\r\n\r\nabc").close(),
            WireEnd::CutOff, "whbe");
        row("no last chunk", Reply().send(chunked).chunk("abc").close(), WireEnd::CutOff, "whbe");
        row("reset in the body", Reply().send(chunked).chunk("abc").wait("read").reset(), WireEnd::CutOff,
            "whbe");
        row("bad chunk", Reply().send(chunked).chunk("abc").send("zz\r\n"), WireEnd::Malformed, "whbe");
        row("until close", Reply().send(ok + "\r\nabc").close(), WireEnd::Complete, "whbe");
        row("extensions and trailers", Reply().send(chunked + "3;x=y\r\nabc\r\n0;z\r\nX-T: 1\r\n\r\n"),
            WireEnd::Complete, "whbe");
        row("100 and 103 first",
            Reply().send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + ok
                         + "Content-Length: 3\r\n\r\nabc"),
            WireEnd::Complete, "whbe");
        row("redirect",
            Reply().send("HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            WireEnd::Complete, "whe");
        row("dripped", Reply().drip(ok + "Content-Length: 3\r\n\r\nabc"), WireEnd::Complete, "whbe");
    }
    void endsAsTheProviderEndsIt()
    {
        QFETCH(std::shared_ptr<Reply>, reply);
        QFETCH(WireEnd, end);
        QFETCH(QString, order);
        test::FakeUpstream provider;
        provider.then(*reply);
        const auto made = begin(provider.origin());
        QTRY_VERIFY(made->facts.ended() || made->facts.pieces > 0);
        provider.go("read");
        QTRY_VERIFY(made->facts.ended());
        QVERIFY2(made->facts.endedWith(end), made->facts.result->detail.c_str());
        QCOMPARE(QString::fromStdString(made->facts.order), order);
        QCOMPARE(made->facts.result->detail.empty(), end == WireEnd::Complete);
        if (made->facts.pieces > 0) {
            QCOMPARE(made->facts.body, std::string("abc"));
        }
        QCOMPARE(provider.requestCount(), 1);
        QCOMPARE(provider.connectionCount(), 1);
        if (end != WireEnd::Complete) {
            QCOMPARE(transport->idleConnections(), 0U);
            QTRY_COMPARE(provider.openConnections(), 0);
        }
    }

    // Fault 15
    void aHeadOverTheLimitIsCutThere()
    {
        test::FakeUpstream provider;
        const std::string field = "X-A: " + std::string(100'000, 'a') + "\r\n";
        Reply reply;
        reply.send("HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 50; ++i) {
            reply.send(field);
        }
        provider.then(reply);
        const auto made = run(provider);
        QVERIFY(made->facts.endedWith(WireEnd::TooLarge));
        QCOMPARE(provider.requestCount(), 1);
        QTRY_COMPARE(provider.openConnections(), 0);
    }

    // Fault 8
    void takesAnotherConnectionIfTheKeptOneIsAlreadyClosed()
    {
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        run(provider);
        QCOMPARE(transport->idleConnections(), 1U);
        provider.closeIdle(); // the event loop does not hear of it before the next request starts
        const auto made = run(provider);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QVERIFY(!made->attempt->times().reused);
        QCOMPARE(provider.connectionCount(), 2);
        QCOMPARE(provider.requestCount(), 2);
    }

    void doesNotSendAgainIfAKeptConnectionClosesAfterwards()
    {
        test::FakeUpstream provider;
        provider.then(Reply::json(200, "{}"));
        provider.then(Reply().close());
        provider.always(Reply::json(200, "{}"));
        run(provider);
        const auto made = run(provider);
        QVERIFY(made->facts.endedWith(WireEnd::ClosedBeforeResponse));
        QCOMPARE(made->facts.order, std::string("we"));
        QVERIFY(made->attempt->times().reused);
        QCOMPARE(provider.requestCount(), 2);
        QCOMPARE(provider.connectionCount(), 1);
    }

    void forgetsAnIdleConnectionThatClosesOrSpeaks()
    {
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        run(provider);
        provider.closeIdle();
        QTRY_COMPARE(transport->idleConnections(), 0U);
        run(provider);
        QCOMPARE(transport->idleConnections(), 1U);
        provider.sendToIdle("HTTP/1.1 200 OK\r\n\r\n");
        QTRY_COMPARE(transport->idleConnections(), 0U);
        QTRY_COMPARE(provider.openConnections(), 0);
        QCOMPARE(provider.requestCount(), 2);
    }

    // Faults 38, 39
    void bytesAfterTheAnswerSpoilTheConnection()
    {
        test::FakeUpstream provider;
        provider.then(Reply().send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n\r\n"));
        const auto made = run(provider);
        QVERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.body, std::string("ab"));
        QCOMPARE(transport->idleConnections(), 0U);
        QTRY_COMPARE(provider.openConnections(), 0);
    }

    void anAnswerGivenBeforeTheRequestWasTakenClosesTheConnection()
    {
        test::FakeUpstream provider;
        provider.greet(test::FakeUpstream::Greeting::AnswerOnFirstBytes);
        const auto made = begin(provider.origin(), std::string(20'000'000, 'x'));
        QTRY_VERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.head.status, 413);
        QCOMPARE(transport->idleConnections(), 0U);
    }

    void destroyingAnAttemptClosesItsConnectionWhateverItHears_data()
    {
        QTest::addColumn<char>("fact");
        for (const char fact : {'w', 'h', 'b'}) {
            QTest::newRow(std::string(1, fact).c_str()) << fact;
        }
    }
    void destroyingAnAttemptClosesItsConnectionWhateverItHears()
    {
        QFETCH(char, fact);
        test::FakeUpstream provider;
        provider.then(Reply::streamHead().event("one").event("two").wait("never"));
        const auto made = begin(provider.origin());
        made->cancelAt(fact);
        QTRY_VERIFY(!made->attempt);
        QCOMPARE(made->facts.order.back(), fact);
        QVERIFY(!made->facts.ended());
        QVERIFY(made->facts.pieces <= 1);
        QTRY_COMPARE(provider.connectionCount(), 1);
        QTRY_COMPARE(provider.openConnections(), 0);
        QCOMPARE(transport->idleConnections(), 0U);
    }

    void mayBeDestroyedAtItsEndOrBeforeItBegins()
    {
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        const auto made = begin(provider.origin());
        made->cancelAt('e');
        QTRY_VERIFY(!made->attempt);
        QCOMPARE(transport->idleConnections(), 1U);
        auto other = begin(provider.origin());
        other->attempt.reset();
        QTRY_COMPARE(provider.openConnections(), 0);
        QVERIFY(other->facts.order.empty());
    }

    // Fault 43: what we do not read stays with the provider
    void readsNothingWhilePaused()
    {
        test::FakeUpstream provider;
        Reply reply = Reply::streamHead();
        const std::string piece(100'000, 'x');
        for (int i = 0; i < 200; ++i) {
            reply.chunk(piece);
        }
        provider.then(reply.lastChunk());
        const auto made = begin(provider.origin());
        made->facts.atFact = [&](char fact) {
            if (fact == 'b') {
                made->attempt->pauseReading();
            }
        };
        QTRY_VERIFY(made->facts.pieces > 0);
        const std::size_t before = made->facts.body.size();
        QVERIFY(before <= 64 * 1024);
        QTest::qWait(20); // gives wrong code the time to read on; right code passes at any speed
        QCOMPARE(made->facts.body.size(), before);
        made->facts.atFact = nullptr;
        made->attempt->resumeReading();
        QCOMPARE(made->facts.body.size(), before); // not from inside the call
        QTRY_VERIFY(made->facts.endedWith(WireEnd::Complete));
        QCOMPARE(made->facts.body.size(), 200 * piece.size());
    }

    void anEndThatCameWhilePausedIsToldAfterwards()
    {
        test::FakeUpstream provider;
        provider.then(
            Reply().send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").wait("body").send("abc").close());
        const auto made = begin(provider.origin());
        QTRY_COMPARE(made->facts.heads, 1);
        made->attempt->pauseReading();
        provider.go("body");
        QTRY_COMPARE(provider.openConnections(), 0);
        QVERIFY(!made->facts.ended());
        made->attempt->resumeReading();
        QTRY_VERIFY(made->facts.endedWith(WireEnd::CutOff));
        QCOMPARE(made->facts.body, std::string("abc"));
    }

    // Fault 5
    void aSilentTlsHandshakeEndsAtItsOwnLimit()
    {
        test::FakeUpstream provider; // takes the hello for the start of a request
        http::Origin origin = provider.origin();
        origin.tls = true;
        const auto made = begin(origin, "{}", {.connect = 5s, .tls = 3s});
        QTRY_COMPARE(provider.connectionCount(), 1);
        QTRY_VERIFY(clock.soonest());
        // Time stands until the connection has been made, which only the attempt can see.
        QTRY_VERIFY((QCoreApplication::processEvents(), provider.bytesSeen() > 0));
        clock.advance(2999ms);
        QVERIFY(!made->facts.ended());
        clock.advance(1ms);
        QVERIFY(made->facts.endedWith(WireEnd::TlsTimeout));
        QCOMPARE(made->facts.order, std::string("e"));
        QTRY_COMPARE(provider.openConnections(), 0);
    }

    void goesThroughTheProxyButNeverForLoopback()
    {
        test::FakeUpstream proxy;
        proxy.always(Reply().send("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n").close());
        int asked = 0;
        transport = std::make_unique<upstream::Transport>(
            clock, upstream::TransportOptions{{}, [&](const http::Origin &) {
                                                  ++asked;
                                                  return QNetworkProxy(QNetworkProxy::HttpProxy,
                                                                       QStringLiteral("127.0.0.1"),
                                                                       proxy.serverPort());
                                              }});
        const auto made = begin({true, "provider.test", 443});
        QTRY_VERIFY(made->facts.endedWith(WireEnd::ProxyFailed));
        QCOMPARE(asked, 1);
        QCOMPARE(proxy.seen().at(0).method, std::string("CONNECT"));
        QCOMPARE(proxy.seen().at(0).target, std::string("provider.test:443"));
        test::FakeUpstream provider;
        provider.always(Reply::json(200, "{}"));
        for (const char *host : {"127.0.0.1", "localhost"}) {
            const auto direct = begin({false, host, provider.serverPort()});
            QTRY_VERIFY(direct->facts.endedWith(WireEnd::Complete));
            transport->flushIdle();
        }
        QCOMPARE(asked, 1);
        QCOMPARE(proxy.requestCount(), 1);
    }

    void refusesARequestThatWouldBreakTheFraming()
    {
        test::FakeUpstream provider;
        for (const auto &[name, value] : {std::pair{"x-a", "1\r\nx-b: 2"},
                                          {"x a", "1"},
                                          {"Host", "evil"},
                                          {"Transfer-Encoding", "chunked"},
                                          {"Content-Length", "3"}}) {
            upstream::WireRequest request;
            request.origin = provider.origin();
            request.target = "/";
            request.headers.add(name, value);
            test::AttemptRecorder facts;
            const auto attempt = transport->make(std::move(request), {}, facts);
            attempt->start();
            QTRY_VERIFY(facts.ended());
            QCOMPARE(facts.order, std::string("e"));
            QVERIFY(!facts.endedWith(WireEnd::Complete));
        }
        QCOMPARE(provider.connectionCount(), 0);
    }
};

SIGNALBOX_TEST(WireAttemptTest)
#include "wire_attempt_test.moc"
