// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/request/chain/setup.h"
#include "core/request/chain/walk.h"

namespace signalbox::chain {

/// What a walk depends on beside the configuration and what is known of the providers' health.
struct WalkRequest {
    std::shared_ptr<const config::ChainConfig> chain;
    bool stream = false;
    std::size_t bodyBytes = 0;
    base::SteadyTime receivedAt{};
    std::optional<base::Duration> deadline; ///< the client's own; shortens the chain's
};

/// The steps of the request's chain as they are to be tried. Pure but for `random`, which strategies may ask.
WalkInput makeWalkInput(const Setup &setup, const WalkRequest &request, const health::HealthBook &health,
                        base::Random &random);

} // namespace signalbox::chain
