// SPDX-License-Identifier: GPL-3.0-or-later
// What a request costs the ledger: `ledger_bench FILE [REQUESTS] [PER_SECOND]`. Prints rows per second and,
// apart for the caller's thread and the ledger's, CPU microseconds per request. Not run by ctest.
#include <cstdio>
#include <cstdlib>
#include <future>

#include <ctime>
#include <sys/resource.h>
#include <unistd.h>

#include "core/foundation/base/random.h"
#include "core/record/ledger/ledger.h"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {
double seconds(clockid_t clock)
{
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void recordRequest(ledger::Ledger &ledger, base::WallTime at, base::Random &random)
{
    const auto id = base::RequestIdSource().next(at, random);
    ledger.record(events::RequestStarted{id, at, "aider", "chat.completions", "coding", "coding", 3, false});
    ledger.record(events::AttemptStarted{id, 1, 1, "openai", "gpt-5.4"});
    events::AttemptEnded attempt;
    attempt.request = id;
    attempt.attempt = 1;
    attempt.step = 1;
    attempt.provider = "openai";
    attempt.model = "gpt-5.4";
    attempt.modelAnswered = "gpt-5.4-2026-03-01";
    attempt.at = at;
    attempt.status = 200;
    attempt.phases.firstToken = 400ms;
    attempt.phases.total = 900ms;
    attempt.usage.input = 1200;
    attempt.usage.output = 300;
    attempt.usageConfidence = events::Confidence::Reported;
    attempt.cost = base::Money{7'500'000};
    attempt.costConfidence = events::Confidence::Computed;
    attempt.priceVersion = "2026-11-20";
    attempt.breakerBefore = "closed";
    attempt.breakerAfter = "closed";
    ledger.record(attempt);
    ledger.record(events::StepSkipped{id, 2, "box", "qwen3:32b", events::SkipReason::NotNeeded, ""});
    events::RequestEnded end;
    end.id = id;
    end.at = at + 900ms;
    end.total = 900ms;
    end.status = 200;
    end.attempts = 1;
    end.servedStep = 1;
    end.servedBy = "openai/gpt-5.4";
    end.usage = attempt.usage;
    end.cost = attempt.cost;
    ledger.record(end);
}
} // namespace

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s FILE [REQUESTS] [PER_SECOND]\n", argv[0]);
        return 2;
    }
    const int count = argc > 2 ? std::atoi(argv[2]) : 200'000;
    const double perSecond = argc > 3 ? std::atof(argv[3]) : 20'000;
    base::WallTime wall(1'763'640'000s);
    base::Random random(1);
    const double cpuBefore = seconds(CLOCK_PROCESS_CPUTIME_ID);
    const double mineBefore = seconds(CLOCK_THREAD_CPUTIME_ID);
    const double begin = seconds(CLOCK_MONOTONIC);
    double mine = 0;
    std::int64_t lost = 0;
    {
        ledger::Ledger ledger({.file = argv[1], .wallNow = [wall] { return wall; }, .onNotice = {}});
        for (int n = 0; n < count; ++n) {
            if (n % 32 == 0) { // requests come in bursts, as from 32 connections
                const double ahead = n / perSecond - (seconds(CLOCK_MONOTONIC) - begin);
                if (ahead > 0.001) {
                    ::usleep(static_cast<useconds_t>(ahead * 1e6));
                }
            }
            recordRequest(ledger, wall, random);
            wall += 50us;
        }
        mine = seconds(CLOCK_THREAD_CPUTIME_ID) - mineBefore;
        std::promise<void> read;
        ledger.requests({.limit = 1, .before = {}, .chain = {}, .client = {}},
                        [&](const auto &) { read.set_value(); });
        read.get_future().wait();
        lost = ledger.lost();
    }
    const double wallTime = seconds(CLOCK_MONOTONIC) - begin;
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore;
    std::printf(
        "requests %d  lost rows %lld  rows/s %.0f  per request: caller %.2f us, ledger thread %.2f us CPU\n",
        count, static_cast<long long>(lost), count * 3 / wallTime, mine / count * 1e6,
        (cpu - mine) / count * 1e6);
    return 0;
}
