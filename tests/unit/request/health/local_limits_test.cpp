// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/local_limits.h"

#include "core/foundation/base/random.h"
#include "core/request/health/retry_budget.h"
#include "tests/support/registry.h"

using namespace signalbox;
using health::Limits;
using namespace std::chrono_literals;

class LocalLimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutLimitsNothingWaits()
    {
        health::LocalLimits book;
        const base::SteadyTime now{1h};
        for (int i = 0; i < 1000; ++i) {
            QVERIFY(!book.wouldWait("p", {}, 1'000'000, now));
            book.begin("p", 1'000'000, now);
        }
        QCOMPARE(book.running("p"), 1000);
    }

    void requestsOfAMinuteAreLimited()
    {
        health::LocalLimits book;
        const Limits limits{.requestsPerMinute = 3};
        base::SteadyTime now{1h + 300ms};
        for (int i = 0; i < 3; ++i) {
            QVERIFY(!book.wouldWait("p", limits, 10, now));
            book.begin("p", 10, now);
            now += 10s;
        }
        const auto free = book.wouldWait("p", limits, 10, now);
        QCOMPARE(free, std::optional(base::SteadyTime(1h + 61s))); // never before a minute has passed
        QVERIFY(book.wouldWait("p", limits, 10, *free - 1ns));
        QVERIFY(!book.wouldWait("p", limits, 10, *free));
        QVERIFY(!book.wouldWait("another", limits, 10, now));
        QVERIFY(!book.wouldWait("p", {.requestsPerMinute = 4}, 10, now));
    }

    void tokensOfAMinuteAreLimitedAndCorrectedByWhatWasReallyUsed()
    {
        health::LocalLimits book;
        const Limits limits{.tokensPerMinute = 1000};
        base::SteadyTime now{1h};
        const auto booking = book.begin("p", 600, now);
        QVERIFY(!book.wouldWait("p", limits, 400, now));
        QVERIFY(book.wouldWait("p", limits, 401, now));
        now += 5s;
        book.finish("p", booking, 100, now);
        QVERIFY(!book.wouldWait("p", limits, 900, now));
        QVERIFY(book.wouldWait("p", limits, 901, now));
        book.finish("p", book.begin("p", 300, now), std::nullopt, now); // not said: the estimate stays
        QVERIFY(book.wouldWait("p", limits, 601, now));
        QVERIFY(!book.wouldWait("p", limits, 600, now));
    }

    void aRequestLargerThanAMinutesTokensGoesAlone()
    {
        health::LocalLimits book;
        const Limits limits{.tokensPerMinute = 1000};
        base::SteadyTime now{1h};
        QVERIFY(!book.wouldWait("p", limits, 5000, now));
        book.begin("p", 1, now);
        QCOMPARE(book.wouldWait("p", limits, 5000, now), std::optional(base::SteadyTime(1h + 61s)));
    }

    void parallelTriesAreLimited()
    {
        health::LocalLimits book;
        const Limits limits{.parallel = 2};
        const base::SteadyTime now{1h};
        const auto first = book.begin("p", 0, now);
        QVERIFY(!book.wouldWait("p", limits, 0, now));
        book.begin("p", 0, now);
        QCOMPARE(book.wouldWait("p", limits, 0, now), std::optional(now + 250ms));
        book.finish("p", first, {}, now);
        QVERIFY(!book.wouldWait("p", limits, 0, now));
    }

    /// Whatever the traffic: no 60 s hold more than the limits allow, and a wait that is named suffices.
    void noMinuteHoldsMoreThanItsLimits()
    {
        base::Random random(11);
        for (int round = 0; round < 50; ++round) {
            health::LocalLimits book;
            const Limits limits{.requestsPerMinute = 1 + static_cast<int>(random.next() % 20),
                                .tokensPerMinute = 100 + static_cast<int>(random.next() % 2000)};
            std::vector<std::pair<base::SteadyTime, std::int64_t>> sent;
            base::SteadyTime now{1h};
            for (int i = 0; i < 300; ++i) {
                now += std::chrono::milliseconds(random.next() % 4000);
                const auto tokens = static_cast<std::int64_t>(random.next() % 90);
                if (const auto free = book.wouldWait("p", limits, tokens, now)) {
                    QVERIFY(*free > now && *free <= now + 61s);
                    QVERIFY(!book.wouldWait("p", limits, tokens, *free));
                    continue;
                }
                book.finish("p", book.begin("p", tokens, now), tokens, now);
                sent.emplace_back(now, tokens);
                std::int64_t requests = 0;
                std::int64_t sum = 0;
                for (const auto &[at, some] : sent) {
                    requests += at > now - 60s ? 1 : 0;
                    sum += at > now - 60s ? some : 0;
                }
                QVERIFY(requests <= limits.requestsPerMinute && sum <= limits.tokensPerMinute);
            }
            QVERIFY(sent.size() > 5);
        }
    }

    void extraTriesStayWithinTheirShareOfTheLastMinute_data()
    {
        QTest::addColumn<int>("requests");
        QTest::addColumn<double>("share");
        QTest::addColumn<int>("allowed");
        QTest::newRow("no traffic") << 0 << 0.2 << 3;
        QTest::newRow("a little") << 10 << 0.2 << 3;
        QTest::newRow("twenty") << 20 << 0.2 << 4;
        QTest::newRow("a hundred") << 100 << 0.2 << 20;
        QTest::newRow("half") << 100 << 0.5 << 50;
        QTest::newRow("none") << 100 << 0.0 << 0;
        QTest::newRow("nonsense") << 100 << -1.0 << 0;
    }
    void extraTriesStayWithinTheirShareOfTheLastMinute()
    {
        QFETCH(int, requests);
        QFETCH(double, share);
        QFETCH(int, allowed);
        health::RetryBudget budget;
        base::SteadyTime now{1h};
        for (int i = 0; i < requests; ++i) {
            budget.request("chain", now);
        }
        int spent = 0;
        while (budget.wouldAllow("chain", share, now) && spent < 1000) {
            budget.spend("chain", now);
            ++spent;
        }
        QCOMPARE(spent, allowed);
        QCOMPARE(budget.wouldAllow("another", share, now), share > 0);
        now += 62s;
        QCOMPARE(budget.wouldAllow("chain", share, now), share > 0);
    }
};

SIGNALBOX_TEST(LocalLimitsTest)
#include "local_limits_test.moc"
