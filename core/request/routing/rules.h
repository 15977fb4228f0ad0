// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/foundation/config/config.h"
#include "core/request/routing/facts.h"

namespace signalbox::routing {

/// The first rule that is enabled, holds, and leads to a chain that is there and enabled; null if none does.
/// Points into `config`. Pure.
const config::RuleConfig *ruleFor(const config::Config &config, const Facts &facts);

} // namespace signalbox::routing
