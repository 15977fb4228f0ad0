// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/limits.h"

#include <vector>

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::vector<base::Duration> seconds(const QList<int> &list)
{
    std::vector<base::Duration> out;
    for (const int one : list) {
        out.emplace_back(std::chrono::seconds(one));
    }
    return out;
}
} // namespace

class LimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAttemptLeavesTheOthersTheirShare_data()
    {
        QTest::addColumn<int>("own");
        QTest::addColumn<int>("left");
        QTest::addColumn<QList<int>>("later");
        QTest::addColumn<int>("share");
        QTest::newRow("enough for all") << 20 << 300 << QList<int>{20, 20} << 20;
        QTest::newRow("alone") << 20 << 300 << QList<int>{} << 20;
        QTest::newRow("alone, little left") << 20 << 5 << QList<int>{} << 5;
        QTest::newRow("too little: equal shares") << 120 << 30 << QList<int>{120, 120} << 10;
        QTest::newRow("others want less than a share") << 120 << 30 << QList<int>{2, 3} << 25;
        QTest::newRow("one wants less, one more") << 120 << 30 << QList<int>{2, 120} << 18;
        QTest::newRow("wants less than its share") << 4 << 30 << QList<int>{120, 120} << 4;
        QTest::newRow("nothing left") << 20 << 0 << QList<int>{20} << 0;
        QTest::newRow("less than nothing left") << 20 << -7 << QList<int>{20} << 0;
    }
    void anAttemptLeavesTheOthersTheirShare()
    {
        QFETCH(int, own);
        QFETCH(int, left);
        QFETCH(QList<int>, later);
        QFETCH(int, share);
        const auto got =
            chain::shareOf(std::chrono::seconds(own), std::chrono::seconds(left), seconds(later));
        QCOMPARE(std::chrono::duration_cast<std::chrono::seconds>(got).count(), qint64(share));
    }

    /// Whoever uses its share up leaves the rest theirs: all together stay within what was left.
    void sharesNeverExceedWhatIsLeft()
    {
        for (const int total : {1, 7, 30, 61, 300}) {
            for (const QList<int> &own : {QList<int>{20, 20, 20}, {120, 5, 60, 60}, {1, 1}, {600}}) {
                base::Duration left = std::chrono::seconds(total);
                for (qsizetype i = 0; i < own.size(); ++i) {
                    const auto share =
                        chain::shareOf(std::chrono::seconds(own[i]), left, seconds(own.mid(i + 1)));
                    QVERIFY(share > base::Duration{});
                    left -= share;
                }
                QVERIFY(left >= base::Duration{});
            }
        }
    }
};

SIGNALBOX_TEST(LimitsTest)
#include "limits_test.moc"
