// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/exchange.h"
#include "tests/support/chain/chain_setup.h"
#include "tests/support/chain/client_side.h"
#include "tests/support/event_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/scripted_attempts.h"

using namespace signalbox;
using namespace std::chrono_literals;
using test::Script;
using upstream::WireEnd;

namespace {
/// A request every 4 s on a chain down → well.
struct Bench {
    explicit Bench(config::Strategy strategy)
    {
        chain.strategy = strategy;
        for (const char *const id : {"down", "well"}) {
            config.providers.push_back({.id = id, .preset = "openai"});
            chain.steps.push_back({.provider = id, .model = "m"});
        }
        config.chains = {chain};
        setup = test::setupFor(config);
        shared = std::make_shared<const config::ChainConfig>(chain);
        attempts.script("well", test::answers("hello", 500ms));
    }
    void send(bool stream)
    {
        chain::ExchangeInput input;
        input.id = ids.next(clock.wallNow(), random);
        input.setup = setup;
        input.route.chain = shared;
        input.body = std::string(R"({"model":"m","messages":[],"stream":)") + (stream ? "true}" : "false}");
        input.request = *requests.read(input.body);
        input.receivedAt = clock.now();
        sides.push_back(std::make_unique<test::ClientSide>());
        running.push_back(std::make_unique<chain::Exchange>(deps, std::move(input), *sides.back()));
        running.back()->start();
    }
    /// What has happened so far.
    void forget()
    {
        running.clear();
        sides.clear();
        events.clear();
        attempts.calls.clear();
    }
    int tries() const
    {
        return static_cast<int>(
            std::ranges::count(attempts.calls, "down", &test::ScriptedAttempts::Call::provider));
    }

    test::FakeClock clock;
    base::Random random{7};
    base::RequestIdSource ids;
    health::HealthBook health;
    routing::SessionBook sessions;
    test::ScriptedAttempts attempts{clock};
    dialect::ChatFactsReader reader;
    dialect::ClientRequestReader requests;
    test::EventRecorder events;
    chain::DrillBook drills;
    chain::ExchangeDeps deps{clock, random, health, sessions, attempts, reader, events, drills};
    config::Config config;
    config::ChainConfig chain{.id = "demo"};
    std::shared_ptr<const chain::Setup> setup;
    std::shared_ptr<const config::ChainConfig> shared;
    std::vector<std::unique_ptr<test::ClientSide>> sides;
    std::vector<std::unique_ptr<chain::Exchange>> running;
};
} // namespace

class OutageExchangeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A provider that is down for a minute while a request comes every 4 s is tried at most 4 times, no
    /// request waits for it twice, and every request is answered by the other one.
    void aMinuteOfOutageCostsFewTries_data()
    {
        QTest::addColumn<Script>("down");
        QTest::addColumn<bool>("stream");
        const auto row = [](const char *name, const Script &down) {
            QTest::addRow("%s, whole", name) << down << false;
            QTest::addRow("%s, stream", name) << down << true;
        };
        row("500", test::refuses(500, "oops"));
        row("503 at once again", test::refuses(503, "{}", {{"retry-after", "0"}}));
        row("429", test::refuses(429, "{}"));
        row("refused", test::breaksOff(WireEnd::ConnectFailed, false));
        row("no name", test::breaksOff(WireEnd::DnsFailed, false));
        row("cut", test::breaksOff(WireEnd::ClosedBeforeResponse, true));
        row("garbage", test::refuses(200, "<html>"));
        row("hangs", test::staysSilent());
    }
    void aMinuteOfOutageCostsFewTries()
    {
        QFETCH(Script, down);
        QFETCH(bool, stream);
        for (const bool known : {false, true}) {
            Bench b(config::Strategy::Ordered);
            if (known) { // it has answered for an hour
                b.attempts.script("down", test::answers("well", stream ? 800ms : 3000ms));
                for (int i = 0; i < 60; ++i) {
                    b.send(stream);
                    b.clock.advance(1min);
                }
                QCOMPARE(b.tries(), 60);
                b.forget();
            }
            b.attempts.replace("down", down);
            checkAMinuteOfOutage(b, stream);
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }
    static void checkAMinuteOfOutage(Bench &b, bool stream)
    {
        for (int i = 0; i < 15; ++i) {
            b.send(stream);
            b.clock.advance(4s);
        }
        const int tries = b.tries();
        QVERIFY2(tries >= 1 && tries <= 4, qPrintable(QString::number(tries)));
        b.clock.advance(5min);
        for (const auto &side : b.sides) {
            QVERIFY(side->ended && side->problem.empty());
            QCOMPARE(side->status, 200);
        }
        std::map<base::RequestId, int> waited;
        for (const auto &one : b.events.of<events::AttemptStarted>()) {
            QVERIFY(one.provider != "down" || ++waited[one.request] == 1);
        }
        for (const auto &one : b.events.of<events::RequestEnded>()) {
            QCOMPARE(one.servedStep, 2);
            QVERIFY(one.total <= (stream ? 21s : 121s)); // one limit and the other's answer
        }
    }

    /// Once one answer of it has come, nobody goes elsewhere because others are waiting for it.
    void aSlowProviderOfWholeAnswersKeepsItsTraffic()
    {
        Bench b(config::Strategy::Ordered);
        b.attempts.script("down", test::answers("at last", 50s));
        b.send(false);
        b.clock.advance(51s);
        for (int i = 0; i < 60; ++i) {
            b.send(false);
            b.clock.advance(2s); // 25 at a time
        }
        b.clock.advance(1min);
        QCOMPARE(b.tries(), 61);
        for (const auto &one : b.events.of<events::RequestEnded>()) {
            QCOMPARE(one.servedStep, 1);
        }
    }

    /// Whoever has nowhere else to go waits for it, as long as it is not known to be down.
    void whatHangsIsStillTheLastStepsHope()
    {
        Bench b(config::Strategy::Ordered);
        b.attempts.script("down", test::staysSilent());
        b.attempts.replace("well", test::staysSilent());
        for (int i = 0; i < 30; ++i) {
            b.send(false);
            b.clock.advance(4s);
        }
        for (const auto &side : b.sides) {
            QVERIFY(!side->ended || side->status != 200);
        }
        QVERIFY(std::ranges::count(b.attempts.calls, "well", &test::ScriptedAttempts::Call::provider) > 4);
    }
};

SIGNALBOX_TEST(OutageExchangeTest)
#include "outage_exchange_test.moc"
