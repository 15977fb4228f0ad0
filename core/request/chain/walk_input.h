// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/request/chain/setup.h"
#include "core/request/chain/walk/walk.h"
#include "core/request/routing/plan.h"

namespace signalbox::chain {

/// What a walk depends on beside the configuration and what is known of the providers' health.
struct WalkRequest {
    std::shared_ptr<const config::ChainConfig> chain;
    const routing::Facts *facts = nullptr; ///< null: the chain asks nothing of the conversation
    std::optional<std::size_t> home;       ///< the session's step, as routing::SessionBook knows it
    std::optional<std::size_t> standIn;
    base::Dialect dialect = base::Dialect::Chat; ///< the client's
    bool goesOnFromId = false;                   ///< from an answer that only its own provider keeps
    bool stream = false;
    std::size_t bodyBytes = 0;
    base::SteadyTime receivedAt{};
    base::WallTime at;                      ///< for prices
    std::optional<base::Duration> deadline; ///< the client's own; shortens the chain's
};

/// The steps of the request's chain as they are to be tried. Pure but for `random`, which strategies may ask.
WalkInput makeWalkInput(const Setup &setup, const WalkRequest &request, const health::HealthBook &health,
                        base::Random &random);

} // namespace signalbox::chain
