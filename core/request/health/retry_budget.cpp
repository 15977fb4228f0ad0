// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/retry_budget.h"

#include <algorithm>

namespace signalbox::health {

MinuteWindow &RetryBudget::of(std::string_view chain)
{
    const auto it = m_chains.find(chain);
    return it == m_chains.end() ? m_chains[std::string(chain)] : it->second;
}

void RetryBudget::request(std::string_view chain, base::SteadyTime now)
{
    of(chain).add({1, 0}, now);
}

bool RetryBudget::wouldAllow(std::string_view chain, double share, base::SteadyTime now) const
{
    if (!(share > 0)) {
        return false;
    }
    const auto it = m_chains.find(chain);
    const auto sums = it == m_chains.end() ? MinuteWindow::Sums{} : it->second.sums(now);
    const double most = std::max<double>(kAlways, share * static_cast<double>(sums.first));
    return static_cast<double>(sums.second + 1) <= most;
}

void RetryBudget::spend(std::string_view chain, base::SteadyTime now)
{
    of(chain).add({0, 1}, now);
}

} // namespace signalbox::health
