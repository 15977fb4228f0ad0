// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/timings.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace signalbox::health {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kEnough = 10;
constexpr std::size_t kKiB = 1024;
constexpr int kLargest = 13; ///< 4 MiB and more
constexpr base::Duration kShortestLimit = 5s;
constexpr base::Duration kLongestLimit = 120s;
constexpr int kMostSamples = 1'000'000;

int powerOf(std::size_t bytes)
{
    return std::min(static_cast<int>(std::bit_width(bytes / kKiB)), kLargest);
}
} // namespace

void DecayingTime::add(base::Duration sample, base::SteadyTime now)
{
    if (!value(now)) {
        *this = DecayingTime{};
        m_at = now;
    }
    const double halves = std::max(0.0, base::toMs(now - m_at) / base::toMs(kHalfLife));
    const double kept = std::exp2(-halves);
    m_sum = m_sum * kept + static_cast<double>(sample.count());
    m_weight = m_weight * kept + 1;
    m_at = now;
    m_samples = std::min(m_samples + 1, kMostSamples);
}

std::optional<base::Duration> DecayingTime::value(base::SteadyTime now) const
{
    if (m_samples == 0 || now - m_at > kForgotten) {
        return std::nullopt;
    }
    return base::Duration(static_cast<std::int64_t>(m_sum / m_weight));
}

void Timings::Ring::add(base::Duration time)
{
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    us[next] = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(micros, 0, std::numeric_limits<std::uint32_t>::max()));
    next = static_cast<std::uint8_t>((next + 1) % us.size());
    size = static_cast<std::uint8_t>(std::min<std::size_t>(size + 1U, us.size()));
}

std::optional<base::Duration> Timings::Ring::p95() const
{
    if (size == 0) {
        return std::nullopt;
    }
    auto sorted = us;
    const std::size_t rank = (size * 95U + 99U) / 100U; // nearest rank: the 48th of 50, the 10th of 10
    const auto p95 = sorted.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(sorted.begin(), p95, sorted.begin() + size);
    return std::chrono::microseconds(*p95);
}

std::optional<base::Duration> Timings::Ring::limit() const
{
    return size < kEnough
               ? std::nullopt
               : std::optional(std::clamp<base::Duration>(3 * *p95(), kShortestLimit, kLongestLimit));
}

void Timings::addFirstToken(std::size_t promptBytes, base::Duration time)
{
    sizeOf(promptBytes).firstToken.add(time);
}

void Timings::addWhole(std::size_t promptBytes, base::Duration time)
{
    sizeOf(promptBytes).whole.add(time);
}

std::optional<base::Duration> Timings::firstTokenLimit(std::size_t promptBytes) const
{
    const Size *const size = find(promptBytes);
    return size ? size->firstToken.limit() : std::nullopt;
}

std::optional<base::Duration> Timings::wholeLimit(std::size_t promptBytes) const
{
    const Size *const size = find(promptBytes);
    return size ? size->whole.limit() : std::nullopt;
}

std::optional<base::Duration> Timings::slowestWhole(std::size_t promptBytes) const
{
    const Size *const size = find(promptBytes);
    return size ? size->whole.p95() : std::nullopt;
}

Timings::Size &Timings::sizeOf(std::size_t promptBytes)
{
    const int power = powerOf(promptBytes);
    const auto it = std::ranges::find(m_sizes, power, &Size::power);
    return it == m_sizes.end() ? m_sizes.emplace_back(Size{.power = power, .firstToken = {}, .whole = {}})
                               : *it;
}

const Timings::Size *Timings::find(std::size_t promptBytes) const
{
    const auto it = std::ranges::find(m_sizes, powerOf(promptBytes), &Size::power);
    return it == m_sizes.end() ? nullptr : &*it;
}

} // namespace signalbox::health
