// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/rules.h"

#include "core/request/routing/condition_check.h"

namespace signalbox::routing {

const config::RuleConfig *ruleFor(const config::Config &config, const Facts &facts)
{
    for (const config::RuleConfig &rule : config.rules) {
        if (!rule.enabled) {
            continue;
        }
        const config::ChainConfig *const chain = config.chain(rule.chain);
        if (chain && chain->enabled && holds(rule.when, facts)) {
            return &rule;
        }
    }
    return nullptr;
}

} // namespace signalbox::routing
