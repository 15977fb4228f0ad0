// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/money.h"
#include "core/foundation/config/chain_config.h"

// The configuration as values. Defaults are the documented ones (schema:
// resources/schema/config.schema.json); reading, checking and writing the file is document.h and store.h.
namespace signalbox::config {

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
    std::string chain;      ///< used when the model the tool asks for names no chain; may be empty
    bool isPrivate = false; ///< "private": its requests never leave steps tagged local
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

/// What the user allows a provider to be asked for; 0: no limit.
struct ProviderLimits {
    int requestsPerMinute = 0;
    int tokensPerMinute = 0;
    int parallel = 0;
    bool operator==(const ProviderLimits &) const = default;
};

/// One of several keys of a provider.
struct WeightedKey {
    KeySource source;
    int weight = 1; ///< its share of the requests
    bool operator==(const WeightedKey &) const = default;
};

struct ProviderConfig {
    std::string id;
    std::string name;    ///< for people; empty: the preset's name
    std::string preset;  ///< "openai", "openai-compatible", "simulated", …: resources/presets
    std::string baseUrl; ///< empty: the preset's
    bool enabled = true;
    std::vector<std::string> dialects; ///< what it speaks, the best first; empty: what the preset says
    KeySource key;
    std::vector<WeightedKey> keys;              ///< beside `key`
    std::map<std::string, std::string> headers; ///< sent with every request; never credentials
    std::vector<std::string> tags;
    std::vector<std::string> models;           ///< typed by the user
    std::map<std::string, TieredPrice> prices; ///< exact model, or with a `*`; the longest match wins
    SimulateConfig simulate;
    ProviderLimits limits;

    /// `key` and `keys`, those that are given.
    std::vector<WeightedKey> allKeys() const;
    bool operator==(const ProviderConfig &) const = default;
};

/// Texts that make a request private wherever it comes from.
struct PrivacyConfig {
    bool keys = false; ///< strings that look like keys
    bool emails = false;
    bool cards = false;                ///< payment card numbers with a valid check digit
    std::vector<std::string> patterns; ///< regular expressions of the user
    bool operator==(const PrivacyConfig &) const = default;
};

struct BudgetConfig {
    std::map<std::string, std::string> scope; ///< "client", "chain", "provider", "model"; all that stand here
    std::string period;                       ///< "day", "week", "month", "5h"
    base::Money limit;
    std::string atLimit;
    bool operator==(const BudgetConfig &) const = default;
};

enum class BudgetState : std::uint8_t { Ok, Warned, Spent }; ///< from 80 %, from 100 % on; in this order
std::string_view toText(BudgetState state);

struct Config {
    int schemaVersion = 1;
    ServerConfig server;
    std::vector<ClientConfig> clients;
    std::vector<ProviderConfig> providers;
    std::vector<ChainConfig> chains;
    std::vector<RuleConfig> rules;
    PrivacyConfig privacy;
    std::vector<BudgetConfig> budgets; ///< counted for conditions; they stop nothing yet

    const ProviderConfig *provider(std::string_view id) const;
    const ChainConfig *chain(std::string_view id) const;
    const ClientConfig *client(std::string_view id) const;
    bool operator==(const Config &) const = default;
};

} // namespace signalbox::config
