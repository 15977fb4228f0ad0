// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/breaker.h"

#include <utility>

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

    void whatEachOutcomeDoesToAClosedBreaker_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<int>("opensAfter"); ///< so many in a row; 0: never
        QTest::addColumn<int>("seconds");    ///< and then for so long; -1: until somebody acts
        const auto row = [](const char *name, Outcome outcome, int opensAfter, int seconds) {
            QTest::newRow(name) << static_cast<int>(outcome) << opensAfter << seconds;
        };
        row("Answered", Outcome::Answered, 0, 0);
        row("DnsFailed", Outcome::DnsFailed, 3, 20);
        row("ConnectFailed", Outcome::ConnectFailed, 3, 20);
        row("TlsFailed", Outcome::TlsFailed, 3, 20);
        row("FirstTokenTimeout", Outcome::FirstTokenTimeout, 3, 30);
        row("IdleTimeout", Outcome::IdleTimeout, 3, 30);
        row("TotalTimeout", Outcome::TotalTimeout, 3, 30);
        row("RateLimited", Outcome::RateLimited, 1, 15);
        row("QuotaSpent", Outcome::QuotaSpent, 1, 3600);
        row("KeyRefused", Outcome::KeyRefused, 1, -1);
        row("ModelMissing", Outcome::ModelMissing, 1, 600);
        row("ContextTooLong", Outcome::ContextTooLong, 0, 0);
        row("BadRequest", Outcome::BadRequest, 0, 0);
        row("Refused", Outcome::Refused, 0, 0);
        row("ServerFailed", Outcome::ServerFailed, 3, 30);
        row("Garbled", Outcome::Garbled, 3, 30);
        row("Empty", Outcome::Empty, 6, 30);
        row("CutOff", Outcome::CutOff, 3, 30);
        row("Looping", Outcome::Looping, 0, 0);
        row("BrokenToolCall", Outcome::BrokenToolCall, 0, 0);
        row("ClientGone", Outcome::ClientGone, 0, 0);
        row("Superseded", Outcome::Superseded, 0, 0);
    }
    void whatEachOutcomeDoesToAClosedBreaker()
    {
        QFETCH(int, outcome);
        QFETCH(int, opensAfter);
        QFETCH(int, seconds);
        Bench b;
        for (int i = 1; i <= 30; ++i) {
            b.attempt(static_cast<Outcome>(outcome));
            const bool open = opensAfter > 0 && i >= opensAfter;
            QCOMPARE(b.breaker.state, open ? BreakerState::Open : BreakerState::Closed);
            if (i == opensAfter) {
                QCOMPARE(b.breaker.openUntil,
                         seconds < 0 ? base::SteadyTime::max() : b.now + std::chrono::seconds(seconds));
                QCOMPARE(b.breaker.cause, static_cast<Outcome>(outcome));
            }
        }
    }

    void whatEachOutcomeMakesOfAProbe_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<int>("state");
        const auto row = [](Outcome outcome, BreakerState state) {
            QTest::newRow(events::toText(outcome).data())
                << static_cast<int>(outcome) << static_cast<int>(state);
        };
        row(Outcome::Answered, BreakerState::Closed);
        row(Outcome::Refused, BreakerState::Closed);
        for (const Outcome nothing : {Outcome::BadRequest, Outcome::ContextTooLong, Outcome::Looping,
                                      Outcome::BrokenToolCall, Outcome::ClientGone, Outcome::Superseded}) {
            row(nothing, BreakerState::HalfOpen);
        }
        for (const Outcome bad :
             {Outcome::DnsFailed, Outcome::ConnectFailed, Outcome::TlsFailed, Outcome::FirstTokenTimeout,
              Outcome::IdleTimeout, Outcome::TotalTimeout, Outcome::RateLimited, Outcome::QuotaSpent,
              Outcome::KeyRefused, Outcome::ModelMissing, Outcome::ServerFailed, Outcome::Garbled,
              Outcome::Empty, Outcome::CutOff}) {
            row(bad, BreakerState::Open);
        }
    }
    void whatEachOutcomeMakesOfAProbe()
    {
        QFETCH(int, outcome);
        QFETCH(int, state);
        Bench b;
        b.attempt(Outcome::RateLimited);
        b.now = b.breaker.openUntil;
        QVERIFY(b.attempt(static_cast<Outcome>(outcome)));
        QCOMPARE(static_cast<int>(b.breaker.state), state);
        QVERIFY(!b.breaker.probeRunning);
    }

    void neutralOutcomesNeitherEndNorDiluteARowOfFailures()
    {
        for (const Outcome neutral :
             {Outcome::ContextTooLong, Outcome::BadRequest, Outcome::Refused, Outcome::Looping,
              Outcome::BrokenToolCall, Outcome::ClientGone, Outcome::Superseded}) {
            Bench b;
            b.attempt(Outcome::ServerFailed);
            b.attempt(neutral);
            b.attempt(Outcome::ServerFailed);
            b.attempt(neutral);
            b.attempt(Outcome::ServerFailed);
            QCOMPARE(b.breaker.state, BreakerState::Open);
        }
    }

    void failuresBeforeTheProviderWasReachedCountApart()
    {
        Bench b;
        b.attempt(Outcome::ServerFailed);
        b.attempt(Outcome::ConnectFailed);
        b.attempt(Outcome::ServerFailed);
        b.attempt(Outcome::DnsFailed);
        QCOMPARE(b.breaker.state, BreakerState::Closed);
        b.attempt(Outcome::TlsFailed);
        QCOMPARE(b.breaker.state, BreakerState::Open);
        QCOMPARE(b.breaker.cause, Outcome::TlsFailed);
        QCOMPARE(b.breaker.openUntil - b.now, base::Duration(20s));
    }

    void aCertificateThatDoesNotHoldOpensAtOnceAsMisconfigured()
    {
        Bench b;
        for (const auto expected : {5s, 10s, 20s, 40s, 60s, 60s}) {
            auto result = b.start();
            QVERIFY(result);
            result->misconfigured = true;
            b.end(*result, Outcome::TlsFailed);
            QCOMPARE(b.breaker.state, BreakerState::Open);
            QVERIFY(b.breaker.misconfigured);
            QCOMPARE(b.breaker.openUntil - b.now, base::Duration(expected));
            b.now = b.breaker.openUntil;
        }
        QVERIFY(b.attempt(Outcome::Answered));
        QVERIFY(!b.breaker.misconfigured);
    }

    void retryAfterIsTakenWithinReason_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<qlonglong>("asked");
        QTest::addColumn<qlonglong>("seconds");
        const auto row = [](const char *name, Outcome outcome, qlonglong asked, qlonglong seconds) {
            QTest::newRow(name) << static_cast<int>(outcome) << asked << seconds;
        };
        row("negative", Outcome::RateLimited, -5, 0);
        row("an hour", Outcome::RateLimited, 3600, 3600);
        row("a day", Outcome::RateLimited, 86'400, 3600);
        row("a quota's day", Outcome::QuotaSpent, 86'400, 86'400);
        row("a quota's century", Outcome::QuotaSpent, 3'153'600'000, 31 * 86'400);
        row("missing model", Outcome::ModelMissing, 5, 600);
    }
    void retryAfterIsTakenWithinReason()
    {
        QFETCH(int, outcome);
        QFETCH(qlonglong, asked);
        QFETCH(qlonglong, seconds);
        Bench b;
        b.attempt(static_cast<Outcome>(outcome), base::Duration(std::chrono::seconds(asked)));
        QCOMPARE(b.breaker.openUntil - b.now, base::Duration(std::chrono::seconds(seconds)));
    }

    void aServersRetryAfterOnlyLengthensItsOpenTime()
    {
        for (const auto &[asked, expected] : {std::pair(5s, 30s), std::pair(90s, 90s)}) {
            Bench b;
            for (int i = 0; i < 3; ++i) {
                b.attempt(Outcome::ServerFailed, base::Duration(asked));
            }
            QCOMPARE(b.breaker.openUntil - b.now, base::Duration(expected));
        }
    }

    /// "Retry-After: 1" again and again must not become a try per second.
    void aProviderThatBreaksItsWordIsBelievedLess()
    {
        Bench b;
        for (const auto expected : {1s, 15s, 30s, 60s, 120s, 240s, 300s, 300s}) {
            QVERIFY(b.attempt(Outcome::RateLimited, base::Duration(1s)));
            QCOMPARE(b.breaker.openUntil - b.now, base::Duration(expected));
            b.now = b.breaker.openUntil;
        }
        b.attempt(Outcome::Answered);
        b.attempt(Outcome::RateLimited, base::Duration(1s));
        QCOMPARE(b.breaker.openUntil - b.now, base::Duration(1s));
    }

    void jitterIsAddedAndNeverLong()
    {
        Bench b;
        const auto openFor = [&](Outcome outcome, std::optional<base::Duration> retryAfter) {
            b.breaker = {};
            auto result = b.start();
            result->outcome = outcome;
            result->retryAfter = retryAfter;
            finish(b.breaker, *result, b.now, 0.5);
            return b.breaker.openUntil - b.now;
        };
        QCOMPARE(openFor(Outcome::RateLimited, base::Duration(10s)), base::Duration(11s));
        QCOMPARE(openFor(Outcome::RateLimited, base::Duration(1h)), base::Duration(1h + 30s));
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
};

SIGNALBOX_TEST(BreakerTest)
#include "breaker_test.moc"
