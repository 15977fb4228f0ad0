// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/local_limits.h"

#include <algorithm>
#include <limits>

namespace signalbox::health {

namespace {
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
}

std::optional<base::SteadyTime> LocalLimits::wouldWait(std::string_view provider, const Limits &limits,
                                                       std::int64_t tokens, base::SteadyTime now) const
{
    const auto it = m_providers.find(provider);
    if (it == m_providers.end()) {
        return std::nullopt;
    }
    const Use &use = it->second;
    std::optional<base::SteadyTime> until;
    if (limits.parallel > 0 && use.running >= limits.parallel) {
        until = now + kLookAgain;
    }
    MinuteWindow::Sums most{kNoLimit, kNoLimit};
    if (limits.requestsPerMinute > 0) {
        most.first = limits.requestsPerMinute - 1;
    }
    if (limits.tokensPerMinute > 0) {
        // A request larger than a whole minute's share goes when it has the minute for itself.
        most.second = std::max<std::int64_t>(limits.tokensPerMinute - std::max<std::int64_t>(tokens, 0), 0);
    }
    if (const auto free = use.window.fallsTo(most, now); free && *free > now) {
        until = std::max(until.value_or(*free), *free);
    }
    return until;
}

Booking LocalLimits::begin(std::string_view provider, std::int64_t tokens, base::SteadyTime now)
{
    auto it = m_providers.find(provider);
    if (it == m_providers.end()) {
        it = m_providers.emplace(std::string(provider), Use{}).first;
    }
    const Booking booking{now, std::max<std::int64_t>(tokens, 0)};
    it->second.window.add({1, booking.tokens}, now);
    ++it->second.running;
    return booking;
}

void LocalLimits::finish(std::string_view provider, const Booking &booking,
                         std::optional<std::int64_t> tokens, base::SteadyTime now)
{
    const auto it = m_providers.find(provider);
    if (it == m_providers.end()) {
        return;
    }
    Use &use = it->second;
    use.running = std::max(use.running - 1, 0);
    if (tokens && now - booking.at < std::chrono::seconds(60)) {
        use.window.add({0, std::max<std::int64_t>(*tokens, 0) - booking.tokens}, booking.at);
    }
}

int LocalLimits::running(std::string_view provider) const
{
    const auto it = m_providers.find(provider);
    return it == m_providers.end() ? 0 : it->second.running;
}

} // namespace signalbox::health
