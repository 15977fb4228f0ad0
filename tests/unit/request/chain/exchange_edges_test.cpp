// SPDX-License-Identifier: GPL-3.0-or-later
// Where an exchange's parts meet at the edges: what cannot be made, what comes at the last moment.
#include "core/request/chain/exchange.h"
#include "tests/support/chain/chain_setup.h"
#include "tests/support/chain/client_side.h"
#include "tests/support/event_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/scripted_attempts.h"

using namespace signalbox;
using namespace std::chrono_literals;
using events::Outcome;
using test::chunk;
using test::Script;
using test::streams;

namespace {
/// A chain a → b over scripted providers.
struct Bench {
    Bench()
    {
        for (const char *const id : {"a", "b"}) {
            config.providers.push_back({.id = id, .preset = "simulated"});
            chain.steps.push_back({.provider = id, .model = std::string("model-") + id});
        }
        side.keepsBody = true;
    }
    void send(bool stream, const std::string &extra = {})
    {
        config.chains = {chain};
        chain::ExchangeInput input;
        input.id = base::RequestIdSource().next(clock.wallNow(), random);
        input.setup = test::setupFor(config);
        input.route.chain = std::make_shared<const config::ChainConfig>(chain);
        input.body = R"({"model":"demo","messages":[{"role":"user","content":"tell me more"}],"stream":)"
                     + std::string(stream ? "true" : "false") + extra + "}";
        input.request = *requests.read(input.body);
        input.facts = std::move(facts);
        input.receivedAt = clock.now();
        exchange = std::make_unique<chain::Exchange>(deps, std::move(input), side);
        exchange->start();
    }

    test::FakeClock clock;
    base::Random random{7};
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
    std::unique_ptr<routing::Facts> facts;
    test::ClientSide side;
    std::unique_ptr<chain::Exchange> exchange;
};

/// Pieces with a pause before each.
Script trickles(int count, base::Duration pause)
{
    Script script = streams({});
    script.pop_back();
    for (int i = 0; i < count; ++i) {
        script.push_back({pause, test::Fact::Body{chunk("word ")}});
    }
    return script;
}
} // namespace

class ExchangeEdgesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingIsSentBehindTheEnd()
    {
        Bench b;
        b.attempts.script("a", test::answers("hello", 3s));
        b.send(false);
        b.clock.advance(5min); // the exchange lives on, longer than between two keep-alives
        QVERIFY(b.side.ended);
        QCOMPARE(b.side.problem, std::string());
    }

    void aStreamIsSilentBehindItsEnd()
    {
        Bench b;
        b.attempts.script("a", streams({chunk("hi"), test::kStopChunk, test::kDone}));
        b.send(true);
        b.clock.advance(5min);
        QVERIFY(b.side.ended);
        QCOMPARE(b.side.problem, std::string());
    }

    void attemptsAreCountedFromOneOnThoughOneCouldNotBeMade()
    {
        Bench b;
        b.chain.policy.contextFit = config::ContextFit::Fit;
        b.chain.steps[0].traits.contextTokens = 8; // not even the last turn fits
        b.facts = std::make_unique<routing::Facts>();
        b.facts->traits.promptTokens = 20;
        b.facts->traits.maxOutput = 4;
        b.attempts.script("b", test::answers("hello"));
        b.send(false, R"(,"max_tokens":4)");
        b.clock.advance(1s);
        QCOMPARE(b.side.status, 200);
        const auto rows = b.events.of<events::AttemptEnded>();
        QCOMPARE(rows.size(), 1U);
        QCOMPARE(rows[0].attempt, 1);
        QCOMPARE(b.events.of<events::AttemptStarted>()[0].attempt, 1);
        QCOMPARE(b.events.of<events::RequestEnded>()[0].attempts, 1);
        QCOMPARE(b.side.header("x-signalbox-attempts"), std::string("1"));
    }

    /// More than one answer was asked for: what broke off cannot be gone on with.
    void aContinuationThatCannotBeMadeLeavesTheAnswerBrokenOff()
    {
        Bench b;
        b.chain.policy.midStream = config::MidStream::Continue;
        b.attempts.script("a", streams({chunk("The quick "), chunk("brown fox")}, upstream::WireEnd::CutOff));
        b.send(true, R"(,"n":2)");
        b.clock.advance(1s);
        QVERIFY(b.side.ended);
        QVERIFY(b.side.body.find(R"(data: {"error":)") != std::string::npos);
        QCOMPARE(b.events.of<events::RequestEnded>()[0].outcome, events::RequestOutcome::Interrupted);
        QCOMPARE(b.events.of<events::AttemptEnded>().size(), 1U);
    }

    void contentIsNotHeldBackBeyondTheDeadline()
    {
        for (const bool byTime : {false, true}) {
            Bench b;
            b.chain.policy.deadline = 10s;
            b.chain.policy.holdBackTokens = byTime ? 0 : 50;
            b.chain.policy.holdBack = byTime ? 60s : 0s;
            b.attempts.script("a", trickles(100, 1s));
            b.send(true);
            b.clock.advance(9s);
            QVERIFY(test::textOf(b.side.body).empty());
            b.clock.advance(1s);
            QVERIFY(!test::textOf(b.side.body).empty());
            b.exchange.reset();
            QCOMPARE(b.events.of<events::RequestEnded>()[0].firstToken, base::Duration(10s));
        }
    }

    void aWholeAnswerIsNotLostToTheTotalLimit()
    {
        Bench b;
        b.chain.policy.streamUpstream = true;
        b.chain.steps[0].total = 5s;
        Script script = streams({chunk("hi"), test::kStopChunk, test::kDone});
        script[2].after = 4500ms;
        script.pop_back(); // its connection stays open
        b.attempts.script("a", script);
        b.send(false);
        b.clock.advance(6s);
        QCOMPARE(b.side.status, 200);
        QCOMPARE(b.events.of<events::AttemptEnded>()[0].outcome, Outcome::Answered);
        QCOMPARE(b.attempts.calls.size(), 1U);
    }
};

SIGNALBOX_TEST(ExchangeEdgesTest)
#include "exchange_edges_test.moc"
