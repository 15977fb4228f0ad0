// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/foundation/base/random.h"
#include "core/request/provider/attempt_factory.h"
#include "core/request/upstream/transport.h"

namespace signalbox::provider {

/// Real providers over the transport, simulated ones on the clock. Each simulated provider has its own
/// chance, begun anew when its seed changes, so that a seed gives the same faults however the others are
/// used.
class ProviderAttempts final : public AttemptFactory
{
public:
    ProviderAttempts(upstream::Transport &transport, base::Clock &clock)
        : m_transport(transport), m_clock(clock)
    {}

    std::unique_ptr<upstream::Attempt> make(const Target &target, upstream::WireRequest request,
                                            const upstream::WireLimits &limits,
                                            upstream::AttemptObserver &observer) override;

private:
    struct Chance {
        std::uint64_t seed;
        base::Random random;
    };
    base::Random &chanceOf(const Target &target);

    upstream::Transport &m_transport;
    base::Clock &m_clock;
    std::map<std::string, Chance> m_chances;
};

} // namespace signalbox::provider
