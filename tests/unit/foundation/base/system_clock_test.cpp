// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/system_clock.h"

#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

class SystemClockTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timeSpentAwakeIsNotTimeAsleep()
    {
        const base::SystemClock clock;
        const base::Duration before = clock.asleep();
        QVERIFY(before >= 0s);
        QVERIFY(clock.asleep() - before < 10s);
    }

    void theFakeOneSleepsWithoutFiringTimers()
    {
        test::FakeClock clock;
        bool fired = false;
        const auto timer = clock.makeTimer([&] { fired = true; });
        timer->start(1s);
        const auto now = clock.now();
        const auto wall = clock.wallNow();
        clock.sleepFor(8h);
        QCOMPARE(clock.now(), now);
        QVERIFY(clock.wallNow() == wall + 8h);
        QCOMPARE(clock.asleep(), base::Duration(8h));
        QVERIFY(!fired);
        clock.advance(1s);
        QVERIFY(fired);
    }
};

SIGNALBOX_TEST(SystemClockTest)
#include "system_clock_test.moc"
