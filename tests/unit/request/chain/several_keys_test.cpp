// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <map>

#include "core/request/chain/outgoing/key_order.h"
#include "core/request/chain/play/simulate.h"
#include "tests/support/chain/chain_setup.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using chain::AttemptScript;
using events::Outcome;

namespace {
const base::SteadyTime kStart{1h};

/// Two steps: provider "a" with three keys of different weights, "b" with one.
struct Bench {
    explicit Bench(config::Strategy strategy = config::Strategy::Ordered)
    {
        config::Config config;
        config.providers = {{.id = "a"}, {.id = "b"}};
        config::ChainConfig &chain = config.chains.emplace_back();
        chain.id = "demo";
        chain.strategy = strategy;
        chain.steps = {{.provider = "a", .model = "m"}, {.provider = "b", .model = "m"}};
        const auto made = std::make_shared<chain::Setup>(*test::setupFor(config));
        chain::ProviderSetup &provider = made->providers.find("a")->second;
        const base::SecretString secret(std::string("s"));
        provider.keys = {{.name = "one", .secret = secret, .weight = 6},
                         {.name = "two", .secret = secret, .weight = 3},
                         {.name = "three", .secret = secret, .weight = 1}};
        setup = made;
    }

    chain::WalkRequest request() const
    {
        return {.chain = {setup->config, &setup->config->chains.front()}, .receivedAt = kStart};
    }
    chain::WalkInput input(std::uint64_t seed)
    {
        base::Random random(seed);
        return chain::makeWalkInput(*setup, request(), health, random);
    }
    std::string names(const chain::WalkInput &input) const
    {
        std::string all;
        for (const chain::WalkStep &step : input.steps) {
            all += (all.empty() ? "" : " ") + (step.key.empty() ? step.target.provider : step.key)
                   + (step.alternate ? "'" : "");
        }
        return all;
    }
    void fail(const char *key, Outcome outcome, int times)
    {
        const health::Target target{"a", key, setup->providers.find("a")->second.originText, "m"};
        for (int i = 0; i < times; ++i) {
            const auto ticket = health.begin(target, kStart);
            health.finish(target, ticket, {.outcome = outcome, .retryAfter = 1h}, kStart, 0);
        }
    }
    chain::Timeline play(std::deque<AttemptScript> ofA, std::uint64_t seed = 1)
    {
        return chain::simulate({*setup, request(), {std::move(ofA), {}}, seed}, health);
    }

    std::shared_ptr<const chain::Setup> setup;
    std::shared_ptr<const chain::Setup> before;
    health::HealthBook health;
};

std::string story(const chain::Timeline &timeline)
{
    std::string all;
    for (const chain::TimelineEntry &one : timeline.entries) {
        if (one.what == chain::TimelineEntry::What::Ended) {
            all += std::to_string(one.step) + " " + std::string(events::toText(*one.outcome)) + ";";
        } else if (one.what == chain::TimelineEntry::What::Skipped) {
            all += std::to_string(one.step) + " skipped " + std::string(events::toText(*one.skipped)) + ";";
        }
    }
    return all;
}
} // namespace

class SeveralKeysTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weightsAreShares()
    {
        base::Random random(7);
        const std::array<chain::KeyChance, 3> keys{{{6}, {3}, {1}}};
        std::array<int, 3> first{};
        for (int i = 0; i < 10'000; ++i) {
            ++first[chain::keyOrder(keys, random).front()];
        }
        QVERIFY(std::abs(first[0] - 6000) < 200);
        QVERIFY(std::abs(first[1] - 3000) < 200);
        QVERIFY(std::abs(first[2] - 1000) < 200);
    }

    void whoIsNotAdmittedComesLast()
    {
        base::Random random(7);
        const std::array<chain::KeyChance, 3> keys{{{1000, false}, {1}, {1}}};
        for (int i = 0; i < 100; ++i) {
            const auto order = chain::keyOrder(keys, random);
            QCOMPARE(order.size(), std::size_t(3));
            QCOMPARE(order.back(), std::size_t(0));
        }
    }

    void chanceIsNotAskedWhereThereIsNoChoice()
    {
        base::Random random(7);
        const std::array<chain::KeyChance, 1> one{{{5}}};
        QCOMPARE(chain::keyOrder(one, random), std::vector<std::size_t>{0});
        QVERIFY(chain::keyOrder({}, random).empty());
        QCOMPARE(random.next(), base::Random(7).next());
    }

    void aStepStandsThereOncePerKey()
    {
        Bench bench;
        std::map<std::string, int> seen;
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            const chain::WalkInput input = bench.input(seed);
            QCOMPARE(input.steps.size(), std::size_t(4));
            QVERIFY(!input.steps[0].alternate && input.steps[1].alternate && input.steps[2].alternate);
            QCOMPARE(input.steps[2].index, std::size_t(0));
            QCOMPARE(input.steps[3].target.provider, std::string("b"));
            QVERIFY(input.steps[3].key.empty());
            ++seen[input.steps[0].key];
        }
        QCOMPARE(seen.size(), std::size_t(3));
        QVERIFY(seen["one"] > seen["two"] && seen["two"] > seen["three"]);
    }

    void aKeyThatIsNotToBeHadIsLeftOut()
    {
        Bench bench;
        auto without = std::make_shared<chain::Setup>(*bench.setup);
        auto &keys = without->providers.find("a")->second.keys;
        keys[0].secret.reset();
        keys[0].problem = "locked";
        keys[2] = keys[0];
        bench.setup = without;
        QCOMPARE(bench.names(bench.input(1)), std::string("two b"));
        keys[1] = keys[0];
        const chain::WalkInput none = bench.input(1);
        QCOMPARE(none.steps.size(), std::size_t(2));
        QVERIFY(none.steps[0].barred == events::SkipReason::KeyUnavailable);
        QCOMPARE(none.steps[0].why, std::string("locked"));
    }

    void anotherKeyIsTriedBeforeTheNextStep_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("rate limited") << 429 << QByteArray("1 RateLimited;1 Answered;2 skipped NotNeeded;");
        QTest::newRow("refused") << 401 << QByteArray("1 KeyRefused;1 Answered;2 skipped NotNeeded;");
        QTest::newRow("quota") << 402 << QByteArray("1 QuotaSpent;1 Answered;2 skipped NotNeeded;");
    }
    void anotherKeyIsTriedBeforeTheNextStep()
    {
        QFETCH(int, status);
        Bench bench;
        const auto timeline = bench.play({{.status = status}, {}});
        QTEST(QByteArray::fromStdString(story(timeline)), "told");
        QCOMPARE(timeline.servedStep, 1);
        QCOMPARE(timeline.attempts, 2);
    }

    void aFailureThatIsNotTheKeysGoesOnToTheNextStep()
    {
        Bench bench;
        const auto timeline = bench.play({{.status = 500}});
        QCOMPARE(timeline.servedStep, 2);
        QCOMPARE(timeline.attempts, 2);
        QCOMPARE(story(timeline),
                 std::string("1 ServerFailed;1 skipped NotNeeded;1 skipped NotNeeded;2 Answered;"));
    }

    void afterAllKeysTheNextStepHasItsTurn()
    {
        Bench bench;
        const auto timeline = bench.play({{.status = 429}});
        QCOMPARE(timeline.servedStep, 2);
        QCOMPARE(timeline.attempts, 4);
    }

    void aChainThatStopsAtARefusedKeyStillTriesTheOthers()
    {
        Bench bench;
        auto strict = std::make_shared<config::Config>(*bench.setup->config);
        strict->chains.front().policy.fallbackOn.keyRefused = false;
        auto setup = std::make_shared<chain::Setup>(*bench.setup);
        setup->config = strict;
        bench.before = std::exchange(bench.setup, setup); // its providers point into its configuration
        QCOMPARE(bench.play({{.status = 401}, {}}).servedStep, 1);
        QCOMPARE(bench.play({{.status = 401}}).servedStep, 0);
    }

    void eachKeyHasItsOwnHealth()
    {
        Bench bench;
        bench.fail("one", Outcome::RateLimited, 1);
        for (std::uint64_t seed = 1; seed <= 50; ++seed) {
            const chain::WalkInput input = bench.input(seed);
            QVERIFY(input.steps[0].key != "one");
            QCOMPARE(input.steps[2].key, std::string("one"));
        }
        QCOMPARE(bench.play({{}}).attempts, 1);
        bench.fail("two", Outcome::KeyRefused, 1);
        bench.fail("three", Outcome::QuotaSpent, 1);
        const auto timeline = bench.play({{}});
        QCOMPARE(timeline.servedStep, 2);
        QCOMPARE(timeline.attempts, 1);
    }

    void noStepRacesAgainstItself()
    {
        Bench bench(config::Strategy::Race);
        const chain::WalkInput input = bench.input(1);
        QCOMPARE(input.steps[1].target.provider, std::string("b"));
        QVERIFY(input.steps[2].alternate && input.steps[3].alternate);
        const auto timeline = bench.play({{.after = 5s}});
        QCOMPARE(timeline.attempts, 2);
        QCOMPARE(timeline.servedStep, 2);
    }
};

SIGNALBOX_TEST(SeveralKeysTest)
#include "several_keys_test.moc"
