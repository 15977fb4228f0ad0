// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/config/config.h"
#include "core/request/routing/facts.h"

namespace signalbox::routing {

/// Where a step would send a request; empty for a rule, which is asked before that is known.
struct Place {
    std::string_view chain;
    std::string_view provider;
    std::string_view model;
};

/// Does the request meet the condition? What its fields and operators mean is said in condition.h. Beyond
/// that: an empty text is absent (of metadata only a missing one), a value that its field cannot have equals
/// nothing, texts have no order but those of metadata. A regular expression sees the first 2,048 characters
/// of a text; one that is invalid or gives up (signs/bounded_regex.h) does not match. Pure.
bool holds(const config::Condition &condition, const Facts &facts, const Place &place = {});

/// Does it compare that field anywhere? So complexity and language are only found out where they count.
bool mentions(const config::Condition &condition, std::string_view field);
/// Does it ask for something that only reading the conversation tells (Facts::traits and what follows)?
bool needsTraits(const config::Condition &condition);
/// Must a request of this chain be read for Facts::traits before it is planned? For conditions, limits of
/// cost, the cheapest step, fitting, sessions and what the user has said of a model; never for a plain chain.
bool needsFacts(const config::ChainConfig &chain);
/// … every request, before it has a chain: for rules and for texts that make it private.
bool needsFacts(const config::Config &config);

} // namespace signalbox::routing
