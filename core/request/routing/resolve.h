// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"

namespace signalbox::routing {

/// What a client asked for.
struct Asked {
    std::string_view model;
    std::string_view client;
    std::string_view chainHeader; ///< x-signalbox-chain; empty: none
    std::string_view ruleChain;   ///< where the rule that holds leads to (rules.h); empty: none does
    std::string_view rule;        ///< that rule's id
};

/// The chain a request takes.
struct Route {
    /// Part of the configuration, and kept alive with it; for a direct `provider/model` a chain of that one
    /// step, with an empty id.
    std::shared_ptr<const config::ChainConfig> chain;
    bool direct = false;
    std::string rule; ///< the rule that led here; empty: none
};

/// Picks the chain: by header; directly as `provider/model`, unless a chain or an alias is called so; by
/// rule; by id; by alias (exact before wildcard, the longest wildcard first); or as the client's own chain.
/// NotFound names the chains there are. Pure.
base::Result<Route> resolve(const std::shared_ptr<const config::Config> &config, const Asked &asked);

} // namespace signalbox::routing
