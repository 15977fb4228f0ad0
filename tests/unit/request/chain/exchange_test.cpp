// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/exchange.h"

#include "core/request/provider/preset.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/scripted_attempts.h"

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

namespace {
/// What a client would have received.
struct Received final : chain::ReplySink {
    int status = 0;
    http::Headers headers;
    std::string body;
    bool streaming = false;
    bool ended = false;
    std::size_t pending = 0;

    void sendWhole(int code, const http::Headers &fields, std::string_view bytes) override
    {
        QVERIFY(!ended && !streaming);
        status = code;
        headers = fields;
        body = bytes;
        ended = true;
    }
    void beginStream(int code, const http::Headers &fields) override
    {
        QVERIFY(!ended && !streaming);
        status = code;
        headers = fields;
        streaming = true;
    }
    void streamBytes(std::string_view bytes) override { body += bytes; }
    void endStream() override { ended = true; }
    void breakStream() override { ended = true; }
    std::size_t pendingBytes() const override { return pending; }
    std::string header(const char *name) const { return std::string(headers.find(name).value_or("-")); }
};

struct Recorder final : events::EventSink {
    std::vector<events::Event> all;
    void record(const events::Event &event) override { all.push_back(event); }
    template<typename T>
    std::vector<T> of() const
    {
        std::vector<T> out;
        for (const auto &event : all) {
            if (const auto *const one = std::get_if<T>(&event)) {
                out.push_back(*one);
            }
        }
        return out;
    }
};

/// A chain a → b → c over scripted providers.
struct Bench {
    test::FakeClock clock;
    base::Random random{7};
    health::HealthBook health;
    routing::SessionBook sessions;
    test::ScriptedAttempts attempts{clock};
    dialect::ChatFactsReader reader;
    dialect::ChatRequestReader requests;
    Recorder recorder;
    chain::DrillBook drills;
    chain::ExchangeDeps deps{clock, random, health, sessions, attempts, reader, recorder, drills};
    config::Config config;
    std::shared_ptr<const routing::ModelCatalogue> models =
        std::make_shared<const routing::ModelCatalogue>();
    Received received;
    std::unique_ptr<chain::Exchange> exchange;

    Bench()
    {
        config::ChainConfig demo{.id = "demo", .version = 3};
        for (const char *const id : {"a", "b", "c"}) {
            config.providers.push_back({.id = id, .preset = "simulated"});
            demo.steps.push_back({.provider = id, .model = std::string("model-") + id});
        }
        config.chains.push_back(demo);
    }

    std::shared_ptr<const chain::Setup> setup() const
    {
        auto made = std::make_shared<chain::Setup>();
        made->config = std::make_shared<const config::Config>(config);
        made->prices = std::make_shared<const spend::PriceTable>();
        for (const config::ProviderConfig &one : made->config->providers) {
            chain::ProviderSetup provider;
            provider.config = &one;
            provider.target =
                provider::Target{.providerId = one.id, .chatPath = "/v1/chat/completions", .needsKey = false};
            made->providers.emplace(one.id, std::move(provider));
        }
        made->models = models;
        chain::complete(*made);
        return made;
    }

    void send(bool stream, const char *extra = "", const char *messages = "")
    {
        std::string body = std::string(R"({"model":"demo","messages":[)") + messages + R"(],"stream":)"
                           + (stream ? "true" : "false") + extra + "}";
        chain::ExchangeInput input;
        input.id = base::RequestIdSource().next(clock.wallNow(), random);
        input.setup = setup();
        input.route.chain = std::make_shared<const config::ChainConfig>(config.chains.front());
        input.request = *requests.read(body);
        input.body = body;
        input.client = "test";
        input.receivedAt = clock.now();
        received = {};
        exchange = std::make_unique<chain::Exchange>(deps, std::move(input), received);
        exchange->start();
    }
    void run(base::Duration time = 0s) { clock.advance(time); }
    std::vector<Outcome> outcomes() const
    {
        std::vector<Outcome> out;
        for (const auto &one : recorder.of<events::AttemptEnded>()) {
            out.push_back(one.outcome);
        }
        return out;
    }
};

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

    void turnsAWholeAnswerIntoAStream()
    {
        Bench b;
        b.attempts.script("a", answers("hello"));
        b.send(true);
        b.run();
        QCOMPARE(b.received.status, 200);
        QVERIFY(b.received.body.find("data: ") == 0 && b.received.body.find("hello") != std::string::npos);
        QVERIFY(b.received.body.ends_with(test::kDone));
        QCOMPARE(b.outcomes(), std::vector{Outcome::Answered});
    }

    void turnsAStreamIntoAWholeAnswer()
    {
        Bench b;
        b.attempts.script(
            "a", streams({test::kRoleChunk, chunk("hel"), chunk("lo"), test::kStopChunk, test::kDone}));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 200);
        QVERIFY2(b.received.body.find(R"("content":"hello")") != std::string::npos, b.received.body.c_str());
        QCOMPARE(b.outcomes(), std::vector{Outcome::Answered});
    }

    void tellsAWaitingStreamThatThereIsLife()
    {
        Bench b;
        b.config.chains[0].steps[0].firstToken = 40s;
        b.attempts.script("a", staysSilent());
        b.attempts.script("b", streams({chunk("hi"), test::kStopChunk, test::kDone}));
        b.send(true);
        b.run(31s);
        QCOMPARE(b.received.body, std::string(": keep-alive\n\n: keep-alive\n\n"));
        b.run(10s);
        QVERIFY(b.received.ended && b.received.body.find("hi") != std::string::npos);
    }

    void endsAnExhaustedStreamThatHasBegunWithAnErrorEvent()
    {
        Bench b;
        for (const char *const id : {"a", "b", "c"}) {
            b.attempts.script(id, staysSilent());
        }
        b.send(true);
        b.run(61s);
        QVERIFY(b.received.ended && b.received.body.find(R"(data: {"error":)") != std::string::npos);
        QVERIFY(b.received.body.find("[DONE]") == std::string::npos);
        QCOMPARE(b.recorder.of<events::RequestEnded>()[0].outcome, RequestOutcome::Refused);
    }

    void waitsForTheStepThatIsBackFirst()
    {
        Bench b;
        b.attempts.script("a", refuses(429, "{}", {{"retry-after", "30"}}));
        b.attempts.script("b", refuses(429, "{}", {{"retry-after", "7"}}));
        b.attempts.script("b", answers("hi"));
        b.attempts.script("c", refuses(500, "boom"));
        b.send(false);
        b.run(6s);
        QVERIFY(!b.received.ended);
        b.run(4s);
        QCOMPARE(b.received.status, 200);
        QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("b/model-b"));
        QCOMPARE(b.attempts.calls.size(), 4U);
    }

    void waitsForEachStepOnceOnly()
    {
        Bench b;
        b.config.chains[0].steps.resize(1);
        b.attempts.script("a", refuses(429, "{}", {{"retry-after", "5"}}));
        b.send(false);
        b.run(2min);
        QCOMPARE(b.received.status, 429);
        QCOMPARE(b.attempts.calls.size(), 2U);
    }

    void doesNotWaitBeyondItsDeadline()
    {
        Bench b;
        b.config.chains[0].steps.resize(1);
        b.config.chains[0].policy.deadline = 20s;
        b.attempts.script("a", refuses(429, "{}", {{"retry-after", "30"}}));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 429);
        QCOMPARE(b.received.header("retry-after"), std::string("30"));
    }

    void racesAllStepsOfATierAndBillsTheLosers()
    {
        Bench b;
        b.config.chains[0].strategy = config::Strategy::Race;
        b.attempts.script("a", answers("slow", 3s));
        b.attempts.script("b", answers("fast", 1s));
        b.attempts.script("c", refuses(500, "boom"));
        b.send(false);
        b.run();
        QCOMPARE(b.attempts.calls.size(), 3U);
        b.run(1s);
        QCOMPARE(b.received.status, 200);
        QVERIFY(b.received.body.find("fast") != std::string::npos);
        QCOMPARE(b.attempts.alive, 0);
        QVERIFY(
            (b.outcomes() == std::vector{Outcome::ServerFailed, Outcome::Superseded, Outcome::Answered}
             || b.outcomes() == std::vector{Outcome::ServerFailed, Outcome::Answered, Outcome::Superseded}));
        for (const auto &one : b.recorder.of<events::AttemptEnded>()) {
            QVERIFY(one.outcome != Outcome::Superseded
                    || one.usage.input > 0); // the loser may bill its prompt
        }
    }

    void hedgesWhenTheFirstTokenIsLate()
    {
        Bench b;
        b.config.chains[0].strategy = config::Strategy::Hedged;
        b.config.chains[0].policy.hedgeAfter = 1s;
        b.attempts.script("a", staysSilent());
        b.attempts.script("b", streams({chunk("hi"), test::kStopChunk, test::kDone}));
        b.send(true);
        b.run(900ms);
        QCOMPARE(b.attempts.calls.size(), 1U);
        b.run(200ms);
        QVERIFY(b.received.ended && b.received.body.find("hi") != std::string::npos);
        QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("b/model-b"));
        QVERIFY((b.outcomes() == std::vector{Outcome::Superseded, Outcome::Answered}));
        QCOMPARE(b.attempts.alive, 0);
    }

    void aRaceKeepsToTheRetryBudget()
    {
        Bench b;
        b.config.chains[0].strategy = config::Strategy::Race;
        b.config.chains[0].policy.retryBudget = 0;
        b.attempts.script("a", answers("hi", 1s));
        b.attempts.script("b", answers("hi"));
        b.send(false);
        b.run();
        QCOMPARE(b.attempts.calls.size(), 1U);
    }

    void goesOnFromABrokenOffAnswer()
    {
        Bench b;
        b.config.chains[0].policy.midStream = config::MidStream::Continue;
        b.config.providers[1].tags = {"local"}; // of a server on this machine it is supposed that it goes on
        b.attempts.script("a", streams({test::kRoleChunk, chunk("The quick brown fox "), chunk("jumps over")},
                                       WireEnd::CutOff));
        b.attempts.script("b", streams({test::kRoleChunk, chunk("brown fox jumps over"),
                                        chunk(" the lazy dog."), test::kStopChunk, test::kDone}));
        b.send(true, "", "{\"role\":\"user\",\"content\":\"tell me\"}");
        b.run(1s);
        QVERIFY(b.received.ended);
        QVERIFY2(test::textOf(b.received.body) == "The quick brown fox jumps over the lazy dog.",
                 b.received.body.c_str());
        QVERIFY(b.received.body.ends_with(test::kDone));
        QVERIFY(b.attempts.calls[1].body.find("jumps over") != std::string::npos);
        QCOMPARE(b.recorder.of<events::RequestEnded>()[0].outcome, RequestOutcome::AnsweredByFallback);
    }

    void holdsTheStreamBackForAWhile()
    {
        Bench b;
        b.config.chains[0].policy.holdBackTokens = 3;
        b.attempts.script("a", streams({chunk("one "), chunk("two ")}, WireEnd::CutOff));
        b.attempts.script("b",
                          streams({chunk("1 "), chunk("2 "), chunk("3 "), test::kStopChunk, test::kDone}));
        b.send(true);
        b.run();
        QCOMPARE(test::textOf(b.received.body), std::string("1 2 3 "));
        QVERIFY((b.outcomes() == std::vector{Outcome::CutOff, Outcome::Answered}));
    }

    void showsOnlyAWholeAnswerWhenItMayBeginAnew()
    {
        Bench b;
        b.config.chains[0].policy.midStream = config::MidStream::Restart;
        b.attempts.script("a", streams({chunk("one "), chunk("two "), chunk("three ")}, WireEnd::CutOff));
        b.attempts.script("b", streams({chunk("1 "), chunk("2 "), test::kStopChunk, test::kDone}));
        b.send(true);
        b.run();
        QCOMPARE(test::textOf(b.received.body), std::string("1 2 "));
        QVERIFY(b.received.body.ends_with(test::kDone));
    }

    void asksTheProviderToStreamForAClientThatDoesNot()
    {
        Bench b;
        b.config.chains[0].policy.streamUpstream = true;
        b.attempts.script("a", staysSilent());
        b.attempts.script("b", streams({test::kRoleChunk, chunk("hi"), test::kStopChunk, test::kDone}));
        b.send(false);
        QVERIFY(b.attempts.calls[0].body.find(R"("stream":true)") != std::string::npos);
        b.run(21s); // the first-token limit, not the one for whole answers
        QCOMPARE(b.received.status, 200);
        QVERIFY(b.received.body.find(R"("content":"hi")") != std::string::npos);
        QVERIFY((b.outcomes() == std::vector{Outcome::FirstTokenTimeout, Outcome::Answered}));
    }

    void tellsALoopAndABrokenToolCallApart()
    {
        Bench b;
        b.config.chains[0].policy.fallbackOn.looping = true;
        b.config.chains[0].policy.fallbackOn.brokenToolCall = true;
        std::string again;
        for (int i = 0; i < 200; ++i) {
            again += "and so on and on, ";
        }
        b.attempts.script("a", answers(again));
        b.attempts.script("b", refuses(200, test::brokenToolCall()));
        b.attempts.script("c", answers("hi"));
        b.send(false);
        b.run();
        QCOMPARE(b.received.status, 200);
        QVERIFY((b.outcomes() == std::vector{Outcome::Looping, Outcome::BrokenToolCall, Outcome::Answered}));
    }

    void aRefusalGoesToOneFurtherStepAtMost()
    {
        Bench b;
        b.config.chains[0].policy.fallbackOn.refusal = true;
        b.config.chains[0].policy.fallbackOn.refusalOnce = true;
        for (const char *const id : {"a", "b"}) {
            b.attempts.script(id, refuses(200, test::refusal()));
        }
        b.attempts.script("c", answers("hi"));
        b.send(false);
        b.run();
        QCOMPARE(b.attempts.calls.size(), 2U);
        QCOMPARE(b.received.status, 200);
        QVERIFY(b.received.body.find("I will not") != std::string::npos);
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
