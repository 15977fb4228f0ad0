// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/provider_attempts.h"

#include "core/request/provider/simulated_attempt.h"

namespace signalbox::provider {

std::unique_ptr<upstream::Attempt> ProviderAttempts::make(const Target &target, upstream::WireRequest request,
                                                          const upstream::WireLimits &limits,
                                                          upstream::AttemptObserver &observer)
{
    if (!target.simulated) {
        return m_transport.make(std::move(request), limits, observer);
    }
    auto answer = simulatedAnswer(request, target.simulate, chanceOf(target), m_clock.wallNow());
    return std::make_unique<SimulatedAttempt>(std::move(answer), m_clock, observer);
}

base::Random &ProviderAttempts::chanceOf(const Target &target)
{
    const std::uint64_t seed = target.simulate.seed;
    const auto [found, fresh] = m_chances.try_emplace(target.providerId, Chance{seed, base::Random(seed)});
    if (!fresh && found->second.seed != seed) {
        found->second = {seed, base::Random(seed)};
    }
    return found->second.random;
}

} // namespace signalbox::provider
