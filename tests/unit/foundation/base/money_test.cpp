// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/money.h"

#include "tests/support/registry.h"

using namespace signalbox;

class MoneyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsDecimalsExactly()
    {
        QCOMPARE(base::parseDollars("0.0375")->nano, 37'500'000);
        QCOMPARE(base::parseDollars("10")->nano, 10'000'000'000);
        QCOMPARE(base::parseDollars("0.000000001")->nano, 1);
    }

    void refusesWhatIsNotAnAmount_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text :
             {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "0.0000000001", "99999999999999999999"}) {
            QTest::addRow("%s", text) << QByteArray(text);
        }
    }
    void refusesWhatIsNotAnAmount()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!base::parseDollars(text.toStdString()));
    }

    void writesAsManyDecimalsAsNeeded()
    {
        QCOMPARE(base::formatDollars({1'840'000'000}), std::string("1.84"));
        QCOMPARE(base::formatDollars({0}), std::string("0.00"));
        QCOMPARE(base::formatDollars({1'500}), std::string("0.0000015"));
        QCOMPARE(base::formatDollars({-2'500'000'000}), std::string("-2.50"));
    }
};

SIGNALBOX_TEST(MoneyTest)
#include "money_test.moc"
