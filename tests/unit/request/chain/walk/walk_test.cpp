// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/walk.h"

#include "core/request/chain/walk_input.h"
#include "tests/support/chain/chain_setup.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using chain::AttemptEnd;
using chain::Command;
using config::Strategy;
using events::Outcome;

namespace {
const base::SteadyTime kStart{1h};

template<typename... Visits>
struct Visitor : Visits... {
    using Visits::operator()...;
};

AttemptEnd as(Outcome outcome)
{
    AttemptEnd end;
    end.judgement.outcome = outcome;
    end.answerable = outcome == Outcome::Answered || outcome == Outcome::Refused;
    return end;
}

AttemptEnd limited(base::Duration retryAfter)
{
    AttemptEnd end = as(Outcome::RateLimited);
    end.retryAfter = retryAfter;
    return end;
}

AttemptEnd costing(Outcome outcome, std::int64_t nano)
{
    AttemptEnd end = as(outcome);
    end.cost = base::Money{nano};
    return end;
}

AttemptEnd brokenOff(bool continuable)
{
    AttemptEnd end = as(Outcome::CutOff);
    end.continuable = continuable;
    return end;
}

/// A walk over steps a, b, c …, its time, and its commands in words: "start 1 a First", "skip b BreakerOpen".
struct Bench {
    explicit Bench(int steps, Strategy strategy = Strategy::Ordered)
    {
        chain->id = "demo";
        chain->strategy = strategy;
        chain->policy.deadline = 60s;
        for (int i = 0; i < steps; ++i) {
            const std::string name(1, static_cast<char>('a' + i));
            chain->steps.push_back({.provider = name, .model = "m"});
            own.push_back({.index = static_cast<std::size_t>(i),
                           .target = {name, "", "https://" + name, "m"},
                           .firstToken = 20s,
                           .tokens = 10});
        }
    }
    chain::Walk &walk()
    {
        if (!m_walk) {
            chain::WalkInput input{
                .chain = chain, .steps = own, .travel = travel, .deadline = kStart + chain->policy.deadline};
            for (std::size_t i = 0; i < input.steps.size(); ++i) {
                input.steps[i].config = &chain->steps[i];
                input.steps[i].tier = chain->steps[i].tier;
            }
            m_walk = std::make_unique<chain::Walk>(std::move(input), health, random);
        }
        return *m_walk;
    }
    void again() { m_walk.reset(); } ///< another request

    QString begin() { return words(walk().begin(now)); }
    QString ended(int lane, const AttemptEnd &end) { return words(walk().ended(lane, end, now)); }
    QString ended(int lane, Outcome outcome) { return ended(lane, as(outcome)); }
    QString ready(int lane) { return words(walk().ready(lane, now)); }
    QString notMade(int lane) { return words(walk().notMade(lane, now)); }
    QString abandoned(int lane) { return words(walk().abandoned(lane, as(Outcome::ClientGone), now)); }
    /// Waits until it wants to be woken.
    QString wake()
    {
        now = walk().wakeAt().value_or(base::SteadyTime::max());
        return words(walk().due(now));
    }
    qint64 waitMs() const
    {
        const auto at = m_walk->wakeAt();
        return at ? std::chrono::duration_cast<std::chrono::milliseconds>(*at - now).count() : -1;
    }
    /// Another request has failed there.
    void fail(std::size_t step, Outcome outcome, std::optional<base::Duration> retryAfter = {}, int times = 1)
    {
        for (int i = 0; i < times; ++i) {
            const auto ticket = health.begin(own[step].target, now);
            health.finish(own[step].target, ticket, {.outcome = outcome, .retryAfter = retryAfter}, now, 0);
        }
    }

    std::shared_ptr<config::ChainConfig> chain = std::make_shared<config::ChainConfig>();
    std::vector<chain::WalkStep> own;
    chain::Travel travel = chain::Travel::Stream;
    health::HealthBook health;
    base::Random random{7};
    base::SteadyTime now = kStart;
    std::vector<chain::StartAttempt> starts;

private:
    QString words(const chain::Commands &commands)
    {
        QStringList out;
        const auto name = [this](std::size_t step) { return own[step].target.provider; };
        const auto say = [&](std::string text) { out << QString::fromStdString(text); };
        for (const Command &command : commands) {
            std::visit(
                Visitor{
                    [&](const chain::StartAttempt &one) {
                        starts.push_back(one);
                        say("start " + std::to_string(one.lane) + " " + name(one.step) + " "
                            + std::string(events::toText(one.kind)));
                    },
                    [&](const chain::SkipStep &one) {
                        say("skip " + name(one.step) + " " + std::string(events::toText(one.reason)));
                    },
                    [&](const chain::DropAttempt &one) { say("drop " + std::to_string(one.lane)); },
                    [&](const chain::ShowAttempt &one) { say("show " + std::to_string(one.lane)); },
                    [&](const chain::BreakerMoved &one) {
                        say(name(one.step) + " " + std::string(toText(one.from)) + ">"
                            + std::string(toText(one.to.state)));
                    },
                    [&](const chain::EndWalk &one) {
                        static const char *const kHow[] = {"Answered", "Final", "Exhausted", "Interrupted"};
                        say(std::string(kHow[static_cast<int>(one.how)]) + " " + std::to_string(one.lane));
                    }},
                command);
        }
        return out.join(QStringLiteral(", "));
    }
    std::unique_ptr<chain::Walk> m_walk;
};
} // namespace

#define EXPECT(call, text) QCOMPARE((call), QStringLiteral(text))

class WalkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What each outcome of the first of two steps leads to.
    void anOutcomeLeadsOnOrEnds_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<QString>("said");
        const QString on = QStringLiteral("start 2 b Fallback");
        for (const Outcome one : {Outcome::DnsFailed, Outcome::ConnectFailed, Outcome::TlsFailed,
                                  Outcome::FirstTokenTimeout, Outcome::TotalTimeout, Outcome::ContextTooLong,
                                  Outcome::ServerFailed, Outcome::Garbled, Outcome::Empty, Outcome::CutOff}) {
            QTest::newRow(events::toText(one).data()) << static_cast<int>(one) << on;
        }
        for (const Outcome one :
             {Outcome::RateLimited, Outcome::QuotaSpent, Outcome::KeyRefused, Outcome::ModelMissing}) {
            QTest::newRow(events::toText(one).data())
                << static_cast<int>(one) << QStringLiteral("a closed>open, ") + on;
        }
        QTest::newRow("Answered") << static_cast<int>(Outcome::Answered) << QStringLiteral("Answered 1");
        QTest::newRow("Refused") << static_cast<int>(Outcome::Refused) << QStringLiteral("Answered 1");
        QTest::newRow("BadRequest") << static_cast<int>(Outcome::BadRequest) << QStringLiteral("Final 1");
    }
    void anOutcomeLeadsOnOrEnds()
    {
        QFETCH(int, outcome);
        QFETCH(QString, said);
        Bench b(2);
        EXPECT(b.begin(), "start 1 a First");
        QCOMPARE(b.ended(1, static_cast<Outcome>(outcome)), said);
    }

    void theOrderIsThatOfTheStrategy_data()
    {
        QTest::addColumn<int>("strategy");
        QTest::addColumn<QString>("order");
        const auto row = [](const char *name, Strategy strategy, const char *order) {
            QTest::newRow(name) << static_cast<int>(strategy) << QString::fromLatin1(order);
        };
        row("ordered", Strategy::Ordered, "abcd"); // d is of the second tier, b is busy, c is cheap
        row("race", Strategy::Race, "abcd");
        row("hedged", Strategy::Hedged, "abcd");
        row("cheapest", Strategy::Cheapest, "cabd");
        row("least busy", Strategy::LeastBusy, "acbd");
        row("weighted", Strategy::Weighted, "bacd"); // only b has a weight
    }
    void theOrderIsThatOfTheStrategy()
    {
        QFETCH(int, strategy);
        QFETCH(QString, order);
        config::Config config;
        config::ChainConfig demo{.id = "demo", .strategy = static_cast<Strategy>(strategy)};
        for (const char *const id : {"d", "a", "b", "c"}) {
            config.providers.push_back({.id = id, .preset = "openai"});
            config.providers.back().prices["*"].base = {
                .input = base::TokenPrice{id[0] == 'c' ? 1'000 : 2'000}, .output = base::TokenPrice{0}};
            demo.steps.push_back(
                {.provider = id, .model = "m", .tier = id[0] == 'd' ? 2 : 1, .weight = id[0] == 'b' ? 1 : 0});
        }
        config.chains.push_back(demo);
        const auto setup = test::setupFor(config);
        health::HealthBook health;
        health.begin(test::targetOf(*setup, demo.steps[2]), kStart);
        base::Random random(7);
        routing::Facts facts;
        facts.traits.promptTokens = 1'000'000;
        const auto input = chain::makeWalkInput(*setup,
                                                {.chain = std::make_shared<const config::ChainConfig>(demo),
                                                 .facts = &facts,
                                                 .receivedAt = kStart},
                                                health, random);
        QString got;
        for (const chain::WalkStep &one : input.steps) {
            got += QString::fromStdString(one.config->provider);
        }
        QCOMPARE(got, order);
    }

    void aRaceStartsItsTierAndDropsTheLosers()
    {
        Bench b(4, Strategy::Race);
        b.chain->steps[3].tier = 2;
        EXPECT(b.begin(), "start 1 a First, start 2 b Race, start 3 c Race");
        EXPECT(b.ended(2, Outcome::ServerFailed), "");
        EXPECT(b.ready(3), "show 3, drop 1");
        EXPECT(b.ended(1, Outcome::Superseded), "");
        EXPECT(b.ready(1), "");
        EXPECT(b.ended(3, Outcome::Answered), "Answered 3");
    }

    void aLostRaceGoesToTheNextTier()
    {
        Bench b(3, Strategy::Race);
        b.chain->steps[2].tier = 2;
        EXPECT(b.begin(), "start 1 a First, start 2 b Race");
        EXPECT(b.ended(1, Outcome::ServerFailed), "");
        EXPECT(b.ended(2, Outcome::ConnectFailed), "start 3 c Fallback");
    }

    void aWholeAnswerWinsTheRaceToo()
    {
        Bench b(2, Strategy::Race);
        b.travel = chain::Travel::Whole;
        EXPECT(b.begin(), "start 1 a First, start 2 b Race");
        EXPECT(b.ended(2, Outcome::Answered), "drop 1, Answered 2");
    }

    void aBadRequestOfARaceWaitsForTheOthers()
    {
        Bench b(2, Strategy::Race);
        EXPECT(b.begin(), "start 1 a First, start 2 b Race");
        EXPECT(b.ended(1, Outcome::BadRequest), "");
        EXPECT(b.ended(2, Outcome::ServerFailed), "Final 1");
    }

    void aHedgeStartsWhenTheFirstTokenIsLate()
    {
        Bench b(3, Strategy::Hedged);
        b.chain->policy.hedgeAfter = 2s;
        EXPECT(b.begin(), "start 1 a First");
        QCOMPARE(b.waitMs(), 2000);
        EXPECT(b.wake(), "start 2 b Hedge");
        QCOMPARE(b.waitMs(), 2000);
        EXPECT(b.wake(), "start 3 c Hedge");
        QCOMPARE(b.waitMs(), -1);
        EXPECT(b.ready(2), "show 2, drop 1, drop 3");
    }

    void noHedgeOnceTheRequestItselfIsAtFault()
    {
        Bench b(3, Strategy::Hedged);
        EXPECT(b.begin(), "start 1 a First");
        EXPECT(b.wake(), "start 2 b Hedge");
        EXPECT(b.ended(1, Outcome::BadRequest), "");
        EXPECT(b.wake(), "");
        EXPECT(b.ended(2, Outcome::ServerFailed), "Final 1");
    }

    void theBudgetDeniesTriesBesideButNoFallback()
    {
        for (const Strategy strategy : {Strategy::Race, Strategy::Hedged}) {
            Bench b(2, strategy);
            b.chain->policy.retryBudget = 0;
            EXPECT(b.begin(), "start 1 a First");
            if (strategy == Strategy::Hedged) {
                EXPECT(b.wake(), "");
            }
            EXPECT(b.ended(1, Outcome::ServerFailed), "start 2 b Fallback");
        }
        Bench b(2);
        b.chain->policy.retryBudget = 0;
        b.chain->steps[0].tries = 3;
        EXPECT(b.begin(), "start 1 a First");
        EXPECT(b.ended(1, Outcome::ServerFailed), "start 2 b Fallback");
    }

    void theSameStepAgainAfterABackOff()
    {
        Bench b(2);
        b.chain->steps[0].tries = 3;
        EXPECT(b.begin(), "start 1 a First");
        EXPECT(b.ended(1, Outcome::ServerFailed), "");
        QVERIFY(b.waitMs() >= 0 && b.waitMs() <= 500);
        EXPECT(b.wake(), "start 2 a Repeat");
        EXPECT(b.ended(2, Outcome::ServerFailed), "");
        QVERIFY(b.waitMs() >= 0 && b.waitMs() <= 1000);
        EXPECT(b.wake(), "start 3 a Repeat");
        EXPECT(b.ended(3, Outcome::ServerFailed), "start 4 b Fallback");
    }

    /// A rate limit opens the breaker: the request that waits for it comes back as the probe.
    void patienceDecidesWhetherARetryAfterIsWaitedFor_data()
    {
        QTest::addColumn<int>("patience");
        QTest::addColumn<int>("retryAfter");
        QTest::addColumn<bool>("waits");
        QTest::newRow("patient enough") << 5 << 3 << true;
        QTest::newRow("just enough") << 3 << 3 << true;
        QTest::newRow("not patient") << 0 << 3 << false;
        QTest::newRow("not so patient") << 5 << 6 << false;
        QTest::newRow("beyond the deadline") << 120 << 100 << false;
    }
    void patienceDecidesWhetherARetryAfterIsWaitedFor()
    {
        QFETCH(int, patience);
        QFETCH(int, retryAfter);
        QFETCH(bool, waits);
        Bench b(2);
        b.chain->steps[0].tries = 2;
        b.chain->steps[0].patience = std::chrono::seconds(patience);
        b.begin();
        const QString then = b.ended(1, limited(std::chrono::seconds(retryAfter)));
        if (waits) {
            QCOMPARE(then, QStringLiteral("a closed>open"));
            QVERIFY(b.waitMs() >= retryAfter * 1000 && b.waitMs() <= retryAfter * 1250);
            EXPECT(b.wake(), "a open>half-open, start 2 a Repeat");
        } else {
            QCOMPARE(then, QStringLiteral("a closed>open, start 2 b Fallback"));
        }
    }

    void aStepThatClosedMeanwhileIsNotRepeated()
    {
        Bench b(2);
        b.chain->steps[0].tries = 2;
        b.begin();
        EXPECT(b.ended(1, Outcome::ServerFailed), "");
        b.fail(0, Outcome::ModelMissing);
        EXPECT(b.wake(), "skip a BreakerOpen, start 2 b Fallback");
    }

    void theSoonestIsWaitedForOnce()
    {
        Bench b(2);
        b.begin();
        EXPECT(b.ended(1, limited(30s)), "a closed>open, start 2 b Fallback");
        EXPECT(b.ended(2, limited(7s)), "b closed>open");
        QVERIFY(b.waitMs() >= 7000 && b.waitMs() <= 9000);
        EXPECT(b.wake(), "b open>half-open, start 3 b Repeat");
        EXPECT(b.ended(3, limited(1s)), "b half-open>open");
        EXPECT(b.wake(), "a open>half-open, start 4 a Repeat"); // b has had its turn
        EXPECT(b.ended(4, limited(1s)), "a half-open>open, Exhausted 0");
    }

    void whatWasSkippedAndWaitedForIsNoRepeat()
    {
        Bench b(2);
        b.fail(1, Outcome::RateLimited, 10s);
        b.begin();
        EXPECT(b.ended(1, Outcome::KeyRefused), "a closed>open, skip b BreakerOpen");
        EXPECT(b.wake(), "b open>half-open, start 2 b Fallback");
        b.again();
        b.now = kStart;
        b.health = {};
        b.fail(0, Outcome::RateLimited, 20s);
        b.fail(1, Outcome::RateLimited, 10s);
        EXPECT(b.begin(), "skip a BreakerOpen, skip b BreakerOpen");
        EXPECT(b.wake(), "b open>half-open, start 1 b First");
    }

    void nobodyWaitsWhoMayNotOrCannot_data()
    {
        QTest::addColumn<bool>("mayWait");
        QTest::addColumn<int>("retryAfter");
        QTest::newRow("not wanted") << false << 5;
        QTest::newRow("beyond the deadline") << true << 61;
    }
    void nobodyWaitsWhoMayNotOrCannot()
    {
        QFETCH(bool, mayWait);
        QFETCH(int, retryAfter);
        Bench b(1);
        b.chain->policy.waitForSoonest = mayWait;
        b.begin();
        EXPECT(b.ended(1, limited(std::chrono::seconds(retryAfter))), "a closed>open, Exhausted 0");
        QCOMPARE(b.waitMs(), -1);
    }

    void whatIsTooLongGoesOnlyWhereThereIsMoreRoom()
    {
        Bench b(4);
        b.own[0].contextTokens = 8'000;
        b.own[1].contextTokens = 4'000;
        b.own[2].contextTokens = 8'000;
        b.own[3].contextTokens = 32'000;
        b.begin();
        EXPECT(b.ended(1, Outcome::ContextTooLong),
               "skip b ContextTooSmall, skip c ContextTooSmall, start 2 d Fallback");
        Bench unknown(2); // may be larger
        unknown.own[0].contextTokens = 8'000;
        unknown.begin();
        EXPECT(unknown.ended(1, Outcome::ContextTooLong), "start 2 b Fallback");
    }

    void theRequestCostsNoMoreThanItMay()
    {
        Bench b(3);
        b.chain->policy.maxCost = base::Money{100};
        b.chain->policy.waitForSoonest = false;
        b.own[0].likelyCost = b.own[1].likelyCost = base::Money{60};
        b.own[2].likelyCost = base::Money{40};
        EXPECT(b.begin(), "start 1 a First");
        EXPECT(b.ended(1, costing(Outcome::CutOff, 50)), "skip b CostLimit, start 2 c Fallback");
        EXPECT(b.ended(2, costing(Outcome::CutOff, 40)), "Exhausted 0");
    }

    void whatRunsInARaceCountsAsSpent()
    {
        Bench b(3, Strategy::Race);
        b.chain->policy.maxCost = base::Money{100};
        for (chain::WalkStep &one : b.own) {
            one.likelyCost = base::Money{40};
        }
        EXPECT(b.begin(), "start 1 a First, start 2 b Race, skip c CostLimit");
    }

    void aFullProviderIsSkippedAndWaitedForInTheEnd()
    {
        Bench b(2);
        b.own[0].limits = {.parallel = 1};
        b.health.localLimits().begin("a", 10, b.now);
        EXPECT(b.begin(), "skip a LocalLimit, start 1 b First");
        b.again();
        b.own[1].limits = {.requestsPerMinute = 1};
        b.health.localLimits().begin("b", 10, b.now);
        b.chain->policy.deadline = 90s;
        EXPECT(b.begin(), "skip a LocalLimit, skip b LocalLimit");
        QCOMPARE(b.waitMs(), 250); // a place in parallel may come at any time
        while (b.now < kStart + 59s) {
            EXPECT(b.wake(), "");
        }
        QString last;
        while (last.isEmpty()) {
            last = b.wake();
        }
        QCOMPARE(last, QStringLiteral("start 1 b First"));
        QVERIFY(b.now >= kStart + 60s && b.now <= kStart + 61s);
    }

    void aSuspectIsSkippedOnlyIfThereIsAnother()
    {
        Bench b(2);
        b.fail(0, Outcome::ServerFailed, {}, 2);
        b.health.begin(b.own[0].target, b.now, 20s); // and a third that is silent
        b.now += 10s;
        QVERIFY(b.health.view(b.own[0].target, b.now).suspect);
        EXPECT(b.begin(), "skip a BreakerOpen, start 1 b First");
        Bench alone(1);
        alone.health = b.health;
        alone.now = b.now;
        EXPECT(alone.begin(), "start 1 a First");
    }

    void aBarredStepIsSkippedForItsReason()
    {
        Bench b(2);
        b.own[0].barred = events::SkipReason::Private;
        b.own[1].barred = events::SkipReason::Condition;
        EXPECT(b.begin(), "skip a Private, skip b Condition, Exhausted 0");
    }

    void theDeadlineIsSharedAndThenSpent()
    {
        Bench b(3);
        b.chain->policy.deadline = 30s;
        b.begin();
        QCOMPARE(b.starts[0].limits.content, base::Duration(10s));
        QCOMPARE(b.starts[0].limits.connect, base::Duration(5s));
        b.now += 2s;
        b.ended(1, Outcome::ServerFailed);
        QCOMPARE(b.starts[1].limits.content, base::Duration(14s));
        b.now = kStart + 30s;
        EXPECT(b.ended(2, Outcome::FirstTokenTimeout), "skip c DeadlineSpent, Exhausted 0");
    }

    void aBrokenOffAnswerIsGoneOnWithWhereThatIsPossible()
    {
        Bench b(3);
        b.chain->policy.midStream = config::MidStream::Continue;
        b.own[2].continues = dialect::ContinueStyle::Plain;
        b.begin();
        EXPECT(b.ready(1), "show 1");
        b.now = kStart + 2min; // no deadline after the first content
        EXPECT(b.ended(1, brokenOff(true)), "skip b Capability, start 2 c Continue");
        EXPECT(b.ready(2), "show 2");
        EXPECT(b.ended(2, Outcome::Answered), "Answered 2");
    }

    void aBrokenOffAnswerStaysOneElse_data()
    {
        QTest::addColumn<int>("midStream");
        QTest::addColumn<bool>("continuable");
        QTest::addColumn<bool>("canContinue");
        const int error = static_cast<int>(config::MidStream::Error);
        const int goOn = static_cast<int>(config::MidStream::Continue);
        QTest::newRow("not wanted") << error << true << true;
        QTest::newRow("not in a tool call") << goOn << false << true;
        QTest::newRow("nobody can") << goOn << true << false;
    }
    void aBrokenOffAnswerStaysOneElse()
    {
        QFETCH(int, midStream);
        QFETCH(bool, continuable);
        QFETCH(bool, canContinue);
        Bench b(2);
        b.chain->policy.midStream = static_cast<config::MidStream>(midStream);
        if (canContinue) {
            b.own[1].continues = dialect::ContinueStyle::Plain;
        }
        b.begin();
        b.ready(1);
        const QString said = b.ended(1, brokenOff(continuable));
        QVERIFY2(said.endsWith(QStringLiteral("Interrupted 1")) && !said.contains(QStringLiteral("start")),
                 qPrintable(said));
    }

    void anAttemptThatCannotBeMadeLeavesItsTurn()
    {
        Bench b(2);
        b.begin();
        EXPECT(b.notMade(1), "start 2 b First");
        EXPECT(b.notMade(2), "Exhausted 0");
        QCOMPARE(b.health.load(b.own[0].target, b.now).inFlight, 0);
    }

    void whatIsAbandonedGoesNowhere()
    {
        Bench b(3, Strategy::Race);
        b.begin();
        EXPECT(b.abandoned(2), "");
        EXPECT(b.abandoned(1), "");
        EXPECT(b.ended(3, Outcome::ServerFailed), "");
        QCOMPARE(b.waitMs(), -1);
        for (const chain::WalkStep &one : b.own) {
            QCOMPARE(b.health.load(one.target, b.now).inFlight, 0);
        }
    }

    /// Several requests fail at the same target: it opens once.
    void aBreakerIsSaidToMoveWhenItMoves()
    {
        Bench first(1);
        first.chain->policy.waitForSoonest = false;
        first.begin();
        Bench &b = first;
        b.fail(0, Outcome::ModelMissing); // meanwhile, another request
        EXPECT(b.ended(1, Outcome::ModelMissing), "Exhausted 0");
    }
};

SIGNALBOX_TEST(WalkTest)
#include "walk_test.moc"
