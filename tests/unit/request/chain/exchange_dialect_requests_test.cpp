// SPDX-License-Identifier: GPL-3.0-or-later
// What a step changes in a request, over every pair of dialects.
#include "core/request/chain/exchange.h"

#include "tests/support/chain/dialect_bench.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using base::Dialect;
using Bench = test::DialectBench;

namespace {
/// 40 turns and a last question.
std::string longConversation(Dialect client)
{
    std::string turns;
    for (int i = 0; i < 40; ++i) {
        const std::string filling(400, static_cast<char>('a' + i % 20));
        turns += R"({"role":"user","content":"turn )" + std::to_string(i) + " " + filling + R"("},)"
                 + R"({"role":"assistant","content":"so it is"},)";
    }
    turns += R"({"role":"user","content":"and the last?"})";
    return std::string(R"({"model":"demo","stream":true,)")
           + (client == Dialect::Messages ? R"("max_tokens":100,)"
              : client == Dialect::Chat   ? R"("stream_options":{"include_usage":true},)"
                                          : "")
           + (client == Dialect::Responses ? R"("input":[)" : R"("messages":[)") + turns + "]}";
}
} // namespace

class ExchangeDialectRequestsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPromptIsCutDownToTheStepsContext_data() { test::addDialectPairs(); }
    void aPromptIsCutDownToTheStepsContext()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Bench b{Dialect(client)};
        b.speak(Dialect(provider));
        b.config.chains[0].policy.contextFit = config::ContextFit::Fit;
        b.config.chains[0].steps[0].traits.contextTokens = 2000;
        b.attempts.script("a", test::answering(Dialect(provider), true));
        b.body = longConversation(Dialect(client));
        b.ask(true);
        b.run(2s);
        test::isAnswered(b, 1);
        QCOMPARE(b.attempts.calls.size(), 1U);
        const std::string &body = b.attempts.calls[0].body;
        QVERIFY2(body.find("turn 0 ") == std::string::npos, body.c_str());
        QVERIFY2(body.find("and the last?") != std::string::npos, body.c_str());
        QVERIFY2(body.find("turn 39 ") != std::string::npos, body.c_str());
        const auto ended = b.recorder.of<events::AttemptEnded>();
        QVERIFY2(ended[0].note.find("messages left out to fit") != std::string::npos, ended[0].note.c_str());
    }

    /// A step is asked for its own model, and whether it streams is the chain's to say.
    void theModelAndTheStreamAreTheSteps_data() { test::addDialectPairs(); }
    void theModelAndTheStreamAreTheSteps()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const bool upstream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(Dialect(provider));
            b.config.chains[0].policy.streamUpstream = upstream;
            b.attempts.script("a", test::answering(Dialect(provider), upstream));
            b.ask(false);
            b.run(2s);
            test::isAnswered(b, 1);
            const std::string &body = b.attempts.calls.at(0).body;
            const bool inPath = Dialect(provider) == Dialect::Gemini; // model and stream stand there
            QVERIFY2((body.find(R"("model-a")") != std::string::npos) != inPath, body.c_str());
            QVERIFY2(body.find("\"demo\"") == std::string::npos, body.c_str());
            QCOMPARE(body.find(R"("stream":true)") != std::string::npos, upstream && !inPath);
        }
    }

    void aStepSetsAndTakesOutWhatItsProviderKnows_data() { test::addDialectPairs(); }
    void aStepSetsAndTakesOutWhatItsProviderKnows()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        Bench b{Dialect(client)};
        b.speak(Dialect(provider));
        const Dialect spoken = Dialect(provider);
        b.config.chains[0].steps[0].set.emplace("x_of_the_step", json::Value::number("7"));
        b.config.chains[0].steps[0].set.emplace("max_tokens", json::Value::number("9"));
        b.config.chains[0].steps[0].strip = {"top_p"};
        b.attempts.script("a", test::answering(spoken, true));
        b.body = test::requestAsked(Dialect(client), "demo", true, "A fox?", R"(,"top_p":0.5)");
        b.ask(true);
        b.run(2s);
        const std::string &body = b.attempts.calls.at(0).body;
        QVERIFY2(body.find(R"("x_of_the_step":7)") != std::string::npos, body.c_str());
        QVERIFY2(body.find("0.5") == std::string::npos, body.c_str());
        const std::string limit = spoken == Dialect::Responses ? R"("max_output_tokens":9)"
                                  : spoken == Dialect::Gemini  ? R"("generationConfig":{"maxOutputTokens":9})"
                                                               : R"("max_tokens":9)";
        QVERIFY2(body.find(limit) != std::string::npos, body.c_str());
        QVERIFY2(body.find("A fox?") != std::string::npos, body.c_str());
    }
};

SIGNALBOX_TEST(ExchangeDialectRequestsTest)
#include "exchange_dialect_requests_test.moc"
