// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/config/config.h"
#include "core/record/spend/price_table.h"
#include "core/request/provider/models/model_list.h"
#include "core/request/provider/rules/parameter_rules.h"
#include "core/request/provider/target.h"
#include "core/request/routing/model_catalogue.h"
#include "core/request/routing/privacy.h"

namespace signalbox::chain {

/// One of a provider's keys.
struct KeySetup {
    std::string name;                         ///< which key, for the breaker and for people; never the key
    std::optional<base::SecretString> secret; ///< none: not needed, or not to be had
    std::string problem;                      ///< why it is not to be had
    int weight = 1;                           ///< its share of the requests
};

/// One provider as requests find it.
struct ProviderSetup {
    const config::ProviderConfig *config = nullptr; ///< inside Setup::config
    base::Result<provider::Target> target = base::fail(base::ErrorCode::NotFound, "no such provider");
    std::string originText; ///< of the target, for the breaker
    std::vector<KeySetup> keys =
        std::vector<KeySetup>(1); ///< at least one, if only to say that there is none
    bool local = false;           ///< tagged so: private requests may go there

    /// The one of that name, else the first.
    const KeySetup &key(std::string_view name) const;
    /// The first that is to be had, else the first.
    const KeySetup &anyKey() const;
};

/// What providers say of their models, by provider and model.
using ListedModels =
    std::map<std::string, std::map<std::string, provider::ListedModel, std::less<>>, std::less<>>;

/// Everything a request needs of the configuration, made once when it is applied and swapped as a whole: a
/// running request keeps the one it began with. Immutable; any thread.
struct Setup {
    std::shared_ptr<const config::Config> config;
    std::map<std::string, ProviderSetup, std::less<>> providers;
    std::shared_ptr<const spend::PriceTable> prices;
    std::shared_ptr<const routing::ModelCatalogue> models;
    std::shared_ptr<const provider::ParameterRules> rules;
    std::shared_ptr<const ListedModels> listed;
    routing::PrivacyPatterns privacy;
    bool readsEveryRequest = false; ///< for rules, or to find out whether it is private
    std::map<const config::StepConfig *, routing::ModelFacts> stepModels; ///< of the chains' steps
    std::map<const config::StepConfig *, std::shared_ptr<const provider::ModelRules>> stepRules;

    const ProviderSetup *provider(std::string_view id) const
    {
        const auto it = providers.find(id);
        return it == providers.end() ? nullptr : &it->second;
    }
    /// What the step's model can do; also of a step that is in no chain.
    routing::ModelFacts modelOf(const config::StepConfig &step) const;
    /// What has to be changed in bodies for the step's model, in the same way; null: nothing.
    std::shared_ptr<const provider::ModelRules> rulesOf(const config::StepConfig &step) const;
};

/// Fills what follows from the rest: the facts and rules of models, what makes requests private.
void complete(Setup &setup);

} // namespace signalbox::chain
