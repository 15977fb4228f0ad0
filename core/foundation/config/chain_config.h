// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/money.h"
#include "core/foundation/config/condition.h"
#include "core/foundation/json/value.h"

// Chains, their steps and the rules that lead to them, as values; the rest of the configuration is config.h.
namespace signalbox::config {

using Ms = std::chrono::milliseconds;

/// What a model can do, where the user knows better than the shipped catalogue.
struct ModelTraits {
    std::int64_t contextTokens = 0; ///< 0: as the catalogue says
    std::optional<bool> tools;
    std::optional<bool> images;
    std::optional<bool> jsonSchema;
    bool operator==(const ModelTraits &) const = default;
};

struct StepConfig {
    std::string provider;
    std::string model;
    bool enabled = true;
    int tier = 1;   ///< the strategy chooses inside a tier; lower tiers go first
    int weight = 1; ///< for the weighted strategy
    Ms connect{5'000};
    /// From the start of the attempt to the first real content; 0: what the model needs (20 s, 180 s where it
    /// thinks without showing it, 60 s on this machine).
    Ms firstToken{0};
    Ms answer{120'000};    ///< whole answer of a request that does not stream
    bool adaptive = false; ///< first token and answer: 3 times the step's own p95 instead, once that is known
    Ms idle{30'000};       ///< between pieces of content
    Ms total{600'000};
    int tries = 1;  ///< on this step
    Ms patience{0}; ///< a Retry-After up to this long is waited for here instead of going on, if tries remain
    std::optional<base::Money> maxCost;     ///< an attempt that may cost more is not begun
    std::map<std::string, json::Value> set; ///< parameters put into the request
    std::vector<std::string> strip;         ///< parameters taken out of it
    ModelTraits traits;                     ///< "model…" where the catalogue is wrong or silent
    Condition when;                         ///< not met: the step is skipped
    bool operator==(const StepConfig &) const = default;
};

/// How a chain chooses among the steps of a tier.
enum class Strategy : std::uint8_t { Ordered, Weighted, Fastest, Cheapest, LeastBusy, Race, Hedged };
/// What happens when an answer breaks off after content has reached the client.
enum class MidStream : std::uint8_t {
    Error,
    Continue, ///< the next step goes on from the partial answer, where its model can
    Restart,  ///< nothing is sent until the answer is whole, so that it can always begin anew
};
/// When a session that had to leave its step goes back.
enum class Failback : std::uint8_t { AtOnce, AfterProbes, SessionEnd, Stay };
enum class ContextFit : std::uint8_t { Skip, Fit };

/// Kinds of failure that lead to the next step; each can be switched off per chain.
struct FallbackOn {
    bool connect = true;
    bool timeout = true;
    bool keyRefused = true;
    bool quota = true;
    bool rateLimit = true;
    bool serverError = true;
    bool modelMissing = true;
    bool contextTooLong = true;
    bool garbled = true;
    bool empty = true;
    bool cutOff = true;
    bool looping = false;        ///< needs a hold-back, or an answer that is sent whole
    bool brokenToolCall = false; ///< the same
    bool refusal = false;        ///< false, true, or "once": then refusalOnce is set too
    bool refusalOnce = false;    ///< only one further step is asked
    bool operator==(const FallbackOn &) const = default;
};

/// A session stays with the step that served it, which keeps the provider's prompt cache warm.
struct Stickiness {
    bool enabled = false;
    Failback failback = Failback::AtOnce;
    int probes = 3;            ///< good answers of the former step before AfterProbes goes back
    Ms sessionEnds{1'800'000}; ///< a session is over after this long without a request
    bool operator==(const Stickiness &) const = default;
};

struct ChainPolicy {
    /// Until the first content has reached the client (whole answer, when not streaming).
    Ms deadline{300'000};
    MidStream midStream = MidStream::Error;
    int holdBackTokens = 0;      ///< hold the stream back until this many tokens are there …
    Ms holdBack{0};              ///< … or this long after the first; 0 and 0: only until the first content
    bool streamUpstream = false; ///< ask the provider to stream also for a client that does not
    bool afterAmbiguous =
        true; ///< go on after a failure where the provider may already have worked, and may bill it
    bool waitForSoonest = true; ///< nothing can be tried: wait for the step that is back first
    Ms hedgeAfter{2'000};       ///< strategy hedged: no first token after this long starts the next step
    int retryBudget = 20;       ///< per cent: repeated tries, hedges and races of the last minute's requests
    std::optional<base::Money> maxCost; ///< of a request, over all attempts
    ContextFit contextFit = ContextFit::Skip;
    Stickiness sticky;
    FallbackOn fallbackOn;
    bool operator==(const ChainPolicy &) const = default;
};

struct ChainConfig {
    std::string id;
    int version = 1; ///< counted up by every Apply
    bool enabled = true;
    std::vector<std::string> aliases; ///< exact, or with `*`
    Strategy strategy = Strategy::Ordered;
    std::vector<StepConfig> steps;
    ChainPolicy policy;
    bool operator==(const ChainConfig &) const = default;
};

/// Sends the requests that meet its condition to a chain; the first rule that fits counts.
struct RuleConfig {
    std::string id;
    bool enabled = true;
    Condition when;
    std::string chain;
    bool operator==(const RuleConfig &) const = default;
};

} // namespace signalbox::config
