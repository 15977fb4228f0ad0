// SPDX-License-Identifier: GPL-3.0-or-later
// What going on to step 2 costs. Each request has a chain of its own with a model of its own in step 1, so
// that no breaker is open. Requests stream, one at a time, and alternate with requests whose step 1 answers.
#include "tests/bench/runs.h"

namespace signalbox::bench {

namespace {
struct Plan {
    std::string firstProvider = "first";
    std::string firstModel; ///< kind of failure
    int firstTokenMs = 20'000;
    bool keepsConnections = true;
    int count = 500;
    int warmUps = 10;
};

struct Samples {
    std::vector<double> toSecond; ///< from the end of step 1 to the request at step 2
    std::vector<double> toClient; ///< from there to the first byte at the client, without step 2's own time
    std::vector<double> plain;    ///< whole requests whose first step answers
    std::vector<double> whole;    ///< whole requests that went on
};

std::vector<Chain> chainsFor(const Plan &plan, int count)
{
    std::vector<Chain> chains{{"plain", {{"second", "answer"}}}};
    for (int n = 0; n < count; ++n) {
        const std::string number = std::to_string(n);
        chains.push_back({"chain-" + number,
                          {{plan.firstProvider, plan.firstModel + "-" + number, plan.firstTokenMs},
                           {"second", "answer"}}});
    }
    return chains;
}

/// When step 1 was over: its refusal was written, or its limit was reached; where nobody saw it: the client's
/// send.
Time endOfFirst(const Trace &trace, const Plan &plan)
{
    const Leg &first = trace.legs[0];
    return plan.firstModel == "hang"  ? first.arrived + std::chrono::milliseconds(plan.firstTokenMs)
           : first.answered != Time{} ? first.answered
                                      : trace.sent;
}

Samples runRound(const Settings &settings, const Plan &plan)
{
    Stage stage(settings);
    if (!plan.keepsConnections) {
        stage.mock().keepNoConnections();
    }
    stage.start(chainsFor(plan, plan.count + plan.warmUps));
    const auto client = stage.client(stage.signalbox());
    const bool seen = plan.firstProvider == "first";
    Samples samples;
    for (int n = 0; n < plan.count + plan.warmUps; ++n) {
        const Trace &plain = client->askAndWait({"plain", true});
        const Trace &trace = client->askAndWait({"chain-" + std::to_string(n), true});
        stage.checkLegs(plain, 0, 1);
        stage.checkLegs(trace, seen ? 1 : 0, 1);
        if (n < plan.warmUps) {
            continue;
        }
        const Leg &second = trace.legs[1];
        const Time over = endOfFirst(trace, plan);
        samples.toSecond.push_back(micros(second.arrived - over));
        samples.toClient.push_back(micros((second.arrived - over) + (trace.firstByte - second.answered)));
        samples.plain.push_back(micros(plain.firstByte - plain.sent));
        samples.whole.push_back(micros(trace.firstByte - trace.sent));
    }
    client->close();
    stage.stop();
    return samples;
}

void runFailover(const Settings &settings, Report &report, Plan plan)
{
    const char *const from = plan.firstModel == "hang"          ? "limit reached"
                             : plan.firstProvider == "refusing" ? "client's request"
                                                                : "refusal sent";
    for (int round = 0; round < settings.rounds; ++round) {
        const Samples samples = runRound(settings, plan);
        report.addSpread(std::string(from) + " to step 2's request", samples.toSecond);
        report.addSpread(std::string(from) + " to first byte, less step 2's time", samples.toClient);
        report.add("first byte without failover, p50", "µs", percentile(samples.plain, 0.50));
        report.add("first byte with failover, p50", "µs", percentile(samples.whole, 0.50));
    }
}
} // namespace

void runAfterRateLimit(const Settings &settings, Report &report)
{
    runFailover(settings, report, {.firstModel = "limit", .count = settings.count(500, 10)});
}

void runAfterRateLimitCold(const Settings &settings, Report &report)
{
    runFailover(settings, report,
                {.firstModel = "limit", .keepsConnections = false, .count = settings.count(500, 10)});
}

void runAfterFault(const Settings &settings, Report &report)
{
    runFailover(settings, report, {.firstModel = "fault", .count = settings.count(500, 10)});
}

void runAfterRefusal(const Settings &settings, Report &report)
{
    runFailover(settings, report,
                {.firstProvider = "refusing", .firstModel = "none", .count = settings.count(500, 10)});
}

void runAfterHang(const Settings &settings, Report &report)
{
    runFailover(settings, report,
                {.firstModel = "hang", .firstTokenMs = 200, .count = settings.count(30, 2), .warmUps = 1});
}

void runAfterLongHang(const Settings &settings, Report &report)
{
    runFailover(settings, report,
                {.firstModel = "hang",
                 .firstTokenMs = settings.count(3000, 300),
                 .count = settings.count(3, 1),
                 .warmUps = 0});
}

void runOpenBreaker(const Settings &settings, Report &report)
{
    Stage stage(settings);
    stage.start({{"plain", {{"second", "answer"}}}, {"open", {{"first", "limit"}, {"second", "answer"}}}});
    const auto client = stage.client(stage.signalbox());
    stage.checkLegs(client->askAndWait({"open", true}), 1, 1);
    for (int round = 0; round < settings.rounds; ++round) {
        int tried = 0;
        std::vector<double> plain;
        std::vector<double> open;
        for (int n = 0; n < settings.count(3000, 10); ++n) {
            const Trace &without = client->askAndWait({"plain", true});
            const Trace &with = client->askAndWait({"open", true});
            stage.checkLegs(without, 0, 1);
            stage.checkLegs(with, with.legs[0].requests, 1);
            plain.push_back(micros(without.firstByte - without.sent));
            open.push_back(micros(with.firstByte - with.sent));
            tried += with.legs[0].requests;
        }
        report.add("attempts at the open step", "", tried);
        report.add("first byte, one step, p50", "µs", percentile(plain, 0.50));
        report.add("first byte, behind the open step, p50", "µs", percentile(open, 0.50));
        const Load one = runLoad(stage, stage.signalbox(), 32, {"plain"});
        const Load behind = runLoad(stage, stage.signalbox(), 32, {"open"});
        report.add("CPU per request, one step", "µs", one.cpuPerRequest);
        report.add("CPU per request, behind the open step", "µs", behind.cpuPerRequest);
    }
    client->close();
    stage.stop();
}

} // namespace signalbox::bench
