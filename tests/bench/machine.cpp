// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/machine.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace signalbox::bench {

namespace {
void share(Settings &settings)
{
    cpu_set_t allowed;
    if (settings.quick || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) {
        return;
    }
    std::vector<unsigned> cores;
    for (unsigned core = 0; cores.size() < 2; ++core) {
        if (CPU_ISSET(core, &allowed)) {
            cores.push_back(core);
        }
    }
    settings.child.core = static_cast<int>(cores[0]);
    settings.spin = true;
    cpu_set_t mine;
    CPU_ZERO(&mine);
    CPU_SET(cores[1], &mine);
    ::sched_setaffinity(0, sizeof mine, &mine);
}

void allowFiles(Settings &settings)
{
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        settings.child.files = files;
        files.rlim_cur = std::max(files.rlim_cur, std::min<rlim_t>(4096, files.rlim_max));
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
}

std::string lineFrom(const std::filesystem::path &file, std::string_view start, char before)
{
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with(start)) {
            const std::size_t at = line.find(before);
            return at == std::string::npos ? line : line.substr(std::min(at + 1, line.size()));
        }
    }
    return "unknown";
}

/// Seconds that all cores together have worked; what the host took away counts as work of others.
double busySeconds()
{
    std::ifstream file("/proc/stat");
    std::string name;
    double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, stolen = 0;
    file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> soft >> stolen;
    return (user + nice + system + interrupts + soft + stolen) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double ownSeconds()
{
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        for (const timeval &time : {usage.ru_utime, usage.ru_stime}) {
            sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
        }
    }
    return sum;
}
} // namespace

void prepareMachine(Settings &settings)
{
    share(settings);
    allowFiles(settings);
}

Report::Facts facts(const Settings &settings)
{
    utsname system{};
    ::uname(&system);
    const std::filesystem::path program(settings.child.program);
    const std::string build =
        lineFrom(program.parent_path().parent_path() / "CMakeCache.txt", "CMAKE_BUILD_TYPE:", '=');
    double load = 0;
    ::getloadavg(&load, 1);
    std::string sharing = "one core for Signalbox, one for the harness, which spins";
    if (settings.child.core < 0) {
        sharing = "cores shared with the harness";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", load);
    return {{{"signalbox", program.string()},
             {"build", build},
             {"settings", std::to_string(settings.rounds) + " rounds, "
                              + std::to_string(settings.seconds).substr(0, 4) + " s per load"
                              + (settings.quick ? ", quick: the figures say nothing" : "")},
             {"cores", std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)) + "; " + sharing},
             {"cpu", lineFrom("/proc/cpuinfo", "model name", ':')},
             {"kernel", std::string(system.sysname) + " " + system.release},
             {"load before", text}}};
}

Disturbance::Disturbance() : m_begin(Clock::now()), m_busy(busySeconds()), m_own(ownSeconds()) {}

double Disturbance::cores() const
{
    const double wall = micros(Clock::now() - m_begin) * 1e-6;
    return std::max(0.0, (busySeconds() - m_busy) - (ownSeconds() - m_own)) / wall;
}

} // namespace signalbox::bench
