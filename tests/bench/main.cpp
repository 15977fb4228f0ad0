// SPDX-License-Identifier: GPL-3.0-or-later
// signalbox_bench: what Signalbox costs. Mock provider, clients and samplers in one loop, the real program as
// a child.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "tests/bench/machine.h"
#include "tests/bench/runs.h"

namespace signalbox::bench {

namespace {
constexpr Run kRuns[] = {
    {"unary_1k", "answers of 1 KB: one connection, and 32", runUnarySmall},
    {"unary_100k", "the same with prompts of 100 KB", runUnaryLarge},
    {"c400", "400 connections against 32", runManyConnections},
    {"stream_1", "one stream at a time: first token", runOneStream},
    {"stream_500", "500 streams at once, a chunk every 20 ms", runManyStreams},
    {"failover_429", "step 1 is rate limited", runAfterRateLimit},
    {"failover_429_cold", "the same, and step 2 has no connection yet", runAfterRateLimitCold},
    {"failover_500", "step 1 fails", runAfterFault},
    {"failover_refused", "step 1 takes no connection", runAfterRefusal},
    {"failover_hang", "step 1 says nothing for its limit of 200 ms", runAfterHang},
    {"failover_hang_3s", "the same with a limit of 3 s", runAfterLongHang},
    {"open_breaker", "step 1 is skipped", runOpenBreaker},
    {"start", "from exec to the first answer", runStart},
    {"idle", "wake-ups and memory without traffic", runIdle},
};

struct CommandLine {
    Settings settings;
    std::string json;
    std::vector<Run> runs;
    bool list = false;
};

std::string usage()
{
    return "usage: signalbox_bench [--signalbox FILE] [--rounds N] [--seconds S] [--json FILE] [--quick] "
           "RUN...|all\n"
           "       signalbox_bench --list\n\n"
           "  --signalbox FILE  the program to measure; default: signalbox beside this one\n"
           "  --rounds N        default 3\n"
           "  --seconds S       of each load and stream, default 3\n"
           "  --json FILE       write the figures there too\n"
           "  --quick           as few requests as show that it works\n";
}

std::string beside(std::string_view name)
{
    return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

double numberFrom(std::string_view option, std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value > 0) || value > 3600) {
        throw Failure(std::string(option) + " needs a number above 0, not '" + std::string(text) + "'");
    }
    return value;
}

void addRun(CommandLine &out, std::string_view name)
{
    for (const Run &run : kRuns) {
        if (name == "all" || name == run.name) {
            out.runs.push_back(run);
        }
    }
    if (out.runs.empty() || (name != "all" && out.runs.back().name != name)) {
        throw Failure("there is no run '" + std::string(name) + "'; see --list");
    }
}

CommandLine parse(int argc, char **argv)
{
    CommandLine out;
    Settings &settings = out.settings;
    settings.child.program = beside("signalbox");
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const auto value = [&] {
            if (++i >= argc) {
                throw Failure(std::string(word) + " needs a value");
            }
            return std::string_view(argv[i]);
        };
        if (word == "--list") {
            out.list = true;
        } else if (word == "--quick") {
            settings.quick = true;
            settings.rounds = 1;
            settings.seconds = 0.1;
        } else if (word == "--signalbox") {
            settings.child.program = value();
        } else if (word == "--json") {
            out.json = value();
        } else if (word == "--rounds") {
            settings.rounds = static_cast<int>(std::ceil(numberFrom(word, value())));
        } else if (word == "--seconds") {
            settings.seconds = numberFrom(word, value());
        } else if (word.starts_with('-')) {
            throw Failure("unknown option " + std::string(word) + "\n" + usage());
        } else {
            addRun(out, word);
        }
    }
    if (out.runs.empty() && !out.list) {
        throw Failure("nothing to run\n" + usage());
    }
    return out;
}

int main(int argc, char **argv)
{
    CommandLine commandLine = parse(argc, argv);
    if (commandLine.list) {
        for (const Run &run : kRuns) {
            std::printf("%-18s %s\n", std::string(run.name).c_str(), std::string(run.what).c_str());
        }
        return 0;
    }
    Settings &settings = commandLine.settings;
    if (::access(settings.child.program.c_str(), X_OK) != 0) {
        throw Failure(settings.child.program + " is missing: build it, or name another with --signalbox");
    }
    prepareMachine(settings);
    Report report(facts(settings));
    for (const Run &run : commandLine.runs) {
        std::fprintf(stderr, "%s: %s\n", std::string(run.name).c_str(), std::string(run.what).c_str());
        report.beginRun(run.name);
        const Disturbance disturbance;
        run.run(settings, report);
        report.add("cores busy with something else", "", disturbance.cores());
    }
    std::fputs(report.table().c_str(), stdout);
    if (!commandLine.json.empty()) {
        std::ofstream file(commandLine.json);
        file << report.json();
        if (!file.flush()) {
            throw Failure(commandLine.json + " cannot be written");
        }
    }
    return 0;
}
} // namespace

int runProgram(int argc, char **argv)
{
    try {
        return main(argc, argv);
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "signalbox_bench: %s\n", problem.what());
        return 1;
    }
}

} // namespace signalbox::bench

int main(int argc, char **argv)
{
    return signalbox::bench::runProgram(argc, argv);
}
