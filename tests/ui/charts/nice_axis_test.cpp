// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/nice_axis.h"

#include "tests/support/registry.h"

namespace signalbox::charts {

class NiceAxisTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsOnARoundNumberAboveTheHighest_data()
    {
        QTest::addColumn<double>("highest");
        QTest::addColumn<double>("step");
        QTest::addColumn<double>("max");
        QTest::newRow("nothing") << 0.0 << 1.0 << 1.0;
        QTest::newRow("one") << 1.0 << 0.5 << 1.0;
        QTest::newRow("on a step") << 40.0 << 10.0 << 40.0;
        QTest::newRow("above it") << 41.0 << 20.0 << 60.0;
        QTest::newRow("cents") << 0.03 << 0.01 << 0.03;
        QTest::newRow("many") << 1999.0 << 500.0 << 2000.0;
    }

    void endsOnARoundNumberAboveTheHighest()
    {
        QFETCH(double, highest);
        QFETCH(double, step);
        QFETCH(double, max);
        const NiceAxis axis = niceAxis(highest, 4);
        QCOMPARE(axis.step, step);
        QCOMPARE(axis.max, max);
    }
};

} // namespace signalbox::charts

using signalbox::charts::NiceAxisTest;
SIGNALBOX_TEST(NiceAxisTest)

#include "nice_axis_test.moc"
