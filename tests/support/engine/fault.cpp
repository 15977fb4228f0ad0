// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/engine/fault.h"

#include <QTest>

#include "tests/support/engine/three_logs.h"

namespace signalbox::test {

using events::Outcome;
using namespace std::chrono_literals;

namespace {
/// Short enough to be waited for, long enough for a busy machine to answer in time.
void shortLimits(config::StepConfig &step)
{
    step.firstToken = 300ms;
    step.answer = 300ms;
}
} // namespace

QString text(Outcome outcome)
{
    return QString::fromUtf8(events::toText(outcome).data());
}

void addRows(const std::vector<Fault> &faults)
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<bool>("stream");
    for (int i = 0; i < static_cast<int>(faults.size()); ++i) {
        const char *const name = faults[static_cast<std::size_t>(i)].name;
        QTest::addRow("%s", name) << i << false;
        QTest::addRow("%s, streaming", name) << i << true;
    }
}

void runRow(const std::vector<Fault> &faults)
{
    QFETCH(int, fault);
    QFETCH(bool, stream);
    const Fault &given = faults[static_cast<std::size_t>(fault)];
    TwoProviders box;
    box.first.always(stream ? given.stream.value_or(given.whole) : given.whole);
    const Outcome expected = stream ? given.streamOutcome : given.outcome;
    if (expected == Outcome::TotalTimeout || expected == Outcome::FirstTokenTimeout) {
        shortLimits(box.demo().steps[0]);
    }
    goesOn(box, stream, expected);
    QCOMPARE(box.first.requestCount(), 1);
}

/// Asks once; step 1 must end in `expected`, step 2 must answer.
void goesOn(TwoProviders &box, bool stream, Outcome expected)
{
    QVERIFY(box.start());
    const Answer answer = box.ask(stream);
    QCOMPARE(answer.status, 200);
    QVERIFY2(answer.says("from the second"), answer.body.c_str());
    QVERIFY(!answer.says("from the first"));
    QCOMPARE(answer.says("data: [DONE]\n\n"), stream);
    QCOMPARE(answer.field("x-signalbox-served-by"), std::string("second/second-model"));
    QCOMPARE(answer.field("x-signalbox-attempts"), std::string("2"));

    const ledger::RequestDetail row = box.onlyRow();
    QCOMPARE(row.attempts.size(), std::size_t(2));
    QCOMPARE(text(row.attempts[0].outcome), text(expected));
    QCOMPARE(text(row.attempts[1].outcome), text(Outcome::Answered));
    QVERIFY(!row.attempts[0].detail.empty());
    QCOMPARE(row.request.ended->outcome, events::RequestOutcome::AnsweredByFallback);
    QCOMPARE(row.request.ended->servedStep, 2);
    QVERIFY(box.first.requestCount() <= 1); // one attempt is one request on the wire
    QCOMPARE(box.second.requestCount(), 1);
    QCOMPARE(disagreement(box), QString());
}

} // namespace signalbox::test
