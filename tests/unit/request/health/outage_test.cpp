// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/health_book.h"

#include <queue>

#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using health::Target;
using namespace std::chrono_literals;

namespace {
const Target kTarget{"p", "k", "https://example.com", "m"};

/// One way for a provider to be down.
struct Fault {
    Outcome outcome;
    base::Duration after;      ///< a try takes until it fails
    base::Duration firstToken; ///< the step's limit
    std::optional<base::Duration> retryAfter;
    bool misconfigured = false;
    bool whole = false; ///< the answers do not stream, and `firstToken` is their limit
};

constexpr base::Duration kUsualFirstToken = 20s;

/// A request every `every`, each of which has another step to go to.
struct Outage {
    health::HealthBook book;
    base::SteadyTime now{1h};
    struct Running {
        base::SteadyTime ends;
        health::Ticket ticket;
        base::Duration took;
        bool operator>(const Running &other) const { return ends > other.ends; }
    };
    std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
    int tries = 0;

    void until(base::SteadyTime time, const Fault &fault)
    {
        while (!running.empty() && running.top().ends <= time) {
            const Running ended = running.top();
            running.pop();
            health::Result result;
            result.outcome = fault.outcome;
            result.retryAfter = fault.retryAfter;
            result.misconfigured = fault.misconfigured;
            if (fault.whole || fault.outcome != Outcome::Answered) {
                result.total = ended.took;
            }
            book.finish(kTarget, ended.ticket, result, ended.ends, 0.0);
        }
        now = time;
    }
    void request(const Fault &fault)
    {
        const health::View view = book.view(kTarget, now);
        if (lets(view.admission) && !view.suspect) {
            ++tries;
            running.push({now + fault.after, begin(fault), fault.after});
        }
    }
    health::Ticket begin(const Fault &fault)
    {
        return fault.whole ? book.beginWhole(kTarget, now, {fault.firstToken, kUsualFirstToken})
                           : book.begin(kTarget, now, fault.firstToken);
    }
};
} // namespace

class OutageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// A provider that is down for 60 s while a request comes every 4 s is tried at most 4 times.
    void aShortOutageCostsFewTries_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<int>("afterMs");
        QTest::addColumn<int>("firstTokenMs");
        QTest::addColumn<int>("retryAfterMs");
        QTest::addColumn<bool>("misconfigured");
        QTest::addColumn<bool>("whole");
        const auto row = [](const char *name, Outcome outcome, int after, int firstToken = 20'000,
                            int retryAfter = -1, bool misconfigured = false) {
            QTest::newRow(name) << static_cast<int>(outcome) << after << firstToken << retryAfter
                                << misconfigured << false;
        };
        row("refused at once", Outcome::ConnectFailed, 1);
        row("no such name", Outcome::DnsFailed, 100);
        row("SYN dropped", Outcome::ConnectFailed, 5'000);
        row("TLS hangs", Outcome::TlsFailed, 5'000);
        row("certificate", Outcome::TlsFailed, 50, 20'000, -1, true);
        row("500", Outcome::ServerFailed, 50);
        row("503, try again at once", Outcome::ServerFailed, 50, 20'000, 0);
        row("slow 504", Outcome::ServerFailed, 15'000);
        row("garbage", Outcome::Garbled, 50);
        row("cut", Outcome::CutOff, 3'000);
        row("429", Outcome::RateLimited, 50);
        row("429, try again at once", Outcome::RateLimited, 50, 20'000, 0);
        row("429, try again in 2 s", Outcome::RateLimited, 50, 20'000, 2'000);
        row("hangs, limit 1 s", Outcome::FirstTokenTimeout, 1'000, 1'000);
        row("hangs, limit 5 s", Outcome::FirstTokenTimeout, 5'000, 5'000);
        row("hangs, limit 8 s", Outcome::FirstTokenTimeout, 8'000, 8'000);
        row("hangs, limit 20 s", Outcome::FirstTokenTimeout, 20'000, 20'000);
        row("hangs, limit 30 s", Outcome::FirstTokenTimeout, 30'000, 30'000);
        row("hangs, limit 40 s", Outcome::FirstTokenTimeout, 40'000, 40'000);
        for (const int limit : {2, 5, 8, 10, 12, 15, 20, 30, 60, 120, 600}) {
            QTest::addRow("whole answers hang, limit %d s", limit)
                << static_cast<int>(Outcome::FirstTokenTimeout) << limit * 1000 << limit * 1000 << -1 << false
                << true;
        }
    }
    void aShortOutageCostsFewTries()
    {
        QFETCH(int, outcome);
        QFETCH(int, afterMs);
        QFETCH(int, firstTokenMs);
        QFETCH(int, retryAfterMs);
        QFETCH(bool, misconfigured);
        QFETCH(bool, whole);
        const Fault fault{.outcome = static_cast<Outcome>(outcome),
                          .after = std::chrono::milliseconds(afterMs),
                          .firstToken = std::chrono::milliseconds(firstTokenMs),
                          .retryAfter = retryAfterMs < 0 ? std::nullopt
                                                         : std::optional<base::Duration>(
                                                               std::chrono::milliseconds(retryAfterMs)),
                          .misconfigured = misconfigured,
                          .whole = whole};
        for (const bool knownBefore : {false, true}) {
            Outage outage;
            if (knownBefore) { // a good hour before it
                health::Result good;
                good.firstToken = 800ms;
                if (whole) {
                    good.total = std::min<base::Duration>(4s, fault.firstToken / 6);
                }
                for (int i = 0; i < 60; ++i) {
                    const auto ticket = outage.begin(fault);
                    if (!whole) {
                        outage.book.content(ticket);
                    }
                    outage.book.finish(kTarget, ticket, good, outage.now, 0.0);
                    outage.now += 60s;
                }
            }
            const base::SteadyTime end = outage.now + 60s;
            while (outage.now < end) {
                outage.request(fault);
                outage.until(outage.now + 4s, fault);
            }
            QVERIFY2(outage.tries <= 4, qPrintable(QString::number(outage.tries)));
            QVERIFY(outage.tries > 0);
        }
    }

    /// A provider that takes its time is not taken for one that hangs.
    void aSlowProviderKeepsItsTraffic()
    {
        const Fault slow{.outcome = Outcome::Answered, .after = 3s, .firstToken = 20s, .retryAfter = {}};
        Outage outage;
        for (int i = 0; i < 100; ++i) {
            outage.request(slow);
            outage.until(outage.now + 250ms, slow); // 12 at a time
        }
        QCOMPARE(outage.tries, 100);
    }

    /// Nor one whose whole answers take long. While nothing is known of it, some requests may go elsewhere
    /// until its first answer has come; after that, none does, however many wait for it at once.
    void aSlowProviderOfWholeAnswersKeepsItsTraffic_data()
    {
        QTest::addColumn<int>("tookMs");
        QTest::addColumn<int>("everyMs");
        QTest::addColumn<int>("elsewhere"); ///< before its first answer
        QTest::newRow("3 s, 12 at a time") << 3'000 << 250 << 0;
        QTest::newRow("14 s, 56 at a time") << 14'000 << 250 << 0;
        QTest::newRow("30 s, one every 4 s") << 30'000 << 4'000 << 4;
        QTest::newRow("50 s, 25 at a time") << 50'000 << 2'000 << 17;
        QTest::newRow("50 s, 3 at a time") << 50'000 << 17'000 << 0;
    }
    void aSlowProviderOfWholeAnswersKeepsItsTraffic()
    {
        QFETCH(int, tookMs);
        QFETCH(int, everyMs);
        QFETCH(int, elsewhere);
        const Fault slow{.outcome = Outcome::Answered,
                         .after = std::chrono::milliseconds(tookMs),
                         .firstToken = 120s,
                         .retryAfter = {},
                         .whole = true};
        Outage outage;
        const base::SteadyTime known = outage.now + slow.after;
        int before = 0;
        int after = 0;
        for (int i = 0; i < 400; ++i) {
            const int tries = outage.tries;
            outage.request(slow);
            (outage.now < known ? before : after) += outage.tries == tries ? 1 : 0;
            outage.until(outage.now + std::chrono::milliseconds(everyMs), slow);
        }
        QCOMPARE(before, elsewhere);
        QCOMPARE(after, 0);
    }

    /// Long answers among short ones: the short ones are signs of life.
    void aLongAnswerAmongShortOnesIsNothingUnusual()
    {
        const auto answer = [](base::Duration after) {
            return Fault{.outcome = Outcome::Answered,
                         .after = after,
                         .firstToken = 120s,
                         .retryAfter = {},
                         .whole = true};
        };
        Outage outage;
        for (int i = 0; i < 300; ++i) {
            outage.request(answer(i % 3 == 0 ? 2s : 60s));
            outage.until(outage.now + 3s, answer(2s));
        }
        QCOMPARE(outage.tries, 300);
    }

    void anOutageIsOverSoonAfterItIsOver()
    {
        for (const Outcome outcome :
             {Outcome::ConnectFailed, Outcome::ServerFailed, Outcome::RateLimited, Outcome::CutOff}) {
            const Fault fault{.outcome = outcome, .after = 10ms, .firstToken = 20s, .retryAfter = {}};
            Outage outage;
            const base::SteadyTime end = outage.now + 60s;
            while (outage.now < end) {
                outage.request(fault);
                outage.until(outage.now + 4s, fault);
            }
            outage.tries = 0;
            const Fault well{
                .outcome = Outcome::Answered, .after = 10ms, .firstToken = 20s, .retryAfter = {}};
            while (outage.tries == 0) {
                outage.request(well);
                outage.until(outage.now + 1s, well);
                QVERIFY(outage.now < end + 75s);
            }
            QCOMPARE(outage.book.view(kTarget, outage.now).state, health::BreakerState::Closed);
        }
    }
};

SIGNALBOX_TEST(OutageTest)
#include "outage_test.moc"
