// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/foundation/base/clock.h"

namespace signalbox::health {

/// Two sums over the last minute, kept by the second: what was added counts for 60 to 61 s, never less. A
/// plain value of fixed size; nothing to do while nothing is added.
class MinuteWindow
{
public:
    struct Sums {
        std::int64_t first = 0;
        std::int64_t second = 0;
    };
    void add(Sums what, base::SteadyTime now);
    Sums sums(base::SteadyTime now) const;
    /// The soonest time at which both sums have fallen to these or below; `now` if they have already, no
    /// value if they never will.
    std::optional<base::SteadyTime> fallsTo(Sums most, base::SteadyTime now) const;

private:
    static constexpr std::size_t kSeconds = 61; ///< a minute, and the second that is not over
    struct Bucket {
        std::int64_t second = -1; ///< since the epoch of the clock; -1: empty
        Sums sums;
    };
    std::array<Bucket, kSeconds> m_buckets{};
};

} // namespace signalbox::health
