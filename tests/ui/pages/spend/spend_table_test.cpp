// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/spend/spend_table.h"

#include "tests/support/registry.h"

namespace signalbox::spend {

namespace {

ledger::SpendRow row(const char *day, const char *provider, std::int64_t nano, std::int64_t unpriced = 0)
{
    ledger::SpendRow row;
    row.day = day;
    row.provider = provider;
    row.attempts = 3;
    row.unpriced = unpriced;
    row.usage.input = 1000;
    row.usage.cachedInput = 200;
    row.usage.output = 50;
    row.cost = {nano};
    return row;
}

} // namespace

class SpendTableTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sumsByDayAndProviderWithEveryDayOfTheRange()
    {
        const SpendSums sums = sumSpend({row("2026-02-27", "cheap", 10), row("2026-03-01", "dear", 500),
                                         row("2026-03-01", "cheap", 20, 2), row("2025-01-01", "old", 9)},
                                        "2026-02-27", "2026-03-01");
        QCOMPARE(sums.days, (std::vector<std::string>{"2026-02-27", "2026-02-28", "2026-03-01"}));
        QCOMPARE(sums.providers, (std::vector<std::string>{"dear", "cheap"}));
        QCOMPARE(sums.cost[1][0].nano, 10);
        QCOMPARE(sums.cost[1][1].nano, 0);
        QCOMPARE(sums.cost[1][2].nano, 20);
        QCOMPARE(sums.total.nano, 530);
        QCOMPARE(sums.attempts, 9);
        QCOMPARE(sums.unpriced, 2);
    }

    void saysThatACostIsNotWhole()
    {
        const auto rows = spendRows({row("2026-03-01", "a", 2'000'000'000, 1)},
                                    [](const std::string &id) { return QString::fromStdString(id); });
        QCOMPARE(rows.size(), 2U);
        QCOMPARE(rows[1].back().text, QStringLiteral("$2.00 + ?"));
        QVERIFY(!rows[1].back().tip.isEmpty());
    }

    void csvCellsAreQuotedAndFormulasDefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("cell");
        QTest::newRow("plain") << QByteArray("openai") << QByteArray("openai");
        QTest::newRow("comma") << QByteArray("a,b") << QByteArray("\"a,b\"");
        QTest::newRow("quote") << QByteArray("a\"b") << QByteArray("\"a\"\"b\"");
        QTest::newRow("line") << QByteArray("a\nb") << QByteArray("\"a\nb\"");
        QTest::newRow("formula") << QByteArray("=1+1") << QByteArray("'=1+1");
        QTest::newRow("plus") << QByteArray("+x") << QByteArray("'+x");
        QTest::newRow("minus") << QByteArray("-x") << QByteArray("'-x");
        QTest::newRow("at") << QByteArray("@x") << QByteArray("'@x");
        QTest::newRow("formula with quotes") << QByteArray("=A(\"b\")") << QByteArray("\"'=A(\"\"b\"\")\"");
        QTest::newRow("empty") << QByteArray() << QByteArray();
    }

    void csvCellsAreQuotedAndFormulasDefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, cell);
        QCOMPARE(csvCell(text.toStdString()), cell);
    }

    void csvHasAPointWhateverTheLocale()
    {
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        const QByteArray csv = spendCsv({row("2026-03-01", "a", 1'234'500'000)});
        QLocale::setDefault(before);
        const QList<QByteArray> lines = csv.split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].endsWith('\r'));
        QCOMPARE(lines[1], QByteArray("2026-03-01,a,3,0,1200,200,0,50,1.2345\r"));
    }
};

} // namespace signalbox::spend

using signalbox::spend::SpendTableTest;
SIGNALBOX_TEST(SpendTableTest)

#include "spend_table_test.moc"
