// SPDX-License-Identifier: GPL-3.0-or-later
// The process itself: how soon it serves, and what it does when nothing is asked of it.
#include "tests/bench/runs.h"

namespace signalbox::bench {

void runStart(const Settings &settings, Report &report)
{
    for (int round = 0; round < settings.rounds; ++round) {
        TemporaryFolder folder;
        Profile{.providers = {{"first", 9}}, .chains = {{"bench", {{"first", "answer"}}}}}.write(
            folder.path());
        std::vector<double> again;
        for (int n = 0; n < settings.count(10, 2); ++n) {
            Child child(settings.child, folder.path());
            const double took = micros(answeredHealth(child.port()) - child.started()) / 1000;
            child.stop();
            if (n == 0) {
                report.add("exec to 200 of /health, new profile", "ms", took);
            } else {
                again.push_back(took);
            }
        }
        report.add("exec to 200 of /health, p50", "ms", percentile(again, 0.50));
        report.add("exec to 200 of /health, most", "ms", percentile(again, 1));
    }
}

void runIdle(const Settings &settings, Report &report)
{
    Settings sleeping = settings;
    sleeping.spin = false;
    for (int round = 0; round < settings.rounds; ++round) {
        Stage stage(sleeping);
        stage.start({{"bench", {{"first", "answer"}}}});
        const double fresh = stage.child().pssKiB();
        const auto client = stage.client(stage.signalbox());
        for (int n = 0; n < settings.count(100, 5); ++n) {
            client->askAndWait({"bench"});
        }
        client->close();
        const auto tenths = [&](int full) {
            return std::chrono::milliseconds(settings.count(full, 1) * 100);
        };
        stage.poller().runFor(tenths(20)); // until the last rows are written
        const std::uint64_t before = stage.child().wakeUps();
        const Duration cpu = stage.child().cpu();
        stage.poller().runFor(tenths(50));
        const double seconds = std::chrono::duration<double>(tenths(50)).count();
        report.add("wake-ups", "/s", static_cast<double>(stage.child().wakeUps() - before) / seconds);
        report.add("CPU", "µs/s", micros(stage.child().cpu() - cpu) / seconds);
        report.add("memory (PSS), before the first request", "KiB", fresh);
        report.add("memory (PSS), after 100 requests", "KiB", stage.child().pssKiB());
        stage.stop();
    }
}

} // namespace signalbox::bench
