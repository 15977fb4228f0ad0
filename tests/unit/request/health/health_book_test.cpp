// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/health_book.h"

#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using health::Admission;
using health::BreakerState;
using health::Target;
using namespace std::chrono_literals;

namespace {
const Target kOne{"openai", "provider/openai", "https://api.openai.com", "one"};
const Target kTwo{"openai", "provider/openai", "https://api.openai.com", "two"};
const Target kOtherKey{"openai", "provider/spare", "https://api.openai.com", "one"};
const Target kLocal{"box", "", "http://127.0.0.1:11434", "llama"};

/// A book with its own time.
struct Bench {
    health::HealthBook book;
    base::SteadyTime now{1h};

    health::View view(const Target &target) const { return book.view(target, now); }
    Admission admission(const Target &target) const { return view(target).admission; }
    health::Ticket begin(const Target &target) { return book.begin(target, now); }
    health::View end(const Target &target, const health::Ticket &ticket, Outcome outcome,
                     std::optional<base::Duration> retryAfter = {})
    {
        health::Result result;
        result.outcome = outcome;
        result.retryAfter = retryAfter;
        return book.finish(target, ticket, result, now, 0.0);
    }
    /// What a request does: nothing, if the book says no.
    bool attempt(const Target &target, Outcome outcome, std::optional<base::Duration> retryAfter = {})
    {
        if (!lets(admission(target))) {
            return false;
        }
        end(target, begin(target), outcome, retryAfter);
        return true;
    }
    void trip(const Target &target, Outcome outcome = Outcome::ServerFailed)
    {
        for (int i = 0; i < 3; ++i) {
            attempt(target, outcome);
        }
        QCOMPARE(view(target).state, BreakerState::Open);
    }
};
} // namespace

class HealthBookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKeyThatIsRefusedOrSpentClosesTheRoadToAllItsModels_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::newRow("refused") << static_cast<int>(Outcome::KeyRefused);
        QTest::newRow("quota") << static_cast<int>(Outcome::QuotaSpent);
    }
    void aKeyThatIsRefusedOrSpentClosesTheRoadToAllItsModels()
    {
        QFETCH(int, outcome);
        Bench b;
        b.attempt(kTwo, Outcome::Answered);
        const auto after = b.end(kOne, b.begin(kOne), static_cast<Outcome>(outcome));
        QCOMPARE(after.state, BreakerState::Open);
        QCOMPARE(after.cause, static_cast<Outcome>(outcome));
        QCOMPARE(b.admission(kOne), Admission::Open);
        QCOMPARE(b.admission(kTwo), Admission::Open);
        QCOMPARE(b.admission({"openai", "provider/openai", "https://api.openai.com", "never asked"}),
                 Admission::Open);
        QCOMPARE(b.admission(kOtherKey), Admission::Allowed);
    }

    void aRateLimitClosesOnlyItsModel()
    {
        Bench b;
        b.attempt(kOne, Outcome::RateLimited);
        QCOMPARE(b.admission(kOne), Admission::Open);
        QCOMPARE(b.admission(kTwo), Admission::Allowed);
    }

    void aKeyWhoseQuotaMayBeBackIsProbedByOneModelOnly()
    {
        Bench b;
        b.attempt(kOne, Outcome::QuotaSpent);
        b.now += 1h;
        QCOMPARE(b.admission(kOne), Admission::AllowedAsProbe);
        QCOMPARE(b.admission(kTwo), Admission::AllowedAsProbe);
        const auto probe = b.begin(kTwo);
        QVERIFY(probe.keyProbe);
        QCOMPARE(b.admission(kOne), Admission::ProbeRunning);
        b.end(kTwo, probe, Outcome::Answered);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
    }

    void anOpenModelStaysClosedOutWhileItsKeyIsProbed()
    {
        Bench b;
        const auto slow = b.begin(kOne);
        b.attempt(kTwo, Outcome::QuotaSpent, 10s);
        b.end(kOne, slow, Outcome::RateLimited, 1min);
        b.now += 10s;
        QCOMPARE(b.admission(kTwo), Admission::AllowedAsProbe);
        QCOMPARE(b.admission(kOne), Admission::Open);
        QCOMPARE(b.view(kOne).cause, Outcome::RateLimited);
    }

    void aFailureThatDoesNotSpeakOfTheKeyOnlyEndsItsProbe()
    {
        Bench b;
        b.attempt(kOne, Outcome::QuotaSpent);
        b.now += 1h;
        b.attempt(kOne, Outcome::ServerFailed);
        QCOMPARE(b.admission(kTwo), Admission::AllowedAsProbe);
    }

    void anEditedKeyIsNotBlamedForTheOldOne()
    {
        Bench b;
        const auto late = b.begin(kOne);
        b.attempt(kOne, Outcome::KeyRefused);
        b.book.resetKey("openai", "provider/openai");
        QCOMPARE(b.admission(kOne), Admission::Allowed);
        b.end(kOne, late, Outcome::KeyRefused);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
    }

    void aPausedTargetIsNotTriedWhateverItsBreakerSays()
    {
        Bench b;
        b.book.pause(kOne, true);
        QCOMPARE(b.admission(kOne), Admission::Paused);
        QVERIFY(b.view(kOne).paused);
        QCOMPARE(b.view(kOne).state, BreakerState::Closed);
        QCOMPARE(b.admission(kTwo), Admission::Allowed);
        b.book.reset(kOne);
        QCOMPARE(b.admission(kOne), Admission::Paused);
        b.book.pause(kOne, false);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
    }

    void aPausedProviderPausesAllItsModelsAndThoseToCome()
    {
        Bench b;
        b.attempt(kOne, Outcome::Answered);
        b.book.pause("openai", true);
        QVERIFY(b.book.isPaused("openai"));
        QCOMPARE(b.admission(kOne), Admission::Paused);
        QCOMPARE(b.admission(kTwo), Admission::Paused);
        QCOMPARE(b.admission(kLocal), Admission::Allowed);
        b.book.pause("openai", false);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
    }

    void aTargetHeldOpenByHandIsLetGoByTimeOrReset()
    {
        Bench b;
        b.book.forceOpen(kOne, b.now + 10min);
        QCOMPARE(b.admission(kOne), Admission::Open);
        QVERIFY(b.view(kOne).forced);
        QCOMPARE(b.view(kOne).state, BreakerState::Open);
        QCOMPARE(b.view(kOne).openUntil, b.now + 10min);
        b.now += 10min;
        QCOMPARE(b.admission(kOne), Admission::Allowed);
        QVERIFY(!b.view(kOne).forced);

        b.book.forceOpen(kOne, std::nullopt);
        b.now += 24h * 365;
        QCOMPARE(b.admission(kOne), Admission::Open);
        b.book.reset(kOne);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
    }

    void aResetClosesModelAndKeyAndIgnoresWhatIsUnderWay()
    {
        Bench b;
        b.trip(kTwo);
        const auto late = b.begin(kOne);
        b.attempt(kOne, Outcome::KeyRefused);
        b.book.reset(kOne);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
        QCOMPARE(b.admission(kTwo), Admission::Open);
        b.end(kOne, late, Outcome::RateLimited);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
        b.book.resetAll("openai");
        QCOMPARE(b.admission(kTwo), Admission::Allowed);
    }

    void onlyTheNetworkOfThisMachineIsNeededForLocalTargets_data()
    {
        QTest::addColumn<QString>("origin");
        QTest::addColumn<bool>("local");
        QTest::newRow("name") << "http://localhost:8080" << true;
        QTest::newRow("IPv4") << "http://127.0.0.1:11434" << true;
        QTest::newRow("127/8") << "http://127.9.9.9" << true;
        QTest::newRow("IPv6") << "http://[::1]:1234" << true;
        QTest::newRow("simulated") << "https://" << true;
        QTest::newRow("name that begins so") << "http://localhost.example.com" << false;
        QTest::newRow("address in a name") << "http://127.0.0.1.example.com" << false;
        QTest::newRow("LAN") << "http://192.168.1.7:8000" << false;
        QTest::newRow("IPv6 LAN") << "http://[fd00::1]:8000" << false;
        QTest::newRow("far") << "https://api.openai.com" << false;
    }
    void onlyTheNetworkOfThisMachineIsNeededForLocalTargets()
    {
        QFETCH(QString, origin);
        QFETCH(bool, local);
        Bench b;
        const Target target{"p", "k", origin.toStdString(), "m"};
        b.book.setOnline(false, b.now);
        QCOMPARE(b.admission(target), local ? Admission::Allowed : Admission::Offline);
        b.book.begin(target, b.now); // known by now
        QCOMPARE(b.admission(target), local ? Admission::Allowed : Admission::Offline);
        b.book.setOnline(true, b.now);
        QCOMPARE(b.admission(target), Admission::Allowed);
    }

    void nothingTripsWithoutANetworkOrBehindAPortal_data()
    {
        QTest::addColumn<bool>("captive");
        QTest::newRow("offline") << false;
        QTest::newRow("captive portal") << true;
    }
    void nothingTripsWithoutANetworkOrBehindAPortal()
    {
        QFETCH(bool, captive);
        for (const Outcome outcome :
             {Outcome::DnsFailed, Outcome::TlsFailed, Outcome::FirstTokenTimeout, Outcome::Garbled,
              Outcome::KeyRefused, Outcome::RateLimited, Outcome::ServerFailed}) {
            Bench b;
            captive ? b.book.setCaptive(true) : b.book.setOnline(false, b.now);
            for (int i = 0; i < 10; ++i) {
                b.end(kOne, b.begin(kOne), outcome);
            }
            const auto late = b.begin(kOne);
            captive ? b.book.setCaptive(false) : b.book.setOnline(true, b.now);
            b.end(kOne, late, outcome);
            QCOMPARE(b.view(kOne).state, BreakerState::Closed);
            QCOMPARE(b.view(kOne).failuresInRow, 0.0);
        }
        Bench b;
        captive ? b.book.setCaptive(true) : b.book.setOnline(false, b.now);
        b.trip(kLocal); // what runs on this machine has no such excuse
    }

    void failuresThatAChangeOfNetworkExplainsCountForNothing_data()
    {
        QTest::addColumn<int>("change");
        QTest::newRow("offline in between") << 0;
        QTest::newRow("slept") << 1;
        QTest::newRow("another network") << 2;
    }
    void failuresThatAChangeOfNetworkExplainsCountForNothing()
    {
        QFETCH(int, change);
        Bench b;
        const auto happen = [&] {
            if (change == 0) {
                b.book.setOnline(false, b.now);
                b.book.setOnline(true, b.now);
            } else if (change == 1) {
                b.book.resumed(8h, b.now);
            } else {
                b.book.networkChanged();
            }
        };
        for (const Outcome outcome :
             {Outcome::DnsFailed, Outcome::ConnectFailed, Outcome::TlsFailed, Outcome::FirstTokenTimeout,
              Outcome::IdleTimeout, Outcome::TotalTimeout, Outcome::CutOff}) {
            for (int i = 0; i < 5; ++i) {
                const auto ticket = b.begin(kOne);
                happen();
                b.end(kOne, ticket, outcome);
            }
            QCOMPARE(b.view(kOne).state, BreakerState::Closed);
        }
        const auto ticket = b.begin(kOne);
        happen();
        b.end(kOne, ticket, Outcome::RateLimited); // the provider has spoken
        QCOMPARE(b.view(kOne).state, BreakerState::Open);
    }

    void aProbeThatTheNetworkCutIsNotHeldAgainstItsTarget()
    {
        Bench b;
        b.attempt(kOne, Outcome::RateLimited);
        b.now += 1min;
        const auto probe = b.begin(kOne);
        b.book.resumed(1h, b.now);
        b.end(kOne, probe, Outcome::CutOff);
        QCOMPARE(b.admission(kOne), Admission::AllowedAsProbe);
    }

    void openTimesOfOurOwnStandStillWhileOffline()
    {
        Bench b;
        b.trip(kOne);                                // 30 s, our guess
        b.attempt(kTwo, Outcome::RateLimited, 1min); // a minute, said the provider
        b.trip(kLocal);                              // its network is always there
        b.now += 10s;
        b.book.setOnline(false, b.now);
        b.now += 5min;
        QCOMPARE(b.admission(kOne), Admission::Offline);
        QCOMPARE(b.view(kOne).openUntil, b.now + 20s);
        b.book.setOnline(true, b.now);
        QCOMPARE(b.admission(kOne), Admission::Open);
        QCOMPARE(b.view(kOne).openUntil, b.now + 20s);
        QCOMPARE(b.admission(kTwo), Admission::AllowedAsProbe);
        QCOMPARE(b.admission(kLocal), Admission::AllowedAsProbe);
        b.now += 20s;
        QCOMPARE(b.admission(kOne), Admission::AllowedAsProbe);
    }

    void whatTheProviderNamedGoesOnWhileWeSleep()
    {
        Bench b;
        b.attempt(kOne, Outcome::QuotaSpent, 3h);
        b.trip(kLocal);
        b.book.resumed(2h, b.now); // the steady clock stood still
        QCOMPARE(b.view(kOne).openUntil, b.now + 1h);
        QCOMPARE(b.view(kLocal).openUntil, b.now + 30s);
        b.book.resumed(8h, b.now);
        QCOMPARE(b.admission(kOne), Admission::AllowedAsProbe);
    }

    void countsWhatIsUnderWay()
    {
        Bench b;
        QCOMPARE(b.book.load(kOne, b.now).inFlight, 0);
        const auto first = b.begin(kOne);
        const auto second = b.begin(kOne);
        QCOMPARE(b.book.load(kOne, b.now).inFlight, 2);
        b.end(kOne, first, Outcome::Superseded);
        b.end(kOne, second, Outcome::ClientGone);
        QCOMPARE(b.book.load(kOne, b.now).inFlight, 0);
    }

    void learnsHowQuickATargetIs()
    {
        Bench b;
        const auto answer = [&](base::Duration firstToken) {
            health::Result result;
            result.firstToken = firstToken;
            result.promptBytes = 5'000;
            b.book.finish(kOne, b.begin(kOne), result, b.now, 0.0);
            result.total = 4 * firstToken; // of one that did not stream
            b.book.finish(kOne, b.begin(kOne), result, b.now, 0.0);
        };
        QVERIFY(!b.book.load(kOne, b.now).firstToken);
        for (int i = 0; i < 10; ++i) {
            QVERIFY(!b.book.adaptiveFirstToken(kOne, 5'000));
            answer(2s);
        }
        QCOMPARE(b.book.load(kOne, b.now).firstToken, std::optional(base::Duration(2s)));
        QCOMPARE(b.book.load(kOne, b.now).samples, 20);
        QCOMPARE(b.book.adaptiveFirstToken(kOne, 7'000), std::optional(base::Duration(6s)));
        QCOMPARE(b.book.adaptiveAnswer(kOne, 7'000), std::optional(base::Duration(24s)));
        QVERIFY(!b.book.adaptiveFirstToken(kOne, 70'000));
        QVERIFY(!b.book.adaptiveFirstToken(kTwo, 7'000));
    }

    void aLimitFromQuickerDaysIsForgottenWhenTimeoutsOpenTheBreaker()
    {
        Bench b;
        health::Result answered;
        answered.firstToken = 1s;
        for (int i = 0; i < 10; ++i) {
            b.book.finish(kOne, b.begin(kOne), answered, b.now, 0.0);
        }
        QVERIFY(b.book.adaptiveFirstToken(kOne, 0));
        b.trip(kOne, Outcome::FirstTokenTimeout);
        QVERIFY(!b.book.adaptiveFirstToken(kOne, 0));
    }

    void aSilentTryMakesItsTargetLookAsSlowAsItWaited()
    {
        Bench b;
        health::Result timeout;
        timeout.outcome = Outcome::FirstTokenTimeout;
        timeout.total = 20s;
        b.book.finish(kOne, b.begin(kOne), timeout, b.now, 0.0);
        QCOMPARE(b.book.load(kOne, b.now).firstToken, std::optional(base::Duration(20s)));
    }

    void threeTriesThatStaySilentMakeTheirTargetSuspect()
    {
        Bench b;
        const auto first = b.book.begin(kOne, b.now, 20s);
        b.book.begin(kOne, b.now, 20s);
        b.book.begin(kOne, b.now, 20s);
        QVERIFY(!b.view(kOne).suspect); // many at once are nothing unusual
        b.now += 3999ms;
        QVERIFY(!b.view(kOne).suspect);
        b.now += 1ms;
        QVERIFY(b.view(kOne).suspect);
        QCOMPARE(b.admission(kOne), Admission::Allowed); // for those who have nowhere else to go
        b.book.content(first);
        QVERIFY(!b.view(kOne).suspect); // one speaks: the others are slow
    }

    void aTargetThatIsKnownToBeSlowIsNotSuspectedEarly()
    {
        Bench b;
        health::Result answered;
        answered.firstToken = 10s;
        b.book.finish(kOne, b.begin(kOne), answered, b.now, 0.0);
        for (int i = 0; i < 3; ++i) {
            b.book.begin(kOne, b.now, 20s);
        }
        b.now += 29s;
        QVERIFY(!b.view(kOne).suspect);
        b.now += 1s;
        QVERIFY(b.view(kOne).suspect);
    }

    /// A whole answer is silent until it is there. As long as nothing is known of the target, three at a time
    /// of which the first has been silent for 15 s are a sign.
    void aTargetThatHangsBehindWholeAnswersIsSuspected_data()
    {
        QTest::addColumn<int>("limitMs");
        QTest::addColumn<int>("firstTokenMs");
        QTest::addColumn<int>("suspectMs");
        QTest::newRow("usual limits") << 120'000 << 20'000 << 15'000;
        QTest::newRow("ten minutes for an answer") << 600'000 << 20'000 << 15'000;
        QTest::newRow("a model that thinks for long") << 600'000 << 180'000 << 36'000;
        QTest::newRow("a short limit") << 10'000 << 20'000 << 5'000;
    }
    void aTargetThatHangsBehindWholeAnswersIsSuspected()
    {
        QFETCH(int, limitMs);
        QFETCH(int, firstTokenMs);
        QFETCH(int, suspectMs);
        Bench b;
        const health::WholeTry whole{std::chrono::milliseconds(limitMs),
                                     std::chrono::milliseconds(firstTokenMs)};
        const auto begun = b.now;
        b.book.beginWhole(kOne, b.now, whole);
        b.now = begun + std::chrono::milliseconds(suspectMs);
        QVERIFY(!b.view(kOne).suspect);
        b.now = begun;
        b.book.beginWhole(kOne, b.now, whole);
        b.now = begun + std::chrono::milliseconds(suspectMs - 1);
        const auto last = b.book.beginWhole(kOne, b.now, whole);
        QVERIFY(!b.view(kOne).suspect);
        b.now += 1ms;
        QVERIFY(b.view(kOne).suspect);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
        b.end(kOne, last, Outcome::Answered);
        QVERIFY(!b.view(kOne).suspect);
    }

    void wholeAnswersMayTakeAsLongAsTheyUsuallyDo()
    {
        Bench b;
        const health::WholeTry whole{.limit = 120s, .firstToken = 20s, .promptBytes = 5'000};
        const auto suspectAfter = [&](base::Duration silence) {
            Bench later = b;
            for (int i = 0; i < 3; ++i) {
                later.book.beginWhole(kOne, later.now, whole);
            }
            later.now += silence - 1ms;
            const bool before = later.view(kOne).suspect;
            later.now += 1ms;
            return !before && later.view(kOne).suspect;
        };
        health::Result answered;
        answered.promptBytes = 5'000;
        answered.total = 20s;
        b.book.finish(kOne, b.begin(kOne), answered, b.now, 0.0);
        QVERIFY(suspectAfter(60s)); // three times as long
        b.now += 11min;
        QVERIFY(suspectAfter(30s)); // what it is now is not known; half as long again as its slowest
        answered.total = 1s;
        for (int i = 0; i < 40; ++i) {
            b.book.finish(kOne, b.begin(kOne), answered, b.now, 0.0);
        }
        QVERIFY(suspectAfter(15s)); // quick now, but one long answer is nothing yet
    }

    void streamsAndWholeAnswersAreUsualApart()
    {
        Bench b;
        health::Result whole;
        whole.firstToken = 30s; // its head came then: that is no first token
        whole.total = 30s;
        for (int i = 0; i < 20; ++i) {
            b.book.finish(kOne, b.begin(kOne), whole, b.now, 0.0);
        }
        QVERIFY(!b.book.adaptiveFirstToken(kOne, 0));
        for (int i = 0; i < 3; ++i) {
            b.book.begin(kOne, b.now, 20s);
        }
        b.now += 4s;
        QVERIFY(b.view(kOne).suspect);
    }

    void failuresAndSilentTriesAddUp()
    {
        Bench b;
        b.attempt(kOne, Outcome::ServerFailed);
        b.attempt(kOne, Outcome::ServerFailed);
        const auto silent = b.book.begin(kOne, b.now, 20s);
        b.now += 4s;
        QVERIFY(b.view(kOne).suspect);
        b.end(kOne, silent, Outcome::ClientGone); // it took its silence with it
        QVERIFY(!b.view(kOne).suspect);
    }

    void modelsThatNobodyUsesMakeRoom()
    {
        Bench b;
        b.attempt(kOne, Outcome::RateLimited, 1h);
        b.book.pause(kTwo, true);
        const auto running = b.begin(kLocal);
        const Target missing{"openai", "provider/openai", "https://api.openai.com", "missing"};
        for (int i = 0; i < 2000; ++i) {
            b.now += 1ms;
            Target target = missing;
            target.model += std::to_string(i);
            b.attempt(target, Outcome::ModelMissing);
        }
        int models = 0;
        b.book.forEach(b.now, [&](const Target &, const health::View &) { ++models; });
        QCOMPARE(models, 512);
        QCOMPARE(b.admission(kTwo), Admission::Paused);
        QCOMPARE(b.book.load(kLocal, b.now).inFlight, 1);
        b.end(kLocal, running, Outcome::RateLimited);
        QCOMPARE(b.admission(kLocal), Admission::Open);
    }

    void aCopyGoesItsOwnWay()
    {
        Bench b;
        const auto ticket = b.begin(kOne);
        Bench copy = b;
        copy.end(kOne, ticket, Outcome::RateLimited);
        QCOMPARE(copy.admission(kOne), Admission::Open);
        QCOMPARE(b.admission(kOne), Admission::Allowed);
        QCOMPARE(b.book.load(kOne, b.now).inFlight, 1);
    }

    void countsItsChangesForWhoeverSavesThem()
    {
        Bench b;
        std::uint64_t seen = b.book.changes();
        const auto changed = [&] { return std::exchange(seen, b.book.changes()) != seen; };
        b.attempt(kOne, Outcome::Answered);
        b.attempt(kOne, Outcome::ServerFailed);
        QVERIFY(!changed());
        b.attempt(kOne, Outcome::RateLimited);
        QVERIFY(changed());
        b.attempt(kTwo, Outcome::KeyRefused);
        QVERIFY(changed());
        b.book.pause("box", true);
        QVERIFY(changed());
        b.book.forceOpen(kLocal, std::nullopt);
        QVERIFY(changed());
        b.book.reset(kLocal);
        QVERIFY(changed());
    }
};

SIGNALBOX_TEST(HealthBookTest)
#include "health_book_test.moc"
