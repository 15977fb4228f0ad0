// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/rules/parameter_rules.h"

#include <algorithm>

#include "core/foundation/base/wildcard.h"
#include "core/request/provider/rules/adapt.h"

namespace signalbox::provider {

bool isMeant(const std::vector<std::string> &patterns, std::string_view name)
{
    bool named = false;
    bool any = false; // pattern that names something, rather than excluding it
    for (const std::string_view pattern : patterns) {
        if (!pattern.starts_with('!')) {
            any = true;
            named = named || base::matchesWildcard(pattern, name);
        } else if (base::matchesWildcard(pattern.substr(1), name)) {
            return false;
        }
    }
    return named || !any;
}

bool ModelRules::reachedIn(base::Dialect dialect, std::string_view body) const
{
    return std::ranges::all_of(rules, [&](const auto &rule) {
        return rule->only.empty() || std::ranges::find(rule->only, dialect) != rule->only.end()
               || !applies(*rule, body);
    });
}

std::shared_ptr<const ModelRules> ParameterRules::rulesFor(std::string_view preset,
                                                           std::string_view model) const
{
    std::string name(model);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    const std::string_view bare = std::string_view(name).substr(name.rfind('/') + 1);
    auto found = std::make_shared<ModelRules>();
    for (const auto &rule : m_rules) {
        if (isMeant(rule->presets, preset) && isMeant(rule->models, bare)) {
            found->rules.push_back(rule);
        }
    }
    return found->rules.empty() ? nullptr : found;
}

} // namespace signalbox::provider
