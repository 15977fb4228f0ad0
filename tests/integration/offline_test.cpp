// SPDX-License-Identifier: GPL-3.0-or-later
// What the network and the sleep of this machine explain is no provider's fault: the engine over real
// sockets, on a clock and a network of the test's own.
#include "core/engine/engine_core.h"
#include "core/engine/setup_builder.h"
#include "tests/support/engine/call.h"
#include "tests/support/engine/replies.h"
#include "tests/support/event_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/server/raw_client.h"

using namespace signalbox;
using namespace std::chrono_literals;
using test::Reply;

namespace {
/// A system that says of the network what the test wants.
class FakeSource final : public machine::NetworkSource
{
public:
    Reading read() const override { return m_reading; }
    void onChange(std::function<void()> changed) override { m_changed = std::move(changed); }
    void say(machine::NetworkState state)
    {
        m_reading = {state, 1};
        m_changed();
    }

private:
    Reading m_reading;
    std::function<void()> m_changed;
};

constexpr const char *kBody =
    R"({"model":"demo","messages":[{"role":"user","content":"What does a signal box do?"}]})";

/// An engine with the chain far → near. The far provider is taken for one on the net, the near one for what
/// it is: a process on this machine.
struct Bench {
    test::FakeUpstream far;
    test::FakeUpstream near;
    test::EventRecorder events;
    test::FakeClock *clock = nullptr;
    FakeSource source;
    std::unique_ptr<engine::EngineCore> core;
    std::uint16_t port = 0;
    std::deque<test::Call> calls;
    std::size_t waiting = 0; ///< the first of those that wait

    Bench()
    {
        far.always(test::chatting("from afar"));
        near.always(test::chatting("from here"));
        core = std::make_unique<engine::EngineCore>(
            engine::EngineCore::Deps{.ledger = events,
                                     .onNotice = [](const events::Notice &) {},
                                     .healthFile = {},
                                     .makeClock =
                                         [this] {
                                             auto made = std::make_unique<test::FakeClock>();
                                             clock = made.get();
                                             return made;
                                         },
                                     .hasWayOut = [] { return false; }});
        configure();
        port = core->listen(0).value();
        source.onChange([this] { core->networkIs(source.read()); });
        source.say({});
    }
    void configure()
    {
        auto config = std::make_shared<config::Config>();
        config->server.requireToken = false;
        config::ChainConfig chain{.id = "demo"};
        for (const auto &[id, upstream] : {std::pair("far", &far), std::pair("near", &near)}) {
            config->providers.push_back(
                {.id = id, .preset = "openai-compatible", .baseUrl = upstream->baseUrl()});
            chain.steps.push_back({.provider = id, .model = "m"});
        }
        config->chains.push_back(chain);
        const auto find = [](const config::KeySource &) -> const base::Result<base::SecretString> * {
            return nullptr;
        };
        const auto built = engine::buildSetup(config, provider::PresetList::shipped(),
                                              std::make_shared<const spend::PriceTable>(), nullptr, find);
        auto setup = std::make_shared<chain::Setup>(*built);
        setup->providers.at("far").originText = "https://far.example";
        core->use(setup, engine::buildRules(*config, find));
    }
    test::Call &call() { return calls.emplace_back(port, "call", kBody); }
    std::string servedBy() { return call().answer().field("x-signalbox-served-by"); }
    std::string stateOfFar()
    {
        const auto snapshot = core->snapshot();
        for (const engine::ProviderHealth &one : snapshot->providers) {
            if (one.provider == "far") {
                return one.state;
            }
        }
        return {};
    }
    /// Three requests wait for an answer from afar that will break off.
    bool threeWait()
    {
        const int before = far.requestCount();
        waiting = calls.size();
        for (int i = 0; i < 3; ++i) {
            far.then(Reply().wait("cut").close());
            call();
        }
        return test::waitUntil([&] { return far.requestCount() == before + 3; });
    }
    /// … and does; they are answered from here.
    void cutAll()
    {
        for (int i = 0; i < 3; ++i) {
            far.go("cut");
        }
        for (std::size_t i = waiting; i < waiting + 3; ++i) {
            QCOMPARE(calls[i].answer().field("x-signalbox-served-by"), std::string("near/m"));
        }
    }
    void failThrice()
    {
        for (int i = 0; i < 3; ++i) {
            far.then(Reply::json(500, "{}"));
            QCOMPARE(servedBy(), std::string("near/m"));
        }
        QCOMPARE(stateOfFar(), std::string("open"));
    }
};
} // namespace

class OfflineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void offlineNothingGoesOutAndConnectionsAreDropped()
    {
        Bench b;
        QCOMPARE(b.servedBy(), std::string("far/m"));
        QCOMPARE(b.far.openConnections(), 1);
        b.source.say({.online = false});
        QVERIFY(test::waitUntil([&] { return b.far.openConnections() == 0; }));
        QVERIFY(!b.core->snapshot()->network.online);
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(b.servedBy(), std::string("near/m"));
            b.clock->advance(1min);
        }
        QCOMPARE(b.far.requestCount(), 1);
        const auto skipped = b.events.of<events::StepSkipped>();
        QVERIFY(std::ranges::any_of(skipped, [](const events::StepSkipped &one) {
            return one.provider == "far" && one.reason == events::SkipReason::Offline;
        }));
        b.source.say({});
        QCOMPARE(b.stateOfFar(), std::string("closed"));
        QCOMPARE(b.servedBy(), std::string("far/m"));
        QCOMPARE(b.far.connectionCount(), 2);
    }

    /// Three cuts open a breaker, unless the network went while they waited.
    void whatTheNetworkTookWithItTripsNothing_data()
    {
        QTest::addColumn<bool>("goes");
        QTest::newRow("it stays") << false;
        QTest::newRow("it goes") << true;
    }
    void whatTheNetworkTookWithItTripsNothing()
    {
        QFETCH(bool, goes);
        Bench b;
        QVERIFY(b.threeWait());
        if (goes) {
            b.source.say({.online = false});
        }
        b.cutAll();
        b.source.say({});
        QCOMPARE(b.stateOfFar(), std::string(goes ? "closed" : "open"));
        QCOMPARE(b.servedBy(), std::string(goes ? "far/m" : "near/m"));
    }

    void anOpenBreakerStandsStillWhileOffline()
    {
        Bench b;
        b.failThrice();
        b.source.say({.online = false});
        b.clock->advance(10min);
        b.source.say({});
        const int asked = b.far.requestCount();
        QCOMPARE(b.servedBy(), std::string("near/m"));
        QCOMPARE(b.far.requestCount(), asked); // its half minute has not passed
        b.clock->advance(36s);                 // with the most jitter there is
        QCOMPARE(b.servedBy(), std::string("far/m"));
        QCOMPARE(b.stateOfFar(), std::string("closed"));
    }

    /// A portal answers in everybody's name.
    void aCaptivePortalTripsNothing_data()
    {
        QTest::addColumn<bool>("captive");
        QTest::newRow("a provider that says so itself") << false;
        QTest::newRow("a portal") << true;
    }
    void aCaptivePortalTripsNothing()
    {
        QFETCH(bool, captive);
        Bench b;
        b.source.say({.captive = captive});
        b.far.then(Reply::json(403, "<html>Log in first</html>"));
        QCOMPARE(b.servedBy(), std::string("near/m"));
        b.source.say({});
        QCOMPARE(b.stateOfFar(), std::string(captive ? "closed" : "open"));
        QCOMPARE(b.servedBy(), std::string(captive ? "far/m" : "near/m"));
    }

    /// A night asleep: what was under way is cut, what was kept is dead, and no provider is to blame.
    void afterASleepNothingIsTripped_data()
    {
        QTest::addColumn<bool>("sleeps");
        QTest::newRow("awake") << false;
        QTest::newRow("asleep") << true;
    }
    void afterASleepNothingIsTripped()
    {
        QFETCH(bool, sleeps);
        Bench b;
        QVERIFY(b.threeWait());
        QCOMPARE(b.servedBy(), std::string("far/m"));
        QCOMPARE(b.far.connectionCount(), 4); // one of them is kept
        if (sleeps) {
            b.clock->sleepFor(8h);
        }
        b.cutAll();
        QCOMPARE(b.stateOfFar(), std::string(sleeps ? "closed" : "open"));
        QCOMPARE(b.servedBy(), std::string(sleeps ? "far/m" : "near/m"));
        QCOMPARE(b.far.connectionCount(), sleeps ? 5 : 4); // the kept one was not used again
    }

    void aSleepDoesNotOpenWhatIsClosedToAllAtOnce()
    {
        Bench b;
        b.failThrice();
        const int asked = b.far.requestCount();
        b.clock->sleepFor(8h);
        QCOMPARE(b.servedBy(), std::string("near/m"));
        QCOMPARE(b.far.requestCount(), asked);
        b.clock->advance(36s);
        b.far.then(Reply().wait("answer").close());
        b.call();
        QVERIFY(test::waitUntil([&] { return b.far.requestCount() == asked + 1; }));
        QCOMPARE(b.servedBy(), std::string("near/m")); // one probe, and no more
        QCOMPARE(b.far.requestCount(), asked + 1);
    }
};

SIGNALBOX_TEST(OfflineTest)
#include "offline_test.moc"
