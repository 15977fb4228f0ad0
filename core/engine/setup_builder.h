// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "core/request/chain/setup.h"
#include "core/request/provider/preset.h"
#include "core/request/server/access.h"

namespace signalbox::engine {

/// What is known of a secret: null while it is still being fetched.
using FindSecret = std::function<const base::Result<base::SecretString> *(const config::KeySource &)>;

/// What is known of models beside the catalogue.
struct Learnt {
    std::shared_ptr<const provider::ParameterRules> rules = {};
    std::shared_ptr<const chain::ListedModels> listed = {};
};

/// What requests need, from what is configured. Pure.
std::shared_ptr<const chain::Setup> buildSetup(std::shared_ptr<const config::Config> config,
                                               const provider::PresetList &presets,
                                               std::shared_ptr<const spend::PriceTable> prices,
                                               std::shared_ptr<const routing::ModelCatalogue> models,
                                               const FindSecret &find, Learnt learnt = {});
std::shared_ptr<const server::AccessRules> buildRules(const config::Config &config, const FindSecret &find);

/// One provider of it, for a test of a candidate that is not configured yet. The provider must outlive the
/// result.
chain::ProviderSetup buildProvider(const config::ProviderConfig &provider,
                                   const provider::PresetList &presets, const FindSecret &find);

} // namespace signalbox::engine
