// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/money.h"

// The configuration as values. Defaults are the documented ones (schema:
// resources/schema/config.schema.json); reading, checking and writing the file is document.h and store.h.
namespace signalbox::config {

using Ms = std::chrono::milliseconds;

/// Where a secret comes from. The configuration never holds the secret itself.
struct KeySource {
    enum class Kind : std::uint8_t { None, Keychain, Environment, Memory };
    Kind kind = Kind::None;
    std::string name;  ///< keychain entry, environment variable or memory slot
    std::string last4; ///< what people recognise the key by; empty if unknown
    bool operator==(const KeySource &) const = default;
};

struct ServerConfig {
    std::uint16_t port = 8377;
    bool requireToken = true;
    std::vector<std::string> allowedOrigins; ///< exact origins, for tools that live in a browser
    bool operator==(const ServerConfig &) const = default;
};

/// A tool with its own local token.
struct ClientConfig {
    std::string id;
    KeySource token;
    std::string chain; ///< used when the model the tool asks for names no chain; may be empty
    bool operator==(const ClientConfig &) const = default;
};

/// Prices of one model, in nano-dollars per million tokens. A class without a price makes the cost unknown as
/// soon as such tokens occur.
struct ModelPrice {
    std::optional<base::TokenPrice> input;
    std::optional<base::TokenPrice> cachedInput;
    std::optional<base::TokenPrice> cacheWrite; ///< 5 minutes
    std::optional<base::TokenPrice> cacheWrite1h;
    std::optional<base::TokenPrice> output;
    bool operator==(const ModelPrice &) const = default;
};

/// A price with its dearer form for long prompts: above `tokens` (whole prompt, cache included) the whole
/// request is billed by `above`.
struct TieredPrice {
    ModelPrice base;
    std::int64_t aboveTokens = 0; ///< 0: no tier
    ModelPrice above;
    bool operator==(const TieredPrice &) const = default;
};

/// How the simulated provider behaves.
struct SimulateConfig {
    Ms firstToken{200};
    double tokensPerSecond = 80;
    int answerTokens = 40;
    std::map<std::string, double> errors; ///< "429" -> 0.5: share of requests answered with that status
    std::uint64_t seed = 1;
    bool operator==(const SimulateConfig &) const = default;
};

struct ProviderConfig {
    std::string id;
    std::string name;    ///< for people; empty: the preset's name
    std::string preset;  ///< "openai", "openai-compatible", "simulated", …: resources/presets
    std::string baseUrl; ///< empty: the preset's
    bool enabled = true;
    KeySource key;
    std::map<std::string, std::string> headers; ///< sent with every request; never credentials
    std::vector<std::string> tags;
    std::vector<std::string> models;           ///< typed by the user
    std::map<std::string, TieredPrice> prices; ///< exact model, or with a `*`; the longest match wins
    SimulateConfig simulate;
    bool operator==(const ProviderConfig &) const = default;
};

struct StepConfig {
    std::string provider;
    std::string model;
    bool enabled = true;
    Ms connect{5'000};
    Ms firstToken{20'000}; ///< from the start of the attempt to the first real content
    Ms answer{120'000};    ///< whole answer of a request that does not stream
    Ms idle{30'000};       ///< between pieces of content
    Ms total{600'000};
    int tries = 1;  ///< on this step
    Ms patience{0}; ///< a Retry-After up to this long is waited for here instead of going on, if tries remain
    bool operator==(const StepConfig &) const = default;
};

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
    bool refusal = false;
    bool operator==(const FallbackOn &) const = default;
};

struct ChainPolicy {
    Ms deadline{
        120'000}; ///< until the first content has reached the client (whole answer, when not streaming)
    bool afterAmbiguous =
        true; ///< go on after a failure where the provider may already have worked, and may bill it
    FallbackOn fallbackOn;
    bool operator==(const ChainPolicy &) const = default;
};

struct ChainConfig {
    std::string id;
    int version = 1; ///< counted up by every Apply
    bool enabled = true;
    std::vector<std::string> aliases; ///< exact, or with `*`
    std::vector<StepConfig> steps;
    ChainPolicy policy;
    bool operator==(const ChainConfig &) const = default;
};

struct BudgetConfig {
    std::map<std::string, std::string> scope;
    std::string period;
    base::Money limit;
    std::string atLimit;
    bool operator==(const BudgetConfig &) const = default;
};

struct Config {
    int schemaVersion = 1;
    ServerConfig server;
    std::vector<ClientConfig> clients;
    std::vector<ProviderConfig> providers;
    std::vector<ChainConfig> chains;
    std::vector<BudgetConfig> budgets; ///< read and kept; not enforced yet

    const ProviderConfig *provider(std::string_view id) const;
    const ChainConfig *chain(std::string_view id) const;
    const ClientConfig *client(std::string_view id) const;
    bool operator==(const Config &) const = default;
};

} // namespace signalbox::config
