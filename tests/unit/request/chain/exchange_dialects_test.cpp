// SPDX-License-Identifier: GPL-3.0-or-later
// Every client dialect over every provider dialect: what a chain promises holds whoever speaks what.
#include "core/request/chain/exchange.h"

#include "tests/support/dialect/client_hears.h"
#include "tests/support/dialect/provider_says.h"
#include "tests/support/exchange_bench.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using base::Dialect;
using events::Outcome;
using events::RequestOutcome;
using test::Heard;
using test::Script;
using upstream::WireEnd;

namespace {
constexpr std::string_view kText = "The quick brown fox jumps over the lazy dog.";

std::string nameOf(Dialect dialect)
{
    return std::string(base::toText(dialect));
}

/// Another dialect than that.
Dialect otherThan(Dialect dialect)
{
    return dialect == Dialect::Gemini ? Dialect::Chat : Dialect(static_cast<int>(dialect) + 1);
}

/// A chain a → b → c whose providers each speak one dialect, and a client of one.
struct Bench : test::ExchangeBench {
    explicit Bench(Dialect asked) : client(asked) {}

    void speak(Dialect a, Dialect b)
    {
        config.chains[0].steps.resize(2);
        spoken = {{"a", a}, {"b", b}};
    }
    void speak(Dialect only)
    {
        config.chains[0].steps.resize(1);
        spoken = {{"a", only}};
    }
    void ask(bool stream)
    {
        adjust = [this, stream](chain::ExchangeInput &input) {
            input.body = test::requestAsked(
                client, "demo", stream, "Say something about a fox.",
                client == Dialect::Chat && stream ? ",\"stream_options\":{\"include_usage\":true}" : "");
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
    Heard heard() const
    {
        return received.streaming ? test::heardStream(client, received.body)
                                  : test::heardWhole(client, received.body);
    }
    /// What the provider's events come to: the text of the deltas.
    static std::vector<std::string> pieces()
    {
        return {"The quick brown ", "fox jumps over ", "the lazy dog."};
    }

    Dialect client;
    std::map<std::string, Dialect> spoken;
};

Script answering(Dialect provider, bool stream)
{
    return stream ? test::streams(test::streamSaid(provider, Bench::pieces()))
                  : test::refuses(200, test::wholeSaid(provider, kText));
}

Script refusing(const test::RefusalSaid &said)
{
    return test::refuses(said.status, said.body, said.headers);
}

/// These events, and then silence.
Script stalling(std::vector<std::string> events)
{
    Script script = test::streams(std::move(events));
    script.pop_back();
    return script;
}

std::vector<std::string> with(std::vector<std::string> events, std::string last)
{
    events.push_back(std::move(last));
    return events;
}

/// The head and the first two of three deltas.
std::vector<std::string> begunWell(Dialect provider)
{
    return with(with(test::openingSaid(provider), test::deltaSaid(provider, Bench::pieces()[0])),
                test::deltaSaid(provider, Bench::pieces()[1]));
}

/// How streams go wrong, before content or behind it.
struct Breakage {
    const char *name;
    Script script;
    Outcome outcome;
};
std::vector<Breakage> breakages(const std::vector<std::string> &events, Dialect provider, Outcome silence)
{
    return {
        {"the connection breaks", test::streams(events, WireEnd::CutOff), Outcome::CutOff},
        {"the body ends", test::streams(events), Outcome::CutOff},
        {"it tells of an error", test::streams(with(events, test::failureSaid(provider))),
         Outcome::ServerFailed},
        {"it talks nonsense", test::streams(with(events, "data: {\"oh\n\n")), Outcome::Garbled},
        {"it falls silent", stalling(events), silence},
    };
}

std::string problemIn(const Heard &heard, bool usage)
{
    return !heard.flaw.empty()     ? heard.flaw
           : heard.failed          ? "failed: " + heard.failure
           : heard.beginnings != 1 ? "beginnings: " + std::to_string(heard.beginnings)
           : !heard.finished       ? "it did not finish"
           : !heard.ended          ? "no end marker"
           : heard.text != kText   ? "it says: " + heard.text
           : usage && heard.promptTokens != test::kPromptTokens ? "prompt tokens"
           : usage && heard.outputTokens != test::kOutputTokens ? "output tokens"
                                                                : "";
}
} // namespace

class ExchangeDialectsTest : public QObject
{
    Q_OBJECT

private:
    static void pairs()
    {
        QTest::addColumn<int>("client");
        QTest::addColumn<int>("provider");
        for (const Dialect client : test::kClientDialects) {
            for (const Dialect provider : test::kProviderDialects) {
                QTest::addRow("%s over %s", nameOf(client).c_str(), nameOf(provider).c_str())
                    << int(client) << int(provider);
            }
        }
    }

    /// The client has the whole answer of the step, in its own words, and the ledger knows who gave it.
    static void isAnswered(const Bench &b, std::size_t attempts)
    {
        QVERIFY(b.received.ended);
        QCOMPARE(b.received.status, 200);
        const std::string problem = problemIn(b.heard(), true);
        QVERIFY2(problem.empty(), (problem + "\n" + b.received.body).c_str());
        const auto rows = b.recorder.of<events::AttemptEnded>();
        QCOMPARE(rows.size(), attempts);
        QCOMPARE(int(rows.back().outcome), int(Outcome::Answered));
        QCOMPARE(rows.back().usage.prompt(), std::int64_t{test::kPromptTokens});
        QCOMPARE(rows.back().usage.output, std::int64_t{test::kOutputTokens});
        QCOMPARE(int(rows.back().usageConfidence), int(events::Confidence::Reported));
        QVERIFY(!rows.back().modelAnswered.empty());
        const auto over = b.recorder.of<events::RequestEnded>();
        QCOMPARE(over.size(), 1U);
        QCOMPARE(int(over[0].outcome),
                 int(attempts > 1 ? RequestOutcome::AnsweredByFallback : RequestOutcome::Answered));
        QCOMPARE(b.attempts.alive, 0);
    }

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
    void anAnswerIsTheClients_data() { pairs(); }
    void anAnswerIsTheClients()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const bool asked : {false, true}) {
            for (const bool streams : {false, true}) { // some providers do not as they are told
                Bench b{Dialect(client)};
                b.speak(Dialect(provider));
                b.attempts.script("a", answering(Dialect(provider), streams));
                b.ask(asked);
                b.run(2s);
                isAnswered(b, 1);
                if (QTest::currentTestFailed()) {
                    qWarning("asked for a stream: %d, got one: %d", asked, streams);
                    return;
                }
            }
        }
    }

    void aRefusingStepHandsOnToAnyDialect_data() { pairs(); }
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
                    b.attempts.script("a", refusing(said));
                    b.attempts.script("b", answering(Dialect(provider), stream));
                    b.ask(stream);
                    b.run(2s);
                    isAnswered(b, 2);
                    if (QTest::currentTestFailed()) {
                        qWarning("behind %s %d, streaming: %d", nameOf(first).c_str(), said.status, stream);
                        return;
                    }
                    QCOMPARE(int(b.outcomes()[0]), int(said.outcome));
                    QCOMPARE(b.recorder.of<events::RequestEnded>()[0].servedBy, std::string("b/model-b"));
                }
            }
        }
    }

    void nothingIsShownOfAPreamble_data() { pairs(); }
    void nothingIsShownOfAPreamble()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const auto &said : {test::preambleSaid(first), test::openingSaid(first)}) {
            for (const Breakage &how : breakages(said, first, Outcome::FirstTokenTimeout)) {
                const Dialect second = otherThan(first);
                Bench b{Dialect(client)};
                b.speak(first, second);
                b.config.chains[0].steps[0].firstToken = 9s; // before the first keep-alive
                b.attempts.script("a", how.script);
                b.attempts.script("b", answering(second, true));
                b.ask(true);
                b.run(8s);
                if (how.outcome == Outcome::FirstTokenTimeout) {
                    QVERIFY2(b.received.body.empty() && !b.received.streaming, how.name);
                }
                b.run(3s);
                isAnswered(b, 2);
                if (QTest::currentTestFailed()) {
                    qWarning("%s", how.name);
                    return;
                }
                QVERIFY2(b.outcomes()[0] == how.outcome, how.name);
            }
        }
    }

    void aBrokenAnswerEndsWithAnErrorAndNoEnd_data() { pairs(); }
    void aBrokenAnswerEndsWithAnErrorAndNoEnd()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const Breakage &how : breakages(begunWell(first), first, Outcome::IdleTimeout)) {
            Bench b{Dialect(client)};
            b.speak(first, otherThan(first));
            b.attempts.script("a", how.script);
            b.attempts.script("b", answering(otherThan(first), true));
            b.ask(true);
            b.run(40s);
            const Heard heard = b.heard();
            const QByteArray told = QByteArray(how.name) + "\n" + QByteArray::fromStdString(b.received.body);
            QVERIFY2(b.received.ended, told);
            QVERIFY2(heard.flaw.empty(), (heard.flaw + "\n").c_str() + told);
            QVERIFY2(heard.failed && !heard.finished && !heard.ended, told);
            QVERIFY2(heard.beginnings == 1, told);
            QVERIFY2(heard.text == "The quick brown fox jumps over ", told);
            QVERIFY2(b.received.body.find("[DONE]") == std::string::npos, told);
            QVERIFY2(b.outcomes() == std::vector{how.outcome}, told);
            const auto over = b.recorder.of<events::RequestEnded>();
            QCOMPARE(over.size(), 1U);
            QCOMPARE(int(over[0].outcome), int(RequestOutcome::Interrupted));
            QCOMPARE(b.attempts.calls.size(), 1U);
            QVERIFY(b.recorder.of<events::AttemptEnded>()[0].usage.output > 0); // it said something
        }
    }

    void aFailureInsideTheHoldBackIsHidden_data() { pairs(); }
    void aFailureInsideTheHoldBackIsHidden()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect first = Dialect(provider);
        for (const Breakage &how : breakages(begunWell(first), first, Outcome::IdleTimeout)) {
            const Dialect second = otherThan(first);
            Bench b{Dialect(client)};
            b.speak(first, second);
            b.config.chains[0].policy.holdBackTokens = 3;
            b.config.chains[0].steps[0].idle = 9s;
            b.attempts.script("a", how.script);
            b.attempts.script("b", answering(second, true));
            b.ask(true);
            b.run(12s);
            isAnswered(b, 2);
            if (QTest::currentTestFailed()) {
                qWarning("%s", how.name);
                return;
            }
            QVERIFY2(b.outcomes()[0] == how.outcome, how.name);
        }
    }

    void whatIsHeldBackIsShownWhole_data() { pairs(); }
    void whatIsHeldBackIsShownWhole()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        for (const int tokens : {2, 3, 50}) { // fewer than there are, as many, more
            Bench b{Dialect(client)};
            b.speak(Dialect(provider));
            b.config.chains[0].policy.holdBackTokens = tokens;
            b.attempts.script("a", answering(Dialect(provider), true));
            b.ask(true);
            b.run(2s);
            isAnswered(b, 1);
            if (QTest::currentTestFailed()) {
                qWarning("held back: %d", tokens);
                return;
            }
        }
    }

    void aRefusalReachesTheClientInItsOwnShape_data() { pairs(); }
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
                b.attempts.script("a", refusing(one.said));
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
                }
            }
        }
    }

    void aRaceBetweenDialectsHasOneWinner_data() { pairs(); }
    void aRaceBetweenDialectsHasOneWinner()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect loser = otherThan(Dialect(provider));
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(loser, Dialect(provider));
            b.config.chains[0].strategy = config::Strategy::Race;
            Script slow = stream ? stalling(test::preambleSaid(loser)) : test::staysSilent();
            b.attempts.script("a", slow);
            b.attempts.script("b", answering(Dialect(provider), stream));
            b.ask(stream);
            b.run(1s);
            const std::string problem = problemIn(b.heard(), true);
            QVERIFY2(b.received.ended && problem.empty(), (problem + "\n" + b.received.body).c_str());
            QCOMPARE(b.attempts.alive, 0);
            QVERIFY(endsSuperseded(b, "a"));
            QCOMPARE(b.received.header("x-signalbox-served-by"), std::string("b/model-b"));
        }
    }

    void aHedgeInAnotherDialectTakesOver_data() { pairs(); }
    void aHedgeInAnotherDialectTakesOver()
    {
        QFETCH(int, client);
        QFETCH(int, provider);
        const Dialect late = otherThan(Dialect(provider));
        for (const bool stream : {false, true}) {
            Bench b{Dialect(client)};
            b.speak(late, Dialect(provider));
            b.config.chains[0].strategy = config::Strategy::Hedged;
            b.config.chains[0].policy.hedgeAfter = 1s;
            Script script = answering(late, stream);
            for (test::Fact &fact : script) { // all of it, but two seconds after the hedge
                if (std::holds_alternative<test::Fact::Body>(fact.what)) {
                    fact.after = 3s;
                    break;
                }
            }
            b.attempts.script("a", script);
            b.attempts.script("b", answering(Dialect(provider), stream));
            b.ask(stream);
            b.run(900ms);
            QCOMPARE(b.attempts.calls.size(), 1U);
            b.run(10s);
            const std::string problem = problemIn(b.heard(), true);
            QVERIFY2(b.received.ended && problem.empty(), (problem + "\n" + b.received.body).c_str());
            QCOMPARE(b.attempts.alive, 0);
            QVERIFY(endsSuperseded(b, "a"));
        }
    }
};

SIGNALBOX_TEST(ExchangeDialectsTest)
#include "exchange_dialects_test.moc"
