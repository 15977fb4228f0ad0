// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace signalbox::dialect {

/// Puts the chunks of a streamed chat answer together to the whole answer that the provider would have given
/// without a stream: for clients that asked for one though the provider streams. Texts, reasoning, tool
/// arguments, logprobs and audio are joined choice by choice, of the rest the last word counts; what is
/// written is kept as it is written, and unknown members as well. Engine thread.
class ChatAssembler
{
public:
    static constexpr std::size_t kMostBytes = std::size_t{64} * 1024 * 1024;

    ChatAssembler();
    ~ChatAssembler();

    /// The JSON of one event: an object that ChatFactsReader can read.
    void take(std::string_view chunk);
    /// More than kMostBytes have come; the rest is not taken in.
    bool tooLarge() const;
    /// A `chat.completion` of what has come so far. Whether that is all is for StreamState to say.
    std::string whole() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The event stream for a client that asked for one and is to get `completion`, a whole answer that
/// ChatFactsReader can read: per choice a chunk with the role, chunks with reasoning, text, refusal and tool
/// calls, and one with the finish reason; then the usage if it was asked for, and [DONE]. Empty if it is no
/// answer.
std::string streamFromWhole(std::string_view completion, bool usageAsked);

} // namespace signalbox::dialect
