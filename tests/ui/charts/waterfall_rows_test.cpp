// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/waterfall_rows.h"

#include "tests/support/registry.h"

namespace signalbox::charts {

using namespace std::chrono_literals;

namespace {

QString sameName(const std::string &id)
{
    return QString::fromStdString(id);
}

events::AttemptEnded answered()
{
    events::AttemptEnded a;
    a.attempt = a.step = 1;
    a.provider = "one";
    a.phases.queue = 5ms;
    a.phases.dns = 10ms;
    a.phases.connect = 20ms;
    a.phases.tls = 30ms;
    a.phases.firstByte = 200ms;
    a.phases.firstToken = 300ms;
    a.phases.total = 1000ms;
    a.usage.output = 70;
    a.cost = base::Money{20'000'000};
    return a;
}

} // namespace

class WaterfallRowsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void phasesFollowEachOtherToTheEnd()
    {
        ledger::RequestDetail detail;
        detail.attempts.push_back(answered());
        const auto rows = waterfallRows(detail, sameName);
        QCOMPARE(rows.size(), 2U); // queue, attempt
        const auto &spans = rows[1].spans;
        const std::vector<std::pair<Phase, double>> ends{{Phase::Dns, 15},        {Phase::Connect, 35},
                                                         {Phase::Tls, 65},        {Phase::WaitByte, 265},
                                                         {Phase::WaitToken, 365}, {Phase::Stream, 1005}};
        QCOMPARE(spans.size(), ends.size());
        double at = 5;
        for (std::size_t i = 0; i < spans.size(); ++i) {
            QCOMPARE(spans[i].phase, ends[i].first);
            QCOMPARE(spans[i].fromMs, at);
            QCOMPARE(spans[i].toMs, ends[i].second);
            at = spans[i].toMs;
        }
        QCOMPARE(rows[1].note, QStringLiteral("70 tokens · 100/s · 1.0 s · $0.0200"));
        QCOMPARE(waterfallEndMs(detail), 1005.0);
    }

    void aReusedConnectionHasNoConnectPhases()
    {
        ledger::RequestDetail detail;
        detail.attempts.push_back(answered());
        auto &p = detail.attempts[0].phases;
        p.dns = p.connect = p.tls = {};
        p.reused = true;
        QCOMPARE(waterfallRows(detail, sameName)[1].spans.front().phase, Phase::WaitByte);
    }

    void aSilentAttemptOnlyWaits()
    {
        ledger::RequestDetail detail;
        detail.attempts.push_back(answered());
        auto &a = detail.attempts[0];
        a.outcome = events::Outcome::FirstTokenTimeout;
        a.phases.firstByte = a.phases.firstToken = {};
        const auto rows = waterfallRows(detail, sameName);
        QCOMPARE(rows[1].spans.back().phase, Phase::WaitByte);
        QCOMPARE(rows[1].spans.back().toMs, 1005.0);
        QVERIFY(rows[1].failed);
        QVERIFY(rows[1].note.startsWith(QStringLiteral("no first token in time")));
    }

    void everySkippedStepHasItsReason()
    {
        ledger::RequestDetail detail;
        detail.skipped.push_back({{}, 2, "two", "m", events::SkipReason::BreakerOpen, "open until 12:14"});
        detail.skipped.push_back({{}, 3, "three", "m", events::SkipReason::NotNeeded, ""});
        const auto rows = waterfallRows(detail, sameName);
        QCOMPARE(rows.size(), 2U);
        QCOMPARE(rows[0].label, QStringLiteral("2 two"));
        QCOMPARE(rows[0].note, QStringLiteral("skipped, breaker open: open until 12:14"));
        QCOMPARE(rows[1].note, QStringLiteral("not needed"));
        QVERIFY(rows[1].skipped);
    }

    void skippedStepsStandWhereTheyWouldHaveBeenTried()
    {
        ledger::RequestDetail detail;
        detail.attempts.push_back(answered());
        detail.attempts[0].step = 2;
        detail.skipped.push_back({{}, 1, "first", "m", events::SkipReason::BreakerOpen, ""});
        detail.skipped.push_back({{}, 3, "third", "m", events::SkipReason::NotNeeded, ""});
        QStringList labels;
        for (const WaterfallRow &row : waterfallRows(detail, sameName)) {
            labels << row.label;
        }
        QCOMPARE(labels.join(QLatin1Char('|')), QStringLiteral("queue|1 first|2 one|3 third"));
    }

    void aSecondTryOfAStepSaysSo()
    {
        ledger::RequestDetail detail;
        detail.attempts = {answered(), answered()};
        detail.attempts[1].attempt = 2;
        QCOMPARE(waterfallRows(detail, sameName)[2].label, QStringLiteral("1 one, try 2"));
    }
};

} // namespace signalbox::charts

using signalbox::charts::WaterfallRowsTest;
SIGNALBOX_TEST(WaterfallRowsTest)

#include "waterfall_rows_test.moc"
