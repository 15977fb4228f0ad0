// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/dialect_bench.h"

#include "core/request/dialect/neutral/traits.h"
#include "core/request/dialect/translate/codecs.h"

namespace signalbox::test {

using base::Dialect;
using events::Outcome;
using events::RequestOutcome;

namespace {
constexpr std::string_view kText = "The quick brown fox jumps over the lazy dog.";

constexpr std::string_view kWithUsage = ",\"stream_options\":{\"include_usage\":true}";

std::vector<std::string> pieces()
{
    return {"The quick brown ", "fox jumps over ", "the lazy dog."};
}

constexpr const char *kRelaysError = "data: {\"error\":{\"message\":\"Internal error\",\"code\":500}}\n\n";

std::vector<std::string> with(std::vector<std::string> events, std::string last)
{
    events.push_back(std::move(last));
    return events;
}

/// These events, and then signs of life for as long as anybody listens.
Script pinging(std::vector<std::string> events, Dialect provider)
{
    const std::string sign = provider == Dialect::Messages ? "event: ping\ndata: {\"type\":\"ping\"}\n\n"
                             : provider == Dialect::Responses
                                 ? "event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n"
                                 : ": still here\n\n";
    Script script = stalling(std::move(events));
    for (int i = 0; i < 120; ++i) {
        script.push_back({std::chrono::seconds(1), Fact::Body{sign}});
    }
    return script;
}
} // namespace

void DialectBench::speak(Dialect a, Dialect b)
{
    config.chains[0].steps.resize(2);
    spoken = {{"a", a}, {"b", b}};
}

void DialectBench::speak(Dialect only)
{
    config.chains[0].steps.resize(1);
    spoken = {{"a", only}};
}

void DialectBench::ask(bool stream)
{
    adjust = [this, stream](chain::ExchangeInput &input) {
        input.body = body.empty() ? requestAsked(client, "demo", stream, "Say something about a fox.",
                                                 client == Dialect::Chat && stream ? kWithUsage : "")
                                  : body;
        if (!body.empty()) {
            auto facts = std::make_unique<routing::Facts>();
            facts->traits = neutral::traitsOf(*translate::codecFor(client).readRequest(body));
            input.facts = std::move(facts);
        }
        input.request = *requests.read(input.body, client);
        auto changed = std::make_shared<chain::Setup>(*input.setup);
        for (const auto &[id, dialect] : spoken) {
            changed->providers.find(id)->second.target->speaks = {
                {.dialect = dialect, .path = "/" + nameOf(dialect)}};
        }
        input.setup = changed;
    };
    send(stream);
}

Heard DialectBench::heard() const
{
    return received.streaming ? heardStream(client, received.body) : heardWhole(client, received.body);
}

void addDialectPairs()
{
    QTest::addColumn<int>("client");
    QTest::addColumn<int>("provider");
    for (const Dialect client : kClientDialects) {
        for (const Dialect provider : kProviderDialects) {
            QTest::addRow("%s over %s", nameOf(client).c_str(), nameOf(provider).c_str())
                << int(client) << int(provider);
        }
    }
}

std::string nameOf(Dialect dialect)
{
    return std::string(base::toText(dialect));
}

Dialect otherThan(Dialect dialect)
{
    return dialect == Dialect::Gemini ? Dialect::Chat : Dialect(static_cast<int>(dialect) + 1);
}

Script answering(Dialect provider, bool stream)
{
    return stream ? streams(streamSaid(provider, pieces())) : refuses(200, wholeSaid(provider, kText));
}

Script refusing(const RefusalSaid &said)
{
    return refuses(said.status, said.body, said.headers);
}

Script stalling(std::vector<std::string> events)
{
    Script script = streams(std::move(events));
    script.pop_back();
    return script;
}

std::vector<std::string> begunWell(Dialect provider)
{
    return with(with(openingSaid(provider), deltaSaid(provider, pieces()[0])),
                deltaSaid(provider, pieces()[1]));
}

std::vector<Breakage> breakages(const std::vector<std::string> &events, Dialect provider, Outcome silence)
{
    return {
        {"the connection breaks", streams(events, upstream::WireEnd::CutOff), Outcome::CutOff},
        {"the body ends", streams(events), Outcome::CutOff},
        {"it tells of an error", streams(with(events, failureSaid(provider))), Outcome::ServerFailed},
        {"it talks nonsense", streams(with(events, "data: {\"oh\n\n")), Outcome::Garbled},
        {"a relay tells of an error", streams(with(events, kRelaysError)), Outcome::ServerFailed},
        {"it falls silent", stalling(events), silence},
        {"it says that it is there, and no more", pinging(events, provider), silence},
    };
}

std::string problemIn(const Heard &heard)
{
    return !heard.flaw.empty()                   ? heard.flaw
           : heard.failed                        ? "failed: " + heard.failure
           : heard.beginnings != 1               ? "beginnings: " + std::to_string(heard.beginnings)
           : !heard.finished                     ? "it did not finish"
           : !heard.ended                        ? "no end marker"
           : heard.text != kText                 ? "it says: " + heard.text
           : heard.promptTokens != kPromptTokens ? "prompt tokens: " + std::to_string(heard.promptTokens)
           : heard.outputTokens != kOutputTokens ? "output tokens: " + std::to_string(heard.outputTokens)
                                                 : "";
}

void isAnswered(const DialectBench &b, std::size_t attempts)
{
    QVERIFY(b.received.ended);
    QCOMPARE(b.received.status, 200);
    const std::string problem = problemIn(b.heard());
    QVERIFY2(problem.empty(), (problem + "\n" + b.received.body).c_str());
    const auto rows = b.recorder.of<events::AttemptEnded>();
    QCOMPARE(rows.size(), attempts);
    QCOMPARE(int(rows.back().outcome), int(Outcome::Answered));
    QCOMPARE(rows.back().usage.prompt(), std::int64_t{kPromptTokens});
    QCOMPARE(rows.back().usage.output, std::int64_t{kOutputTokens});
    QCOMPARE(int(rows.back().usageConfidence), int(events::Confidence::Reported));
    QVERIFY(!rows.back().modelAnswered.empty());
    const auto over = b.recorder.of<events::RequestEnded>();
    QCOMPARE(over.size(), 1U);
    QCOMPARE(int(over[0].outcome),
             int(attempts > 1 ? RequestOutcome::AnsweredByFallback : RequestOutcome::Answered));
    QCOMPARE(b.attempts.alive, 0);
}

} // namespace signalbox::test
