// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/machine/network_watch.h"

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using health::Admission;
using machine::NetworkSource;
using machine::NetworkState;
using namespace std::chrono_literals;

namespace {
const health::Target kFar{"p", "k", "https://example.com", "m"};
const health::Target kNear{"box", "", "http://127.0.0.1:11434", "m"};

/// A system that says what the test wants.
class FakeSource final : public NetworkSource
{
public:
    Reading reading;
    Reading read() const override { return reading; }
    void onChange(std::function<void()> changed) override { m_changed = std::move(changed); }
    void say(NetworkState state, int link = 1)
    {
        reading = {state, link};
        m_changed();
    }

private:
    std::function<void()> m_changed;
};

struct Bench {
    test::FakeClock clock;
    health::HealthBook health;
    int flushed = 0;
    bool wayOut = false;
    machine::NetworkWatch watch{{clock, health, [this] { ++flushed; }, [this] { return wayOut; }}};
    FakeSource source;

    Bench()
    {
        source.onChange([this] { watch.heard(source.read()); });
        source.say({});
    }
    Admission admission(const health::Target &target) { return health.view(target, clock.now()).admission; }
    void fail(const health::Ticket &ticket)
    {
        health::Result result;
        result.outcome = Outcome::CutOff;
        health.finish(kFar, ticket, result, clock.now(), 0.0);
    }
    health::Ticket begin() { return health.begin(kFar, clock.now()); }
    double failures() { return health.view(kFar, clock.now()).failuresInRow; }
};

// Of /proc/net/route and ipv6_route
const char *const kIpv4Headings =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
const char *const kIpv4Lan = "eth0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n";
const char *const kIpv4Default = "eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
const char *const kIpv4Docker = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
const char *const kIpv4LinkLocal = "eth0\t0000FEA9\t00000000\t0001\t0\t0\t1000\t0000FFFF\t0\t0\t0\n";
const char *const kIpv6Lo = "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                            "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";
const char *const kIpv6Link =
    "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
    "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n";
const char *const kIpv6Default =
    "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
    "fe800000000000000000000000000001 00000064 00000002 00000000 00000003     eth0\n";
} // namespace

class NetworkWatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void offlineKeepsRequestsFromWhatNeedsTheNetwork()
    {
        Bench b;
        b.source.say({.online = false});
        QVERIFY(!b.watch.state().online);
        QCOMPARE(b.admission(kFar), Admission::Offline);
        QCOMPARE(b.admission(kNear), Admission::Allowed);
        b.source.say({});
        QCOMPARE(b.admission(kFar), Admission::Allowed);
    }

    void anOfflineStartIsNoticed()
    {
        test::FakeClock clock;
        health::HealthBook health;
        machine::NetworkWatch watch({clock, health, [] {}, [] { return false; }});
        QVERIFY(watch.state().online); // until it is told otherwise
        watch.heard({.state = {.online = false}, .link = 0});
        QCOMPARE(health.view(kFar, clock.now()).admission, Admission::Offline);
    }

    void connectionsOfAnotherNetworkAreDropped_data()
    {
        QTest::addColumn<bool>("online");
        QTest::addColumn<bool>("captive");
        QTest::addColumn<bool>("metered");
        QTest::addColumn<int>("link");
        QTest::addColumn<int>("flushes");
        QTest::newRow("nothing new") << true << false << false << 1 << 0;
        QTest::newRow("metered") << true << false << true << 1 << 0;
        QTest::newRow("offline") << false << false << false << 1 << 1;
        QTest::newRow("captive") << true << true << false << 1 << 1;
        QTest::newRow("another link") << true << false << false << 2 << 1;
        QTest::newRow("link not known any more") << true << false << false << 0 << 0;
    }
    void connectionsOfAnotherNetworkAreDropped()
    {
        QFETCH(bool, online);
        QFETCH(bool, captive);
        QFETCH(bool, metered);
        QFETCH(int, link);
        QFETCH(int, flushes);
        Bench b;
        const auto running = b.begin();
        b.source.say({.online = online, .captive = captive, .metered = metered}, link);
        QCOMPARE(b.flushed, flushes);
        QCOMPARE(b.watch.state(), (NetworkState{online, captive, metered}));
        b.source.say({.online = online, .captive = captive, .metered = metered}, link); // said twice
        QCOMPARE(b.flushed, flushes);
        b.source.say({}, 1);
        b.fail(running);
        QCOMPARE(b.failures(), flushes > 0 ? 0.0 : 1.0); // the change explains it
    }

    void aLinkThatIsLostAndComesBackIsTheSame()
    {
        Bench b;
        b.source.say({}, 0);
        b.source.say({}, 1);
        QCOMPARE(b.flushed, 0);
        b.source.say({}, 0);
        b.source.say({}, 2);
        QCOMPARE(b.flushed, 1);
    }

    void aSleepExplainsFailuresAndDropsConnections()
    {
        Bench b;
        const auto running = b.begin();
        b.clock.advance(1h);
        b.watch.check();
        QCOMPARE(b.flushed, 0);
        b.clock.sleepFor(8h);
        b.watch.check();
        QCOMPARE(b.flushed, 1);
        b.fail(running);
        QCOMPARE(b.failures(), 0.0);
        b.fail(b.begin());
        QCOMPARE(b.failures(), 1.0);
        b.watch.check();
        QCOMPARE(b.flushed, 1);
    }

    void shortSleepsCountWhenTheyAddUp()
    {
        Bench b;
        b.clock.sleepFor(6s);
        b.watch.check();
        QCOMPARE(b.flushed, 0);
        b.clock.sleepFor(6s);
        b.watch.check();
        QCOMPARE(b.flushed, 1);
    }

    void aSleepBeforeTheStartIsHistory()
    {
        test::FakeClock clock;
        clock.sleepFor(24h);
        health::HealthBook health;
        int flushed = 0;
        machine::NetworkWatch watch({clock, health, [&] { ++flushed; }, [] { return false; }});
        watch.check();
        QCOMPARE(flushed, 0);
    }

    void aServiceThatSeesNoNetworkIsNotBelievedWhileThereIsAWayOut()
    {
        Bench b;
        b.wayOut = true;
        b.source.say({.online = false});
        QVERIFY(b.watch.state().online);
        QCOMPARE(b.admission(kFar), Admission::Allowed);
    }

    void aNetworkThatComesBackUntoldIsFoundByTheNextRequest()
    {
        Bench b;
        b.source.say({.online = false});
        b.wayOut = true;
        b.watch.check();
        QCOMPARE(b.admission(kFar), Admission::Offline); // looked for a moment ago
        b.clock.advance(1s);
        b.watch.check();
        QCOMPARE(b.admission(kFar), Admission::Allowed);
        b.wayOut = false;
        b.clock.advance(1s);
        b.watch.check();
        QCOMPARE(b.admission(kFar), Admission::Offline);
        b.source.say({});
        b.clock.advance(1s);
        b.watch.check();
        QCOMPARE(b.admission(kFar), Admission::Allowed);
    }

    void routesBeyondThisMachineAreAWayOut_data()
    {
        QTest::addColumn<QByteArray>("ipv4");
        QTest::addColumn<QByteArray>("ipv6");
        QTest::addColumn<bool>("out");
        const QByteArray headings(kIpv4Headings);
        QTest::newRow("nothing to read") << QByteArray() << QByteArray() << false;
        QTest::newRow("only this machine") << headings << QByteArray(kIpv6Lo) << false;
        QTest::newRow("only containers") << headings + kIpv4Docker << QByteArray(kIpv6Lo) << false;
        QTest::newRow("only link-local") << headings + kIpv4LinkLocal << QByteArray(kIpv6Link) << false;
        QTest::newRow("only the own network") << headings + kIpv4Lan << QByteArray(kIpv6Lo) << true;
        QTest::newRow("IPv4") << headings + kIpv4Docker + kIpv4Default << QByteArray(kIpv6Lo) << true;
        QTest::newRow("IPv6") << headings << QByteArray(kIpv6Lo) + kIpv6Default << true;
        QTest::newRow("nonsense") << QByteArray("\n\n\t\neth0") << QByteArray("0 0") << false;
    }
    void routesBeyondThisMachineAreAWayOut()
    {
        QFETCH(QByteArray, ipv4);
        QFETCH(QByteArray, ipv6);
        QFETCH(bool, out);
        QCOMPARE(machine::hasWayOut(ipv4.toStdString(), ipv6.toStdString()), out);
    }
};

SIGNALBOX_TEST(NetworkWatchTest)
#include "network_watch_test.moc"
