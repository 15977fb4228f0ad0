// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/plan.h"

#include <algorithm>
#include <set>

#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using config::Strategy;
using events::SkipReason;
using routing::Facts;
using routing::StepFacts;

Q_DECLARE_METATYPE(config::Strategy)

namespace {
struct World {
    config::ChainConfig chain;
    std::vector<StepFacts> steps;
    Facts facts;
    std::optional<std::size_t> home;
    std::optional<std::size_t> standIn;

    explicit World(std::size_t count, Strategy strategy = Strategy::Ordered)
    {
        chain.id = "chain";
        chain.strategy = strategy;
        chain.steps.resize(count);
        steps.resize(count);
    }

    routing::Plan plan(base::Random &random) const
    {
        return routing::makePlan({chain, steps, &facts, home, standIn}, random);
    }
    routing::Plan plan() const
    {
        base::Random random(1);
        return plan(random);
    }
    /// The indexes in order, "2 0 1"; barred ones in brackets.
    QByteArray order() const
    {
        QByteArrayList indexes;
        const routing::Plan planned = plan();
        for (const routing::PlannedStep &step : planned.steps) {
            const QByteArray index = QByteArray::number(static_cast<int>(step.index));
            indexes.append(step.barred ? "(" + index + ")" : index);
        }
        return indexes.join(' ');
    }
};

base::Money cents(std::int64_t count)
{
    return {count * 10'000'000};
}

/// A random chain and request, with anything that may be set.
World randomWorld(base::Random &random)
{
    const auto coin = [&] { return random.unit() < 0.5; };
    const auto number = [&](int below) { return static_cast<int>(random.unit() * below); };
    World world(static_cast<std::size_t>(1 + number(7)), static_cast<Strategy>(number(7)));
    world.facts.isPrivate = coin();
    world.facts.traits.promptTokens = number(20'000);
    world.facts.traits.tools = coin();
    world.chain.policy.contextFit = coin() ? config::ContextFit::Fit : config::ContextFit::Skip;
    if (coin()) {
        world.chain.policy.maxCost = cents(number(5));
    }
    for (std::size_t i = 0; i < world.steps.size(); ++i) {
        world.chain.steps[i].tier = number(3);
        world.chain.steps[i].weight = number(4) - 1;
        world.chain.steps[i].enabled = number(5) > 0;
        StepFacts &facts = world.steps[i];
        facts.local = coin();
        facts.admitted = coin();
        facts.model.contextTokens = number(20'000);
        facts.model.tools = coin();
        facts.load.inFlight = number(3);
        if (coin()) {
            facts.likelyCost = cents(number(5));
            facts.load.firstToken = std::chrono::milliseconds(number(2000));
        }
    }
    world.home = number(9);
    world.standIn = number(9);
    return world;
}
} // namespace

class PlanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStepSeesTheBudgetsOfItsOwnPlace()
    {
        World world(7);
        const auto unless = [](const char *state) {
            return config::Condition{
                .op = config::Condition::Op::NotEqual, .field = "budget", .values = {state}};
        };
        for (config::StepConfig &step : world.chain.steps) {
            step.provider = "box";
            step.model = "small";
            step.when = unless("spent");
        }
        world.chain.steps[1].provider = "openai";
        world.chain.steps[2].model = "big";
        world.chain.id = "coding";
        using config::BudgetState;
        world.facts.budgets = {{.provider = "openai", .state = BudgetState::Spent},
                               {.provider = "box", .model = "big", .state = BudgetState::Spent},
                               {.chain = "another", .state = BudgetState::Spent}};
        const auto barred = [&](std::size_t i) {
            return world.plan().steps[i].barred == SkipReason::Condition;
        };
        QVERIFY(!barred(0) && barred(1) && barred(2) && !barred(3));
        world.facts.budgets.push_back({.chain = "coding", .state = BudgetState::Spent});
        QVERIFY(barred(0) && barred(3));
    }

    void saysWhyAStepIsBarred()
    {
        World world(7);
        world.facts.isPrivate = true;
        world.facts.traits = {
            .promptTokens = 5000, .tools = true, .images = true, .audio = true, .jsonSchema = true};
        for (StepFacts &step : world.steps) {
            step.local = true;
        }
        world.chain.steps[0].enabled = false;
        world.steps[0].local = false; // Disabled comes first
        world.steps[1].local = false;
        world.chain.steps[1].when = {.op = config::Condition::Op::Any}; // never holds; Private comes first
        world.chain.steps[2].when = {.op = config::Condition::Op::Any};
        world.steps[3].model.tools = world.steps[3].model.audio = world.steps[3].model.jsonSchema = false;
        world.steps[4].model.contextTokens = 6000;
        world.chain.steps[5].maxCost = cents(1);
        world.steps[5].likelyCost = cents(2);

        const routing::Plan plan = world.plan();
        const auto reason = [&](std::size_t i) { return plan.steps[i].barred; };
        QCOMPARE(reason(0), std::optional(SkipReason::Disabled));
        QCOMPARE(reason(1), std::optional(SkipReason::Private));
        QCOMPARE(reason(2), std::optional(SkipReason::Condition));
        QCOMPARE(reason(3), std::optional(SkipReason::Capability));
        QCOMPARE(QByteArray::fromStdString(plan.steps[3].why),
                 QByteArray("the model does not take tools, audio, JSON schemas"));
        QCOMPARE(reason(4), std::optional(SkipReason::ContextTooSmall));
        QCOMPARE(QByteArray::fromStdString(plan.steps[4].why),
                 QByteArray("about 5000 tokens, room for 4500"));
        QCOMPARE(reason(5), std::optional(SkipReason::CostLimit));
        QCOMPARE(QByteArray::fromStdString(plan.steps[5].why),
                 QByteArray("may cost $0.02, the step may $0.01"));
        QCOMPARE(reason(6), std::optional<SkipReason>());
        QVERIFY(!plan.cannotBePrivate);
    }

    void measuresTheContext_data()
    {
        QTest::addColumn<int>("prompt");
        QTest::addColumn<int>("asked"); // output that the client allows
        QTest::addColumn<int>("context");
        QTest::addColumn<int>("maxPrompt");
        QTest::addColumn<int>("maxOutput");
        QTest::addColumn<int>("room"); // -1: it fits
        QTest::newRow("unknown context") << 1'000'000 << 0 << 0 << 0 << 0 << -1;
        QTest::newRow("fits") << 8000 << 0 << 16'000 << 0 << 0 << -1;
        QTest::newRow("a quarter of a small one is reserved") << 7000 << 0 << 8000 << 0 << 0 << 6000;
        QTest::newRow("4096 of a large one are") << 127'000 << 0 << 128'000 << 0 << 0 << 123'904;
        QTest::newRow("just fits") << 123'904 << 0 << 128'000 << 0 << 0 << -1;
        QTest::newRow("output asked for") << 120'000 << 16'000 << 128'000 << 0 << 0 << 112'000;
        QTest::newRow("more than the model ever says") << 100'000 << 900'000 << 128'000 << 0 << 16'000 << -1;
        QTest::newRow("a limit of the prompt alone") << 300'000 << 0 << 400'000 << 272'000 << 0 << 272'000;
        QTest::newRow("no room at all") << 10 << 9000 << 8000 << 0 << 0 << 0;
    }
    void measuresTheContext()
    {
        QFETCH(int, prompt);
        QFETCH(int, asked);
        QFETCH(int, context);
        QFETCH(int, maxPrompt);
        QFETCH(int, maxOutput);
        QFETCH(int, room);
        World world(1);
        world.facts.traits.promptTokens = prompt;
        world.facts.traits.maxOutput = asked;
        world.steps[0].model.contextTokens = context;
        world.steps[0].model.maxPrompt = maxPrompt;
        world.steps[0].model.maxOutput = maxOutput;
        QCOMPARE(world.plan().steps[0].barred.has_value(), room >= 0);
        world.chain.policy.contextFit = config::ContextFit::Fit;
        QCOMPARE(world.plan().steps[0].fitTokens, std::int64_t(std::max(room, 0)));
        QCOMPARE(world.plan().steps[0].barred.has_value(), room == 0); // nothing can be fitted into no room
    }

    void limitsTheCost_data()
    {
        QTest::addColumn<int>("likely"); // -1: not known
        QTest::addColumn<int>("worst");
        QTest::addColumn<int>("step"); // -1: no limit
        QTest::addColumn<int>("request");
        QTest::addColumn<bool>("barred");
        QTest::addColumn<bool>("unchecked");
        QTest::newRow("no limit") << 500 << 900 << -1 << -1 << false << false;
        QTest::newRow("within") << 1 << 2 << 2 << 3 << false << false;
        QTest::newRow("the worst case counts") << 1 << 3 << 2 << -1 << true << false;
        QTest::newRow("the likely where it is all that is known") << 3 << -1 << 2 << -1 << true << false;
        QTest::newRow("of the request") << 1 << 5 << -1 << 4 << true << false;
        QTest::newRow("price unknown") << -1 << -1 << 1 << 1 << false << true;
        QTest::newRow("price unknown, no limit") << -1 << -1 << -1 << -1 << false << false;
    }
    void limitsTheCost()
    {
        QFETCH(int, likely);
        QFETCH(int, worst);
        QFETCH(int, step);
        QFETCH(int, request);
        QFETCH(bool, barred);
        QFETCH(bool, unchecked);
        const auto amount = [](int count) { return count < 0 ? std::nullopt : std::optional(cents(count)); };
        World world(1);
        world.steps[0].likelyCost = amount(likely);
        world.steps[0].worstCost = amount(worst);
        world.chain.steps[0].maxCost = amount(step);
        world.chain.policy.maxCost = amount(request);
        const routing::PlannedStep planned = world.plan().steps[0];
        QCOMPARE(planned.barred.has_value(), barred);
        QCOMPARE(!planned.barred && !planned.why.empty(), unchecked);
    }

    void ordersByTierAndStrategy_data()
    {
        QTest::addColumn<Strategy>("strategy");
        QTest::addColumn<QByteArray>("order");
        QTest::newRow("ordered") << Strategy::Ordered << QByteArray("4 0 1 (2) 3");
        QTest::newRow("race") << Strategy::Race << QByteArray("4 0 1 (2) 3");
        QTest::newRow("hedged") << Strategy::Hedged << QByteArray("4 0 1 (2) 3");
        QTest::newRow("cheapest; those without a price last")
            << Strategy::Cheapest << QByteArray("4 3 1 0 (2)");
        QTest::newRow("least busy; not admitted behind") << Strategy::LeastBusy << QByteArray("4 1 3 0 (2)");
    }
    void ordersByTierAndStrategy()
    {
        QFETCH(Strategy, strategy);
        QFETCH(QByteArray, order);
        World world(5, strategy);
        world.chain.steps[4].tier = 0;
        world.chain.steps[2].enabled = false;
        world.steps[0].admitted = strategy == Strategy::Cheapest;
        world.steps[1].likelyCost = cents(2);
        world.steps[2].likelyCost = cents(0);
        world.steps[3].likelyCost = cents(1);
        world.steps[3].load.inFlight = 1;
        QCOMPARE(world.order(), order);
    }

    void cheapestAndLeastBusyKeepTheOrderOfEquals()
    {
        World world(4, Strategy::Cheapest);
        QCOMPARE(world.order(), QByteArray("0 1 2 3"));
        world.chain.strategy = Strategy::LeastBusy;
        QCOMPARE(world.order(), QByteArray("0 1 2 3"));
    }

    void weightsAreShares()
    {
        World world(4, Strategy::Weighted);
        world.chain.steps[0].weight = 1;
        world.chain.steps[1].weight = 3;
        world.chain.steps[2].weight = 6;
        world.chain.steps[3].weight = 0;
        base::Random random(7);
        constexpr int kRounds = 20'000;
        std::array<int, 4> first{};
        std::array<int, 4> second{};
        for (int i = 0; i < kRounds; ++i) {
            const routing::Plan plan = world.plan(random);
            ++first[plan.steps[0].index];
            ++second[plan.steps[1].index];
            QCOMPARE(plan.steps[3].index, std::size_t{3}); // without weight: last
        }
        const auto near = [](int count, double share) {
            return std::abs(count / double(kRounds) - share) < 0.015;
        };
        QVERIFY(near(first[0], 0.1));
        QVERIFY(near(first[1], 0.3));
        QVERIFY(near(first[2], 0.6));
        // Second: drawn from the rest by its weights.
        QVERIFY(near(second[0], 0.3 * 1 / 7 + 0.6 * 1 / 4));
        QVERIFY(near(second[1], 0.1 * 3 / 9 + 0.6 * 3 / 4));
        QVERIFY(near(second[2], 0.1 * 6 / 9 + 0.3 * 6 / 7));
    }

    void fastestTakesTheFasterOfTwo()
    {
        World world(3, Strategy::Fastest);
        world.steps[0].load.firstToken = 300ms;
        world.steps[1].load.firstToken = 100ms;
        world.steps[2].load.firstToken = 200ms;
        base::Random random(3);
        std::array<int, 3> first{};
        constexpr int kRounds = 6000;
        for (int i = 0; i < kRounds; ++i) {
            const routing::Plan plan = world.plan(random);
            ++first[plan.steps[0].index];
            const bool slowestFirst = plan.steps[0].index == 0;
            QVERIFY(!slowestFirst);
        }
        // Of the three pairs two hold the fastest; the third goes to the second fastest.
        QVERIFY(std::abs(first[1] - kRounds * 2 / 3) < 200);
        QVERIFY(std::abs(first[2] - kRounds / 3) < 200);
    }

    void fastestFindsOutWhatIsNotKnown()
    {
        World world(2, Strategy::Fastest);
        world.steps[0].load.firstToken = 100ms;
        QCOMPARE(world.order(), QByteArray("1 0"));
        world.steps[1].load.inFlight = 1; // somebody is finding out
        QCOMPARE(world.order(), QByteArray("0 1"));
    }

    void aSessionGoesHomeFirst_data()
    {
        QTest::addColumn<int>("home");
        QTest::addColumn<int>("standIn");
        QTest::addColumn<QByteArray>("order");
        QTest::newRow("nowhere") << -1 << -1 << QByteArray("0 (1) 2 3");
        QTest::newRow("home, over tiers") << 3 << -1 << QByteArray("3 0 (1) 2");
        QTest::newRow("barred") << 1 << -1 << QByteArray("0 (1) 2 3");
        QTest::newRow("barred: the stand-in") << 1 << 3 << QByteArray("3 0 (1) 2");
        QTest::newRow("not admitted") << 2 << -1 << QByteArray("0 (1) 2 3");
        QTest::newRow("not admitted: the stand-in") << 2 << 3 << QByteArray("3 0 (1) 2");
        QTest::newRow("home before the stand-in") << 0 << 3 << QByteArray("0 (1) 2 3");
        QTest::newRow("of another version of the chain") << 9 << -1 << QByteArray("0 (1) 2 3");
    }
    void aSessionGoesHomeFirst()
    {
        QFETCH(int, home);
        QFETCH(int, standIn);
        QFETCH(QByteArray, order);
        World world(4);
        world.chain.steps[1].enabled = false;
        world.chain.steps[3].tier = 2;
        world.steps[2].admitted = false;
        const auto index = [](int i) {
            return i < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(i));
        };
        world.home = index(home);
        world.standIn = index(standIn);
        QCOMPARE(world.order(), order);
    }

    void waitsForTheFirstTokenAsLongAsTheModelNeeds()
    {
        World world(4);
        world.chain.steps[0].firstToken = config::Ms(1234);
        world.steps[1].model.thinksSilently = world.steps[1].local = true;
        world.steps[2].local = true;
        const routing::Plan plan = world.plan();
        QCOMPARE(plan.steps[0].firstToken, base::Duration(1234ms));
        QCOMPARE(plan.steps[1].firstToken, base::Duration(180s));
        QCOMPARE(plan.steps[2].firstToken, base::Duration(60s));
        QCOMPARE(plan.steps[3].firstToken, base::Duration(20s));
    }

    void aPlainChainNeedsNoFacts()
    {
        World world(3);
        world.chain.steps[1].enabled = false;
        world.steps[2].model.contextTokens = 1;
        base::Random random(1);
        const routing::Plan plan = routing::makePlan({world.chain, world.steps}, random);
        QCOMPARE(plan.steps[0].barred, std::optional<SkipReason>());
        QCOMPARE(plan.steps[1].barred, std::optional(SkipReason::Disabled));
        QCOMPARE(plan.steps[2].barred, std::optional<SkipReason>());
        QVERIFY(!plan.cannotBePrivate);
    }

    /// Over random chains: every step once, tiers ascending but for the home, and nothing private leaves.
    void noPlanEverLeaksAPrivateRequest()
    {
        base::Random random(2026);
        int privatePlans = 0;
        int impossible = 0;
        for (int round = 0; round < 20'000; ++round) {
            const World world = randomWorld(random);
            const routing::Plan plan = world.plan(random);
            std::set<std::size_t> seen;
            bool anyOpen = false;
            for (const routing::PlannedStep &step : plan.steps) {
                QVERIFY(seen.insert(step.index).second);
                anyOpen = anyOpen || !step.barred;
                QVERIFY(!world.facts.isPrivate || step.barred || world.steps[step.index].local);
                QVERIFY(step.barred || world.chain.steps[step.index].enabled);
            }
            QCOMPARE(seen.size(), world.steps.size());
            QVERIFY(std::is_sorted(plan.steps.begin() + 1, plan.steps.end(),
                                   [](const auto &a, const auto &b) { return a.tier < b.tier; }));
            QCOMPARE(plan.cannotBePrivate, world.facts.isPrivate && !anyOpen);
            privatePlans += world.facts.isPrivate;
            impossible += plan.cannotBePrivate;
        }
        QVERIFY(privatePlans > 5000);
        QVERIFY(impossible > 100 && impossible < privatePlans);
    }
};

SIGNALBOX_TEST(PlanTest)
#include "plan_test.moc"
