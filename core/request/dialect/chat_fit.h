// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::dialect {

struct Fitted {
    std::string body;
    int droppedTurns = 0; ///< messages left out
    std::int64_t droppedTokens = 0;
};

/// An OpenAI chat request cut down to `maxPromptTokens`, as ChatTraitsReader estimates them. The oldest
/// messages go first. System messages stay, and so does everything from the last user turn on (where there is
/// none: the last message). A tool call and its results go or stay together. What remains of the conversation
/// begins with a user turn if something was left out. The bytes of what stays are those of the client.
/// Nothing: it cannot fit, or the body is no such request.
std::optional<Fitted> fitToContext(std::string_view body, std::int64_t maxPromptTokens);

} // namespace signalbox::dialect
