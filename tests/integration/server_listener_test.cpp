// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <QHostAddress>
#include <QTcpServer>

#include "tests/integration/server_fixture.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {
bool hasIpv6()
{
    QTcpServer probe;
    return probe.listen(QHostAddress(QHostAddress::LocalHostIPv6), 0);
}

/// Leaves the process only a few free file descriptors while it lives.
class FewDescriptors
{
public:
    explicit FewDescriptors(std::size_t free)
    {
        getrlimit(RLIMIT_NOFILE, &m_before);
        rlimit few = m_before;
        few.rlim_cur = 256;
        setrlimit(RLIMIT_NOFILE, &few);
        for (int fd = ::open("/dev/null", O_RDONLY); fd >= 0; fd = ::open("/dev/null", O_RDONLY)) {
            m_open.push_back(fd);
        }
        for (; free > 0; --free) {
            ::close(m_open.back());
            m_open.pop_back();
        }
    }
    ~FewDescriptors()
    {
        for (const int fd : m_open) {
            ::close(fd);
        }
        setrlimit(RLIMIT_NOFILE, &m_before);
    }
    FewDescriptors(const FewDescriptors &) = delete;
    FewDescriptors &operator=(const FewDescriptors &) = delete;

private:
    rlimit m_before = {};
    std::vector<int> m_open;
};
} // namespace

/// Ports, addresses, starting and stopping.
class ServerListenerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listensOnBothLoopbackAddresses()
    {
        ServerFixture f;
        QVERIFY(f.port != 0);
        QCOMPARE(f.listener.port(), f.port);
        RawClient four(f.port, "127.0.0.1");
        four.send(get(f.port, "/v1/models"));
        QVERIFY(four.waitForResponses(1));
        if (!hasIpv6()) {
            QSKIP("this machine has no IPv6 loopback");
        }
        RawClient six(f.port, "::1");
        std::string request = get(f.port, "/v1/models");
        request.replace(request.find("127.0.0.1"), 9, "[::1]");
        six.send(request);
        QVERIFY(six.waitForResponses(1));
        QCOMPARE(six.statuses(), std::string("200"));
    }

    void listensOnNoOtherAddress()
    {
        ServerFixture f;
        QTcpSocket outside;
        outside.connectToHost(QHostAddress(QStringLiteral("127.0.0.2")), f.port);
        QVERIFY(waitUntil([&] { return outside.error() == QAbstractSocket::ConnectionRefusedError; }));
    }

    void aTakenPortIsNamedWithItsHolder_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addRow("127.0.0.1") << QStringLiteral("127.0.0.1");
        QTest::addRow("any IPv4") << QStringLiteral("0.0.0.0");
        if (hasIpv6()) {
            QTest::addRow("::1") << QStringLiteral("::1");
            QTest::addRow("any") << QStringLiteral("::");
        }
    }
    void aTakenPortIsNamedWithItsHolder()
    {
        QFETCH(QString, address);
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress(address), 0));
        FakeClock clock;
        ScriptedService service;
        server::Listener listener(clock, service);
        const auto result = listener.listen(holder.serverPort());
        QVERIFY(!result);
        QCOMPARE(result.error().code, base::ErrorCode::Conflict);
        const std::string &message = result.error().message;
        QVERIFY2(message.find("Port " + std::to_string(holder.serverPort())) != std::string::npos,
                 message.c_str());
#ifdef Q_OS_LINUX
        QVERIFY2(message.find("(process " + std::to_string(::getpid()) + ")") != std::string::npos,
                 message.c_str());
        QVERIFY2(message.find("integration_tes") != std::string::npos,
                 message.c_str()); // the kernel cuts names at 15
#endif
        QCOMPARE(listener.port(), 0);
        holder.close();
        QVERIFY(listener.listen(holder.serverPort() ? holder.serverPort() : 0));
    }

    void aFailedMoveKeepsTheOldPort()
    {
        ServerFixture f;
        QTcpServer holder;
        QVERIFY(holder.listen(QHostAddress(QHostAddress::LocalHost), 0));
        QVERIFY(!f.listener.listen(holder.serverPort()));
        QCOMPARE(f.listener.port(), f.port);
        QVERIFY(f.settle());
    }

    void movingToAnotherPortRetiresTheOldConnections()
    {
        ServerFixture f;
        RawClient idle(f.port);
        idle.send(get(f.port, "/v1/models"));
        QVERIFY(idle.waitForResponses(1));
        const auto next = f.listener.listen(0);
        QVERIFY(next);
        QVERIFY(idle.waitForClose());
        f.port = *next;
        QVERIFY(f.settle()); // the rules know the new port
    }

    void aPortCanBeTakenAgainRightAfterConnectionsOnIt()
    {
        std::uint16_t port = 0;
        {
            ServerFixture f;
            port = f.port;
            RawClient client(port);
            client.send(get(port, "/v1/models", "Connection: close\r\n")); // our side ends in TIME_WAIT
            QVERIFY(client.waitForClose());
        }
        FakeClock clock;
        ScriptedService service;
        server::Listener listener(clock, service);
        QVERIFY(listener.listen(port));
    }

    void drainsAtShutdown()
    {
        ServerFixture f;
        chain::ReplySink *sink = nullptr;
        f.service.script = [&](const server::ServerRequest &request, chain::ReplySink &s) {
            if (request.endpoint != server::Endpoint::ChatCompletions) {
                ScriptedService::echo(request, s);
                return std::unique_ptr<server::Handler>();
            }
            sink = &s;
            return std::unique_ptr<server::Handler>(std::make_unique<LoggingHandler>(f.service.log));
        };
        int quiet = 0;
        f.listener.onQuiet([&] { ++quiet; });
        RawClient idle(f.port);
        idle.send(get(f.port, "/v1/models"));
        QVERIFY(idle.waitForResponses(1));
        RawClient busy(f.port);
        busy.send(post(f.port, "{}"));
        QVERIFY(waitUntil([&] { return sink != nullptr; }));

        f.listener.stopAccepting();
        f.listener.closeIdle();
        QVERIFY(idle.waitForClose());
        QCOMPARE(f.listener.activeRequests(), 1U);
        QCOMPARE(quiet, 0);
        QTcpSocket late;
        late.connectToHost(QHostAddress(QHostAddress::LocalHost), f.port);
        QVERIFY(waitUntil([&] { return late.error() == QAbstractSocket::ConnectionRefusedError; }));

        sink->sendWhole(200, {}, "finished");
        QVERIFY(busy.waitForClose());
        QCOMPARE(busy.body(), std::string("finished"));
        QVERIFY(waitUntil([&] { return quiet == 1; }));
        QCOMPARE(f.listener.activeRequests(), 0U);
    }

    void quietIsSaidAtOnceWhenNothingIsRunning()
    {
        ServerFixture f;
        int quiet = 0;
        f.listener.onQuiet([&] { ++quiet; });
        f.listener.stopAccepting();
        QCOMPARE(quiet, 0); // never from inside a call
        QVERIFY(waitUntil([&] { return quiet == 1; }));
    }

    void destroyingTheListenerCancelsEverything()
    {
        auto f = std::make_unique<ServerFixture>();
        f->service.script = [&](const server::ServerRequest &, chain::ReplySink &) {
            return std::make_unique<LoggingHandler>(f->service.log);
        };
        RawClient client(f->port);
        client.send(post(f->port, "{}"));
        QVERIFY(waitUntil([&] { return f->service.log.alive == 1; }));
        HandlerLog &log = f->service.log;
        {
            FakeClock clock;
            server::Listener other(clock, f->service);
            QVERIFY(other.listen(0));
            other.setRules(rulesWithOneClient());
            RawClient second(other.port());
            second.send(post(other.port(), "{}"));
            QVERIFY(waitUntil([&] { return log.alive == 2; }));
        }
        QCOMPARE(log.alive, 1);
        f.reset();
        QVERIFY(client.waitForClose());
    }

    void runningOutOfDescriptorsIsOnlyTemporary()
    {
        ServerFixture f;
        RawClient early(f.port);
        QVERIFY(waitUntil([&] { return f.listener.connections() == 1; }));
        QTcpSocket late;
        {
            const FewDescriptors few(8);
            RawClient unlucky(f.port);
            QVERIFY(unlucky.waitForClose()); // the last descriptors are kept for other purposes
            early.send(get(f.port, "/v1/models"));
            QVERIFY(early.waitForResponses(1)); // those inside are still served
            late.connectToHost(QHostAddress(QHostAddress::LocalHost), f.port);
            QVERIFY(waitUntil([&] { return late.state() == QAbstractSocket::ConnectedState; }));
            QCOMPARE(f.listener.connections(), 1U);
        }
        f.clock.advance(std::chrono::milliseconds(100));
        const std::string request = get(f.port, "/v1/models");
        late.write(request.data(), static_cast<qint64>(request.size()));
        QVERIFY(waitUntil([&] { return late.bytesAvailable() > 0; }));
        QVERIFY(late.readAll().startsWith("HTTP/1.1 200"));
    }
};

SIGNALBOX_TEST(ServerListenerTest)
#include "server_listener_test.moc"
