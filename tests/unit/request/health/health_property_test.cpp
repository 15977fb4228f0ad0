// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/health_book.h"

#include <map>

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using health::Admission;
using health::BreakerState;
using health::Target;
using namespace std::chrono_literals;

namespace {
/// Two providers on the net and one on this machine; two models behind each of two keys.
std::vector<Target> targets()
{
    std::vector<Target> all;
    for (const char *const provider : {"a", "b", "local"}) {
        const std::string origin =
            provider == std::string("local") ? "http://127.0.0.1:1" : std::string("https://") + provider;
        for (const char *const key : {"k1", "k2"}) {
            for (const char *const model : {"m1", "m2"}) {
                all.push_back({provider, key, origin, model});
            }
        }
    }
    return all;
}

/// Plays at random and keeps its own account of what is under way.
struct Player {
    base::Random random;
    health::HealthBook book;
    std::vector<Target> all = targets();
    base::SteadyTime now{24h};
    base::WallTime wall{std::chrono::sys_days(std::chrono::year(2026) / 11 / 20)};
    bool online = true;
    struct Running {
        Target target;
        health::Ticket ticket;
    };
    std::vector<Running> running;
    std::string problem;

    explicit Player(std::uint64_t seed) : random(seed) {}
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random.next() % n); }
    const Target &any() { return all[below(all.size())]; }
    void pass(base::Duration time)
    {
        now += time;
        wall += std::chrono::duration_cast<std::chrono::microseconds>(time);
    }

    void check(bool holds, const char *what)
    {
        if (!holds && problem.empty()) {
            problem = what;
        }
    }

    void request(const Target &target)
    {
        const health::View view = book.view(target, now);
        check(!view.paused || view.admission == Admission::Paused, "paused, and yet tried");
        check(online || target.provider == "local" || !lets(view.admission), "offline, and yet tried");
        if (!lets(view.admission)) {
            return;
        }
        check(!view.forced, "held open, and yet tried");
        const health::Ticket ticket = book.begin(target, now, 20s);
        const bool probe = ticket.probe || ticket.keyProbe;
        check(probe == (view.admission == Admission::AllowedAsProbe), "a probe that was not announced");
        check(probe || view.state == BreakerState::Closed, "no probe, and yet the breaker is not closed");
        running.push_back({target, ticket});
    }

    /// Of the tries under way, at most one probes a breaker as it is now.
    void checkProbes()
    {
        std::map<std::pair<Target, std::uint64_t>, int> probes;
        for (const Running &one : running) {
            if (one.ticket.probe) {
                ++probes[{one.target, one.ticket.generation}];
            }
            if (one.ticket.keyProbe) {
                Target key = one.target;
                key.model.clear();
                ++probes[{key, one.ticket.keyGeneration}];
            }
        }
        for (const auto &[what, count] : probes) {
            check(count == 1, "two probes at once");
        }
    }

    void end(std::size_t index)
    {
        constexpr auto kLast = static_cast<std::size_t>(Outcome::Superseded);
        const Running one = running[index];
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(index));
        const health::View before = book.view(one.target, now);
        health::Result result;
        // Good answers are half of them, so that breakers close now and then.
        result.outcome = below(2) == 0 ? Outcome::Answered : static_cast<Outcome>(below(kLast + 1));
        result.firstOfRequest = below(4) != 0;
        result.misconfigured = result.outcome == Outcome::TlsFailed && below(2) == 0;
        result.total = std::chrono::milliseconds(below(30'000));
        result.firstToken = std::chrono::milliseconds(below(10'000));
        result.promptBytes = below(100'000);
        if (below(3) == 0) {
            result.retryAfter = std::chrono::seconds(below(200));
        }
        const health::View after =
            book.finish(one.target, one.ticket, result, now, static_cast<double>(below(100)) / 100);
        const bool closed = before.state != BreakerState::Closed && after.state == BreakerState::Closed;
        check(!closed || one.ticket.probe || one.ticket.keyProbe, "closed, and not by its probe");
    }

    void steer()
    {
        switch (below(9)) {
        case 0:
            book.pause(any(), below(2) == 0);
            return;
        case 1:
            book.pause(any().provider, below(3) == 0);
            return;
        case 2:
            book.forceOpen(any(), below(2) == 0 ? std::nullopt : std::optional(now + 40s));
            return;
        case 3:
        case 4:
            book.reset(any());
            return;
        case 5:
            book.resetKey(any().provider, any().key);
            return;
        case 6:
            online = !online;
            book.setOnline(online, now);
            return;
        case 7:
            book.setCaptive(below(2) == 0);
            return;
        default:
            book.resumed(1h, now);
        }
    }

    void step()
    {
        const std::size_t dice = below(100);
        if (dice < 50) {
            request(any());
        } else if (dice < 85 && !running.empty()) {
            end(below(running.size()));
        } else if (dice < 98) {
            pass(std::chrono::milliseconds(below(20'000)));
        } else {
            steer();
        }
        checkProbes();
    }
};
} // namespace

class HealthPropertyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyOneProbeEverPassesABreakerThatIsNotClosed()
    {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            Player player(seed);
            for (int i = 0; i < 3000; ++i) {
                player.step();
                QVERIFY2(player.problem.empty(),
                         qPrintable(QStringLiteral("seed %1, step %2: %3")
                                        .arg(seed)
                                        .arg(i)
                                        .arg(QString::fromStdString(player.problem))));
            }
            int inFlight = 0;
            for (const Target &target : player.all) {
                inFlight += player.book.load(target, player.now).inFlight;
            }
            QCOMPARE(inFlight, static_cast<int>(player.running.size()));
        }
    }

    void whatIsSavedComesBackTheSame()
    {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            Player player(seed);
            for (int i = 0; i < 2000; ++i) {
                player.step();
                if (i % 100 != 0) {
                    continue;
                }
                const auto saved = player.book.save(player.now, player.wall);
                health::HealthBook restored;
                const base::SteadyTime start{5s}; // another run, another steady clock
                restored.restore(saved, start, player.wall);
                QVERIFY(restored.save(start, player.wall) == saved);
                for (const Target &target : player.all) {
                    compare(player.book.view(target, player.now), restored.view(target, start),
                            player.online);
                }
            }
        }
    }

    void everythingComesBackInTheEnd()
    {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            Player player(seed);
            for (int i = 0; i < 1000; ++i) {
                player.step();
            }
            player.book.setOnline(true, player.now);
            player.book.setCaptive(false);
            while (!player.running.empty()) {
                player.end(player.running.size() - 1);
            }
            player.now += 32 * 24h;
            for (const char *const provider : {"a", "b", "local"}) {
                player.book.pause(provider, false);
            }
            for (const Target &target : player.all) {
                player.book.pause(target, false);
                const health::View view = player.book.view(target, player.now);
                QVERIFY(lets(view.admission) || view.forced || view.cause == Outcome::KeyRefused);
                player.book.reset(target);
                QVERIFY(lets(player.book.view(target, player.now).admission));
            }
        }
    }

private:
    /// Half-open comes back as open and due; the network is found out anew.
    static void compare(const health::View &before, const health::View &after, bool online)
    {
        QCOMPARE(after.paused, before.paused);
        QCOMPARE(after.forced, before.forced);
        QCOMPARE(after.state == BreakerState::Closed, before.state == BreakerState::Closed);
        if (online && before.admission != Admission::ProbeRunning) {
            QVERIFY(before.forced || before.state == BreakerState::Closed || after.cause == before.cause);
            QCOMPARE(lets(after.admission), lets(before.admission));
        }
    }
};

SIGNALBOX_TEST(HealthPropertyTest)
#include "health_property_test.moc"
