// SPDX-License-Identifier: GPL-3.0-or-later
// Every client dialect over every provider dialect: what a chain promises holds whoever speaks what.
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
/// Where the conversation stands in a request, by dialect.
const char *const kMembers[] = {"\"messages\":[", "\"input\":", "\"messages\":[", "\"contents\":["};

/// Refusals with the status of an answer, as relays and MiniMax send them whatever they were asked in.
struct InSuccess {
    const char *body;
    Outcome outcome;
};
std::vector<InSuccess> inSuccess()
{
    return {
        {"{\"error\":{\"message\":\"Rate limit reached\",\"code\":429}}", Outcome::RateLimited},
        {"{\"error\":\"Internal error\"}", Outcome::ServerFailed},
        {"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
         Outcome::ServerFailed},
        {"{\"object\":\"error\",\"message\":\"Too many "
         "requests\",\"type\":\"rate_limited\",\"code\":\"3505\"}",
         Outcome::RateLimited},
        {"{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"rate limit\"},\"choices\":null}",
         Outcome::RateLimited},
    };
}
} // namespace

class ExchangeDialectsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerIsTheClients_data() { test::addDialectPairs(); }
    void anAnswerIsTheClients()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const bool asked : {false, true}) {
            for (const bool streams : {false, true}) { // some providers do not as they are told
                Bench b{Dialect(client)};
                b.speak(Dialect(provider));
                b.attempts.script("a", test::answering(Dialect(provider), streams));
                b.ask(asked);
                b.run(2s);
                const std::string &sent = b.attempts.calls.at(0).body;
                QVERIFY2(sent.find(kMembers[provider]) != std::string::npos, sent.c_str());
                QVERIFY2(sent.find("Say something about a fox.") != std::string::npos, sent.c_str());
                test::isAnswered(b, 1);
                if (QTest::currentTestFailed()) {
                    qWarning("asked for a stream: %d, got one: %d", asked, streams);
                    return;
                }
            }
        }
    }

    void aRefusingStepHandsOnToAnyDialect_data() { test::addDialectPairs(); }
    void aRefusingStepHandsOnToAnyDialect()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const Dialect first : test::kProviderDialects) {
            for (const test::RefusalSaid &said :
                 {test::rateLimitSaid(first), test::brokenSaid(first), test::badKeySaid(first)}) {
                for (const bool stream : {false, true}) {
                    Bench b{Dialect(client)};
                    b.speak(first, Dialect(provider));
                    b.attempts.script("a", test::refusing(said));
                    b.attempts.script("b", test::answering(Dialect(provider), stream));
                    b.ask(stream);
                    b.run(2s);
                    test::isAnswered(b, 2);
                    if (QTest::currentTestFailed()) {
                        qWarning("behind %s %d, streaming: %d", test::nameOf(first).c_str(), said.status,
                                 stream);
                        return;
                    }
                    QCOMPARE(int(b.outcomes()[0]), int(said.outcome));
                    QCOMPARE(b.recorder.of<events::RequestEnded>()[0].servedBy, std::string("b/model-b"));
                }
            }
        }
    }

    void anErrorInsideASuccessLeadsOn_data() { test::addDialectPairs(); }
    void anErrorInsideASuccessLeadsOn()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const InSuccess &one : inSuccess()) {
            for (const bool stream : {false, true}) {
                for (const bool streams : {false, true}) { // not every provider does as it is told
                    const Dialect second = test::otherThan(first);
                    Bench b{Dialect(client)};
                    b.speak(first, second);
                    b.attempts.script("a", streams
                                               ? test::streams({"data: " + std::string(one.body) + "\n\n"})
                                               : test::refuses(200, one.body));
                    b.attempts.script("b", test::answering(second, stream));
                    b.ask(stream);
                    b.run(2s);
                    test::isAnswered(b, 2);
                    QVERIFY2(!QTest::currentTestFailed() && b.outcomes()[0] == one.outcome, one.body);
                }
            }
        }
    }

    void nothingIsShownOfAPreamble_data() { test::addDialectPairs(); }
    void nothingIsShownOfAPreamble()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const auto &said : {test::preambleSaid(first), test::openingSaid(first)}) {
            for (const test::Breakage &how : test::breakages(said, first, Outcome::FirstTokenTimeout)) {
                const Dialect second = test::otherThan(first);
                Bench b{Dialect(client)};
                b.speak(first, second);
                b.config.chains[0].steps[0].firstToken = 9s; // before the first keep-alive
                b.attempts.script("a", how.script);
                b.attempts.script("b", test::answering(second, true));
                b.ask(true);
                b.run(8s);
                if (how.outcome == Outcome::FirstTokenTimeout) {
                    QVERIFY2(b.received.body.empty() && !b.received.streaming, how.name);
                }
                b.run(3s);
                test::isAnswered(b, 2);
                if (QTest::currentTestFailed()) {
                    qWarning("%s", how.name);
                    return;
                }
                QVERIFY2(b.outcomes()[0] == how.outcome, how.name);
            }
        }
    }

    void aBrokenAnswerEndsWithAnErrorAndNoEnd_data() { test::addDialectPairs(); }
    void aBrokenAnswerEndsWithAnErrorAndNoEnd()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const test::Breakage &how :
             test::breakages(test::begunWell(first), first, Outcome::IdleTimeout)) {
            Bench b{Dialect(client)};
            b.speak(first, test::otherThan(first));
            b.attempts.script("a", how.script);
            b.attempts.script("b", test::answering(test::otherThan(first), true));
            b.ask(true);
            b.run(40s);
            const Heard heard = b.heard();
            const QByteArray told = QByteArray(how.name) + "\n" + QByteArray::fromStdString(b.received.body);
            QVERIFY2(b.received.ended, told);
            QVERIFY2(heard.flaw.empty(), (heard.flaw + "\n").c_str() + told);
            QVERIFY2(heard.failed && !heard.finished && !heard.ended, told);
            QVERIFY2(heard.beginnings == 1, told);
            QVERIFY2(heard.text == test::kBegunText, told);
            QVERIFY2(b.received.body.find("[DONE]") == std::string::npos, told);
            QVERIFY2(b.outcomes() == std::vector{how.outcome}, told);
            const auto over = b.recorder.of<events::RequestEnded>();
            QCOMPARE(over.size(), 1U);
            QCOMPARE(int(over[0].outcome), int(RequestOutcome::Interrupted));
            QCOMPARE(b.attempts.calls.size(), 1U);
            QVERIFY(b.recorder.of<events::AttemptEnded>()[0].usage.output > 0); // it said something
        }
    }

    void aRefusalReachesTheClientInItsOwnShape_data() { test::addDialectPairs(); }
    void aRefusalReachesTheClientInItsOwnShape()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect asked = Dialect(client);
        const Dialect first = Dialect(provider);
        struct Case {
            test::RefusalSaid said;
            int status;
            const char *messagesType; ///< what Anthropic's clients go by
        };
        for (const Case &one : {Case{test::tooLongSaid(first), 400, "invalid_request_error"},
                                Case{test::badKeySaid(first), 503, "overloaded_error"},
                                Case{test::rateLimitSaid(first), 429, "rate_limit_error"}}) {
            for (const bool stream : {false, true}) {
                Bench b{asked};
                b.speak(first);
                b.config.chains[0].policy.waitForSoonest = false;
                b.attempts.script("a", test::refusing(one.said));
                b.ask(stream);
                b.run(2s);
                const QByteArray told = QByteArray::fromStdString(b.received.body);
                QVERIFY(b.received.ended && !b.received.streaming); // a status tells more than an event
                QVERIFY2(b.received.status == one.status, told);
                QCOMPARE(int(b.outcomes().at(0)), int(one.said.outcome));
                const Heard heard = b.heard();
                QVERIFY2(heard.failed && heard.flaw.empty(), told);
                if (asked == Dialect::Messages) {
                    QVERIFY2(heard.code == one.messagesType, told);
                }
                QCOMPARE(b.received.header("x-should-retry"), std::string("false"));
                QCOMPARE(b.received.header("content-type"), std::string("application/json"));
                if (one.said.outcome == Outcome::RateLimited) {
                    QCOMPARE(b.received.header("retry-after"), std::string("45"));
                }
                if (one.said.outcome == Outcome::ContextTooLong) { // the provider's own words are in it
                    QVERIFY2(heard.failure.find("exceed") != std::string::npos
                                 || heard.failure.find("too long") != std::string::npos,
                             told);
                    QVERIFY2(asked == Dialect::Messages || heard.code == "context_length_exceeded", told);
                }
            }
        }
    }
};

SIGNALBOX_TEST(ExchangeDialectsTest)
#include "exchange_dialects_test.moc"
