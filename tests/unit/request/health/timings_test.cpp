// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/timings.h"

#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

class TimingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMinuteHalvesTheWeightOfASample()
    {
        const base::SteadyTime now{1h};
        health::DecayingTime time;
        QVERIFY(!time.value(now));
        time.add(1s, now);
        QCOMPARE(time.value(now), std::optional(base::Duration(1s)));
        time.add(4s, now + 1min); // (1 × ½ + 4) / 1½
        QCOMPARE(time.value(now + 1min), std::optional(base::Duration(3s)));
        QCOMPARE(time.samples(now + 1min), 2);
    }

    void isForgottenTenMinutesAfterTheLastSample()
    {
        const base::SteadyTime now{1h};
        health::DecayingTime time;
        time.add(30s, now);
        QVERIFY(time.value(now + 10min));
        QVERIFY(!time.value(now + 10min + 1ns));
        QCOMPARE(time.samples(now + 11min), 0);
        time.add(1s, now + 11min);
        QCOMPARE(time.value(now + 11min), std::optional(base::Duration(1s)));
    }

    void theLimitIsThreeTimesTheNinetyFifthPercentile_data()
    {
        QTest::addColumn<int>("quickMs");
        QTest::addColumn<int>("quick");
        QTest::addColumn<int>("slowMs");
        QTest::addColumn<int>("slow");
        QTest::addColumn<int>("limitMs"); ///< 0: none
        QTest::newRow("nothing known") << 0 << 0 << 0 << 0 << 0;
        QTest::newRow("nine are too few") << 3000 << 9 << 0 << 0 << 0;
        QTest::newRow("ten are enough") << 3000 << 10 << 0 << 0 << 9000;
        QTest::newRow("of ten the slowest counts") << 2000 << 9 << 8000 << 1 << 24'000;
        QTest::newRow("of fifty two may be slow") << 2000 << 48 << 30'000 << 2 << 6000;
        QTest::newRow("of fifty three may not") << 2000 << 47 << 30'000 << 3 << 90'000;
        QTest::newRow("only the last fifty count") << 30'000 << 50 << 2000 << 50 << 6000;
        QTest::newRow("never below 5 s") << 10 << 50 << 0 << 0 << 5000;
        QTest::newRow("never above 120 s") << 100'000 << 50 << 0 << 0 << 120'000;
    }
    void theLimitIsThreeTimesTheNinetyFifthPercentile()
    {
        QFETCH(int, quickMs);
        QFETCH(int, quick);
        QFETCH(int, slowMs);
        QFETCH(int, slow);
        QFETCH(int, limitMs);
        health::Timings timings;
        for (int i = 0; i < quick + slow; ++i) {
            const auto time = std::chrono::milliseconds(i < quick ? quickMs : slowMs);
            timings.addFirstToken(1000, time);
            timings.addWhole(1'000'000, time);
        }
        const auto expected =
            limitMs == 0 ? std::nullopt : std::optional<base::Duration>(std::chrono::milliseconds(limitMs));
        QCOMPARE(timings.firstTokenLimit(1000), expected);
        QCOMPARE(timings.wholeLimit(1'000'000), expected);
        QVERIFY(!timings.firstTokenLimit(1'000'000));
        QVERIFY(!timings.wholeLimit(1000));
    }

    void theSlowestIsKnownFromTheFirstAnswerOn()
    {
        health::Timings timings;
        QVERIFY(!timings.slowestWhole(1000));
        timings.addWhole(1000, 200s);
        QCOMPARE(timings.slowestWhole(1000), std::optional(base::Duration(200s)));
        QVERIFY(!timings.slowestWhole(1'000'000));
    }

    void promptsOfOneSizeAreThoseWithinAPowerOfTwo()
    {
        health::Timings timings;
        for (int i = 0; i < 10; ++i) {
            timings.addFirstToken(40'000, 2s);
        }
        QVERIFY(timings.firstTokenLimit(32'768));
        QVERIFY(timings.firstTokenLimit(65'535));
        QVERIFY(!timings.firstTokenLimit(32'767));
        QVERIFY(!timings.firstTokenLimit(65'536));
        for (int i = 0; i < 10; ++i) {
            timings.addFirstToken(std::size_t{1} << 40, 2s);
        }
        QVERIFY(timings.firstTokenLimit(std::size_t{4} << 20));
    }
};

SIGNALBOX_TEST(TimingsTest)
#include "timings_test.moc"
