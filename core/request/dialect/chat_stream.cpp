// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_stream.h"

#include <algorithm>

#include "core/request/dialect/chat_convert.h"

namespace signalbox::dialect {

namespace {
using Kind = ChatPiece::Kind;

constexpr std::string_view kDone = "data: [DONE]\n\n";
constexpr int kFunctionCallIndex = 1 << 24; ///< the old kind of call, of which there is one
constexpr std::size_t kMostChoices = 1024;

bool endsWithBlankLine(std::string_view raw)
{
    return raw.ends_with("\n\n") || raw.ends_with("\r\r") || raw.ends_with("\n\r\n")
           || raw.ends_with("\r\n\r\n");
}
} // namespace

ChatStream::ChatStream(ChatFactsReader &reader, bool usageAsked, bool refusalIsContent, bool keepText)
    : m_reader(reader), m_usageAsked(usageAsked), m_refusalIsContent(refusalIsContent)
{
    m_state.continuable = keepText;
}

void ChatStream::feed(std::string_view bytes, std::string &relay)
{
    if (failed()) {
        return;
    }
    m_parser.feed(bytes);
    while (!failed()) {
        const auto event = m_parser.next();
        if (!event) {
            break;
        }
        take(*event, relay);
    }
    m_state.garbled |= m_parser.tooLarge() && !m_state.complete;
}

void ChatStream::finish(std::string &relay)
{
    if (!failed()) {
        if (const auto last = m_parser.finish()) {
            take(*last, relay);
        }
    }
    if (failed()) {
        return;
    }
    m_state.ended = true;
    if (!m_state.complete && allFinished()) {
        completed(relay);
    }
}

void ChatStream::take(const http::SseEvent &event, std::string &relay)
{
    if (!event.hasData || event.data.empty()) {
        return; // comments keep connections alive; ours are our own
    }
    if (m_state.complete) {
        lateUsage(event);
        return;
    }
    if (event.data.starts_with("[DONE]")) {
        m_state.doneSeen = true;
        completed(relay);
        return;
    }
    const ChatFacts facts = m_reader.read(event.data);
    if (!facts.readable) {
        m_state.garbled = true;
        return;
    }
    if (facts.error || event.name == "error") {
        m_state.error = true;
        m_state.errorBody = event.data;
        return;
    }
    takeFacts(facts);
    const bool onlyUsage = facts.choicesEmpty && facts.usage && !m_usageAsked;
    const bool foreign = !event.name.empty() && !facts.hasChoices; // a ping, say
    if (m_assembler) {
        m_assembler->take(event.data);
    } else if (!onlyUsage && !foreign) {
        relay.append(event.raw);
        if (!endsWithBlankLine(event.raw)) {
            relay.append("\n\n"); // a client would drop an event without its blank line
        }
    }
}

void ChatStream::takeFacts(const ChatFacts &facts)
{
    if (facts.usage) {
        m_state.usage = facts.usage; // cumulative where it comes more than once: the last one counts
    }
    if (!facts.model.empty()) {
        m_state.model = facts.model;
    }
    if (!facts.finishReason.empty()) {
        m_state.finishReason = facts.finishReason;
    }
    m_state.content |= facts.refusal ? m_refusalIsContent : facts.content;
    m_state.refusal |= facts.refusal;
    m_state.toolCalls |= facts.toolCalls;
    m_state.contentBytes += facts.contentBytes;
    m_state.pieces += facts.content ? 1 : 0;
    for (const ChatPiece &piece : facts.pieces) {
        takePiece(piece);
    }
    m_state.looping = m_loop.looping();
    m_state.continuable &= !m_state.toolCalls && !m_state.refusal;
}

void ChatStream::takePiece(const ChatPiece &piece)
{
    auto choice = std::ranges::find(m_choices, piece.choice, &Choice::index);
    if (choice == m_choices.end() && m_choices.size() < kMostChoices) {
        m_choices.push_back({piece.choice, false});
        choice = std::prev(m_choices.end());
    }
    switch (piece.kind) {
    case Kind::Text:
    case Kind::Reasoning:
        if (piece.choice == 0) {
            m_loop.feed(piece.text);
        }
        keepText(piece);
        break;
    case Kind::ToolCall:
    case Kind::FunctionCall:
        m_calls.feed({.choice = piece.choice,
                      .index = piece.kind == Kind::ToolCall ? piece.call : kFunctionCallIndex,
                      .custom = piece.custom,
                      .id = piece.id,
                      .name = piece.kind == Kind::ToolCall ? piece.name : std::string_view(),
                      .arguments = piece.text});
        break;
    case Kind::Finish:
        if (choice != m_choices.end()) {
            choice->finished = true;
        }
        m_state.brokenToolCall = m_calls.broken();
        break;
    case Kind::Other: // audio
        m_state.continuable = false;
        break;
    case Kind::Refusal:
        break;
    }
}

void ChatStream::keepText(const ChatPiece &piece)
{
    if (!m_state.continuable || piece.kind != Kind::Text) {
        return;
    }
    if (piece.choice != 0 || m_state.text.size() + piece.text.size() > parts::StreamState::kMostTextKept) {
        m_state.continuable = false;
        return;
    }
    m_state.text.append(piece.text);
}

/// Some providers report what it took only behind the end marker. Nothing else counts there.
void ChatStream::lateUsage(const http::SseEvent &event)
{
    const ChatFacts facts = m_reader.read(event.data);
    if (facts.readable && facts.usage) {
        m_state.usage = facts.usage;
    }
}

bool ChatStream::allFinished() const
{
    return !m_choices.empty() && std::ranges::all_of(m_choices, &Choice::finished);
}

void ChatStream::completed(std::string &relay)
{
    m_state.complete = true;
    m_state.brokenToolCall = m_calls.broken();
    if (!m_assembler) {
        relay.append(kDone);
    }
}

} // namespace signalbox::dialect
