// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/breaker.h"

#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using health::Admission;
using health::BreakerState;
using namespace std::chrono_literals;

namespace {
/// A breaker with its own time.
struct Bench {
    health::Breaker breaker;
    base::SteadyTime now{1h};

    std::optional<health::Result> start()
    {
        const Admission admission = wouldAdmit(breaker, now);
        if (admission == Admission::Open || admission == Admission::ProbeRunning) {
            return std::nullopt;
        }
        begin(breaker, admission);
        health::Result result;
        result.generation = breaker.generation;
        result.probe = admission == Admission::AllowedAsProbe;
        return result;
    }
    bool attempt(Outcome outcome, std::optional<base::Duration> retryAfter = {})
    {
        auto result = start();
        if (!result) {
            return false;
        }
        end(*result, outcome, retryAfter);
        return true;
    }
    void end(health::Result result, Outcome outcome, std::optional<base::Duration> retryAfter = {})
    {
        result.outcome = outcome;
        result.retryAfter = retryAfter;
        finish(breaker, result, now, 0.0);
    }
};
} // namespace

class BreakerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensAfterThreeFailuresInARow()
    {
        Bench b;
        b.attempt(Outcome::ServerFailed);
        b.attempt(Outcome::ServerFailed);
        QCOMPARE(b.breaker.state, BreakerState::Closed);
        b.attempt(Outcome::ServerFailed);
        QCOMPARE(b.breaker.state, BreakerState::Open);
        QCOMPARE(b.breaker.openUntil - b.now, base::Duration(30s));
    }

    void aSuccessBetweenStartsTheRowAnew()
    {
        Bench b;
        for (int i = 0; i < 4; ++i) {
            b.attempt(Outcome::Answered);
        }
        b.attempt(Outcome::ServerFailed);
        b.attempt(Outcome::ServerFailed);
        b.attempt(Outcome::Answered);
        b.attempt(Outcome::ServerFailed);
        b.attempt(Outcome::Answered);
        QCOMPARE(b.breaker.state, BreakerState::Closed);
    }

    void opensWhenHalfOfTheRecentOnesFailed()
    {
        Bench b;
        for (const Outcome outcome :
             {Outcome::Answered, Outcome::ServerFailed, Outcome::Answered, Outcome::ServerFailed}) {
            b.attempt(outcome);
        }
        QCOMPARE(b.breaker.state, BreakerState::Closed); // four are too few to judge by
        b.attempt(Outcome::ServerFailed);
        QCOMPARE(b.breaker.state, BreakerState::Open);
    }

    void forgetsFailuresOlderThanAMinute()
    {
        Bench b;
        for (int i = 0; i < 10; ++i) {
            b.attempt(i % 2 == 0 ? Outcome::Answered : Outcome::ServerFailed);
            b.now += 20s;
        }
        QCOMPARE(b.breaker.state, BreakerState::Closed);
    }

    void opensAtOnceAndForAsLongAsAsked_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<int>("retryAfterSeconds");
        QTest::addColumn<int>("openSeconds");
        const auto row = [](const char *name, Outcome outcome, int retryAfter, int open) {
            QTest::newRow(name) << static_cast<int>(outcome) << retryAfter << open;
        };
        row("rate limit with Retry-After", Outcome::RateLimited, 7, 7);
        row("rate limit without", Outcome::RateLimited, -1, 15);
        row("quota without a reset", Outcome::QuotaSpent, -1, 3600);
        row("quota with a reset", Outcome::QuotaSpent, 120, 120);
        row("model missing", Outcome::ModelMissing, -1, 600);
    }
    void opensAtOnceAndForAsLongAsAsked()
    {
        QFETCH(int, outcome);
        QFETCH(int, retryAfterSeconds);
        QFETCH(int, openSeconds);
        Bench b;
        b.attempt(static_cast<Outcome>(outcome),
                  retryAfterSeconds < 0
                      ? std::nullopt
                      : std::optional<base::Duration>(std::chrono::seconds(retryAfterSeconds)));
        QCOMPARE(b.breaker.state, BreakerState::Open);
        b.now += std::chrono::seconds(openSeconds) - 1ms;
        QCOMPARE(wouldAdmit(b.breaker, b.now), Admission::Open);
        b.now += 1ms;
        QCOMPARE(wouldAdmit(b.breaker, b.now), Admission::AllowedAsProbe);
    }

    void aRefusedKeyStaysClosedOutUntilSomebodyActs()
    {
        Bench b;
        b.attempt(Outcome::KeyRefused);
        b.now += 24h * 365;
        QCOMPARE(wouldAdmit(b.breaker, b.now), Admission::Open);
    }

    void neutralOutcomesChangeNothing()
    {
        for (const Outcome outcome :
             {Outcome::ClientGone, Outcome::BadRequest, Outcome::ContextTooLong, Outcome::Refused}) {
            Bench b;
            for (int i = 0; i < 10; ++i) {
                b.attempt(outcome);
            }
            QCOMPARE(b.breaker.state, BreakerState::Closed);
        }
    }

    void emptyAnswersCountHalf()
    {
        Bench b;
        for (int i = 0; i < 5; ++i) {
            b.attempt(Outcome::Empty);
            QCOMPARE(b.breaker.state, BreakerState::Closed);
        }
        b.attempt(Outcome::Empty);
        QCOMPARE(b.breaker.state, BreakerState::Open);
    }

    void letsExactlyOneProbeThrough()
    {
        Bench b;
        b.attempt(Outcome::RateLimited);
        b.now += 1min;
        const auto probe = b.start();
        QVERIFY(probe && probe->probe);
        QCOMPARE(wouldAdmit(b.breaker, b.now), Admission::ProbeRunning);
        b.end(*probe, Outcome::Answered);
        QCOMPARE(b.breaker.state, BreakerState::Closed);
        QCOMPARE(wouldAdmit(b.breaker, b.now), Admission::Allowed);
    }

    void aFailedProbeOpensForLonger()
    {
        Bench b;
        for (int i = 0; i < 3; ++i) {
            b.attempt(Outcome::ServerFailed);
        }
        for (const auto expected : {60s, 120s, 240s, 300s, 300s}) {
            b.now = b.breaker.openUntil;
            QVERIFY(b.attempt(Outcome::ServerFailed));
            QCOMPARE(b.breaker.openUntil - b.now, base::Duration(expected));
        }
    }

    void aProbeThatLearntNothingLetsTheNextOneProbe()
    {
        Bench b;
        b.attempt(Outcome::RateLimited);
        b.now += 1min;
        b.attempt(Outcome::ClientGone);
        QCOMPARE(b.breaker.state, BreakerState::HalfOpen);
        QCOMPARE(wouldAdmit(b.breaker, b.now), Admission::AllowedAsProbe);
    }

    void lateResultsOfAnOlderGenerationAreIgnored()
    {
        Bench b;
        const auto slow = b.start();
        b.attempt(Outcome::RateLimited);
        QCOMPARE(b.breaker.state, BreakerState::Open);
        b.end(*slow, Outcome::Answered);
        QCOMPARE(b.breaker.state, BreakerState::Open);
        b.now += 1min;
        const auto probe = b.start();
        b.end(*slow, Outcome::ServerFailed);
        QCOMPARE(b.breaker.state, BreakerState::HalfOpen);
        b.end(*probe, Outcome::Answered);
        QCOMPARE(b.breaker.state, BreakerState::Closed);
    }

    void severalTriesOfOneRequestCountOnce()
    {
        Bench b;
        for (int i = 0; i < 6; ++i) {
            auto result = b.start();
            QVERIFY(result);
            result->firstOfRequest = i == 0;
            b.end(*result, Outcome::ServerFailed);
        }
        QCOMPARE(b.breaker.state, BreakerState::Closed);
    }

    /// A provider that is down for 60 s while a request comes every 4 s is tried at most 4 times.
    void aShortOutageCostsFewTries()
    {
        for (const Outcome outcome :
             {Outcome::ServerFailed, Outcome::FirstTokenTimeout, Outcome::RateLimited}) {
            Bench b;
            int tries = 0;
            for (int second = 0; second < 60; second += 4) {
                tries += b.attempt(outcome) ? 1 : 0;
                b.now += 4s;
            }
            QVERIFY2(tries <= 4, qPrintable(QString::number(tries)));
        }
    }
};

SIGNALBOX_TEST(BreakerTest)
#include "breaker_test.moc"
