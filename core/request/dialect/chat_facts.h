// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/record/events/token_usage.h"

namespace signalbox::dialect {

/// One thing that a chat answer or a chunk of it says. The views hold until the reader's next read.
struct ChatPiece {
    enum class Kind : std::uint8_t { Text, Reasoning, Refusal, ToolCall, FunctionCall, Other, Finish };
    Kind kind = Kind::Text;
    bool custom = false;   ///< a tool call whose input is free text, not JSON
    int choice = 0;        ///< the choice it belongs to
    int call = -1;         ///< index of the tool call; -1: none is given
    std::string_view id;   ///< of the tool call
    std::string_view name; ///< of the tool
    std::string_view text; ///< the text; of a call its arguments, or a part of them; the finish reason
};

/// What one JSON object of an OpenAI chat answer says: a whole answer, or one chunk of a stream. Also of the
/// older text completions, and as far as there is anything to say of embeddings.
struct ChatFacts {
    bool readable = false;   ///< valid JSON, and an object
    bool hasChoices = false; ///< a `choices` array, even an empty one
    bool choicesEmpty = true;
    bool hasVectors = false; ///< `data` with something in it: embeddings
    bool content =
        false; ///< text, reasoning, refusal text or a tool call: something a client would show or act on
    std::size_t contentBytes = 0; ///< text, reasoning and tool arguments, for estimates
    bool refusal = false;         ///< a finish reason that means a filter, or a refusal text
    bool toolCalls = false;       ///< one at least, of the old kind as well
    std::string finishReason;     ///< the last non-empty one; empty: none yet
    /// A truthy `error`, also where Groq hides it, a failure in MiniMax's base_resp, or a finish reason that
    /// means that the provider gave up.
    bool error = false;
    bool looping = false;        ///< the text of a whole answer repeats itself at its end
    bool brokenToolCall = false; ///< the arguments in a whole answer are not JSON
    std::optional<events::TokenUsage> usage;
    std::string model;
    std::span<const ChatPiece> pieces; ///< in their order, a choice's finish reason last
};

/// Reads them; holds the parser's memory. Bytes that are not UTF-8 and halves of surrogate pairs do not make
/// an answer unreadable. Engine thread.
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
