// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/request/health/minute_window.h"

namespace signalbox::health {

/// Keeps an outage from being multiplied: repeated tries of the same target, hedges and races of a chain stay
/// within a share of its requests of the last minute, but three are always free. Going on to another step is
/// not asked for here: it is never denied. A plain value.
class RetryBudget
{
public:
    static constexpr int kAlways = 3;

    void request(std::string_view chain, base::SteadyTime now);
    /// `share` of 0.2: one for five requests. A share of 0 allows none, not even the three.
    bool wouldAllow(std::string_view chain, double share, base::SteadyTime now) const;
    /// One more try that nobody asked for.
    void spend(std::string_view chain, base::SteadyTime now);

private:
    MinuteWindow &of(std::string_view chain);

    std::map<std::string, MinuteWindow, std::less<>> m_chains; ///< first: requests, second: spent
};

} // namespace signalbox::health
