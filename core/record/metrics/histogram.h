// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/foundation/base/clock.h"

namespace signalbox::metrics {

/// Durations counted in log-linear buckets: 16 to each doubling, so that a percentile is right to about 3 %,
/// from a microsecond to over an hour. Histograms add up and can be taken out of a sum again, for rolling
/// windows. A value; memory grows with the longest duration seen, to at most 2 KiB.
class Histogram
{
public:
    void add(base::Duration took);
    void add(const Histogram &other);
    /// Takes out what was added before.
    void remove(const Histogram &other);

    std::uint64_t count() const { return m_count; }
    /// The duration that a share of `quantile` (0 … 1) does not exceed, as the middle of its bucket; nothing
    /// when there is none.
    std::optional<base::Duration> percentile(double quantile) const;

private:
    static std::size_t bucketOf(std::uint64_t microseconds);
    static std::uint64_t middleOf(std::size_t bucket);

    std::vector<std::uint32_t> m_buckets;
    std::uint64_t m_count = 0;
};

} // namespace signalbox::metrics
