// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that do not stream: what Signalbox adds to one, and what one costs when many come.
#include "tests/bench/runs.h"

namespace signalbox::bench {

namespace {
constexpr std::size_t kLargePrompt = 100'000;

std::vector<Chain> plainChain()
{
    return {{"bench", {{"first", "answer"}}}};
}

void addLoad(Report &report, const Load &load, int connections)
{
    const std::string with = std::to_string(connections) + " connections: ";
    report.add(with + "CPU per request", "µs", load.cpuPerRequest);
    report.add(with + "requests", "/s", load.perSecond);
    report.add(with + "latency, p50", "µs", percentile(load.latencies, 0.50));
    report.add(with + "latency, p99", "µs", percentile(load.latencies, 0.99));
}

void runUnary(const Settings &settings, Report &report, std::size_t promptBytes)
{
    Stage stage(settings);
    stage.start(plainChain());
    for (int round = 0; round < settings.rounds; ++round) {
        const Load direct = runLoad(stage, stage.direct(), 1, {"answer", false, promptBytes});
        const Load one = runLoad(stage, stage.signalbox(), 1, {"bench", false, promptBytes});
        const Load many = runLoad(stage, stage.signalbox(), 32, {"bench", false, promptBytes});
        report.add("1 connection: latency, p50", "µs", percentile(one.latencies, 0.50));
        report.add("1 connection: latency, p99", "µs", percentile(one.latencies, 0.99));
        report.addDifference("1 connection: of this added", one.latencies, direct.latencies);
        addLoad(report, many, 32);
    }
    stage.stop();
}
} // namespace

void runUnarySmall(const Settings &settings, Report &report)
{
    runUnary(settings, report, 200);
}

void runUnaryLarge(const Settings &settings, Report &report)
{
    runUnary(settings, report, kLargePrompt);
}

void runManyConnections(const Settings &settings, Report &report)
{
    Stage stage(settings);
    stage.start(plainChain());
    for (int round = 0; round < settings.rounds; ++round) {
        const Load some = runLoad(stage, stage.signalbox(), 32, {"bench"});
        const Load many = runLoad(stage, stage.signalbox(), 400, {"bench"});
        addLoad(report, many, 400);
        report.add("CPU per request, to that with 32 connections", "×",
                   many.cpuPerRequest / some.cpuPerRequest);
    }
    stage.stop();
}

} // namespace signalbox::bench
