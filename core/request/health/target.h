// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "core/request/health/breaker.h"

namespace signalbox::health {

/// What one breaker guards: a model behind one key at one endpoint.
struct Target {
    std::string provider;
    std::string key;    ///< which key, never the key itself
    std::string origin; ///< "https://api.openai.com"
    std::string model;  ///< empty: the key's own breaker
    auto operator<=>(const Target &) const = default;
};

/// On this machine: loopback, or simulated and so without a host. Needs no network.
bool isLocal(const Target &target);

/// A try that has begun, to be handed back with its outcome.
struct Ticket {
    static constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();

    std::uint64_t generation = 0;
    std::uint64_t keyGeneration = 0;
    std::uint64_t epoch = 0; ///< of the network
    std::uint32_t slot = kNoSlot;
    bool probe = false;
    bool keyProbe = false;
    bool doubtful = false; ///< began without a network, or behind a captive portal
    BreakerState before = BreakerState::Closed;
    base::SteadyTime suspectAt = base::SteadyTime::max();
};

/// A try whose answer comes as a whole: silence says nothing until it is longer than answers usually take.
struct WholeTry {
    base::Duration limit{};      ///< of the whole answer
    base::Duration firstToken{}; ///< what a stream of the same step may take to begin
    std::size_t promptBytes = 0;
};

/// What a target looks like from outside.
struct View {
    BreakerState state = BreakerState::Closed;
    base::SteadyTime openUntil{}; ///< max(): until somebody acts
    events::Outcome cause = events::Outcome::Answered;
    double failuresInRow = 0;
    Admission admission = Admission::Allowed;
    bool misconfigured = false; ///< its certificate does not hold
    bool paused = false;        ///< by hand, alone or with its provider
    bool forced = false;        ///< held open by hand
    /// It may be tried, but three tries in a row have failed or are silent for longer than is usual: whoever
    /// has another step left goes there instead. That is how a provider that hangs is noticed before its
    /// first timeout.
    bool suspect = false;
};

/// How busy and how quick a target is.
struct Load {
    int inFlight = 0;
    std::optional<base::Duration> firstToken; ///< none: not known, or too long ago
    int samples = 0;                          ///< behind it
};

} // namespace signalbox::health
