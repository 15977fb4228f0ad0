// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::neutral {

struct FittedConversation {
    Conversation conversation;
    int droppedTurns = 0; ///< messages left out, results of tools counted one by one
    std::int64_t droppedTokens = 0;
};

/// A conversation cut down to `maxPromptTokens`, as countTokens estimates them, by the rules of
/// dialect::fitToContext: the oldest messages go first; what the system says stays, and so does everything
/// from the last user turn on (where there is none: the last message); calls and their results go or stay
/// together; what remains begins with a user turn if something was left out. Nothing: it cannot fit. Pure,
/// any thread.
std::optional<FittedConversation> fitToContext(const Conversation &conversation,
                                               std::int64_t maxPromptTokens);

} // namespace signalbox::neutral
