// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace signalbox::base {

/// The only source of chance for decisions (jitter, weights, simulated faults); a seed makes a test
/// repeatable. Not for secrets: those come from `secureBytes`. One thread.
class Random
{
public:
    explicit Random(std::uint64_t seed) : m_engine(seed) {}
    static Random fromSystem();

    std::uint64_t next() { return m_engine(); }
    /// In [0, 1).
    double unit() { return static_cast<double>(m_engine() >> 11) * 0x1.0p-53; }

private:
    std::mt19937_64 m_engine;
};

/// Bytes fit for tokens, from the operating system.
std::string secureBytes(std::size_t count);

} // namespace signalbox::base
