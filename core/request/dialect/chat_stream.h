// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/foundation/http/sse_parser.h"
#include "core/record/events/token_usage.h"
#include "core/request/dialect/chat_facts.h"

namespace signalbox::dialect {

/// What a streamed chat answer has said so far.
struct StreamState {
    bool content = false; ///< the first real content has come
    bool complete =
        false;          ///< its end marker has come: [DONE], or a finish_reason before the end of the stream
    bool error = false; ///< an error event, or a finish_reason that means one
    bool garbled = false; ///< an event that is not JSON or is over the limit
    bool refusal = false;
    std::string errorBody; ///< the error event's JSON
    std::optional<events::TokenUsage> usage;
    std::string model;
    std::size_t contentBytes = 0;
    std::int64_t pieces = 0; ///< events with content
};

/// Takes a stream of OpenAI chat chunks apart as it comes and hands on what the client is to get: whole
/// events, byte for byte, without comments and without the usage chunk it did not ask for. Engine thread.
class ChatStream
{
public:
    /// `usageAsked`: the client wants the usage chunk. `refusalIsContent`: a refusal goes to the client.
    ChatStream(ChatFactsReader &reader, bool usageAsked, bool refusalIsContent);

    /// Appends to `relay`. Nothing is taken in after an error, a garbled event or the end marker.
    void feed(std::string_view bytes, std::string &relay);
    /// The upstream body has ended well: takes what stands there without its blank line, and adds the end
    /// marker where the answer is whole but the provider forgot it.
    void finish(std::string &relay);

    const StreamState &state() const { return m_state; }

private:
    void take(const http::SseEvent &event, std::string &relay);
    bool stopped() const { return m_done || m_state.error || m_state.garbled; }

    ChatFactsReader &m_reader;
    http::SseParser m_parser;
    StreamState m_state;
    bool m_usageAsked;
    bool m_refusalIsContent;
    bool m_finishReasonSeen = false;
    bool m_done = false; ///< [DONE] has been relayed
};

} // namespace signalbox::dialect
