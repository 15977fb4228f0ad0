// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/format.h"

#include "tests/support/registry.h"

namespace signalbox::bridge {

using namespace std::chrono_literals;
using base::Money;

class FormatTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void durationsReadAtAGlance()
    {
        QCOMPARE(formatDuration(180us), QStringLiteral("0.2 ms"));
        QCOMPARE(formatDuration(380ms), QStringLiteral("380 ms"));
        QCOMPARE(formatDuration(999600us), QStringLiteral("1.0 s"));
        QCOMPARE(formatDuration(9200ms), QStringLiteral("9.2 s"));
        QCOMPARE(formatDuration(59'960ms), QStringLiteral("1 min"));
        QCOMPARE(formatDuration(125s), QStringLiteral("2 min 5 s"));
        QCOMPARE(formatDuration(190min), QStringLiteral("3 h 10 min"));
        QCOMPARE(formatDuration(std::optional<base::Duration>()), QStringLiteral("–"));
        QCOMPARE(formatPair(600ms, 2100ms), QStringLiteral("0.6 · 2.1 s"));
        QCOMPARE(formatPair(60ms, 210ms), QStringLiteral("60 · 210 ms"));
    }

    void unknownCostIsNeverZero()
    {
        QCOMPARE(formatCost(std::nullopt), QStringLiteral("?"));
        QCOMPARE(formatCost(Money{0}), QStringLiteral("$0.0000"));
        QCOMPARE(formatCost(Money{31'200'000}), QStringLiteral("$0.0312"));
        QCOMPARE(formatCost(Money{1}), QStringLiteral("<$0.0001"));
        QCOMPARE(formatSpend({1'840'000'000}), QStringLiteral("$1.84"));
        QCOMPARE(formatSpend({1'000'000}), QStringLiteral("<$0.01"));
        QCOMPARE(formatSpend({0}), QStringLiteral("$0.00"));
    }

    void nothingToDivideByIsNotZeroPercent()
    {
        QCOMPARE(formatShare(0, 0), QStringLiteral("–"));
        QCOMPARE(formatShare(0, 10), QStringLiteral("0 %"));
        QCOMPARE(formatShare(1, 250), QStringLiteral("0.4 %"));
        QCOMPARE(formatShare(480, 480), QStringLiteral("100 %"));
    }

    void numbersFollowTheLocale()
    {
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        const QString count = formatCount(18240);
        const QString duration = formatDuration(9200ms);
        QLocale::setDefault(before);
        QCOMPARE(count, QStringLiteral("18.240"));
        QCOMPARE(duration, QStringLiteral("9,2 s"));
        QCOMPARE(formatCount(18240), QStringLiteral("18,240"));
    }

    void theSignStandsBeforeTheAmountWithoutALanguage()
    {
        const QLocale before;
        QLocale::setDefault(QLocale::c());
        const QString spend = formatSpend({1'840'000'000});
        QLocale::setDefault(before);
        QCOMPARE(spend, QStringLiteral("$1.84"));
    }

    void agesAreRelative()
    {
        const base::WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h;
        QCOMPARE(formatAgo(now - 20s, now), QStringLiteral("just now"));
        QCOMPARE(formatAgo(now - 5min, now), QStringLiteral("5 min ago"));
        QCOMPARE(formatAgo(now - 3h, now), QStringLiteral("3 h ago"));
    }
};

} // namespace signalbox::bridge

using signalbox::bridge::FormatTest;
SIGNALBOX_TEST(FormatTest)

#include "format_test.moc"
