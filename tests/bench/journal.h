// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tests/bench/poller.h"

namespace signalbox::bench {

using Id = std::uint32_t;

/// How the mock provider streams, and what a client expects therefore.
struct StreamShape {
    int chunks = 1;
    Duration pace{}; ///< none: everything at once
};

/// One attempt as the mock provider saw it.
struct Leg {
    int requests = 0;
    Time arrived{};
    Time answered{}; ///< just before the answer's first and, but for paced streams, only write
};

/// What happened to one request, on both sides of Signalbox.
struct Trace {
    Time sent{}; ///< just before the write
    Time firstByte{};
    Time ended{};
    std::array<Leg, 2> legs{}; ///< by the provider that was asked
    std::vector<Time> chunksLeft{};
    std::vector<Time> chunksArrived{};
};

/// One memory for client and mock provider. A deque, since traces are held while others are added.
class Journal
{
public:
    StreamShape shape;

    Id add()
    {
        m_traces.emplace_back();
        return static_cast<Id>(m_traces.size() - 1);
    }
    Trace &operator[](Id id)
    {
        if (id >= m_traces.size()) {
            throw Failure("a request nobody sent: number " + std::to_string(id));
        }
        return m_traces[id];
    }

private:
    std::deque<Trace> m_traces;
};

} // namespace signalbox::bench
