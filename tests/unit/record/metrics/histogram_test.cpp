// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/metrics/histogram.h"

#include <algorithm>
#include <cmath>

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

class HistogramTest : public QObject
{
    Q_OBJECT

    static void isNear(std::optional<base::Duration> got, base::Duration expected)
    {
        QVERIFY(got);
        const double off = std::abs(base::toMs(*got) - base::toMs(expected)) / base::toMs(expected);
        QVERIFY2(off < 0.033, qPrintable(QString::number(base::toMs(*got))));
    }

private Q_SLOTS:
    void hasNoPercentilesWhenEmpty()
    {
        QVERIFY(!metrics::Histogram().percentile(0.5));
        QCOMPARE(metrics::Histogram().count(), 0U);
    }

    void oneValueIsEveryPercentile()
    {
        metrics::Histogram histogram;
        histogram.add(350ms);
        for (const double q : {0.0, 0.5, 0.95, 1.0}) {
            isNear(histogram.percentile(q), 350ms);
        }
    }

    void isRightToThreePercentAtEverySize()
    {
        for (base::Duration d = 20us; d < 1h; d = d * 21 / 20) {
            metrics::Histogram histogram;
            histogram.add(d);
            isNear(histogram.percentile(0.5), d);
        }
    }

    void agreesWithSorting()
    {
        base::Random random(3);
        metrics::Histogram histogram;
        std::vector<base::Duration> all;
        for (int i = 0; i < 10'000; ++i) {
            all.push_back(
                std::chrono::microseconds(static_cast<std::int64_t>(std::exp(random.unit() * 12) * 100)));
            histogram.add(all.back());
        }
        std::ranges::sort(all);
        isNear(histogram.percentile(0.5), all[4999]);
        isNear(histogram.percentile(0.95), all[9499]);
        isNear(histogram.percentile(0.99), all[9899]);
    }

    void extremesAreKept()
    {
        metrics::Histogram histogram;
        histogram.add(-1s);
        histogram.add(0ns);
        histogram.add(base::Duration::max());
        QCOMPARE(histogram.count(), 3U);
        QCOMPARE(*histogram.percentile(0.5), base::Duration::zero());
        QVERIFY(*histogram.percentile(1) > 1h);
    }

    void whatWasAddedCanBeTakenOutAgain()
    {
        metrics::Histogram sum;
        metrics::Histogram a;
        metrics::Histogram b;
        a.add(10ms);
        a.add(20ms);
        b.add(5s);
        sum.add(a);
        sum.add(b);
        QCOMPARE(sum.count(), 3U);
        isNear(sum.percentile(1), 5s);
        sum.remove(b);
        QCOMPARE(sum.count(), 2U);
        isNear(sum.percentile(1), 20ms);
        sum.remove(a);
        QVERIFY(!sum.percentile(0.5));
    }
};

SIGNALBOX_TEST(HistogramTest)
#include "histogram_test.moc"
