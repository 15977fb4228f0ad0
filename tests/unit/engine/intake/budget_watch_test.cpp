// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/budget_watch.h"

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using config::BudgetState;
using namespace std::chrono_literals;

namespace {
constexpr std::int64_t kDollar = 1'000'000'000;

config::BudgetConfig budget(const char *period, std::map<std::string, std::string> scope = {})
{
    return {.scope = std::move(scope), .period = period, .limit = {kDollar}, .atLimit = "warn"};
}

struct Question {
    std::uint64_t number = 0;
    base::WallTime from;
    base::WallTime fineFrom;
};

/// A watch whose questions wait for the test to answer them.
struct Bench {
    test::FakeClock clock;
    std::vector<Question> questions;
    intake::BudgetWatch watch{clock, [this](std::uint64_t number, base::WallTime from, base::WallTime fine) {
                                  questions.push_back({number, from, fine});
                              }};
    int requests = 0;

    void use(std::vector<config::BudgetConfig> budgets)
    {
        config::Config config;
        config.budgets = std::move(budgets);
        watch.use(config);
    }
    base::RequestId begin(const char *client = "aider", const char *chain = "coding")
    {
        const auto id = base::RequestId::lowest(clock.wallNow() + ++requests * 1ms);
        watch.record(
            events::RequestStarted{.id = id, .at = clock.wallNow(), .client = client, .chain = chain});
        return id;
    }
    /// Two events: the one that costs is the first.
    void end(const base::RequestId &id, std::optional<base::Money> cost, const char *provider = "openai")
    {
        events::AttemptEnded attempt;
        attempt.request = id;
        attempt.at = clock.wallNow();
        attempt.provider = provider;
        attempt.model = "gpt";
        attempt.cost = cost;
        watch.record(attempt);
        watch.record(events::RequestEnded{.id = id, .at = clock.wallNow()});
    }
    void answer(std::uint64_t later, std::int64_t nano = 0)
    {
        ledger::CostsAnswer costs{.rows = {}, .later = later};
        if (nano > 0) {
            costs.rows.push_back({clock.wallNow(), "aider", "coding", "openai", "gpt", {nano}});
        }
        watch.answer(questions.back().number, costs);
    }
    std::int64_t spent(std::size_t index = 0) const
    {
        return watch.tally().view(index, clock.wallNow()).spent.nano;
    }
};
} // namespace

class BudgetWatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatAttemptsCost()
    {
        Bench b;
        b.use({budget("day"), budget("day", {{"client", "zed"}}), budget("day", {{"chain", "coding"}})});
        b.answer(0);
        b.end(b.begin("aider"), base::Money{1});
        b.end(b.begin("zed", "other"), base::Money{10});
        b.end(b.begin("zed"), std::nullopt); // not known: it counts in none
        QCOMPARE(b.spent(0), 11);
        QCOMPARE(b.spent(1), 10);
        QCOMPARE(b.spent(2), 1);
    }

    void asksForWhatWasSpentBefore()
    {
        Bench b;
        b.use({});
        QVERIFY(b.questions.empty());
        b.use({budget("5h")});
        QCOMPARE(b.questions.size(), 1U);
        QCOMPARE(b.questions[0].fineFrom, b.questions[0].from);
        QVERIFY(b.clock.wallNow() - b.questions[0].from >= 5h);
        b.answer(0, 5);
        QCOMPARE(b.spent(), 5);
        b.use({budget("5h")}); // keys came, a chain was edited: nothing new
        QCOMPARE(b.questions.size(), 1U);
        b.use({budget("5h"), budget("month")});
        QCOMPARE(b.questions.size(), 2U);
    }

    /// The ledger's answer may hold some of what happened after it was asked.
    void whatHappensMeanwhileCountsOnce_data()
    {
        QTest::addColumn<int>("later");
        for (int later = 0; later <= 6; ++later) {
            QTest::addRow("%d events later", later) << later;
        }
    }
    void whatHappensMeanwhileCountsOnce()
    {
        QFETCH(int, later);
        Bench b;
        const auto running = b.begin(); // when there was no budget yet
        b.use({budget("day")});
        b.end(running, base::Money{1});    // 1 and 2
        b.end(b.begin(), base::Money{10}); // 3 to 5
        b.clock.advance(1s);
        QCOMPARE(b.spent(), 11); // what is known already
        const std::int64_t held = 1000 + (later >= 1 ? 1 : 0) + (later >= 4 ? 10 : 0);
        b.answer(static_cast<std::uint64_t>(later), held);
        QCOMPARE(b.spent(), 1011);
        b.end(b.begin(), base::Money{100});
        QCOMPARE(b.spent(), 1111);
    }

    void aSecondConfigurationWaitsForASecondAnswer()
    {
        Bench b;
        b.use({budget("day")});
        b.end(b.begin(), base::Money{1});
        b.use({budget("day"), budget("week")});
        QCOMPARE(b.questions.size(), 2U);
        b.watch.answer(b.questions[0].number, ledger::CostsAnswer{}); // too late: it does not say all
        b.end(b.begin(), base::Money{10});
        b.answer(0, 101);
        QCOMPARE(b.spent(0), 111);
        QCOMPARE(b.spent(1), 111);
        b.answer(0, 7); // answered already
        QCOMPARE(b.spent(0), 111);
    }

    void aLedgerThatCannotBeReadIsAskedAgain()
    {
        Bench b;
        b.use({budget("day")});
        b.end(b.begin(), base::Money{1});
        b.watch.answer(b.questions[0].number, base::fail(base::ErrorCode::Io, "disk full"));
        QCOMPARE(b.spent(), 1);
        b.clock.advance(30s);
        QCOMPARE(b.questions.size(), 2U);
        b.end(b.begin(), base::Money{10});
        b.answer(0, 5);
        QCOMPARE(b.spent(), 15);
        b.clock.advance(1h);
        QCOMPARE(b.questions.size(), 2U);
    }

    void withoutALedgerItBeginsAtNothing()
    {
        test::FakeClock clock;
        intake::BudgetWatch watch(clock, {});
        config::Config config;
        config.budgets = {budget("day")};
        watch.use(config);
        QVERIFY(!watch.tally().missingSince(clock.wallNow()));
    }

    void tellsOfTheBudgetsThatCoverAClient()
    {
        Bench b;
        b.use({budget("day", {{"client", "aider"}, {"provider", "openai"}}),
               budget("day", {{"client", "zed"}}), budget("day", {{"chain", "coding"}}),
               budget("day", {{"model", "other"}})});
        b.answer(0);
        b.end(b.begin(), base::Money{kDollar * 9 / 10});
        const auto facts = b.watch.factsFor("aider", b.clock.wallNow());
        QCOMPARE(facts.size(), 3U);
        QCOMPARE(facts[0].provider, std::string("openai"));
        QCOMPARE(facts[0].state, BudgetState::Warned);
        QCOMPARE(facts[1].chain, std::string("coding"));
        QCOMPARE(facts[1].state, BudgetState::Warned);
        QCOMPARE(facts[2].model, std::string("other"));
        QCOMPARE(facts[2].state, BudgetState::Ok);
        QCOMPARE(b.watch.factsFor("unknown", b.clock.wallNow()).size(), 2U);
        b.clock.advance(24h);
        QCOMPARE(b.watch.factsFor("aider", b.clock.wallNow())[0].state, BudgetState::Ok);
    }
};

SIGNALBOX_TEST(BudgetWatchTest)
#include "budget_watch_test.moc"
