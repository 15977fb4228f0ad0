// SPDX-License-Identifier: GPL-3.0-or-later
// Strategies, waiting, and what a stream may still become.
#include "core/request/chain/exchange.h"

#include "core/request/dialect/chat_traits.h"
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
/// Every model goes on from a trailing assistant turn.
std::shared_ptr<const routing::ModelCatalogue> plainContinuations()
{
    const auto catalogue = routing::ModelCatalogue::fromJson(
        R"({"date":"2026-11-20","models":{},"presets":{"simulated":{"continues":"plain"}}})");
    return std::make_shared<const routing::ModelCatalogue>(catalogue.value());
}
/// 40 turns, and a last question.
std::string longConversation()
{
    std::string messages;
    for (int i = 0; i < 40; ++i) {
        const std::string filling(400, 'a' + static_cast<char>(i % 20));
        messages += R"({"role":"user","content":"turn )" + std::to_string(i) + " " + filling + R"("},)"
                    + R"({"role":"assistant","content":"so it is"},)";
    }
    messages += R"({"role":"user","content":"and the last?"})";
    return messages;
}

const char *const kTopP = R"(,"top_p":0.5)";
} // namespace

class ExchangePoliciesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
        b.models = plainContinuations();
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

    void aContinuationThatFailsLeavesTheAnswerToTheNextStep()
    {
        Bench b;
        b.config.chains[0].policy.midStream = config::MidStream::Continue;
        b.models = plainContinuations();
        b.attempts.script("a", streams({test::kRoleChunk, chunk("The quick brown fox ")}, WireEnd::CutOff));
        b.attempts.script("b", breaksOff(WireEnd::ConnectFailed, false));
        b.attempts.script("c", streams({chunk("jumps."), test::kStopChunk, test::kDone}));
        b.send(true, "", "{\"role\":\"user\",\"content\":\"tell me\"}");
        b.run(1s);
        QCOMPARE(test::textOf(b.received.body), std::string("The quick brown fox jumps."));
        QVERIFY((b.outcomes() == std::vector{Outcome::CutOff, Outcome::ConnectFailed, Outcome::Answered}));
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

    void setsAndStripsParametersForTheStep()
    {
        Bench b;
        b.config.chains[0].steps[0].set.emplace("temperature", json::Value::number("0.2"));
        b.config.chains[0].steps[0].strip = {"top_p"};
        b.attempts.script("a", answers("hi"));
        b.send(false, kTopP);
        const std::string &body = b.attempts.calls[0].body;
        QVERIFY2(body.find("temperature") != std::string::npos, body.c_str());
        QVERIFY2(body.find("top_p") == std::string::npos, body.c_str());
    }

    void cutsThePromptDownToTheStepsContext()
    {
        Bench b;
        b.config.chains[0].policy.contextFit = config::ContextFit::Fit;
        b.config.chains[0].steps[0].traits.contextTokens = 3000;
        b.attempts.script("a", answers("hi"));
        const std::string messages = longConversation();
        b.adjust = [](chain::ExchangeInput &input) {
            auto facts = std::make_unique<routing::Facts>();
            facts->traits = dialect::ChatTraitsReader().read(input.body);
            input.facts = std::move(facts);
        };
        b.send(false, "", messages.c_str());
        b.run();
        const std::string &body = b.attempts.calls[0].body;
        QVERIFY(body.find("turn 0 ") == std::string::npos && body.find("and the last?") != std::string::npos);
        const auto ended = b.recorder.of<events::AttemptEnded>();
        QVERIFY2(ended[0].note.find("messages left out to fit") != std::string::npos, ended[0].note.c_str());
    }

    void aDrillMakesTheStepFailAndSaysSo()
    {
        Bench b;
        b.drills.start(
            {.chain = "demo", .step = 1, .plan = {provider::Fault::RateLimited}, .requestsLeft = 1});
        b.attempts.script("a", answers("from a"));
        b.attempts.script("b", answers("from b"));
        b.send(false);
        b.run();
        QCOMPARE(b.received.header("x-signalbox-drill"), std::string("429@1"));
        QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("b/model-b"));
        const auto ended = b.recorder.of<events::AttemptEnded>();
        QCOMPARE(ended[0].drill, std::string("429"));
        QVERIFY(ended[1].drill.empty());
        QCOMPARE(b.attempts.calls.size(), 1U); // the drilled attempt went nowhere
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
};

SIGNALBOX_TEST(ExchangePoliciesTest)
#include "exchange_policies_test.moc"
