// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/base/dialect.h"
#include "core/foundation/config/chain_config.h"
#include "core/foundation/json/value.h"

// What a step sets and strips is written in Chat's words, the ones people know; other dialects have some of
// them under another name, or elsewhere.
namespace signalbox::chain {

struct MemberPlace {
    std::string inside; ///< the member that holds it; empty: it stands at the top
    std::string name;
};

/// A word that is not Chat's own stays as it is: it may be the dialect's.
MemberPlace placeOf(std::string_view word, base::Dialect dialect);

/// A translated body with what the step sets and strips.
void editMembers(json::Value &body, const config::StepConfig &step, base::Dialect dialect);

} // namespace signalbox::chain
