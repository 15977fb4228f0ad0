// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/http/sse_parser.h"
#include "core/request/dialect/chat_facts.h"
#include "core/request/dialect/parts/loop_detector.h"
#include "core/request/dialect/parts/stream_state.h"
#include "core/request/dialect/parts/tool_call_check.h"

namespace signalbox::dialect {

using parts::StreamState;
class ChatAssembler;

/// Takes a stream of OpenAI chat chunks apart as it comes and hands on what the client is to get: whole
/// events, byte for byte, without comments and without the usage chunk it did not ask for. Engine thread.
class ChatStream
{
public:
    /// `usageAsked`: the client wants the usage chunk. `refusalIsContent`: a refusal goes to the client.
    /// `keepText`: the state keeps the text, up to kMostTextKept.
    ChatStream(ChatFactsReader &reader, bool usageAsked, bool refusalIsContent, bool keepText = false);

    /// For a client that is to get a whole answer: the chunks go there, and nothing is relayed. To be called
    /// before the first feed(); the assembler must outlive the stream.
    void assembleInto(ChatAssembler &assembler) { m_assembler = &assembler; }

    /// Appends to `relay`. After an error or a garbled event nothing is taken in, after the end marker only a
    /// usage that comes late.
    void feed(std::string_view bytes, std::string &relay);
    /// The upstream body has ended well: takes what stands there without its blank line, and adds the end
    /// marker where the answer is whole but the provider forgot it.
    void finish(std::string &relay);

    const StreamState &state() const { return m_state; }

private:
    void take(const http::SseEvent &event, std::string &relay);
    void takeFacts(const ChatFacts &facts);
    void takePiece(const ChatPiece &piece);
    void keepText(const ChatPiece &piece);
    void lateUsage(const http::SseEvent &event);
    void completed(std::string &relay);
    bool allFinished() const;
    bool failed() const { return m_state.error || m_state.garbled; }

    ChatFactsReader &m_reader;
    ChatAssembler *m_assembler = nullptr;
    http::SseParser m_parser;
    StreamState m_state;
    bool m_usageAsked;
    bool m_refusalIsContent;
    parts::LoopDetector m_loop;
    parts::ToolCallCheck m_calls;
    struct Choice {
        int index;
        bool finished;
    };
    std::vector<Choice> m_choices; ///< those that have said something
};

} // namespace signalbox::dialect
