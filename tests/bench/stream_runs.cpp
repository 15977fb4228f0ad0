// SPDX-License-Identifier: GPL-3.0-or-later
// Streams: how long a chunk is under way, and what it costs to relay it.
#include <algorithm>

#include "tests/bench/runs.h"

namespace signalbox::bench {

namespace {
constexpr Duration kPace = std::chrono::milliseconds(20);

struct Streams {
    std::vector<double>
        firstToken;            ///< µs under way: to the provider, and from its first content to the client
    std::vector<double> chunk; ///< µs from the provider's write to the client
    std::vector<double> gap;   ///< µs between two chunks at the client
    std::size_t joined = 0;    ///< chunks that came together with the one before
    std::size_t chunks = 0;
    Duration cpu{};
    double pssKiB = 0;
};

void readTrace(const Trace &trace, Streams &out)
{
    const Leg &leg = trace.legs[0];
    out.firstToken.push_back(micros((leg.arrived - trace.sent) + (trace.firstByte - leg.answered)));
    for (std::size_t n = 0; n < trace.chunksArrived.size(); ++n) {
        out.chunk.push_back(micros(trace.chunksArrived[n] - trace.chunksLeft[n]));
        if (n > 0) {
            const Duration gap = trace.chunksArrived[n] - trace.chunksArrived[n - 1];
            out.gap.push_back(micros(gap));
            out.joined += gap == Duration{};
        }
    }
    out.chunks += trace.chunksArrived.size();
}

/// That many streams at once. They begin spread over a third of their length: a first token then waits for no
/// crowd.
Streams runStreams(Stage &stage, const Destination &to, const Ask &ask, int count)
{
    Streams out;
    std::vector<std::shared_ptr<Client>> clients;
    for (int i = 0; i < count; ++i) {
        clients.push_back(stage.client(to));
    }
    std::vector<Id> ids;
    int left = count;
    const Duration length = kPace * stage.journal().shape.chunks;
    const Duration cpu = stage.child().cpu();
    const Time begin = Clock::now() + std::chrono::milliseconds(1);
    for (int i = 0; i < count; ++i) {
        stage.poller().at(begin + length / 3 * i / count, [&, client = clients[static_cast<std::size_t>(i)]] {
            ids.push_back(client->ask(ask, [&left](Id) { --left; }));
        });
    }
    stage.poller().at(begin + length / 2, [&] { out.pssKiB = stage.child().pssKiB(); });
    stage.poller().runUntil([&left] { return left == 0; }, "the end of the streams");
    out.cpu = stage.child().cpu() - cpu;
    for (const Id id : ids) {
        const Trace &trace = stage.journal()[id];
        stage.checkLegs(trace, 1, 0);
        readTrace(trace, out);
    }
    for (const auto &client : clients) {
        client->close();
    }
    return out;
}

void runPaced(const Settings &settings, Report &report, int count)
{
    Stage stage(settings);
    stage.start({{"bench", {{"first", "answer"}}}});
    stage.journal().shape = {std::max(2, static_cast<int>(settings.phase() / kPace)), kPace};
    const double before = stage.child().pssKiB();
    for (int round = 0; round < settings.rounds; ++round) {
        const Streams direct = runStreams(stage, stage.direct(), {"answer", true}, count);
        const Streams ours = runStreams(stage, stage.signalbox(), {"bench", true}, count);
        report.addDifference("first token, added", ours.firstToken, direct.firstToken);
        report.addDifference("each chunk, added", ours.chunk, direct.chunk);
        report.add("CPU per chunk, the requests' included", "µs",
                   micros(ours.cpu) / static_cast<double>(ours.chunks));
        report.addSpread("gap between chunks sent every 20 ms", ours.gap);
        report.add("gap, most without Signalbox", "µs", percentile(direct.gap, 1));
        report.add("chunks that came with the one before", "", static_cast<double>(ours.joined));
        report.add("memory per stream (PSS)", "KiB", std::max(0.0, ours.pssKiB - before) / count);
    }
    stage.stop();
}
} // namespace

void runOneStream(const Settings &settings, Report &report)
{
    Stage stage(settings);
    stage.start({{"bench", {{"first", "answer"}}}});
    for (int round = 0; round < settings.rounds; ++round) {
        Streams direct;
        Streams ours;
        const auto straight = stage.client(stage.direct());
        const auto through = stage.client(stage.signalbox());
        for (int n = -20; n < settings.count(2000, 10); ++n) {
            Streams ignored; // the first few only open connections and warm caches
            readTrace(straight->askAndWait({"answer", true}), n < 0 ? ignored : direct);
            readTrace(through->askAndWait({"bench", true}), n < 0 ? ignored : ours);
        }
        straight->close();
        through->close();
        report.addDifference("first token, added", ours.firstToken, direct.firstToken);
    }
    stage.stop();
}

void runManyStreams(const Settings &settings, Report &report)
{
    runPaced(settings, report, settings.count(500, 50));
}

} // namespace signalbox::bench
