// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/events/event.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

class AttemptKindTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindIsReadBackFromItsName()
    {
        using enum events::AttemptKind;
        for (const auto kind : {First, Repeat, Fallback, Hedge, Race, Continue}) {
            QVERIFY(events::attemptKindFromText(events::toText(kind)) == kind);
        }
        QCOMPARE(events::toText(Continue), std::string_view("Continue"));
        QVERIFY(!events::attemptKindFromText("first"));
    }

    void streamingIsWhatComesAfterTheFirstToken()
    {
        events::Phases phases{.queue = 9s,
                              .dns = 1ms,
                              .connect = 2ms,
                              .tls = 3ms,
                              .firstByte = 10ms,
                              .firstToken = 40ms,
                              .total = 100ms};
        QCOMPARE(phases.stream(), base::Duration(54ms));
        phases.firstToken = {};
        QCOMPARE(phases.stream(), base::Duration{});
        phases.firstToken = 200ms; // clocks of different makers
        QCOMPARE(phases.stream(), base::Duration{});
    }
};

SIGNALBOX_TEST(AttemptKindTest)
#include "attempt_kind_test.moc"
