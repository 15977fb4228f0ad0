// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/chain_setup.h"

#include <algorithm>

namespace signalbox::test {

std::shared_ptr<const chain::Setup> setupFor(const config::Config &config)
{
    auto made = std::make_shared<chain::Setup>();
    made->config = std::make_shared<const config::Config>(config);
    made->prices = std::make_shared<const spend::PriceTable>();
    made->models = std::make_shared<const routing::ModelCatalogue>(*routing::ModelCatalogue::fromJson(
        R"({"date":"2026-11-20","models":{},"presets":{"simulated":{"continues":"plain","models":{}}}})"));
    for (const config::ProviderConfig &one : made->config->providers) {
        chain::ProviderSetup provider;
        provider.config = &one;
        provider.local = std::ranges::find(one.tags, "local") != one.tags.end();
        provider.target = provider::Target{.providerId = one.id,
                                           .speaks = {{base::Dialect::Chat, "/v1/chat/completions", {}}},
                                           .needsKey = false};
        provider.originText = provider.local ? "http://127.0.0.1:1" : "https://" + one.id + ".example";
        made->providers.emplace(one.id, std::move(provider));
    }
    chain::complete(*made);
    return made;
}

health::Target targetOf(const chain::Setup &setup, const config::StepConfig &step)
{
    const chain::ProviderSetup *const provider = setup.provider(step.provider);
    return {step.provider, provider->keys.front().name, provider->originText, step.model};
}

} // namespace signalbox::test
