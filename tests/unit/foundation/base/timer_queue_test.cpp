// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

class TimerQueueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firesInOrderOfDeadlineAtItsOwnTime()
    {
        test::FakeClock clock;
        const base::SteadyTime start = clock.now();
        std::vector<std::pair<char, base::Duration>> fired;
        const auto late = clock.makeTimer([&] { fired.emplace_back('l', clock.now() - start); });
        const auto early = clock.makeTimer([&] { fired.emplace_back('e', clock.now() - start); });
        late->start(20ms);
        early->start(10ms);
        clock.advance(1s);
        QCOMPARE(fired.size(), 2U);
        QVERIFY((fired[0] == std::pair<char, base::Duration>('e', 10ms)));
        QVERIFY((fired[1] == std::pair<char, base::Duration>('l', 20ms)));
    }

    void restartingReplacesTheDeadline()
    {
        test::FakeClock clock;
        int fired = 0;
        const auto timer = clock.makeTimer([&] { ++fired; });
        timer->start(10ms);
        timer->start(30ms);
        clock.advance(20ms);
        QCOMPARE(fired, 0);
        timer->start(5ms); // nearer than before
        clock.advance(5ms);
        QCOMPARE(fired, 1);
        clock.advance(1s);
        QCOMPARE(fired, 1);
    }

    void stoppedAndDestroyedTimersDoNotFire()
    {
        test::FakeClock clock;
        int fired = 0;
        const auto stopped = clock.makeTimer([&] { ++fired; });
        auto destroyed = clock.makeTimer([&] { ++fired; });
        stopped->start(1ms);
        destroyed->start(1ms);
        stopped->stop();
        destroyed.reset();
        clock.advance(1s);
        QCOMPARE(fired, 0);
        QVERIFY(!clock.soonest());
    }

    void mayBeDestroyedOrRestartedInItsOwnCallback()
    {
        test::FakeClock clock;
        int fired = 0;
        std::unique_ptr<base::Timer> timer;
        timer = clock.makeTimer([&] {
            if (++fired < 3) {
                timer->start(1ms);
            } else {
                timer.reset();
            }
        });
        timer->start(1ms);
        clock.advance(1s);
        QCOMPARE(fired, 3);
    }
};

SIGNALBOX_TEST(TimerQueueTest)
#include "timer_queue_test.moc"
