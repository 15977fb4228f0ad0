// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/foundation/base/money.h"
#include "core/foundation/config/config.h"
#include "core/record/events/token_usage.h"

namespace signalbox::spend {

/// What an attempt costs: Σ tokens × price ÷ 10⁶, exact in 128 bits, rounded once, half up, to nano-dollars.
/// A prompt (cache included) of more tokens than the price's tier has its whole request billed by the tier.
/// Nothing: unknown, because tokens occurred that have no price. Audio tokens have none of their own and are
/// unknown unless the class they are part of is free. Counts no request can have are clamped. Pure.
std::optional<base::Money> cost(const events::TokenUsage &usage, const config::TieredPrice &price);

} // namespace signalbox::spend
