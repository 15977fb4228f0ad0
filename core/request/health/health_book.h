// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/request/health/breaker.h"

namespace signalbox::health {

/// What one breaker guards: a model behind one key at one endpoint.
struct Target {
    std::string provider;
    std::string key;    ///< which key, never the key itself
    std::string origin; ///< "https://api.openai.com"
    std::string model;
    auto operator<=>(const Target &) const = default;
};

/// A try that has begun, to be handed back with its outcome.
struct Ticket {
    std::uint64_t generation = 0;
    std::uint64_t keyGeneration = 0;
    bool probe = false;
    bool keyProbe = false;
    BreakerState before = BreakerState::Closed;
};

/// What a target looks like from outside.
struct View {
    BreakerState state = BreakerState::Closed;
    base::SteadyTime openUntil{};
    events::Outcome cause = events::Outcome::Answered;
    double failuresInRow = 0;
    Admission admission = Admission::Allowed;
};

/// All breakers. A refused key closes the road to every model behind it, so each key has a breaker of its own
/// beside those of its models. Engine thread; owned by the engine.
class HealthBook
{
public:
    View view(const Target &target, base::SteadyTime now) const;
    /// The caller has seen in view() that the target admits a try.
    Ticket begin(const Target &target, base::SteadyTime now);
    /// Returns what the target looks like afterwards.
    View finish(const Target &target, const Ticket &ticket, Result result, base::SteadyTime now,
                double jitter);
    /// Forgets what is known of a key: it was edited.
    void resetKey(const std::string &provider, const std::string &key);
    void reset(const Target &target);

    template<typename Visit>
    void forEach(base::SteadyTime now, Visit visit) const
    {
        for (const auto &[target, breaker] : m_models) {
            visit(target, view(target, now));
        }
    }

private:
    static Target keyOf(const Target &target) { return {target.provider, target.key, target.origin, {}}; }
    const Breaker *model(const Target &target) const;
    const Breaker *key(const Target &target) const;

    std::map<Target, Breaker> m_models;
    std::map<Target, Breaker> m_keys; ///< model left empty
};

} // namespace signalbox::health
