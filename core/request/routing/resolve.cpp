// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/resolve.h"

#include "core/foundation/base/wildcard.h"

namespace signalbox::routing {

namespace {
constexpr std::string_view kClaude = "claude-";

const config::ChainConfig *byId(const config::Config &config, std::string_view id)
{
    const config::ChainConfig *const chain = config.chain(id);
    return chain && chain->enabled ? chain : nullptr;
}

const config::ChainConfig *byAlias(const config::Config &config, std::string_view model)
{
    const config::ChainConfig *best = nullptr;
    std::size_t bestSize = 0;
    for (const config::ChainConfig &chain : config.chains) {
        for (const std::string &alias : chain.aliases) {
            if (!chain.enabled || !base::matchesWildcard(alias, model)) {
                continue;
            }
            if (alias.find('*') == std::string::npos) {
                return &chain;
            }
            if (!best || alias.size() > bestSize) {
                best = &chain;
                bestSize = alias.size();
            }
        }
    }
    return best;
}

std::string known(const config::Config &config)
{
    std::string names;
    for (const config::ChainConfig &chain : config.chains) {
        if (chain.enabled) {
            names += (names.empty() ? "" : ", ") + chain.id;
        }
    }
    return names.empty() ? "there are no chains yet: add one in Signalbox" : "chains are: " + names;
}

std::optional<Route> directRoute(const config::Config &config, std::string_view model)
{
    const std::size_t slash = model.find('/');
    if (slash == std::string_view::npos || slash + 1 == model.size()) {
        return std::nullopt;
    }
    const config::ProviderConfig *const provider = config.provider(model.substr(0, slash));
    if (!provider) {
        return std::nullopt;
    }
    auto chain = std::make_shared<config::ChainConfig>();
    config::StepConfig &step = chain->steps.emplace_back();
    step.provider = provider->id;
    step.model = model.substr(slash + 1);
    return Route{std::move(chain), true, {}};
}
} // namespace

base::Result<Route> resolve(const std::shared_ptr<const config::Config> &shared, const Asked &asked)
{
    const config::Config &config = *shared;
    const auto found = [&](const config::ChainConfig *chain) {
        return Route{std::shared_ptr<const config::ChainConfig>(shared, chain), false, {}};
    };
    if (!asked.chainHeader.empty()) {
        const config::ChainConfig *const chain = byId(config, asked.chainHeader);
        return chain ? base::Result<Route>(found(chain))
                     : base::fail(base::ErrorCode::NotFound, "no chain '" + std::string(asked.chainHeader)
                                                                 + "' (x-signalbox-chain); " + known(config));
    }
    const config::ChainConfig *named = byId(config, asked.model);
    if (!named) {
        named = byAlias(config, asked.model);
    }
    if (!named && asked.model.starts_with(kClaude)) { // as /v1/models lists it to Anthropic's clients
        named = byId(config, asked.model.substr(kClaude.size()));
    }
    if (!named) {
        if (auto route = directRoute(config, asked.model)) {
            return *std::move(route);
        }
    }
    if (const config::ChainConfig *const chain = byId(config, asked.ruleChain)) {
        Route route = found(chain);
        route.rule = asked.rule;
        return route;
    }
    if (named) {
        return found(named);
    }
    if (const config::ClientConfig *const client = config.client(asked.client);
        client && !client->chain.empty()) {
        if (const config::ChainConfig *const chain = byId(config, client->chain)) {
            return found(chain);
        }
    }
    return base::fail(base::ErrorCode::NotFound, "no chain or alias is named '" + std::string(asked.model)
                                                     + "'; " + known(config) + ", or ask for provider/model");
}

} // namespace signalbox::routing
