// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/foundation/base/clock.h"

namespace signalbox::machine {

/// Which program holds the other end of a connection on this machine, told by Linux's /proc; elsewhere
/// nothing is known. Looks at this user's processes, for 20 ms at most, and remembers what it found for some
/// seconds. Engine thread; owned by the attribution.
class PeerProcess
{
public:
    explicit PeerProcess(base::Clock &clock, std::string proc = "/proc")
        : m_clock(clock), m_proc(std::move(proc))
    {}

    /// The program's name, of scripts the script's; empty if it is not known. `localPort` is ours.
    std::string nameOf(std::uint16_t peerPort, std::uint16_t localPort);

private:
    using Ports = std::pair<std::uint16_t, std::uint16_t>;
    struct Known {
        std::string name;
        base::SteadyTime until;
    };
    std::string find(const Ports &ports);
    std::vector<int> processes() const;
    bool holds(int process, const std::string &socket, int &left) const;
    void remember(int process);

    base::Clock &m_clock;
    std::string m_proc;
    std::map<Ports, Known> m_known;
    std::vector<int> m_recent; ///< processes that were found, the last one first: tools connect again
};

/// What people call a program, from its file and its command line: "node", {"node", "/x/claude-code/cli.js"}
/// is claude-code. Pure.
std::string programName(std::string_view file, const std::vector<std::string> &commandLine);

} // namespace signalbox::machine
