// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/setup_builder.h"

namespace signalbox::engine {

namespace {
chain::KeySetup buildKey(const config::WeightedKey &key, const FindSecret &find)
{
    chain::KeySetup setup{.name = key.source.name, .weight = key.weight};
    const auto *const secret = find(key.source);
    if (!secret) {
        setup.problem = "the key is still being fetched";
    } else if (!*secret) {
        setup.problem = secret->error().message;
    } else {
        setup.secret = **secret;
    }
    return setup;
}
} // namespace

chain::ProviderSetup buildProvider(const config::ProviderConfig &provider,
                                   const provider::PresetList &presets, const FindSecret &find)
{
    chain::ProviderSetup setup;
    setup.config = &provider;
    const provider::Preset *const preset = presets.find(provider.preset);
    setup.target =
        preset ? provider::makeTarget(provider, *preset)
               : base::fail(base::ErrorCode::NotFound, "there is no preset '" + provider.preset + "'");
    if (setup.target) {
        setup.originText = setup.target->origin.text();
    }
    if (const auto keys = provider.allKeys(); !keys.empty()) {
        setup.keys.clear();
        for (const config::WeightedKey &key : keys) {
            setup.keys.push_back(buildKey(key, find));
        }
    }
    return setup;
}

std::shared_ptr<const chain::Setup> buildSetup(std::shared_ptr<const config::Config> config,
                                               const provider::PresetList &presets,
                                               std::shared_ptr<const spend::PriceTable> prices,
                                               std::shared_ptr<const routing::ModelCatalogue> models,
                                               const FindSecret &find, Learnt learnt)
{
    auto setup = std::make_shared<chain::Setup>();
    for (const config::ProviderConfig &provider : config->providers) {
        setup->providers.emplace(provider.id, buildProvider(provider, presets, find));
    }
    setup->config = std::move(config);
    setup->prices = std::move(prices);
    setup->models = std::move(models);
    setup->rules = std::move(learnt.rules);
    setup->listed = std::move(learnt.listed);
    chain::complete(*setup);
    return setup;
}

std::shared_ptr<const server::AccessRules> buildRules(const config::Config &config, const FindSecret &find)
{
    auto rules = std::make_shared<server::AccessRules>();
    rules->requireToken = config.server.requireToken;
    rules->allowedOrigins = config.server.allowedOrigins;
    for (const config::ClientConfig &client : config.clients) {
        const auto *const secret = find(client.token);
        if (secret && *secret && !(*secret)->empty()) {
            rules->tokens.emplace_back(client.id, **secret);
        }
    }
    return rules;
}

} // namespace signalbox::engine
