// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/resource.h>
#include <sys/types.h>

#include "tests/bench/poller.h"

namespace signalbox::bench {

struct ChildOptions {
    std::string program;
    int core = -1;            ///< the only one it may use; -1: any
    rlimit files{1024, 1024}; ///< how many it may open
};

/// The real program, headless, on a free port; ends with its owner. What it costs is read from outside.
class Child
{
public:
    /// Returns once it serves.
    Child(const ChildOptions &options, const std::filesystem::path &profile);
    ~Child();
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    std::uint16_t port() const { return m_port; }
    Time started() const { return m_started; } ///< just before its process was made
    void stop();                               ///< as a user does; throws when it does not end well

    Duration cpu() const; ///< user and system time of all its threads
    double pssKiB() const;
    std::uint64_t wakeUps() const; ///< how often its threads went to sleep by themselves

private:
    [[noreturn]] void fail(const std::string &what) const;
    void waitForAddress();

    std::filesystem::path m_log;
    Time m_started;
    pid_t m_pid = -1;
    int m_output = -1;
    std::uint16_t m_port = 0;
};

/// Time until a GET of /health was answered with 200; throws Failure at another answer.
Time answeredHealth(std::uint16_t port);

} // namespace signalbox::bench
