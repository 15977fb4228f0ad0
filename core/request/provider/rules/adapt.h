// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/request/provider/rules/parameter_rules.h"

namespace signalbox::provider {

struct Adapted {
    std::string body;
    std::vector<std::string> changed; ///< "temperature", "max_tokens->max_completion_tokens", each once
};

/// A body in `dialect` as this model takes it. Only what a rule names is changed; every other byte stays.
/// Names of members are reported, never values of the client's. The body is valid JSON. Pure.
Adapted adapt(std::string body, const ModelRules &rules, base::Dialect dialect);

/// Whether the rule's conditions hold for this body. Pure.
bool applies(const ParameterRule &rule, std::string_view body);

} // namespace signalbox::provider
