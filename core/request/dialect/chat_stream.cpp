// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_stream.h"

namespace signalbox::dialect {

namespace {
constexpr std::string_view kDone = "data: [DONE]\n\n";

/// Ends that mean the provider gave up, as OpenRouter and DeepSeek write them.
bool isFailure(std::string_view finishReason)
{
    return finishReason == "error" || finishReason == "insufficient_system_resource";
}

bool endsWithBlankLine(std::string_view raw)
{
    return raw.ends_with("\n\n") || raw.ends_with("\r\r") || raw.ends_with("\n\r\n")
           || raw.ends_with("\r\n\r\n");
}
} // namespace

ChatStream::ChatStream(ChatFactsReader &reader, bool usageAsked, bool refusalIsContent)
    : m_reader(reader), m_usageAsked(usageAsked), m_refusalIsContent(refusalIsContent)
{}

void ChatStream::feed(std::string_view bytes, std::string &relay)
{
    if (stopped()) {
        return;
    }
    m_parser.feed(bytes);
    while (!stopped()) {
        const auto event = m_parser.next();
        if (!event) {
            break;
        }
        take(*event, relay);
    }
    m_state.garbled |= m_parser.tooLarge();
}

void ChatStream::finish(std::string &relay)
{
    if (!stopped()) {
        if (const auto last = m_parser.finish()) {
            take(*last, relay);
        }
    }
    if (stopped() || !m_finishReasonSeen) {
        return;
    }
    m_state.complete = true;
    m_done = true;
    relay.append(kDone);
}

void ChatStream::take(const http::SseEvent &event, std::string &relay)
{
    if (!event.hasData || event.data.empty()) {
        return; // comments keep connections alive; ours are our own
    }
    if (event.data.starts_with("[DONE]")) {
        m_done = true;
        m_state.complete = true;
        relay.append(kDone);
        return;
    }
    const ChatFacts facts = m_reader.read(event.data);
    if (!facts.readable) {
        m_state.garbled = true;
        return;
    }
    if (facts.error || event.name == "error" || isFailure(facts.finishReason)) {
        m_state.error = true;
        m_state.errorBody = event.data;
        return;
    }
    if (facts.usage) {
        m_state.usage = facts.usage; // cumulative where it comes more than once: the last one counts
    }
    if (!facts.model.empty()) {
        m_state.model = facts.model;
    }
    m_state.content |= facts.refusal ? m_refusalIsContent : facts.content;
    m_state.refusal |= facts.refusal;
    m_state.contentBytes += facts.contentBytes;
    m_state.pieces += facts.content ? 1 : 0;
    m_finishReasonSeen |= !facts.finishReason.empty();
    if (facts.choicesEmpty && facts.usage && !m_usageAsked) {
        return;
    }
    relay.append(event.raw);
    if (!endsWithBlankLine(event.raw)) {
        relay.append("\n\n"); // a client would drop an event without its blank line
    }
}

} // namespace signalbox::dialect
