// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/server_fixture.h"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;

/// What a client may not do: too much, too slowly, too often.
class ServerLimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tooLargeHeadsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("status");
        QTest::addRow("URL") << QByteArray("GET /" + QByteArray(64 * 1024, 'a')) << QByteArray("414");
        QTest::addRow("head") << QByteArray("GET / HTTP/1.1\r\nX: " + QByteArray(70 * 1024, 'a'))
                              << QByteArray("431");
        QTest::addRow("1,000 fields")
            << QByteArray("GET / HTTP/1.1\r\n" + QByteArray("X: y\r\n").repeated(1000)) << QByteArray("431");
    }
    void tooLargeHeadsAreRefused()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, status);
        ServerFixture f;
        RawClient client(f.port);
        client.send(wire.toStdString());
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), status.toStdString());
    }

    void tooLargeBodiesAreRefusedBeforeTheyAreRead()
    {
        server::ServerLimits limits;
        limits.request.bodyBytes = 1000;
        ServerFixture f(limits);
        RawClient byLength(f.port);
        std::string request = post(f.port, "");
        request.replace(request.find("Length: 0"), 9, "Length: 1001");
        byLength.send(request);
        QVERIFY(byLength.waitForClose());
        QCOMPARE(byLength.statuses(), std::string("413"));

        RawClient chunked(f.port);
        request = post(f.port, "", "/v1/chat/completions", "Transfer-Encoding: chunked\r\n");
        request.erase(request.find("Content-Length"), std::string("Content-Length: 0\r\n").size());
        chunked.send(request + "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n");
        QVERIFY(chunked.waitForClose());
        QCOMPARE(chunked.statuses(), std::string("413"));
        QVERIFY(f.service.requests.empty());
    }

    void aBombIsRefused()
    {
        server::ServerLimits limits;
        limits.request.bodyBytes = 1024 * 1024;
        ServerFixture f(limits);
        // 128 KiB window descriptor, then blocks of one repeated byte: 2 MB in 60 bytes of zstd (RFC 8878
        // §3.1.1)
        std::string bomb("\x28\xb5\x2f\xfd\x00\x38", 6);
        for (int i = 0; i < 16; ++i) {
            const unsigned block =
                (128U * 1024 << 3U) | (1U << 1U) | (i == 15 ? 1U : 0U); // run-length, last?
            bomb += static_cast<char>(block & 0xff);
            bomb += static_cast<char>(block >> 8U & 0xff);
            bomb += static_cast<char>(block >> 16U & 0xff);
            bomb += 'x';
        }
        RawClient client(f.port);
        client.send(post(f.port, bomb, "/v1/chat/completions", "Content-Encoding: zstd\r\n"));
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("413"));
    }

    void aHeadThatDripsIsGivenTenSecondsInAll()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send("GET /v1/models HTTP/1.1\r\n");
        QVERIFY(f.settle());
        for (int i = 0; i < 9; ++i) {
            f.clock.advance(1s);
            client.send("X: y\r\n"); // movement does not buy time
            QVERIFY(f.settle());
        }
        QCOMPARE(client.received(), std::string());
        f.clock.advance(1s);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("408"));
    }

    void aBodyThatStopsIsGivenThirtySeconds()
    {
        ServerFixture f;
        RawClient client(f.port);
        const std::string request = post(f.port, "0123456789");
        client.send(request.substr(0, request.size() - 5));
        QVERIFY(f.settle());
        f.clock.advance(29s);
        client.send("5"); // movement does buy time
        QVERIFY(f.settle());
        f.clock.advance(29s);
        QVERIFY(f.settle());
        QCOMPARE(client.received(), std::string());
        f.clock.advance(1s);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.statuses(), std::string("408"));
    }

    void anIdleConnectionIsKeptForTwoMinutes()
    {
        ServerFixture f;
        RawClient client(f.port);
        client.send(get(f.port, "/v1/models"));
        QVERIFY(client.waitForResponses(1));
        f.clock.advance(119s);
        client.send(get(f.port, "/v1/models"));
        QVERIFY(client.waitForResponses(2));
        f.clock.advance(119s);
        QVERIFY(f.settle());
        QVERIFY(client.isOpen());
        f.clock.advance(1s);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.responses(), 2U);
    }

    void aConnectionThatNeverSpeaksIsClosed()
    {
        ServerFixture f;
        RawClient client(f.port);
        QVERIFY(f.settle());
        f.clock.advance(10s);
        QVERIFY(client.waitForClose());
        QCOMPARE(client.received(), std::string());
    }

    void aRequestBeingServedHasNoTimeLimitHere()
    {
        ServerFixture f;
        chain::ReplySink *sink = nullptr;
        f.service.script = [&](const server::ServerRequest &, chain::ReplySink &s) {
            sink = &s;
            return std::make_unique<LoggingHandler>(f.service.log);
        };
        RawClient client(f.port);
        client.send(post(f.port, "{}"));
        QVERIFY(waitUntil([&] { return sink != nullptr; }));
        f.clock.advance(1h);
        sink->sendWhole(200, {}, "at last");
        QVERIFY(client.waitForResponses(1));
        QCOMPARE(client.body(), std::string("at last"));
    }

    void aClientThatDoesNotCloseAfterTheEndIsCutOff()
    {
        ServerFixture f;
        RawClient client(f.port);
        std::string request = post(f.port, std::string(1000, 'x'));
        request.replace(request.find("sbx-"), 4, "xxx-");
        client.send(request.substr(0, request.size() - 500));
        QVERIFY(client.waitForText("invalid_api_key"));
        QVERIFY(f.settle());
        f.clock.advance(5s);
        QVERIFY(waitUntil([&] { return f.listener.connections() == 0; }));
    }

    void tooManyConnectionsAreTurnedAwayAndOthersServed()
    {
        server::ServerLimits limits;
        limits.connections = 8;
        limits.turnedAway = 2;
        ServerFixture f(limits);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(std::make_unique<RawClient>(f.port));
        }
        QVERIFY(waitUntil([&] { return f.listener.connections() == 8; }));
        for (int i = 0; i < 2; ++i) {
            RawClient extra(f.port);
            QVERIFY(extra.waitForClose());
            QCOMPARE(extra.statuses(), std::string("503"));
        }
        clients.front()->send(get(f.port, "/v1/models"));
        QVERIFY(clients.front()->waitForResponses(1));
        QCOMPARE(clients.front()->statuses(), std::string("200"));
        clients.pop_back();
        QVERIFY(waitUntil([&] { return f.listener.connections() < 8; }));
        RawClient next(f.port);
        next.send(get(f.port, "/v1/models"));
        QVERIFY(next.waitForResponses(1));
        QCOMPARE(next.statuses(), std::string("200"));
    }
};

SIGNALBOX_TEST(ServerLimitsTest)
#include "server_limits_test.moc"
