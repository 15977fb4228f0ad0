// SPDX-License-Identifier: GPL-3.0-or-later
// What a chain may be told to do, over every pair of dialects: hold back, race, begin anew, go on.
#include "core/request/chain/exchange.h"

#include "tests/support/chain/dialect_bench.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using base::Dialect;
using events::Outcome;
using events::RequestOutcome;
using test::Heard;
using test::Script;
using Bench = test::DialectBench;

namespace {
/// Every model goes on from a trailing assistant turn.
std::shared_ptr<const routing::ModelCatalogue> continuing()
{
    const auto catalogue = routing::ModelCatalogue::fromJson(
        R"({"date":"2026-11-20","models":{},"presets":{"simulated":{"continues":"plain"}}})");
    return std::make_shared<const routing::ModelCatalogue>(catalogue.value());
}
/// Chat and Messages can be told to go on; whose items the provider named, nobody else goes on with.
bool canBeGoneOnWith(Dialect client, Dialect first, Dialect second)
{
    return (second == Dialect::Chat || second == Dialect::Messages)
           && (client != Dialect::Responses || first != Dialect::Responses);
}
} // namespace

class ExchangeDialectPoliciesTest : public QObject
{
    Q_OBJECT

private:
    /// Of two attempts that one ended as the loser, billed for its prompt at least; the other answered.
    static bool endsSuperseded(const Bench &b, const std::string &loser)
    {
        const auto rows = b.recorder.of<events::AttemptEnded>();
        return rows.size() == 2 && std::ranges::all_of(rows, [&](const events::AttemptEnded &row) {
                   return row.provider == loser ? row.outcome == Outcome::Superseded && row.usage.prompt() > 0
                                                : row.outcome == Outcome::Answered;
               });
    }

private Q_SLOTS:
    void aFailureInsideTheHoldBackIsHidden_data() { test::addDialectPairs(); }
    void aFailureInsideTheHoldBackIsHidden()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const test::Breakage &how :
             test::breakages(test::begunWell(first), first, Outcome::IdleTimeout)) {
            const Dialect second = test::otherThan(first);
            Bench b{Dialect(client)};
            b.speak(first, second);
            b.config.chains[0].policy.holdBackTokens = 3;
            b.config.chains[0].steps[0].idle = 9s;
            b.attempts.script("a", how.script);
            b.attempts.script("b", test::answering(second, true));
            b.ask(true);
            b.run(12s);
            test::isAnswered(b, 2);
            if (QTest::currentTestFailed()) {
                qWarning("%s", how.name);
                return;
            }
            QVERIFY2(b.outcomes()[0] == how.outcome, how.name);
        }
    }

    void whatIsHeldBackIsShownWhole_data() { test::addDialectPairs(); }
    void whatIsHeldBackIsShownWhole()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const int tokens : {2, 3, 50}) { // fewer than there are, as many, more
            Bench b{Dialect(client)};
            b.speak(Dialect(provider));
            b.config.chains[0].policy.holdBackTokens = tokens;
            b.attempts.script("a", test::answering(Dialect(provider), true));
            b.ask(true);
            b.run(2s);
            test::isAnswered(b, 1);
            if (QTest::currentTestFailed()) {
                qWarning("held back: %d", tokens);
                return;
            }
        }
    }

    void aRaceBetweenDialectsHasOneWinner_data() { test::addDialectPairs(); }
    void aRaceBetweenDialectsHasOneWinner()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect loser = test::otherThan(Dialect(provider));
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(loser, Dialect(provider));
            b.config.chains[0].strategy = config::Strategy::Race;
            Script slow = stream ? test::stalling(test::preambleSaid(loser)) : test::staysSilent();
            b.attempts.script("a", slow);
            b.attempts.script("b", test::answering(Dialect(provider), stream));
            b.ask(stream);
            b.run(1s);
            const std::string problem = test::problemIn(b.heard());
            QVERIFY2(b.received.ended && problem.empty(), (problem + "\n" + b.received.body).c_str());
            QCOMPARE(b.attempts.alive, 0);
            QVERIFY(endsSuperseded(b, "a"));
            QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("b/model-b"));
        }
    }

    void aHedgeInAnotherDialectTakesOver_data() { test::addDialectPairs(); }
    void aHedgeInAnotherDialectTakesOver()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect late = test::otherThan(Dialect(provider));
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(late, Dialect(provider));
            b.config.chains[0].strategy = config::Strategy::Hedged;
            b.config.chains[0].policy.hedgeAfter = 1s;
            Script script = test::answering(late, stream);
            for (test::Fact &fact : script) { // all of it, but two seconds after the hedge
                if (std::holds_alternative<test::Fact::Body>(fact.what)) {
                    fact.after = 3s;
                    break;
                }
            }
            b.attempts.script("a", script);
            b.attempts.script("b", test::answering(Dialect(provider), stream));
            b.ask(stream);
            b.run(900ms);
            QCOMPARE(b.attempts.calls.size(), 1U);
            b.run(10s);
            const std::string problem = test::problemIn(b.heard());
            QVERIFY2(b.received.ended && problem.empty(), (problem + "\n" + b.received.body).c_str());
            QCOMPARE(b.attempts.alive, 0);
            QVERIFY(endsSuperseded(b, "a"));
        }
    }

    void aWholeAnswerIsPutTogetherFromAnyStream_data() { test::addDialectPairs(); }
    void aWholeAnswerIsPutTogetherFromAnyStream()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const test::Breakage &how :
             test::breakages(test::begunWell(first), first, Outcome::IdleTimeout)) {
            const Dialect second = test::otherThan(first);
            Bench b{Dialect(client)};
            b.speak(first, second);
            b.config.chains[0].policy.streamUpstream = true;
            b.attempts.script("a", how.script); // nothing of it has been shown
            b.attempts.script("b", test::answering(second, true));
            b.ask(false);
            b.run(40s);
            test::isAnswered(b, 2);
            QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == how.outcome, how.name);
        }
    }

    void anAnswerMayBeginAnewInAnotherDialect_data() { test::addDialectPairs(); }
    void anAnswerMayBeginAnewInAnotherDialect()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const test::Breakage &how :
             test::breakages(test::begunWell(first), first, Outcome::IdleTimeout)) {
            const Dialect second = test::otherThan(first);
            Bench b{Dialect(client)};
            b.speak(first, second);
            b.config.chains[0].policy.midStream = config::MidStream::Restart;
            b.config.chains[0].steps[0].idle = 9s;
            b.attempts.script("a", how.script);
            b.attempts.script("b", test::answering(second, true));
            b.ask(true);
            b.run(12s);
            test::isAnswered(b, 2);
            QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == how.outcome, how.name);
        }
    }

    /// A chain that is to go on from where an answer broke off can do so from chat to chat only; else it
    /// breaks off as without that policy.
    void whatBrokeOffIsGoneOnWith_data() { test::addDialectPairs(); }
    void whatBrokeOffIsGoneOnWith()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const Dialect second : {Dialect::Chat, Dialect::Messages}) {
            if (!canBeGoneOnWith(Dialect(client), first, second)) {
                continue;
            }
            Bench b{Dialect(client)};
            b.models = continuing();
            b.speak(first, second);
            b.config.chains[0].policy.midStream = config::MidStream::Continue;
            b.attempts.script("a", test::streams(test::begunWell(first), upstream::WireEnd::CutOff));
            b.attempts.script(
                "b", test::streams(test::streamSaid(second, {"fox jumps ", "over the lazy", " dog."})));
            b.ask(true);
            b.run(2s);
            const Heard heard = b.heard();
            QVERIFY2(heard.flaw.empty() && !heard.failed && heard.finished, b.received.body.c_str());
            QVERIFY2(heard.beginnings == 1 && heard.ended, b.received.body.c_str());
            QCOMPARE(QByteArray::fromStdString(heard.text),
                     QByteArray("The quick brown fox jumps over the lazy dog."));
            QVERIFY(b.outcomes().back() == Outcome::Answered);
            QVERIFY(b.attempts.calls.at(1).body.find("The quick brown fox jumps over") != std::string::npos);
            QCOMPARE(int(b.recorder.of<events::RequestEnded>().at(0).outcome),
                     int(RequestOutcome::AnsweredByFallback));
        }
    }

    void whatBeginsAnewStaysBrokenOff_data() { test::addDialectPairs(); }
    void whatBeginsAnewStaysBrokenOff()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        if (!canBeGoneOnWith(Dialect(client), first, Dialect::Chat)) {
            return;
        }
        const std::string start(300, 'a');
        Bench b{Dialect(client)};
        b.models = continuing();
        b.speak(first, Dialect::Chat);
        b.config.chains[0].policy.midStream = config::MidStream::Continue;
        std::vector<std::string> begun = test::openingSaid(first);
        begun.push_back(test::deltaSaid(first, start));
        begun.push_back(test::deltaSaid(first, " and on"));
        b.attempts.script("a", test::streams(begun, upstream::WireEnd::CutOff));
        b.attempts.script(
            "b", test::streams(test::streamSaid(Dialect::Chat, {start, " another way ", "at last"})));
        b.ask(true);
        b.run(2s);
        const Heard heard = b.heard();
        QVERIFY2(heard.flaw.empty() && heard.failed && !heard.finished, b.received.body.c_str());
        QCOMPARE(QByteArray::fromStdString(heard.text), QByteArray::fromStdString(start + " and on"));
    }

    void whatCannotBeGoneOnWithEndsBrokenOff_data() { test::addDialectPairs(); }
    void whatCannotBeGoneOnWithEndsBrokenOff()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const Dialect second : test::kProviderDialects) {
            if (canBeGoneOnWith(Dialect(client), first, second)) {
                continue;
            }
            Bench b{Dialect(client)};
            b.models = continuing();
            b.speak(first, second);
            b.config.chains[0].policy.midStream = config::MidStream::Continue;
            b.attempts.script("a", test::streams(test::begunWell(first), upstream::WireEnd::CutOff));
            b.attempts.script("b", test::answering(second, true));
            b.ask(true);
            b.run(2s);
            const Heard heard = b.heard();
            QVERIFY2(b.received.ended && heard.flaw.empty() && heard.failed, b.received.body.c_str());
            QVERIFY2(heard.text == test::kBegunText && !heard.finished, b.received.body.c_str());
            const auto over = b.recorder.of<events::RequestEnded>();
            QCOMPARE(over.size(), 1U);
            QCOMPARE(int(over[0].outcome), int(RequestOutcome::Interrupted));
        }
    }

    void aDrillGoesWrongWhateverIsSpoken_data() { test::addDialectPairs(); }
    void aDrillGoesWrongWhateverIsSpoken()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        using provider::Fault;
        const Dialect first = Dialect(provider);
        const std::pair<Fault, Outcome> cases[] = {{Fault::RateLimited, Outcome::RateLimited},
                                                   {Fault::QuotaSpent, Outcome::QuotaSpent},
                                                   {Fault::ServerError, Outcome::ServerFailed},
                                                   {Fault::Garbage, Outcome::Garbled},
                                                   {Fault::TlsError, Outcome::TlsFailed},
                                                   {Fault::Hang, Outcome::FirstTokenTimeout},
                                                   {Fault::SlowFirstToken, Outcome::FirstTokenTimeout},
                                                   {Fault::CutAfter, Outcome::CutOff},
                                                   {Fault::Empty, Outcome::Empty},
                                                   {Fault::Stall, Outcome::IdleTimeout}};
        for (const auto &[fault, outcome] : cases) {
            Bench b{Dialect(client)};
            b.speak(first, test::otherThan(first));
            b.config.chains[0].steps[0].firstToken = 9s;
            b.config.chains[0].steps[0].idle = 9s;
            b.config.chains[0].policy.holdBackTokens = 50; // what the drill breaks off is not shown
            b.drills.start({.chain = "demo", .step = 1, .plan = {fault, 3, 20s}, .requestsLeft = 1});
            b.attempts.script("a", test::answering(first, true));
            b.attempts.script("b", test::answering(test::otherThan(first), true));
            b.ask(true);
            b.run(14s);
            test::isAnswered(b, 2);
            const std::string name(provider::toText(fault));
            QVERIFY2(!QTest::currentTestFailed(), name.c_str());
            QVERIFY2(b.outcomes()[0] == outcome, name.c_str());
            QCOMPARE(b.received.header("x-signalbox-drill"), name + "@1");
        }
    }

    void anAnswerThatRepeatsItselfLeadsOn_data() { test::addDialectPairs(); }
    void anAnswerThatRepeatsItselfLeadsOn()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        std::string again;
        for (int i = 0; i < 200; ++i) {
            again += "and so on and on, ";
        }
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(first, test::otherThan(first));
            b.config.chains[0].policy.fallbackOn.looping = true;
            b.config.chains[0].policy.holdBackTokens = 1000;
            b.attempts.script("a", stream ? test::streams(test::streamSaid(first, {again, again}))
                                          : test::refuses(200, test::wholeSaid(first, again)));
            b.attempts.script("b", test::answering(test::otherThan(first), stream));
            b.ask(stream);
            b.run(2s);
            test::isAnswered(b, 2);
            QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == Outcome::Looping,
                     stream ? "stream" : "whole");
        }
    }

    void aStreamThatWaitedInVainFailsInItsOwnWords_data() { test::addDialectPairs(); }
    void aStreamThatWaitedInVainFailsInItsOwnWords()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Bench b{Dialect(client)};
        b.speak(Dialect(provider));
        b.attempts.script("a", test::stalling(test::preambleSaid(Dialect(provider))));
        b.ask(true);
        b.run(19s);
        QCOMPARE(b.received.body, std::string(": keep-alive\n\n"));
        b.run(10min);
        const Heard heard = b.heard();
        QVERIFY2(b.received.ended && heard.flaw.empty() && heard.failed, b.received.body.c_str());
        QVERIFY2(heard.beginnings == 0 && !heard.ended && heard.text.empty(), b.received.body.c_str());
        QCOMPARE(int(b.recorder.of<events::RequestEnded>().at(0).outcome), int(RequestOutcome::Refused));
    }

    void whatIsCancelledEndsInItsOwnWords_data() { test::addDialectPairs(); }
    void whatIsCancelledEndsInItsOwnWords()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const bool begun : {false, true}) {
            const Dialect asked = Dialect(provider);
            Bench b{Dialect(client)};
            b.speak(asked);
            b.attempts.script("a",
                              test::stalling(begun ? test::begunWell(asked) : test::preambleSaid(asked)));
            b.ask(true);
            b.run(1s);
            b.exchange->cancel();
            const Heard heard = b.heard();
            QVERIFY2(b.received.ended && heard.flaw.empty() && heard.failed, b.received.body.c_str());
            QVERIFY2(!heard.finished && !heard.ended, b.received.body.c_str());
            QCOMPARE(b.received.streaming, begun);
            QCOMPARE(b.received.status, begun ? 200 : 503);
            QCOMPARE(int(b.recorder.of<events::RequestEnded>().at(0).outcome),
                     int(RequestOutcome::Cancelled));
            QCOMPARE(b.attempts.alive, 0);
        }
    }
};

SIGNALBOX_TEST(ExchangeDialectPoliciesTest)
#include "exchange_dialect_policies_test.moc"
