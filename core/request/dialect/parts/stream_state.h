// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/record/events/token_usage.h"

namespace signalbox::parts {

/// What a streamed answer has said so far, in whatever dialect. The README of the room says how to tell its
/// ends apart.
struct StreamState {
    static constexpr std::size_t kMostTextKept = 1024 * 1024;

    bool content = false;        ///< the first real content has come
    bool complete = false;       ///< its end marker has come, or what counts as one at the end of the body
    bool doneSeen = false;       ///< the end marker itself came from the provider
    bool ended = false;          ///< the body has ended well
    bool error = false;          ///< an error event, or a finish reason that means one
    bool garbled = false;        ///< an event that is not JSON or is over the limit
    bool refusal = false;        ///< a refusal's text, or a finish reason that means a filter
    bool looping = false;        ///< the first choice's text repeats itself
    bool toolCalls = false;      ///< a part of one has come
    bool brokenToolCall = false; ///< known from the finish on: arguments that are not JSON
    std::string finishReason;    ///< the last that came
    std::string errorBody;       ///< the error event's JSON
    std::optional<events::TokenUsage> usage;
    std::string model;
    std::size_t contentBytes = 0; ///< text, reasoning and tool arguments
    std::int64_t pieces = 0;      ///< events with content: about as many as tokens
    std::string text;             ///< the first choice's text, if it was to be kept
    /// `text` is all there is to go on from: no tool call, no other choice, no refusal, not too long to keep.
    bool continuable = false;
};

} // namespace signalbox::parts
