// SPDX-License-Identifier: GPL-3.0-or-later
// What kinds of answers there are, over every pair of dialects: calls, refusals, nothing, and when one is
// over.
#include "core/request/chain/exchange.h"

#include "tests/support/chain/dialect_bench.h"
#include "tests/support/dialect/provider_answers.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using base::Dialect;
using events::Outcome;
using events::RequestOutcome;
using test::AnswerSaid;
using test::Heard;
using test::Script;
using Bench = test::DialectBench;

namespace {
Script saying(const AnswerSaid &said, bool stream)
{
    return stream ? test::streams(said.events) : test::refuses(200, said.whole);
}
} // namespace

class ExchangeDialectAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCallReachesTheClient_data() { test::addDialectPairs(); }
    void aCallReachesTheClient()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const bool asked : {false, true}) {
            for (const bool streams : {false, true}) {
                Bench b{Dialect(client)};
                b.speak(Dialect(provider));
                b.attempts.script("a", saying(test::callSaid(Dialect(provider)), streams));
                b.ask(asked);
                b.run(2s);
                const Heard heard = b.heard();
                QVERIFY2(b.received.ended && heard.flaw.empty() && !heard.failed, b.received.body.c_str());
                QVERIFY2(heard.finished && heard.ended, b.received.body.c_str());
                QVERIFY2(heard.call == "look{\"at\":\"fox\"}", (heard.call + "\n" + b.received.body).c_str());
                QCOMPARE(b.outcomes(), std::vector{Outcome::Answered});
            }
        }
    }

    void aCallThatBreaksOffLeadsOnWhileItIsHidden_data() { test::addDialectPairs(); }
    void aCallThatBreaksOffLeadsOnWhileItIsHidden()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        if (first == Dialect::Gemini) {
            return; // its calls come whole
        }
        for (const bool stream : {false, true}) {
            if (!stream && first == Dialect::Messages) {
                continue; // there they come whole
            }
            Bench b{Dialect(client)};
            b.speak(first, test::otherThan(first));
            b.config.chains[0].policy.fallbackOn.brokenToolCall = true;
            b.config.chains[0].policy.holdBackTokens = 100;
            b.attempts.script("a", saying(test::callSaid(first, ""), stream));
            b.attempts.script("b", test::answering(test::otherThan(first), stream));
            b.ask(stream);
            b.run(2s);
            test::isAnswered(b, 2);
            QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == Outcome::BrokenToolCall,
                     stream ? "stream" : "whole");
        }
    }

    void anEmptyAnswerIsNone_data() { test::addDialectPairs(); }
    void anEmptyAnswerIsNone()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(first, test::otherThan(first));
            b.attempts.script("a", saying(test::nothingSaid(first), stream));
            b.attempts.script("b", test::answering(test::otherThan(first), stream));
            b.ask(stream);
            b.run(2s);
            test::isAnswered(b, 2);
            QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == Outcome::Empty,
                     stream ? "stream" : "whole");
        }
    }

    void aRefusalLeadsOnIfItIsTo_data() { test::addDialectPairs(); }
    void aRefusalLeadsOnIfItIsTo()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(first, test::otherThan(first));
            b.config.chains[0].policy.fallbackOn.refusal = true;
            b.attempts.script("a", saying(test::refusalSaid(first), stream));
            b.attempts.script("b", test::answering(test::otherThan(first), stream));
            b.ask(stream);
            b.run(2s);
            test::isAnswered(b, 2);
            QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == Outcome::Refused,
                     stream ? "stream" : "whole");
        }
    }

    /// … else it is the answer, and the client is told that it was one.
    void aRefusalIsAnAnswerOtherwise_data() { test::addDialectPairs(); }
    void aRefusalIsAnAnswerOtherwise()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const bool asked : {false, true}) {
            for (const bool streams : {false, true}) {
                Bench b{Dialect(client)};
                b.speak(first, test::otherThan(first));
                b.attempts.script("a", saying(test::refusalSaid(first), streams));
                b.ask(asked);
                b.run(2s);
                const Heard heard = b.heard();
                QVERIFY2(b.received.ended && b.received.status == 200, b.received.body.c_str());
                QVERIFY2(heard.flaw.empty() && !heard.failed && heard.beginnings == 1,
                         (heard.flaw + "\n" + b.received.body).c_str());
                const bool said = first == Dialect::Chat || first == Dialect::Responses;
                QVERIFY2(!said || b.received.body.find("I will not.") != std::string::npos,
                         b.received.body.c_str());
                const bool named = b.received.body.find("refusal") != std::string::npos
                                   || b.received.body.find("content_filter") != std::string::npos;
                QVERIFY2(named, b.received.body.c_str());
                QCOMPARE(b.attempts.calls.size(), 1U);
                QCOMPARE(b.outcomes(), std::vector{Outcome::Refused});
            }
        }
    }

    /// What speaks the same goes through byte for byte.
    void theSameDialectGoesThroughAsItIs()
    {
        for (const Dialect dialect : test::kClientDialects) {
            Bench b{dialect};
            b.speak(dialect);
            std::string all;
            for (const std::string &event : test::callSaid(dialect).events) {
                all += event;
            }
            b.attempts.script("a", test::streams({all}));
            b.ask(true);
            b.run(2s);
            QCOMPARE(QByteArray::fromStdString(b.received.body), QByteArray::fromStdString(all));

            Bench whole{dialect};
            whole.speak(dialect);
            whole.attempts.script("a", test::refuses(200, test::callSaid(dialect).whole));
            whole.ask(false);
            whole.run(2s);
            QCOMPARE(whole.received.body, test::callSaid(dialect).whole);
        }
    }

    void anEndMarkerIsTheEndWhateverTheConnectionDoes_data() { test::addDialectPairs(); }
    void anEndMarkerIsTheEndWhateverTheConnectionDoes()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        if (first == Dialect::Gemini) {
            return; // its answers end with the body
        }
        const auto events = test::streamSaid(first, {"The quick brown fox jumps over the lazy dog."});
        for (const Script &script :
             {test::stalling(events), test::streams(events, upstream::WireEnd::CutOff)}) {
            Bench b{Dialect(client)};
            b.speak(first);
            b.attempts.script("a", script);
            b.ask(true);
            b.run(2s);
            test::isAnswered(b, 1);
        }
        Bench b{Dialect(client)}; // the client leaves with it
        b.speak(first);
        b.attempts.script("a", test::stalling(events));
        b.ask(true);
        b.run(500ms);
        QVERIFY2(test::problemIn(b.heard()).empty(), b.received.body.c_str());
        QVERIFY(!b.received.ended);
        b.exchange.reset();
        QCOMPARE(b.outcomes(), std::vector{Outcome::Answered});
        QCOMPARE(int(b.recorder.of<events::RequestEnded>().at(0).outcome), int(RequestOutcome::Answered));
    }

    void aSlowClientSlowsItsProvider_data() { test::addDialectPairs(); }
    void aSlowClientSlowsItsProvider()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Bench b{Dialect(client)};
        b.speak(Dialect(provider));
        Script script = test::answering(Dialect(provider), true);
        for (std::size_t i = 2; i < script.size(); ++i) {
            script[i].after = 1s;
        }
        b.attempts.script("a", script);
        b.ask(true);
        b.received.pending = 100'000'000;
        b.run(1min);
        QCOMPARE(b.attempts.paused, 1);
        QVERIFY(!b.received.ended && !b.heard().finished && !b.heard().text.empty());
        b.received.pending = 0;
        b.exchange->onDrained();
        QCOMPARE(b.attempts.paused, 0);
        b.run(1min);
        test::isAnswered(b, 1);
    }
};

SIGNALBOX_TEST(ExchangeDialectAnswersTest)
#include "exchange_dialect_answers_test.moc"
