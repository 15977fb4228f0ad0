// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/drill_book.h"

#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using provider::Fault;

namespace {
constexpr base::SteadyTime kStart{100s};
}

class DrillBookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDrillIsForItsChainAndStepOnly()
    {
        chain::DrillBook book;
        book.start({.chain = "coding", .step = 2, .plan = {.fault = Fault::Stall, .pieces = 7}});
        QVERIFY(!book.take("coding", 1, kStart));
        QVERIFY(!book.take("other", 2, kStart));
        const auto plan = book.take("coding", 2, kStart);
        QVERIFY(plan);
        QVERIFY(plan->fault == Fault::Stall);
        QCOMPARE(plan->pieces, 7);
    }

    void withoutAnEndItGoesOnUntilItIsStopped()
    {
        chain::DrillBook book;
        const int id = book.start({.chain = "c", .step = 1});
        for (int i = 0; i < 50; ++i) {
            QVERIFY(book.take("c", 1, kStart + i * 1h));
        }
        QVERIFY(book.stop(id));
        QVERIFY(!book.take("c", 1, kStart));
        QVERIFY(!book.stop(id));
    }

    void endsAfterSoManyRequests()
    {
        chain::DrillBook book;
        book.start({.chain = "c", .step = 1, .requestsLeft = 2});
        QVERIFY(book.isDrilled("c", 1, kStart));
        QVERIFY(book.take("c", 1, kStart));
        QCOMPARE(book.list(kStart).at(0).requestsLeft, 1);
        QVERIFY(book.take("c", 1, kStart));
        QVERIFY(!book.isDrilled("c", 1, kStart));
        QVERIFY(!book.take("c", 1, kStart));
        QVERIFY(book.list(kStart).empty());
    }

    void endsAtItsTime()
    {
        chain::DrillBook book;
        const int id = book.start({.chain = "c", .step = 1, .until = kStart + 60s});
        QCOMPARE(book.nextEnd().value_or(base::SteadyTime{}), kStart + 60s);
        QVERIFY(book.take("c", 1, kStart + 59s));
        QVERIFY(book.takeEnded(kStart + 59s).empty());
        QVERIFY(!book.take("c", 1, kStart + 60s));
        QVERIFY(book.list(kStart + 60s).empty());
        const auto ended = book.takeEnded(kStart + 60s);
        QCOMPARE(ended.size(), 1U);
        QCOMPARE(ended[0].id, id);
        QVERIFY(!book.nextEnd());
    }

    void tellsOnceOfEachThatHasEnded()
    {
        chain::DrillBook book;
        const int stopped = book.start({.chain = "c", .step = 1});
        book.start({.chain = "c", .step = 2, .requestsLeft = 1});
        book.start({.chain = "c", .step = 3, .until = kStart});
        book.start({.chain = "c", .step = 4});
        book.stop(stopped);
        book.take("c", 2, kStart);
        QCOMPARE(book.takeEnded(kStart).size(), 3U);
        QVERIFY(book.takeEnded(kStart).empty());
        QCOMPARE(book.list(kStart).at(0).step, 4);
    }

    void aNewDrillOfAStepReplacesTheOld()
    {
        chain::DrillBook book;
        const int first = book.start({.chain = "c", .step = 1, .plan = {.fault = Fault::Hang}});
        const int second = book.start({.chain = "c", .step = 1, .plan = {.fault = Fault::Empty}});
        QVERIFY(first != second);
        QVERIFY(book.take("c", 1, kStart)->fault == Fault::Empty);
        QCOMPARE(book.list(kStart).size(), 1U);
        QCOMPARE(book.takeEnded(kStart).at(0).id, first);
    }
};

SIGNALBOX_TEST(DrillBookTest)
#include "drill_book_test.moc"
