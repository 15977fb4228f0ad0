// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/budget_tally.h"

#include <limits>

#include "tests/support/registry.h"

using namespace signalbox;
using config::BudgetConfig;
using config::BudgetState;
using spend::BudgetTally;
using spend::SettledCost;
using namespace std::chrono_literals;

namespace {
constexpr std::int64_t kDollar = 1'000'000'000;

base::WallTime utc(int year, unsigned month, unsigned day)
{
    return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
}

BudgetConfig budget(const char *period, std::int64_t nano, std::map<std::string, std::string> scope = {})
{
    return {.scope = std::move(scope), .period = period, .limit = {nano}, .atLimit = "warn"};
}

SettledCost cost(base::WallTime at, std::int64_t nano)
{
    return {
        .at = at, .client = "aider", .chain = "coding", .provider = "openai", .model = "gpt", .cost = {nano}};
}

/// A tally that knows of nothing before.
struct Tally {
    BudgetTally tally;
    explicit Tally(std::vector<BudgetConfig> budgets)
    {
        tally.use(budgets);
        tally.fill({});
    }
    std::int64_t spent(base::WallTime now, std::size_t index = 0) const
    {
        return tally.view(index, now).spent.nano;
    }
};
} // namespace

class BudgetTallyTest : public QObject
{
    Q_OBJECT

    static void liveIn(const char *zone)
    {
        qputenv("TZ", zone);
        tzset();
    }

private Q_SLOTS:
    void init() { liveIn("Europe/Berlin"); }
    void cleanup()
    {
        qunsetenv("TZ");
        tzset();
    }

    void warnsFromEightyPerCentOnAndIsSpentAtAHundred_data()
    {
        QTest::addColumn<qint64>("limit");
        QTest::addColumn<qint64>("spent");
        QTest::addColumn<int>("percent");
        QTest::addColumn<QByteArray>("state");
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        const auto row = [](const char *name, std::int64_t limit, std::int64_t spent, int percent,
                            const char *state) {
            QTest::newRow(name) << qint64(limit) << qint64(spent) << percent << QByteArray(state);
        };
        row("nothing yet", 5 * kDollar, 0, 0, "ok");
        row("just below 80 %", 5 * kDollar, 4 * kDollar - 1, 79, "ok");
        row("80 %", 5 * kDollar, 4 * kDollar, 80, "warned");
        row("a nano-dollar is left", 5 * kDollar, 5 * kDollar - 1, 99, "warned");
        row("all of it", 5 * kDollar, 5 * kDollar, 100, "spent");
        row("twice", 5 * kDollar, 10 * kDollar, 200, "spent");
        row("a hundred times", 5 * kDollar, 500 * kDollar, 999, "spent");
        row("nothing may be spent", 0, 0, 100, "spent");
        row("one nano-dollar of one", 1, 1, 100, "spent");
        row("more than a double can tell", most, most - 1, 99, "warned");
        row("as much as there can be", most, most, 100, "spent");
        row("a sum that would overflow", 1, most, 999, "spent");
        row("money that comes back", 5 * kDollar, -kDollar, 0, "ok");
    }
    void warnsFromEightyPerCentOnAndIsSpentAtAHundred()
    {
        QFETCH(qint64, limit);
        QFETCH(qint64, spent);
        QFETCH(int, percent);
        QFETCH(QByteArray, state);
        const base::WallTime now = utc(2026, 11, 20) + 12h;
        Tally t({budget("day", limit)});
        t.tally.add(cost(now, spent));
        const spend::BudgetView view = t.tally.view(0, now);
        QCOMPARE(view.percent, percent);
        QCOMPARE(QByteArray::fromStdString(std::string(toText(view.state))), state);
        QCOMPARE(view.limit.nano, std::int64_t(limit));
        t.tally.add(cost(now, std::numeric_limits<std::int64_t>::max()));
        QCOMPARE(t.spent(now), std::numeric_limits<std::int64_t>::max());
    }

    void countsWhatItsScopeNames_data()
    {
        QTest::addColumn<QByteArray>("scope");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("counts");
        for (const auto &[scope, name] : std::map<const char *, const char *>{
                 {"client", "aider"}, {"chain", "coding"}, {"provider", "openai"}, {"model", "gpt"}}) {
            QTest::addRow("%s", scope) << QByteArray(scope) << QByteArray(name) << true;
            QTest::addRow("other %s", scope) << QByteArray(scope) << QByteArray("other") << false;
            QTest::addRow("%s is not *", scope) << QByteArray(scope) << QByteArray("*") << false;
        }
        QTest::newRow("no such scope") << QByteArray("colour") << QByteArray("red") << false;
    }
    void countsWhatItsScopeNames()
    {
        QFETCH(QByteArray, scope);
        QFETCH(QByteArray, name);
        QFETCH(bool, counts);
        const base::WallTime now = utc(2026, 11, 20) + 12h;
        Tally t({budget("day", kDollar, {{scope.toStdString(), name.toStdString()}}),
                 budget("day", kDollar,
                        {{scope.toStdString(), name.toStdString()},
                         {scope == "client" ? "chain" : "client", "zed"}}),
                 budget("day", kDollar)});
        t.tally.add(cost(now, 7));
        QCOMPARE(t.spent(now, 0), counts ? 7 : 0);
        QCOMPARE(t.spent(now, 1), 0); // all of a scope must be met
        QCOMPARE(t.spent(now, 2), 7);
    }

    void aDayIsThatOfTheMachine()
    {
        // Summer time ends on 25 October 2026 at 3:00: that day has 25 hours, from 22:00 UTC on.
        const base::WallTime begin = utc(2026, 10, 24) + 22h;
        Tally t({budget("day", kDollar)});
        t.tally.add(cost(begin - 1us, 1));
        t.tally.add(cost(begin, 10));
        t.tally.add(cost(begin + 25h - 1us, 100));
        t.tally.add(cost(begin + 25h, 1000));
        QCOMPARE(t.spent(begin - 1us), 1);
        QCOMPARE(t.spent(begin), 110);
        QCOMPARE(t.spent(begin + 25h - 1us), 110);
        QCOMPARE(t.spent(begin + 25h), 1000);
        QCOMPARE(t.tally.view(0, begin + 3h).from, begin);
    }

    void aDayOfTwentyThreeHoursLosesNothing()
    {
        const base::WallTime begin = utc(2026, 3, 28) + 23h; // the day summer time begins
        Tally t({budget("day", kDollar), budget("5h", kDollar)});
        for (int hour = 0; hour < 23; ++hour) {
            t.tally.add(cost(begin + hour * 1h, 1));
        }
        t.tally.add(cost(begin + 23h, 1));
        QCOMPARE(t.spent(begin + 22h), 23);
        QCOMPARE(t.spent(begin + 23h), 1);
        QCOMPARE(t.spent(begin + 23h, 1), 6); // hours go on whatever the clock on the wall does
    }

    void aWeekBeginsOnMonday()
    {
        const base::WallTime monday = utc(2026, 11, 15) + 23h;
        Tally t({budget("week", kDollar)});
        t.tally.add(cost(monday - 1us, 1));
        t.tally.add(cost(monday, 10));
        t.tally.add(cost(monday + 7 * 24h - 1us, 100));
        QCOMPARE(t.spent(monday - 1us), 1);
        QCOMPARE(t.spent(monday), 110);
        QCOMPARE(t.spent(monday + 7 * 24h), 0);
    }

    void aMonthEndsWithItsLastDay()
    {
        const base::WallTime march = utc(2028, 2, 29) + 23h; // a leap year
        Tally t({budget("month", kDollar)});
        t.tally.add(cost(march - 29 * 24h - 1us, 1000));
        t.tally.add(cost(march - 29 * 24h, 1));
        t.tally.add(cost(march - 1us, 10));
        t.tally.add(cost(march, 100));
        QCOMPARE(t.spent(march - 1us), 11);
        QCOMPARE(t.spent(march), 100);
    }

    void fiveHoursRollByMinutes()
    {
        const base::WallTime now = utc(2026, 11, 20) + 1h; // across midnight
        Tally t({budget("5h", kDollar)});
        for (int minute = 0; minute < 60 * 24; ++minute) {
            t.tally.add(cost(now + minute * 1min, 1));
            QVERIFY(t.spent(now + minute * 1min) <= 301);
        }
        const base::WallTime last = now + 60 * 24min - 1min;
        QCOMPARE(t.spent(last), 301); // the minute that is leaving still counts: nothing is forgotten early
        QCOMPARE(t.spent(last + 2h), 181);
        QCOMPARE(t.spent(last + 5h), 1);
        QCOMPARE(t.spent(last + 5h + 1min), 0);
    }

    void aCostCountsWhereItsAttemptBegan()
    {
        const base::WallTime midnight = utc(2026, 11, 19) + 23h;
        Tally t({budget("day", kDollar)});
        t.tally.add(cost(midnight, 1));
        t.tally.add(cost(midnight - 1min, 10)); // it ended after the day had changed
        QCOMPARE(t.spent(midnight + 1min), 1);
    }

    void aClockThatWasWrongTakesNothingWithIt()
    {
        const base::WallTime now = utc(2026, 11, 20) + 12h;
        Tally t({budget("day", kDollar), budget("5h", kDollar)});
        t.tally.add(cost(now, 5));
        t.tally.add(cost(now + 24h * 365 * 70, 1));
        t.tally.add(cost(now - 24h * 365 * 50, 1));
        QCOMPARE(t.spent(now + 1min, 0), 5);
        QCOMPARE(t.spent(now + 1min, 1), 5);
        for (int i = 0; i < 5000; ++i) { // and a wild one does not fill the memory
            t.tally.add(cost(now - i * 24h, 1));
        }
        QCOMPARE(t.spent(now + 1min, 0), 6);
    }

    void anotherLimitGoesOnCountingAnotherScopeBeginsAnew()
    {
        const base::WallTime now = utc(2026, 11, 20) + 12h;
        BudgetTally tally;
        QVERIFY(tally.use(std::vector{budget("day", kDollar)}));
        QCOMPARE(tally.missingSince(now), std::optional(utc(2026, 11, 19) + 23h));
        tally.fill({});
        QVERIFY(!tally.missingSince(now));
        tally.add(cost(now, kDollar));
        QVERIFY(!tally.use(std::vector{budget("day", 2 * kDollar), budget("day", kDollar)}));
        QVERIFY(!tally.missingSince(now));
        QCOMPARE(tally.view(0, now).percent, 50);
        QCOMPARE(tally.view(1, now).percent, 100);
        QVERIFY(tally.use(std::vector{budget("5h", kDollar), budget("month", kDollar, {{"client", "aider"}}),
                                      budget("day", kDollar)}));
        QCOMPARE(tally.view(0, now).spent.nano, 0);
        QCOMPARE(tally.view(2, now).spent.nano, kDollar);
        QCOMPARE(tally.missingSince(now), std::optional(utc(2026, 10, 31) + 23h));
        QVERIFY(!tally.use(std::vector{budget("5h", kDollar)}));
        QCOMPARE(tally.missingSince(now + 30s), std::optional(now - 5h));
        QVERIFY(!tally.use({}));
        QVERIFY(!tally.missingSince(now));
    }

    void whatIsFilledInTakesThePlaceOfWhatWasCountedMeanwhile()
    {
        const base::WallTime now = utc(2026, 11, 20) + 12h;
        BudgetTally tally;
        tally.use(std::vector{budget("day", kDollar)});
        tally.fill({});
        tally.add(cost(now, 1));
        tally.use(std::vector{budget("day", kDollar), budget("week", kDollar)});
        tally.add(cost(now, 10));
        QCOMPARE(tally.view(1, now).spent.nano, 10); // better than nothing
        const std::vector costs{cost(now - 24h, 100), cost(now, 11)};
        tally.fill(costs);
        QCOMPARE(tally.view(0, now).spent.nano, 11);
        QCOMPARE(tally.view(1, now).spent.nano, 111);
    }
};

SIGNALBOX_TEST(BudgetTallyTest)
#include "budget_tally_test.moc"
