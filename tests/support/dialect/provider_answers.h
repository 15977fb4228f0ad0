// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/dialect.h"

// What providers of each dialect answer if it is no text, written out by hand as in provider_says.h: a call
// of "look" with {"at":"fox"}, nothing at all, a refusal.
namespace signalbox::test {

struct AnswerSaid {
    std::string whole;
    std::vector<std::string> events;
};

/// `end`: what the arguments end with; "}" makes them whole. Gemini's are always whole, being an object.
AnswerSaid callSaid(base::Dialect provider, std::string_view end = "}");
AnswerSaid nothingSaid(base::Dialect provider);
/// The model, or a filter, will not.
AnswerSaid refusalSaid(base::Dialect provider);

} // namespace signalbox::test
