// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/metrics/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace signalbox::metrics {

namespace {
constexpr int kSubBits = 4;
constexpr std::uint64_t kSubBuckets = 1U << kSubBits;
constexpr std::uint64_t kLongest = (std::uint64_t(1) << 32) - 1; // microseconds, 71 minutes
} // namespace

// Values below 16 have a bucket each. Above, the position of the highest bit chooses a row of 16 buckets and
// the four bits after it the bucket in the row.
std::size_t Histogram::bucketOf(std::uint64_t microseconds)
{
    if (microseconds < kSubBuckets) {
        return microseconds;
    }
    const int shift = std::bit_width(microseconds) - 1 - kSubBits;
    return static_cast<std::size_t>((static_cast<std::uint64_t>(shift) << kSubBits)
                                    + (microseconds >> shift));
}

std::uint64_t Histogram::middleOf(std::size_t bucket)
{
    if (bucket < 2 * kSubBuckets) {
        return bucket;
    }
    const std::uint64_t shift = (bucket >> kSubBits) - 1;
    const std::uint64_t low = (bucket - (shift << kSubBits)) << shift;
    return low + ((std::uint64_t(1) << shift) >> 1);
}

void Histogram::add(base::Duration took)
{
    const auto microseconds = std::clamp<std::int64_t>(took.count() / 1000, 0, kLongest);
    const std::size_t bucket = bucketOf(static_cast<std::uint64_t>(microseconds));
    if (bucket >= m_buckets.size()) {
        m_buckets.resize(bucket + 1);
    }
    ++m_buckets[bucket];
    ++m_count;
}

void Histogram::add(const Histogram &other)
{
    if (other.m_buckets.size() > m_buckets.size()) {
        m_buckets.resize(other.m_buckets.size());
    }
    for (std::size_t i = 0; i < other.m_buckets.size(); ++i) {
        m_buckets[i] += other.m_buckets[i];
    }
    m_count += other.m_count;
}

void Histogram::remove(const Histogram &other)
{
    for (std::size_t i = 0; i < other.m_buckets.size(); ++i) {
        m_buckets[i] -= other.m_buckets[i];
    }
    m_count -= other.m_count;
}

std::optional<base::Duration> Histogram::percentile(double quantile) const
{
    if (m_count == 0) {
        return std::nullopt;
    }
    const auto rank = std::clamp<std::uint64_t>(
        static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(m_count))), 1, m_count);
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < m_buckets.size(); ++bucket) {
        seen += m_buckets[bucket];
        if (seen >= rank) {
            return std::chrono::microseconds(middleOf(bucket));
        }
    }
    return std::nullopt;
}

} // namespace signalbox::metrics
