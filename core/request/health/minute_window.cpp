// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/minute_window.h"

namespace signalbox::health {

namespace {
std::int64_t secondOf(base::SteadyTime at)
{
    return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}
} // namespace

void MinuteWindow::add(Sums what, base::SteadyTime now)
{
    const std::int64_t second = secondOf(now);
    Bucket &bucket = m_buckets[static_cast<std::size_t>(second) % kSeconds];
    if (bucket.second != second) {
        bucket = {second, {}};
    }
    bucket.sums.first += what.first;
    bucket.sums.second += what.second;
}

MinuteWindow::Sums MinuteWindow::sums(base::SteadyTime now) const
{
    const std::int64_t oldest = secondOf(now) - static_cast<std::int64_t>(kSeconds) + 1;
    Sums all;
    for (const Bucket &bucket : m_buckets) {
        if (bucket.second >= oldest && bucket.second >= 0) {
            all.first += bucket.sums.first;
            all.second += bucket.sums.second;
        }
    }
    return all;
}

std::optional<base::SteadyTime> MinuteWindow::fallsTo(Sums most, base::SteadyTime now) const
{
    if (most.first < 0 || most.second < 0) {
        return std::nullopt;
    }
    Sums left = sums(now);
    const std::int64_t current = secondOf(now);
    const std::int64_t oldest = current - static_cast<std::int64_t>(kSeconds) + 1;
    base::SteadyTime at = now;
    for (std::int64_t second = oldest; left.first > most.first || left.second > most.second; ++second) {
        if (second > current) {
            return std::nullopt; // only a correction below zero could bring us here
        }
        const Bucket &bucket = m_buckets[static_cast<std::size_t>(second) % kSeconds];
        if (second >= 0 && bucket.second == second) {
            left.first -= bucket.sums.first;
            left.second -= bucket.sums.second;
            at = base::SteadyTime(std::chrono::seconds(second + static_cast<std::int64_t>(kSeconds)));
        }
    }
    return at;
}

} // namespace signalbox::health
