// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/foundation/base/clock.h"

namespace signalbox::health {

/// First-token time as it is now: an average that halves the weight of what it heard every minute. Ten
/// minutes after the last sample nothing is known any more, so that a target that was slow once gets another
/// chance.
class DecayingTime
{
public:
    static constexpr base::Duration kHalfLife = std::chrono::minutes(1);
    static constexpr base::Duration kForgotten = std::chrono::minutes(10);

    void add(base::Duration sample, base::SteadyTime now);
    std::optional<base::Duration> value(base::SteadyTime now) const;
    int samples(base::SteadyTime now) const { return value(now) ? m_samples : 0; }

private:
    double m_sum = 0; ///< nanoseconds, weighted
    double m_weight = 0;
    base::SteadyTime m_at{};
    int m_samples = 0; ///< since nothing was known, at most 1,000,000
};

/// How long a target took for its last 50 answers of each prompt size (sizes are the same when they have the
/// same power of two), and the limits that follow from it. A plain value; it grows only with new sizes, to
/// 14 of them and 6 KB in all.
class Timings
{
public:
    void addFirstToken(std::size_t promptBytes, base::Duration time);
    void addWhole(std::size_t promptBytes, base::Duration time);
    /// 3 × p95, within 5 to 120 s; no value with fewer than 10 samples.
    std::optional<base::Duration> firstTokenLimit(std::size_t promptBytes) const;
    std::optional<base::Duration> wholeLimit(std::size_t promptBytes) const;
    /// p95 of whole answers; no value without samples.
    std::optional<base::Duration> slowestWhole(std::size_t promptBytes) const;
    void clear() { m_sizes.clear(); }

private:
    struct Ring {
        std::array<std::uint32_t, 50> us{};
        std::uint8_t next = 0;
        std::uint8_t size = 0;
        void add(base::Duration time);
        std::optional<base::Duration> p95() const;
        std::optional<base::Duration> limit() const;
    };
    struct Size {
        int power = 0;
        Ring firstToken;
        Ring whole;
    };
    Size &sizeOf(std::size_t promptBytes);
    const Size *find(std::size_t promptBytes) const;

    std::vector<Size> m_sizes;
};

} // namespace signalbox::health
