// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/request_id.h"

#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

class RequestIdTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdsTheMillisecondAsUlidsDo()
    {
        base::Random random(1);
        // The first ten characters of github.com/ulid/spec's example of 1469918176385 ms.
        const base::WallTime at{1469918176385ms};
        QVERIFY(base::RequestIdSource().next(at, random).text().starts_with("01ARYZ6S41"));
        QCOMPARE(base::RequestId::lowest(at).text(), std::string("01ARYZ6S410000000000000000"));
    }

    void sortsInTheOrderTheIdsWereMade()
    {
        base::Random random(2);
        base::RequestIdSource source;
        base::WallTime now{1'700'000'000'000ms};
        base::RequestId last;
        for (int i = 0; i < 10'000; ++i) {
            now += std::chrono::microseconds(i % 7 == 0 ? -3'000 : 100); // steps back as NTP may do
            const base::RequestId id = source.next(now, random);
            QCOMPARE(id.text().size(), 26U);
            QVERIFY(last < id);
            last = id;
        }
    }

    void takesBackWhatItWrote()
    {
        base::Random random(3);
        const base::RequestId id = base::RequestIdSource().next(base::WallTime{1ms}, random);
        QVERIFY(base::RequestId::fromText(id.text()) == id);
        QVERIFY(base::RequestId::fromText(std::string(100, 'A')).empty());
        QVERIFY(base::RequestId().empty());
    }
};

SIGNALBOX_TEST(RequestIdTest)
#include "request_id_test.moc"
