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
};

/// A request every `every`, each of which has another step to go to.
struct Outage {
    health::HealthBook book;
    base::SteadyTime now{1h};
    struct Running {
        base::SteadyTime ends;
        health::Ticket ticket;
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
            result.total = fault.after;
            book.finish(kTarget, ended.ticket, result, ended.ends, 0.0);
        }
        now = time;
    }
    void request(const Fault &fault)
    {
        const health::View view = book.view(kTarget, now);
        if (lets(view.admission) && !view.suspect) {
            ++tries;
            running.push({now + fault.after, book.begin(kTarget, now, fault.firstToken)});
        }
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
        const auto row = [](const char *name, Outcome outcome, int after, int firstToken = 20'000,
                            int retryAfter = -1, bool misconfigured = false) {
            QTest::newRow(name) << static_cast<int>(outcome) << after << firstToken << retryAfter
                                << misconfigured;
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
    }
    void aShortOutageCostsFewTries()
    {
        QFETCH(int, outcome);
        QFETCH(int, afterMs);
        QFETCH(int, firstTokenMs);
        QFETCH(int, retryAfterMs);
        QFETCH(bool, misconfigured);
        const Fault fault{.outcome = static_cast<Outcome>(outcome),
                          .after = std::chrono::milliseconds(afterMs),
                          .firstToken = std::chrono::milliseconds(firstTokenMs),
                          .retryAfter = retryAfterMs < 0 ? std::nullopt
                                                         : std::optional<base::Duration>(
                                                               std::chrono::milliseconds(retryAfterMs)),
                          .misconfigured = misconfigured};
        for (const bool knownBefore : {false, true}) {
            Outage outage;
            if (knownBefore) { // a good hour before it
                health::Result good;
                good.firstToken = 800ms;
                for (int i = 0; i < 60; ++i) {
                    const auto ticket = outage.book.begin(kTarget, outage.now, fault.firstToken);
                    outage.book.content(ticket);
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
