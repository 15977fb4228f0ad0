// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/record/events/token_usage.h"

namespace signalbox::dialect {

/// What one JSON object of an OpenAI chat answer says: a whole answer, or one chunk of a stream.
struct ChatFacts {
    bool readable = false;   ///< valid JSON, and an object
    bool hasChoices = false; ///< a `choices` array, even an empty one
    bool choicesEmpty = true;
    bool content =
        false; ///< text, reasoning, refusal text or a tool call: something a client would show or act on
    std::size_t contentBytes = 0; ///< text, reasoning and tool arguments, for estimates
    bool refusal = false;         ///< finish_reason content_filter, or a refusal text
    std::string finishReason;     ///< the last non-empty one; empty: none yet
    bool error = false;           ///< a truthy top-level `error`
    std::optional<events::TokenUsage> usage;
    std::string model;
};

/// Reads them; holds the parser's memory. Engine thread.
class ChatFactsReader
{
public:
    ChatFactsReader();
    ~ChatFactsReader();
    ChatFacts read(std::string_view json);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::dialect
