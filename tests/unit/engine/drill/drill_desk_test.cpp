// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/drill/drill_desk.h"

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using provider::Fault;
using Texts = std::vector<std::string>;

namespace {
struct Bench {
    test::FakeClock clock;
    chain::DrillBook book;
    std::shared_ptr<config::Config> config = std::make_shared<config::Config>();
    Texts resets;
    Texts told;
    drill::DrillDesk desk{
        {clock, book, [this] { return config; },
         [this](const std::string &provider, const std::string &model) {
             resets.push_back(provider + "/" + model);
         },
         [this](std::string chain, std::string text) { told.push_back(chain + ": " + text); }}};

    Bench()
    {
        config::ChainConfig coding{.id = "coding"};
        coding.steps.push_back({.provider = "a", .model = "m"});
        coding.steps.push_back({.provider = "b", .model = "n"});
        config::ChainConfig other{.id = "other"};
        other.steps.push_back({.provider = "a", .model = "m"});
        config->chains = {coding, other};
    }

    static drill::DrillOrder order(int requests, base::Duration time = {}, int step = 1)
    {
        return {.chain = "coding",
                .step = step,
                .plan = {.fault = Fault::RateLimited},
                .requests = requests,
                .time = time};
    }
    /// As an exchange does it: the book is asked, later the attempt ends.
    bool attempt(const std::string &chain = "coding")
    {
        const auto plan = book.take(chain, 1, clock.now());
        events::AttemptEnded ended;
        ended.provider = "a";
        ended.model = "m";
        ended.drill = plan ? toText(plan->fault) : "";
        desk.attemptEnded(ended);
        return plan.has_value();
    }
};
} // namespace

class DrillDeskTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatIsNotThereOrHasNoEnd()
    {
        Bench b;
        drill::DrillOrder order = Bench::order(1);
        order.chain = "nobody";
        QCOMPARE(b.desk.start(order).error().code, base::ErrorCode::NotFound);
        QCOMPARE(b.desk.start(Bench::order(1, {}, 3)).error().code, base::ErrorCode::NotFound);
        QCOMPARE(b.desk.start(Bench::order(1, {}, 0)).error().code, base::ErrorCode::NotFound);
        QCOMPARE(b.desk.start(Bench::order(0)).error().code, base::ErrorCode::InvalidArgument);
        QCOMPARE(b.desk.start(Bench::order(-1)).error().code, base::ErrorCode::InvalidArgument);
        QCOMPARE(b.desk.start(Bench::order(0, 25h)).error().code, base::ErrorCode::InvalidArgument);
        QCOMPARE(b.desk.start(Bench::order(10'001)).error().code, base::ErrorCode::InvalidArgument);
        QVERIFY(b.desk.views().empty());
        QVERIFY(b.told.empty());
    }

    void resetsTheBreakerWhenTheLastDrilledAttemptHasEnded()
    {
        Bench b;
        QVERIFY(b.desk.start(Bench::order(2)));
        QVERIFY(b.attempt());
        b.clock.advance(0ms);
        QVERIFY(b.resets.empty()); // one more is to come
        QVERIFY(b.attempt());
        QVERIFY(b.resets.empty()); // never from inside the event
        b.clock.advance(0ms);
        QCOMPARE(b.resets, (Texts{"a/m"}));
        QVERIFY(!b.attempt());
        b.clock.advance(1h);
        QCOMPARE(b.resets.size(), 1U);
    }

    void resetsTheBreakerWhenTheTimeIsUp()
    {
        Bench b;
        QVERIFY(b.desk.start(Bench::order(0, 60s)));
        QVERIFY(b.attempt());
        b.clock.advance(59s);
        QVERIFY(b.resets.empty());
        b.clock.advance(1s);
        QCOMPARE(b.resets, (Texts{"a/m"}));
        QVERIFY(b.desk.views().empty());
    }

    void anAttemptThatOutlivesItsDrillIsCleanedUpAfterToo()
    {
        Bench b;
        QVERIFY(b.desk.start(Bench::order(0, 60s)));
        b.clock.advance(2min);
        QCOMPARE(b.resets.size(), 1U);
        events::AttemptEnded late;
        late.provider = "a";
        late.model = "m";
        late.drill = "stall";
        b.desk.attemptEnded(late);
        b.clock.advance(0ms);
        QCOMPARE(b.resets.size(), 2U);
    }

    void waitsForAnotherDrillOfTheSameTarget()
    {
        Bench b;
        QVERIFY(b.desk.start(Bench::order(1)));
        drill::DrillOrder other = Bench::order(0, 60s);
        other.chain = "other";
        QVERIFY(b.desk.start(other));
        QVERIFY(b.attempt());
        b.clock.advance(0ms);
        QVERIFY(b.resets.empty());
        b.clock.advance(60s);
        QCOMPARE(b.resets, (Texts{"a/m"}));
    }

    void stopsOneOrAll()
    {
        Bench b;
        const auto first = b.desk.start(Bench::order(5));
        QVERIFY(b.desk.start(Bench::order(5, {}, 2)));
        QVERIFY(b.desk.stop(*first));
        QCOMPARE(b.resets, (Texts{"a/m"}));
        QVERIFY(!b.desk.stop(*first));
        QVERIFY(b.desk.stop(0));
        QCOMPARE(b.resets, (Texts{"a/m", "b/n"}));
        QVERIFY(b.desk.stop(0));
        QCOMPARE(b.told, (Texts{"coding: step 1 drilled with 429 from now on",
                                "coding: step 2 drilled with 429 from now on",
                                "coding: step 1 drilled with 429 no longer",
                                "coding: step 2 drilled with 429 no longer"}));
    }

    void showsWhatIsRunning()
    {
        Bench b;
        QVERIFY(b.desk.start(Bench::order(3, 60s, 2)));
        QVERIFY(b.desk.start(Bench::order(0, 10s)));
        const auto views = b.desk.views();
        QCOMPARE(views.size(), 2U);
        QCOMPARE(views[0].provider + "/" + views[0].model, "b/n");
        QCOMPARE(views[0].requestsLeft.value_or(0), 3);
        QVERIFY(views[0].until == b.clock.wallNow() + 60s);
        QVERIFY(!views[1].requestsLeft);
        b.config = std::make_shared<config::Config>();
        QVERIFY(b.desk.views()[0].provider.empty());
        QVERIFY(b.desk.stop(0));
        QVERIFY(b.resets.empty()); // there is nothing to reset any more
    }
};

SIGNALBOX_TEST(DrillDeskTest)
#include "drill_desk_test.moc"
