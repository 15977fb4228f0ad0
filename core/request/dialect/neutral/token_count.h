// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::neutral {

/// About how many tokens a conversation's prompt is, by the rules of dialect::ChatTraitsReader, so that one
/// conversation counts the same in every dialect.
struct TokenCount {
    std::vector<std::int64_t> messages; ///< of each, its borders included
    std::int64_t other = 0;             ///< tools, schema and what opens the answer

    std::int64_t total() const { return std::accumulate(messages.begin(), messages.end(), other); }
};

/// An estimate: text by parts::estimateTokens, a fixed number for what is no text. Pure, any thread.
TokenCount countTokens(const Conversation &conversation);

} // namespace signalbox::neutral
