// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/request/dialect/request_traits.h"
#include "core/request/routing/facts.h"

namespace signalbox::routing {

struct Scored {
    Complexity level = Complexity::Simple;
    int points = 0;
    std::vector<std::string> reasons; ///< for people, what weighed most first: "code", "6 steps asked for"
};

/// How hard a request looks, from its text and shape, without a model: a sum of points for what tends to make
/// answers hard, in English, German and Chinese. Reads at most the first and last 16 KB of a text, each once.
/// Pure.
Scored score(const dialect::RequestTraits &traits);

/// "simple", "standard", "complex", "reasoning"; as conditions name them.
std::string_view toText(Complexity level);

} // namespace signalbox::routing
