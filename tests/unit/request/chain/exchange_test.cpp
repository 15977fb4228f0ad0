// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/exchange.h"

#include "tests/support/exchange_bench.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;
using test::answers;
using test::breaksOff;
using test::chunk;
using test::refuses;
using test::Script;
using test::staysSilent;
using test::streams;
using upstream::WireEnd;
using Bench = test::ExchangeBench;

namespace {
const char *kSse200Error = "data: {\"error\":{\"message\":\"overloaded\",\"code\":502}}\n\n";
} // namespace

class ExchangeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersFromTheFirstStep()
    {
        Bench b;
        b.attempts.script("a", answers("hello"));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 200);
        QVERIFY(b.received.body.find("hello") != std::string::npos);
        QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("a/model-a"));
        QCOMPARE(b.received.header("x-signalbox-chain"), std::string("demo@3"));
        QCOMPARE(b.received.header("x-signalbox-attempts"), std::string("1"));
        QCOMPARE(b.attempts.calls.size(), 1U);
        QVERIFY(b.attempts.calls[0].body.find("\"model-a\"") != std::string::npos);
        const auto ended = b.recorder.of<events::RequestEnded>();
        QCOMPARE(ended.size(), 1U);
        QCOMPARE(ended[0].outcome, RequestOutcome::Answered);
        QCOMPARE(ended[0].usage.input, 10);
        QCOMPARE(ended[0].usage.output, 5);
    }

    void goesOnToTheNextStep_data()
    {
        QTest::addColumn<Script>("first");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<bool>("stream");
        const auto row = [](const char *name, Script script, Outcome outcome, bool stream = false) {
            QTest::newRow(name) << std::move(script) << static_cast<int>(outcome) << stream;
        };
        row("dns", breaksOff(WireEnd::DnsFailed, false), Outcome::DnsFailed);
        row("connect", breaksOff(WireEnd::ConnectFailed, false), Outcome::ConnectFailed);
        row("connect limit", breaksOff(WireEnd::ConnectTimeout, false), Outcome::ConnectFailed);
        row("tls", breaksOff(WireEnd::TlsFailed, false), Outcome::TlsFailed);
        row("certificate", breaksOff(WireEnd::CertificateRefused, false), Outcome::TlsFailed);
        row("closed before an answer", breaksOff(WireEnd::ClosedBeforeResponse, true), Outcome::CutOff);
        row("not HTTP", breaksOff(WireEnd::Malformed, true), Outcome::Garbled);
        row("silence", staysSilent(), Outcome::TotalTimeout);
        row("silence, streaming", staysSilent(), Outcome::FirstTokenTimeout, true);
        row("401", refuses(401, R"({"error":{"message":"bad key"}})"), Outcome::KeyRefused);
        row("402", refuses(402, "{}"), Outcome::QuotaSpent);
        row("403", refuses(403, "{}"), Outcome::KeyRefused);
        row("404", refuses(404, R"({"error":{"message":"no such model"}})"), Outcome::ModelMissing);
        row("408", refuses(408, "{}"), Outcome::ServerFailed);
        row("413", refuses(413, "{}"), Outcome::ContextTooLong);
        row("429", refuses(429, "{}"), Outcome::RateLimited);
        row("429 without money", refuses(429, R"({"error":{"message":"x","code":"insufficient_quota"}})"),
            Outcome::QuotaSpent);
        row("500", refuses(500, "oops"), Outcome::ServerFailed);
        row("503", refuses(503, "<html>busy</html>"), Outcome::ServerFailed);
        row("529", refuses(529, "{}"), Outcome::ServerFailed, true);
        row("redirect", refuses(302, ""), Outcome::Garbled);
        row("error inside a 200", refuses(200, R"({"error":{"message":"no","code":429}})"),
            Outcome::RateLimited);
        row("empty body", refuses(200, ""), Outcome::Garbled);
        row("null", refuses(200, "null"), Outcome::Garbled);
        row("list", refuses(200, "[]"), Outcome::Garbled);
        row("HTML", refuses(200, "<html>captive portal</html>"), Outcome::Garbled);
        row("no content", refuses(200, R"({"choices":[{"message":{"content":""},"finish_reason":"stop"}]})"),
            Outcome::Empty);
        row("no choices", refuses(200, R"({"choices":[]})"), Outcome::Empty);
        row("empty JSON for a stream", refuses(200, R"({"choices":[{"message":{"content":""}}]})"),
            Outcome::Empty, true);
        row("stream: error first", streams({test::kRoleChunk, kSse200Error}), Outcome::ServerFailed, true);
        row("stream: cut before content", streams({test::kRoleChunk}, WireEnd::CutOff), Outcome::CutOff,
            true);
        row("stream: ended before content", streams({test::kRoleChunk}), Outcome::CutOff, true);
        row("stream: no content", streams({test::kRoleChunk, test::kStopChunk, test::kDone}), Outcome::Empty,
            true);
        row("stream: not JSON", streams({"data: {oops\n\n"}), Outcome::Garbled, true);
    }
    void goesOnToTheNextStep()
    {
        QFETCH(Script, first);
        QFETCH(int, outcome);
        QFETCH(bool, stream);
        Bench b;
        b.config.chains[0].policy.deadline = 10min;
        b.config.chains[0].steps[0].firstToken = 10s; // before the first keep-alive
        b.attempts.script("a", first);
        b.attempts.script("b", stream
                                   ? streams({test::kRoleChunk, chunk("hi"), test::kStopChunk, test::kDone})
                                   : answers("hi"));
        b.send(stream);
        b.run(130s);
        QCOMPARE(b.received.status, 200);
        QVERIFY(b.received.ended);
        QVERIFY(b.received.body.find("hi") != std::string::npos);
        QVERIFY(b.received.body.find("error") == std::string::npos);
        QVERIFY((b.outcomes() == std::vector{static_cast<Outcome>(outcome), Outcome::Answered}));
        QCOMPARE(b.recorder.of<events::RequestEnded>().size(), 1U);
        QCOMPARE(b.recorder.of<events::RequestEnded>()[0].outcome, RequestOutcome::AnsweredByFallback);
        QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("b/model-b"));
        QCOMPARE(b.received.header("x-signalbox-attempts"), std::string("2"));
        QCOMPARE(b.attempts.alive, 0);
    }

    void doesNotGoOnAfterABadRequest()
    {
        Bench b;
        const std::string body =
            R"({"error":{"message":"bad temperature","type":"invalid_request_error","param":"temperature","code":null}})";
        b.attempts.script("a", refuses(400, body));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 400);
        QCOMPARE(b.received.body, body);
        QCOMPARE(b.received.header("x-should-retry"), std::string("false"));
        QCOMPARE(b.attempts.calls.size(), 1U);
        QCOMPARE(b.recorder.of<events::RequestEnded>()[0].outcome, RequestOutcome::Refused);
        QCOMPARE(b.recorder.of<events::StepSkipped>()[0].reason, SkipReason::FinalAnswer);
    }

    void bringsForeignErrorsIntoOpenAiShape()
    {
        Bench b;
        b.attempts.script("a", refuses(422, R"({"detail":[{"loc":["body"],"msg":"field required"}]})"));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 422);
        QCOMPARE(
            b.received.body,
            std::string(
                R"({"error":{"message":"field required","type":"invalid_request_error","param":null,"code":null}})"));
    }

    void holdsBackEverythingBeforeTheFirstContent()
    {
        Bench b;
        Script script =
            streams({test::kRoleChunk, ": comment\n\n", chunk("hi"), test::kStopChunk, test::kDone});
        script[4].after = 5s; // the content
        b.attempts.script("a", script);
        b.send(true);
        b.run(4s);
        QVERIFY(!b.received.streaming);
        b.run(2s);
        QVERIFY(b.received.ended);
        QCOMPARE(b.received.body,
                 std::string(test::kRoleChunk) + chunk("hi") + test::kStopChunk + test::kDone);
    }

    void doesNotFallBackAfterFirstContent_data()
    {
        QTest::addColumn<Script>("script");
        QTest::addColumn<int>("outcome");
        QTest::newRow("cut") << streams({chunk("hi")}, WireEnd::CutOff) << static_cast<int>(Outcome::CutOff);
        QTest::newRow("clean end without a marker")
            << streams({chunk("hi")}) << static_cast<int>(Outcome::CutOff);
        QTest::newRow("error event") << streams({chunk("hi"), kSse200Error})
                                     << static_cast<int>(Outcome::ServerFailed);
        QTest::newRow("not JSON") << streams({chunk("hi"), "data: {oops\n\n"})
                                  << static_cast<int>(Outcome::Garbled);
        Script stall = streams({chunk("hi"), test::kDone});
        stall[3].after = 1h;
        QTest::newRow("stall") << stall << static_cast<int>(Outcome::IdleTimeout);
    }
    void doesNotFallBackAfterFirstContent()
    {
        QFETCH(Script, script);
        QFETCH(int, outcome);
        Bench b;
        b.attempts.script("a", script);
        b.send(true);
        b.run(10min);
        QVERIFY(b.received.ended);
        QVERIFY(b.received.body.starts_with(chunk("hi")));
        QVERIFY(b.received.body.find("data: {\"error\":{") != std::string::npos);
        QVERIFY(b.received.body.find("[DONE]") == std::string::npos);
        QCOMPARE(b.attempts.calls.size(), 1U);
        QVERIFY((b.outcomes() == std::vector{static_cast<Outcome>(outcome)}));
        QCOMPARE(b.recorder.of<events::RequestEnded>()[0].outcome, RequestOutcome::Interrupted);
        QCOMPARE(b.recorder.of<events::AttemptEnded>()[0].usageConfidence, events::Confidence::Estimated);
    }

    void addsTheEndMarkerAProviderForgot()
    {
        Bench b;
        b.attempts.script(
            "a", streams({chunk("hi"), "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"}));
        b.send(true);
        b.run();
        QVERIFY(b.received.body.ends_with("}]}\n\ndata: [DONE]\n\n"));
        QVERIFY((b.outcomes() == std::vector{Outcome::Answered}));
    }

    void takesTheUsageOutAgainUnlessTheClientAsked()
    {
        const std::string usage = "data: "
                                  "{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,"
                                  "\"total_tokens\":10}}\n\n";
        for (const bool asked : {false, true}) {
            Bench b;
            b.attempts.script("a", streams({chunk("hi"), test::kStopChunk, usage, test::kDone}));
            b.send(true, asked ? R"(,"stream_options":{"include_usage":true})" : "");
            b.run();
            QCOMPARE(b.received.body, chunk("hi") + test::kStopChunk + (asked ? usage : "") + test::kDone);
            QVERIFY(b.attempts.calls[0].body.find("\"include_usage\":true") != std::string::npos);
            QCOMPARE(b.recorder.of<events::AttemptEnded>()[0].usage.input, 7);
            QCOMPARE(b.recorder.of<events::AttemptEnded>()[0].usageConfidence, events::Confidence::Reported);
        }
    }

    void aClientThatHangsUpCancelsTheAttempt()
    {
        Bench b;
        b.attempts.script("a", staysSilent());
        b.send(true);
        b.run(1s);
        QCOMPARE(b.attempts.alive, 1);
        b.exchange.reset();
        QCOMPARE(b.attempts.alive, 0);
        QVERIFY((b.outcomes() == std::vector{Outcome::ClientGone}));
        QCOMPARE(b.recorder.of<events::RequestEnded>()[0].outcome, RequestOutcome::Cancelled);
        QVERIFY(b.recorder.of<events::AttemptEnded>()[0].ambiguous);
    }

    void aClientThatLeavesWithTheEndMarkerHasItsAnswer()
    {
        for (const bool whole : {true, false}) {
            Bench b;
            auto plan =
                streams({chunk("hi"), whole ? std::string(test::kStopChunk) + test::kDone : chunk(" there")});
            plan.pop_back(); // the provider leaves the connection open
            b.attempts.script("a", plan);
            b.send(true);
            b.run(1ms);
            QCOMPARE(b.attempts.alive, 1);
            b.exchange.reset();
            const auto ended = b.recorder.of<events::RequestEnded>()[0];
            QCOMPARE(ended.status, whole ? 200 : 499);
            QCOMPARE(ended.outcome, whole ? RequestOutcome::Answered : RequestOutcome::Cancelled);
            QVERIFY((b.outcomes() == std::vector{whole ? Outcome::Answered : Outcome::ClientGone}));
        }
    }

    void understandsTheWaitThatABodyOrALimitNames()
    {
        Bench b;
        b.config.chains[0].policy.waitForSoonest = false;
        b.attempts.script("a", refuses(429, R"({"error":{"message":"Too fast. Try again in 30s."}})"));
        b.attempts.script("b", refuses(429, R"({"error":{"details":[{"retryDelay":"6.5s"}]}})"));
        b.attempts.script("c", refuses(429, "{}", {{"x-ratelimit-reset-tokens", "1m30s"}}));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 429);
        QCOMPARE(b.received.header("retry-after"), std::string("7"));
    }

    void anOutageNamesOnlyAShortWait()
    {
        for (const int seconds : {30, 300}) {
            Bench b;
            b.config.chains[0].policy.waitForSoonest = false;
            for (const char *const provider : {"a", "b", "c"}) {
                b.attempts.script(provider, refuses(503, "{}", {{"retry-after", std::to_string(seconds)}}));
            }
            b.send(false);
            b.run();
            QCOMPARE(b.received.status, 503);
            QCOMPARE(b.received.header("retry-after"), std::string(seconds == 30 ? "30" : "-"));
            QCOMPARE(b.received.header("x-should-retry"), std::string("false"));
        }
    }

    void saysSoWhenEveryStepIsRateLimited()
    {
        Bench b;
        b.config.chains[0].policy.waitForSoonest = false;
        b.attempts.script("a", refuses(429, "{}", {{"retry-after", "30"}}));
        b.attempts.script("b", refuses(429, "{}", {{"retry-after", "7"}}));
        b.attempts.script("c", refuses(429, "{}", {{"retry-after", "90"}}));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 429);
        QCOMPARE(b.received.header("retry-after"), std::string("7"));
        QCOMPARE(b.received.header("x-should-retry"), std::string("false"));
        b.send(false); // now every breaker is open
        QCOMPARE(b.received.status, 429);
        QCOMPARE(b.attempts.calls.size(), 3U);
    }

    void tellsWhatWasTriedWhenNothingAnswered()
    {
        Bench b;
        b.config.chains[0].policy.waitForSoonest = false;
        b.attempts.script("a", refuses(500, "boom"));
        b.attempts.script("b", breaksOff(WireEnd::ConnectFailed, false));
        b.attempts.script("c", refuses(429, "{}"));
        b.send(true);
        b.run();
        QCOMPARE(b.received.status, 503);
        for (const char *const word : {"demo", "a/model-a: ServerFailed", "boom", "b/model-b: ConnectFailed",
                                       "c/model-c: RateLimited"}) {
            QVERIFY2(b.received.body.find(word) != std::string::npos, word);
        }
        QVERIFY(
            b.received.header("x-signalbox-route")
                .find(R"({"step":1,"provider":"a","model":"model-a","outcome":"ServerFailed","status":500)")
            != std::string::npos);
    }

    void skipsAStepWhoseBreakerIsOpen()
    {
        Bench b;
        b.attempts.script("a", refuses(429, "{}", {{"retry-after", "60"}}));
        b.attempts.script("b", answers("hi"));
        b.send(false);
        b.run();
        b.send(false);
        b.run();
        QCOMPARE(b.attempts.calls.size(), 3U); // a b, then b alone
        QCOMPARE(b.attempts.calls[2].provider, std::string("b"));
        b.clock.advance(80s);
        b.send(false); // the probe
        b.run();
        QCOMPARE(b.attempts.calls[3].provider, std::string("a"));
    }

    void asksAboutThisMachineBeforeAFailureCounts()
    {
        Bench b;
        b.deps.checkMachine = [&b] { b.health.resumed(1h, b.clock.now()); };
        b.attempts.script("a", breaksOff(WireEnd::ConnectFailed, false));
        b.attempts.script("b", refuses(500, "boom"));
        b.attempts.script("c", answers("hi"));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 200);
        b.health.forEach(b.clock.now(), [](const health::Target &target, const health::View &view) {
            QCOMPARE(view.failuresInRow, target.provider == "b" ? 1.0 : 0.0);
        });
    }

    void neverOutlivesItsDeadline()
    {
        Bench b;
        b.config.chains[0].policy.deadline = 30s;
        for (const char *const id : {"a", "b", "c"}) {
            b.attempts.script(id, staysSilent());
        }
        b.send(false);
        b.run(30s);
        QVERIFY(b.received.ended);
        QCOMPARE(b.received.status, 503);
        QCOMPARE(b.attempts.calls.size(), 3U); // 10 s for each
    }

    void triesTheSameStepAgainWhenToldTo()
    {
        Bench b;
        b.config.chains[0].steps[0].tries = 2;
        b.config.chains[0].steps[0].patience = 5s;
        b.attempts.script("a", refuses(429, "{}", {{"retry-after", "3"}}));
        b.attempts.script("a", answers("hi"));
        b.send(false);
        b.run(2s);
        QCOMPARE(b.attempts.calls.size(), 1U);
        b.run(2s);
        QCOMPARE(b.attempts.calls.size(), 2U);
        QCOMPARE(b.received.status, 200);
    }

    void stopsReadingWhenTheClientIsSlow()
    {
        Bench b;
        b.attempts.script("a", streams({chunk("one"), chunk("two"), test::kStopChunk, test::kDone}));
        b.received.pending = 0;
        b.send(true);
        b.received.pending = chain::kMaxPendingBytes + 1;
        b.run(1s);
        QCOMPARE(b.attempts.paused, 1);
        QVERIFY(!b.received.ended);
        b.received.pending = 0;
        b.exchange->onDrained();
        b.run(1s);
        QVERIFY(b.received.ended);
        QVERIFY(b.received.body.find("two") != std::string::npos);
    }

    void aRefusedKeyIsNotAskedAgain()
    {
        Bench b;
        b.attempts.script("a", refuses(401, "{}"));
        b.attempts.script("b", answers("hi"));
        for (int i = 0; i < 3; ++i) {
            b.send(false);
            b.run(1h);
        }
        QCOMPARE(
            std::ranges::count(b.attempts.calls, std::string("a"), &test::ScriptedAttempts::Call::provider),
            1);
        b.health.resetKey("a", "");
        b.send(false);
        b.run();
        QCOMPARE(
            std::ranges::count(b.attempts.calls, std::string("a"), &test::ScriptedAttempts::Call::provider),
            2);
    }

    void cancellingTellsTheClient()
    {
        Bench b;
        b.send(false);
        b.run(1s);
        b.exchange->cancel();
        QCOMPARE(b.received.status, 503);
        QCOMPARE(b.attempts.alive, 0);
        b.exchange.reset();
        QCOMPARE(b.recorder.of<events::RequestEnded>().size(), 1U);
    }
};

SIGNALBOX_TEST(ExchangeTest)
#include "exchange_test.moc"
