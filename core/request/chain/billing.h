// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/record/events/token_usage.h"
#include "core/request/chain/attempt_run.h"
#include "core/request/chain/setup.h"
#include "core/request/chain/walk/walk.h"

namespace signalbox::chain {

/// What an attempt used and what it costs.
struct Bill {
    events::TokenUsage usage;
    events::Confidence usageConfidence = events::Confidence::Reported;
    std::optional<base::Money> cost;
    events::Confidence costConfidence = events::Confidence::Unknown;
    std::string priceVersion;
};

struct Billed {
    const ProviderSetup &provider;
    const std::string &model;
    const spend::PriceTable &prices;
    std::size_t requestBytes = 0;
    base::WallTime at;
};

/// What the walk is told of the attempt's end. Pure.
AttemptEnd attemptEnd(const AttemptReport &report, const Bill &bill, base::Duration took);

/// The provider's own count where it gave one; an estimate where it worked, or may have worked, without
/// saying; nothing for a refusal. Pure.
Bill billFor(const AttemptReport &report, const Billed &what);

} // namespace signalbox::chain
