// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/setup.h"

#include <algorithm>

#include "core/request/routing/condition_check.h"

namespace signalbox::chain {

namespace {
const provider::ListedModel *listedModel(const Setup &setup, const config::StepConfig &step)
{
    if (!setup.listed) {
        return nullptr;
    }
    const auto list = setup.listed->find(step.provider);
    if (list == setup.listed->end()) {
        return nullptr;
    }
    const auto model = list->second.find(step.model);
    return model == list->second.end() ? nullptr : &model->second;
}

routing::ModelFacts factsOf(const Setup &setup, const config::StepConfig &step)
{
    const ProviderSetup *const provider = setup.provider(step.provider);
    if (!setup.models || !provider) {
        return {};
    }
    routing::ModelFacts facts =
        setup.models->factsFor(provider->config->preset, step.model, step.traits, provider->local);
    if (const provider::ListedModel *const listed = listedModel(setup, step)) { // fills gaps only
        if (facts.contextTokens == 0) {
            facts.contextTokens = listed->contextTokens;
        }
        if (facts.maxOutput == 0) {
            facts.maxOutput = listed->maxOutput;
        }
    }
    return facts;
}

std::shared_ptr<const provider::ModelRules> findRules(const Setup &setup, const config::StepConfig &step)
{
    const ProviderSetup *const provider = setup.provider(step.provider);
    return setup.rules && provider ? setup.rules->rulesFor(provider->config->preset, step.model) : nullptr;
}
} // namespace

const KeySetup &ProviderSetup::key(std::string_view name) const
{
    const auto it = std::ranges::find(keys, name, &KeySetup::name);
    return it == keys.end() ? keys.front() : *it;
}

const KeySetup &ProviderSetup::anyKey() const
{
    const auto it = std::ranges::find_if(keys, [](const KeySetup &one) { return one.secret.has_value(); });
    return it == keys.end() ? keys.front() : *it;
}

routing::ModelFacts Setup::modelOf(const config::StepConfig &step) const
{
    const auto it = stepModels.find(&step);
    return it != stepModels.end() ? it->second : factsOf(*this, step);
}

std::shared_ptr<const provider::ModelRules> Setup::rulesOf(const config::StepConfig &step) const
{
    const auto it = stepRules.find(&step);
    return it != stepRules.end() ? it->second : findRules(*this, step);
}

void complete(Setup &setup)
{
    for (auto &[id, provider] : setup.providers) {
        provider.local = std::ranges::find(provider.config->tags, "local") != provider.config->tags.end();
    }
    for (const config::ChainConfig &chain : setup.config->chains) {
        for (const config::StepConfig &step : chain.steps) {
            setup.stepModels.emplace(&step, factsOf(setup, step));
            setup.stepRules.emplace(&step, findRules(setup, step));
        }
    }
    setup.privacy = routing::PrivacyPatterns(setup.config->privacy);
    setup.readsEveryRequest = routing::needsFacts(*setup.config);
}

} // namespace signalbox::chain
