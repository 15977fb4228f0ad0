// SPDX-License-Identifier: GPL-3.0-or-later
// Rules and steps that ask how far a budget is spent, in a whole Signalbox: what attempts cost decides where
// the next request goes, also after a restart.
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
/// What one answer costs: 11 tokens at $1 and 7 at $2 per million.
constexpr std::int64_t kAnswer = 25'000;

config::Condition budgetIs(config::Condition::Op op, const char *state)
{
    return {.op = op, .field = "budget", .values = {state}};
}

/// The first step is for as long as its provider's budget lasts.
struct Box : test::TwoProviders {
    explicit Box(std::int64_t limit, const char *period = "day")
    {
        first.always(test::chatting("from the first"));
        demo().steps[0].when = budgetIs(config::Condition::Op::Less, "spent");
        config.budgets.push_back(
            {.scope = {{"provider", "first"}}, .period = period, .limit = {limit}, .atLimit = "warn"});
    }
    std::string servedBy() { return ask().field("x-signalbox-served-by"); }

    /// Waits until what the engine has asked the ledger has been answered, and until the engine knows it.
    bool settled()
    {
        bool read = false;
        engine().requests({}, [&](const auto &) { read = true; });
        if (!QTest::qWaitFor([&] { return read; }, 10'000)) {
            return false;
        }
        bool seen = false;
        engine().look([&](const auto &) { seen = true; });
        return QTest::qWaitFor([&] { return seen; }, 10'000);
    }
};
} // namespace

class BudgetConditionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStepIsSkippedOnceItsProvidersBudgetIsSpent()
    {
        Box box(2 * kAnswer);
        QVERIFY(box.start());
        QCOMPARE(box.servedBy(), std::string("first/first-model"));
        QCOMPARE(box.servedBy(), std::string("first/first-model")); // half of it was left
        const test::Answer third = box.ask();
        QCOMPARE(third.field("x-signalbox-served-by"), std::string("second/second-model"));
        QCOMPARE(third.field("x-signalbox-attempts"), std::string("1"));
        QVERIFY(third.field("x-signalbox-route").find("Condition") != std::string::npos);
        QCOMPARE(box.first.requestCount(), 2);
        const auto rows = box.rows(3);
        QCOMPARE(rows[2].skipped.size(), 1U);
        QCOMPARE(rows[2].skipped[0].reason, events::SkipReason::Condition);
    }

    void whatWasSpentIsRememberedOverARestart_data()
    {
        QTest::addColumn<QByteArray>("period");
        for (const char *const period : {"day", "week", "month", "5h"}) {
            QTest::newRow(period) << QByteArray(period);
        }
    }
    void whatWasSpentIsRememberedOverARestart()
    {
        QFETCH(QByteArray, period);
        Box box(kAnswer, period.constData());
        QVERIFY(box.start());
        QCOMPARE(box.servedBy(), std::string("first/first-model"));
        box.stop();
        QVERIFY(box.start());
        QVERIFY(box.settled());
        QCOMPARE(box.servedBy(), std::string("second/second-model"));
    }

    void aBudgetThatIsAppliedKnowsWhatWasSpentBefore()
    {
        Box box(kAnswer);
        const config::Config with = box.config;
        box.config.budgets.clear();
        QVERIFY(box.start());
        QCOMPARE(box.servedBy(), std::string("first/first-model"));
        QCOMPARE(box.servedBy(), std::string("first/first-model"));
        QCOMPARE(box.apply(with), std::string());
        QVERIFY(box.settled());
        QCOMPARE(box.servedBy(), std::string("second/second-model"));
        config::Config more = with;
        more.budgets[0].limit.nano = 3 * kAnswer;
        QCOMPARE(box.apply(more), std::string());
        QCOMPARE(box.servedBy(), std::string("first/first-model"));
        QCOMPARE(box.servedBy(), std::string("second/second-model"));
    }

    void aRuleChoosesAnotherChain()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        config::ChainConfig cheap{.id = "cheap"};
        cheap.steps.push_back(box.demo().steps[1]);
        box.config.chains.push_back(cheap);
        box.config.rules.push_back(
            {.id = "save", .when = budgetIs(config::Condition::Op::AtLeast, "warned"), .chain = "cheap"});
        box.config.budgets.push_back({.scope = {{"client", "aider"}},
                                      .period = "week",
                                      .limit = {kAnswer * 10 / 8},
                                      .atLimit = "warn"});
        QVERIFY(box.start());
        QCOMPARE(box.ask().field("x-signalbox-chain"), std::string("demo@1"));
        QCOMPARE(box.ask().field("x-signalbox-chain"), std::string("cheap@1"));
        const auto rows = box.rows(2);
        QCOMPARE(rows[0].request.started.rule, std::string());
        QCOMPARE(rows[1].request.started.rule, std::string("save"));
    }
};

SIGNALBOX_TEST(BudgetConditionTest)
#include "budget_condition_test.moc"
