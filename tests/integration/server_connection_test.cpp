// SPDX-License-Identifier: GPL-3.0-or-later
#include <zlib.h>

#include "tests/integration/server_fixture.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {
std::string gzip(const std::string &plain)
{
    z_stream stream = {};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string coded(deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(coded.data());
    stream.avail_out = static_cast<uInt>(coded.size());
    deflate(&stream, Z_FINISH);
    coded.resize(stream.total_out);
    deflateEnd(&stream);
    return coded;
}
} // namespace

/// Requests and their answers on one connection.
class ServerConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersARequestWithItsClientAndBody()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(
            post(f.port, R"({"model":"demo"})", "/v1/chat/completions?x=1", "User-Agent: curl/8\r\n"));
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.body(), std::string(R"(POST /v1/chat/completions?x=1 aider {"model":"demo"})"));
        QVERIFY(client.head().find("\r\nDate: Fri, 20 Nov 2026 12:00:00 GMT\r\n") != std::string::npos);
        QCOMPARE(f.service.requests.front().userAgent, std::string("curl/8"));
        QCOMPARE(f.service.requests.front().peerPort, client.socket().localPort());
        QCOMPARE(f.service.requests.front().localPort, f.port);
        QCOMPARE(f.service.requests.front().receivedAt, f.clock.now());
        QVERIFY(client.isOpen());
        QCOMPARE(f.listener.activeRequests(), 0U);
    }

    void aHundredPipelinedRequestsAreAnsweredInOrder()
    {
        ServerFixture f;
        RawClient client(f.port);
        std::string all;
        std::string expected;
        for (int i = 0; i < 100; ++i) {
            all += post(f.port, "body " + std::to_string(i));
            expected += (i ? " " : "") + std::string("200");
        }
        client.send(all);
        QVERIFY(client.waitForResponses(100));
        QCOMPARE(client.statuses(), expected);
        for (std::size_t i = 0; i < 100; ++i) {
            QVERIFY(client.body(i).ends_with(" body " + std::to_string(i)));
        }
    }

    void pipelinedRequestsAreServedOneAtATimeEvenWhenAnsweredLater()
    {
        ServerFixture f;
        std::vector<chain::ReplySink *> waiting;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &sink) {
            waiting.push_back(&sink);
            return std::make_unique<LoggingHandler>(f.service.log);
        };
        RawClient client(f.port);
        std::string all;
        for (int i = 0; i < 100; ++i) {
            all += post(f.port, std::to_string(i));
        }
        client.send(all);
        for (std::size_t i = 0; i < 100; ++i) {
            QVERIFY(waitUntil([&] { return waiting.size() == i + 1; }));
            QCOMPARE(f.service.log.alive, 1);
            QCOMPARE(f.listener.activeRequests(), 1U);
            waiting.back()->sendWhole(200, {}, f.service.requests.back().body);
        }
        QVERIFY(client.waitForResponses(100));
        QVERIFY(waitUntil([&] { return f.service.log.destroyed == 100; }));
        QCOMPARE(client.body(99), std::string("99"));
    }

    void aRequestInPiecesOfOneByteIsTheSame()
    {
        ServerFixture f;
        RawClient client(f.port);
        for (const char c : post(f.port, "slowly")) {
            client.send(std::string_view(&c, 1));
            QCoreApplication::processEvents();
        }
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.body(), std::string("POST /v1/chat/completions aider slowly"));
    }

    void aLargeBodyComesWhole()
    {
        ServerFixture f;
        std::string got;
        f.service.script = [&](const server::ServerRequest &request, chain::ReplySink &sink) {
            got = request.body;
            sink.sendWhole(200, {}, "ok");
            return nullptr;
        };
        std::string body(5'000'000, 'x');
        for (std::size_t i = 0; i < body.size(); i += 997) {
            body[i] = static_cast<char>('a' + i % 26);
        }
        RawClient client(f.port);
        client.send(post(f.port, body));
        QVERIFY(client.waitForResponses(1));
        QVERIFY(got == body);
    }

    void chunkedAndCodedBodiesAreDecoded()
    {
        ServerFixture f;
        RawClient client(f.port);
        const std::string coded = gzip("{\"squeezed\":true}");
        client.send(post(f.port, coded, "/v1/chat/completions", "Content-Encoding: gzip\r\n"));
        std::string chunked = post(f.port, "", "/v1/chat/completions", "Transfer-Encoding: chunked\r\n");
        chunked.erase(chunked.find("Content-Length"), std::string("Content-Length: 0\r\n").size());
        client.send(chunked + "4\r\n{\"a\"\r\n4\r\n: 1}\r\n0\r\n\r\n");
        QVERIFY(client.waitForResponses(2));
        QCOMPARE(client.body(0), std::string("POST /v1/chat/completions aider {\"squeezed\":true}"));
        QCOMPARE(client.body(1), std::string("POST /v1/chat/completions aider {\"a\": 1}"));
    }

    void aBodyThatIsNotWhatItsCodingSaysIsRefused()
    {
        ServerFixture f;
        RawClient garbage(f.port);
        garbage.send(post(f.port, "{}", "/v1/chat/completions", "Content-Encoding: gzip\r\n"));
        QVERIFY(garbage.waitForResponses(1));
        QCOMPARE(garbage.statuses(), std::string("400"));
        RawClient cut(f.port);
        const std::string coded = gzip(std::string(1000, 'x'));
        cut.send(post(f.port, coded.substr(0, coded.size() - 1), "/v1/chat/completions",
                      "Content-Encoding: gzip\r\n"));
        QVERIFY(cut.waitForClose());
        QCOMPARE(cut.statuses(), std::string("400"));
        QVERIFY(f.service.requests.empty());
    }

    void errorsHaveTheShapeOfTheApi()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(get(f.port, "/v1/nothing"));
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.statuses(), std::string("404"));
        QVERIFY(client.head().find("Content-Type: application/json\r\n") != std::string::npos);
        QVERIFY(client.body().starts_with("{\"error\":{\"message\":\"/v1/nothing is not served."));
        QVERIFY(client.body().ends_with(
            ",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"unknown_url\"}}"));
    }

    void aRefusalWithoutABodyKeepsTheConnection()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(get(f.port, "/v1/nothing") + get(f.port, "/v1/chat/completions")
                    + get(f.port, "/v1/models"));
        QVERIFY(client.waitForResponses(3));
        QCOMPARE(client.statuses(), std::string("404 405 200"));
        QVERIFY(client.head(1).find("\r\nAllow: POST\r\n") != std::string::npos);
    }

    void continueIsSaidOnlyToAWelcomeRequest()
    {
        ServerFixture f;
        const std::string whole = post(f.port, "hello", "/v1/chat/completions", "Expect: 100-continue\r\n");
        const std::string head = whole.substr(0, whole.size() - 5);
        RawClient client(f.port);
        client.send(head);
        QVERIFY(client.waitForText("HTTP/1.1 100 Continue\r\n\r\n"));
        QVERIFY(f.service.requests.empty());
        client.send("hello");
        QVERIFY(client.waitForText("aider hello"));

        RawClient eager(f.port); // did not wait: nothing to continue
        eager.send(whole);
        QVERIFY(eager.waitForResponses(1));
        QCOMPARE(eager.statuses(), std::string("200"));
    }

    void anUnwelcomeRequestGetsItsAnswerInsteadOfContinue_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("status");
        QTest::addRow("wrong token") << QByteArray("sbx-") << QByteArray("xxx-") << QByteArray("401");
        QTest::addRow("too large") << QByteArray("Length: 5") << QByteArray("Length: 99999999")
                                   << QByteArray("413");
        QTest::addRow("other expectation")
            << QByteArray("100-continue") << QByteArray("200-ok") << QByteArray("417");
        QTest::addRow("foreign host")
            << QByteArray("Host: 127") << QByteArray("Host: 128") << QByteArray("421");
        QTest::addRow("wrong type") << QByteArray("application/json") << QByteArray("text/plain")
                                    << QByteArray("415");
        QTest::addRow("not served") << QByteArray("chat") << QByteArray("chit") << QByteArray("404");
    }
    void anUnwelcomeRequestGetsItsAnswerInsteadOfContinue()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, status);
        ServerFixture f;
        QByteArray whole = QByteArray::fromStdString(
            post(f.port, "hello", "/v1/chat/completions", "Expect: 100-continue\r\n"));
        whole.replace(from, to);
        RawClient client(f.port);
        client.send(whole.left(whole.size() - 5).toStdString());
        QVERIFY(client.waitForClose()); // the body was never read, so the connection cannot go on
        QCOMPARE(client.statuses(), status.toStdString());
        QVERIFY(f.service.requests.empty());
    }

    void anAnswerArrivesThoughTheClientIsStillUploading()
    {
        ServerFixture f;
        std::string request = post(f.port, std::string(8'000'000, 'x'));
        request.replace(request.find("sbx-"), 4, "xxx-");
        RawClient client(f.port);
        client.send(request);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("401"));
    }

    void http10GetsItsAnswerAndTheEnd()
    {
        ServerFixture f;
        std::string request = get(f.port, "/v1/models", "Connection: keep-alive\r\n");
        request.replace(request.find("HTTP/1.1"), 8, "HTTP/1.0");
        RawClient client(f.port);
        client.send(request);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("200"));
        QVERIFY(client.head().find("Connection: close\r\n") != std::string::npos);
    }

    void connectionCloseIsHonoured()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(get(f.port, "/v1/models", "Connection: close\r\n") + get(f.port, "/v1/models"));
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("200"));
        QCOMPARE(f.service.requests.size(), 1U);
    }

    void headIsAnsweredWithoutABody()
    {
        ServerFixture f;
        RawClient client(f.port);
        std::string head = get(f.port, "/");
        head.replace(0, 3, "HEAD");
        client.send(head);
        QVERIFY(client.waitForText("\r\n\r\n"));
        QVERIFY(f.settle());
        const std::string got = client.received();
        QVERIFY(got.starts_with("HTTP/1.1 200 OK\r\n"));
        QVERIFY(got.find("Content-Length: 8\r\n") != std::string::npos); // of the body left out
        QVERIFY(got.ends_with("\r\n\r\n"));
    }

    void whatIsNotHttpIsToldWhatToUse_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("advice");
        QTest::addRow("TLS") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)
                             << QByteArray("use http://");
        QTest::addRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                                << QByteArray("use HTTP/1.1");
        QTest::addRow("CONNECT") << QByteArray("CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\n\r\n")
                                 << QByteArray("not a forward proxy");
    }
    void whatIsNotHttpIsToldWhatToUse()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, advice);
        ServerFixture f;
        RawClient client(f.port);
        client.send(wire.toStdString());
        QVERIFY(client.waitForClose());
        QVERIFY(client.body().find(advice.toStdString()) != std::string::npos);
    }

    void aWebSocketIsRefusedAtOnce()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(get(f.port, "/v1/responses", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.statuses(), std::string("426"));
        QVERIFY(client.head().find("\r\nUpgrade: HTTP/1.1\r\n") != std::string::npos);
    }

    void aSmuggledRequestIsNeverServed()
    {
        ServerFixture f;
        RawClient client(f.port);
        std::string both = post(f.port, "0\r\n\r\n" + get(f.port, "/v1/models"), "/v1/chat/completions",
                                "Transfer-Encoding: chunked\r\n");
        client.send(both);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("400"));
        QVERIFY(f.service.requests.empty());
    }

    void onlyAnAllowedOriginMayReadAnswers()
    {
        ServerFixture f;
        auto rules = rulesWithOneClient();
        rules->allowedOrigins = {"https://app.example"};
        f.listener.setRules(rules);
        RawClient client(f.port);
        client.send(get(f.port, "/v1/models", "Origin: https://app.example\r\n"));
        client.send(get(f.port, "/v1/nothing", "Origin: https://app.example\r\n"));
        client.send(get(f.port, "/v1/models", "Origin: https://evil.example\r\n"));
        client.send(get(f.port, "/v1/models"));
        std::string preflight = get(f.port, "/v1/models",
                                    "Origin: https://app.example\r\nAccess-Control-Request-Method: GET\r\n");
        client.send("OPTIONS" + preflight.substr(3));
        QVERIFY(client.waitForResponses(5));
        QCOMPARE(client.statuses(), std::string("200 404 403 200 204"));
        for (const std::size_t allowed : {0, 1, 4}) {
            QVERIFY(client.head(allowed).find("\r\nAccess-Control-Allow-Origin: https://app.example\r\n")
                    != std::string::npos);
            QVERIFY(client.head(allowed).find("\r\nVary: Origin\r\n") != std::string::npos);
        }
        for (const std::size_t other : {2, 3}) {
            QVERIFY(client.head(other).find("Access-Control") == std::string::npos);
        }
        QCOMPARE(f.service.requests.size(), 2U);
    }

    void newRulesHoldFromTheNextRequestOn()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(get(f.port, "/v1/models"));
        QVERIFY(client.waitForResponses(1));
        f.listener.setRules(std::make_shared<server::AccessRules>());
        client.send(get(f.port, "/v1/models"));
        QVERIFY(client.waitForResponses(2));
        QCOMPARE(client.statuses(), std::string("200 401"));
    }

    void wrongTokensAreSlowedDownAndTheRightOneIsNot()
    {
        ServerFixture f;
        std::string wrong = get(f.port, "/v1/models");
        wrong.replace(wrong.find("sbx-"), 4, "xxx-");
        RawClient attacker(f.port);
        for (std::size_t i = 0; i < 20; ++i) {
            attacker.send(wrong);
        }
        QVERIFY(attacker.waitForResponses(20));
        attacker.send(wrong);
        QVERIFY(f.settle());
        QCOMPARE(attacker.responses(), 20U); // the 21st is held back
        RawClient good(f.port);
        good.send(get(f.port, "/v1/models"));
        QVERIFY(good.waitForResponses(1));
        QCOMPARE(good.statuses(), std::string("200"));
        f.clock.advance(std::chrono::seconds(1));
        QVERIFY(attacker.waitForResponses(21));
        QVERIFY(attacker.statuses().ends_with("401 401"));
    }
};

SIGNALBOX_TEST(ServerConnectionTest)
#include "server_connection_test.moc"
