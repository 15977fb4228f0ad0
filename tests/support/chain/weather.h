// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/random.h"

namespace signalbox::test {

/// How a provider is for a while.
enum class Mood : std::uint8_t {
    Well,
    Slow,       ///< seconds until the first token
    Trickles,   ///< seconds between the pieces
    Down,       ///< 500
    Overloaded, ///< 529 with Retry-After
    Refuses,    ///< no connection
    NoName,
    BadTls,
    Hangs, ///< no head
    HangsAfter200,
    Flaps, ///< half of the requests fail
    Cuts,  ///< in the middle
    Stalls,
    Garbage,
    Empty,
    KeyRefused, ///< for an hour, until the user has edited it
    QuotaSpent,
    NoModel,
};
constexpr int kMoodCount = 18;

/// A provider's day, made from a seed: long good times, shorter bad ones.
class Weather
{
public:
    struct Phase {
        base::SteadyTime from;
        Mood mood = Mood::Well;
    };
    Weather() = default;
    Weather(base::SteadyTime from, base::Duration length, double bad, base::Random &random);
    explicit Weather(std::vector<Phase> phases) : m_phases(std::move(phases)) {}

    Mood at(base::SteadyTime time) const;
    const std::vector<Phase> &phases() const { return m_phases; }

private:
    std::vector<Phase> m_phases; ///< in order
};

} // namespace signalbox::test
