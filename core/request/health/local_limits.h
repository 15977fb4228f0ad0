// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/request/health/minute_window.h"

namespace signalbox::health {

/// What the user lets a provider be asked; 0: no limit.
struct Limits {
    int requestsPerMinute = 0;
    int tokensPerMinute = 0;
    int parallel = 0;
    bool operator==(const Limits &) const = default;
};

/// Tokens that were booked when a try began, to be handed back when it ends.
struct Booking {
    base::SteadyTime at{};
    std::int64_t tokens = 0;
};

/// What each provider has been asked in the last minute and is being asked now. Every try is noted, with
/// limits or without, so that a new limit holds at once. A plain value.
class LocalLimits
{
public:
    /// How soon a place among the parallel ones is looked for again: when it comes is not known.
    static constexpr base::Duration kLookAgain = std::chrono::milliseconds(250);

    /// No value: a try of about `tokens` fits. Else the soonest time at which it may.
    std::optional<base::SteadyTime> wouldWait(std::string_view provider, const Limits &limits,
                                              std::int64_t tokens, base::SteadyTime now) const;
    Booking begin(std::string_view provider, std::int64_t tokens, base::SteadyTime now);
    /// `tokens`: what it really took; the estimate stays where that is not known.
    void finish(std::string_view provider, const Booking &booking, std::optional<std::int64_t> tokens,
                base::SteadyTime now);
    int running(std::string_view provider) const;

private:
    struct Use {
        MinuteWindow window; ///< first: requests, second: tokens
        int running = 0;
    };
    std::map<std::string, Use, std::less<>> m_providers;
};

} // namespace signalbox::health
