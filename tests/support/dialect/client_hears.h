// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/dialect.h"

// What clients of each dialect ask, and what they make of an answer: read as strictly as their libraries do,
// and without the codecs.
namespace signalbox::test {

inline constexpr std::array kClientDialects = {base::Dialect::Chat, base::Dialect::Responses,
                                               base::Dialect::Messages};

/// One turn of the user. `extra` goes into the object: ",\"user\":\"x\"".
std::string requestAsked(base::Dialect client, std::string_view model, bool stream, std::string_view text,
                         std::string_view extra = {});
/// Where it is sent to.
std::string_view pathAsked(base::Dialect client);

/// What a client heard.
struct Heard {
    int beginnings = 0; ///< of an answer: of those there may be one
    std::string text;
    std::string call;      ///< of a tool: its name and arguments
    bool finished = false; ///< a finish or stop reason, or a completed response
    bool ended = false;    ///< the end marker of a whole answer
    bool failed = false;   ///< an error of its dialect
    std::string failure;   ///< its message
    std::string code;      ///< its code, or type where there are no codes
    int promptTokens = -1; ///< -1: not said
    int outputTokens = -1;
    std::string flaw; ///< the first thing that is not as the dialect says; empty: none
};
Heard heardWhole(base::Dialect client, const std::string &body);
Heard heardStream(base::Dialect client, const std::string &body);

} // namespace signalbox::test
