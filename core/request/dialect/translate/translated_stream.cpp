// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/translated_stream.h"

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/translate/chat_answer_stream.h"
#include "core/request/dialect/translate/codecs.h"

namespace signalbox::translate {

namespace {
/// What a provider forgot to say at the end of a whole answer.
std::string_view endMarker(base::Dialect dialect)
{
    return dialect == base::Dialect::Messages ? "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
                                              : "";
}

bool endsWithBlankLine(std::string_view raw)
{
    return raw.ends_with("\n\n") || raw.ends_with("\r\r") || raw.ends_with("\n\r\n")
           || raw.ends_with("\r\n\r\n");
}
} // namespace

TranslatedStream::TranslatedStream(const AnswerTerms &terms)
    : m_terms(terms),
      m_reader(codecFor(terms.provider).makeReader()),
      m_names(terms.client == terms.provider ? nullptr : terms.context.request, terms.provider),
      m_state(terms.refusalIsContent, terms.keepText)
{
    if (terms.context.request && terms.client != terms.provider) {
        neutral::CustomCalls custom(*terms.context.request);
        if (custom.any()) {
            m_custom = std::move(custom);
        }
    }
    if (!terms.clientStreams) {
        m_builder.emplace(terms.provider);
    } else if (terms.client == terms.provider) {
        m_passes = true;
    } else {
        m_writer = codecFor(terms.client).makeWriter(terms.context);
    }
}

void TranslatedStream::feed(std::string_view bytes, std::string &relay)
{
    if (m_state.failed()) {
        return;
    }
    m_parser.feed(bytes);
    while (!m_state.failed()) {
        const auto event = m_parser.next();
        if (!event) {
            break;
        }
        take(*event, relay);
    }
    if (m_parser.tooLarge() && !state().complete) {
        m_state.garbled();
    }
}

void TranslatedStream::take(const http::SseEvent &event, std::string &relay)
{
    if (!event.hasData || event.data.empty()) {
        return; // comments keep connections alive; ours are our own
    }
    m_items.clear();
    const bool completeBefore = state().complete;
    if (!m_reader->take(event, m_items)) {
        if (!completeBefore) {
            m_state.garbled();
        }
        return;
    }
    if (m_items.empty() && !state().content && !completeBefore) {
        findFailure(event.data);
    }
    hand(relay);
    if (m_passes && !m_state.failed() && !completeBefore) {
        relay.append(event.raw);
        if (!endsWithBlankLine(event.raw)) {
            relay.append("\n\n"); // a client would drop an event without its blank line
        }
    }
}

/// What the dialect has no event for may be a refusal in the words of relays, which say it alike in every
/// one.
void TranslatedStream::findFailure(std::string_view data)
{
    const auto tree = json::readTree(data);
    if (auto failure = tree ? chat::failureIn(*tree) : std::nullopt) {
        m_items.emplace_back(neutral::AnswerFails{*std::move(failure), std::string(data)});
    }
}

/// Items up to one that ends the answer badly; that one is the chain's to tell.
void TranslatedStream::hand(std::string &relay)
{
    for (neutral::StreamItem &item : m_items) {
        const bool late = state().complete && !std::holds_alternative<neutral::UsageKnown>(item);
        if (late) {
            continue;
        }
        m_state.take(item);
        if (m_state.failed()) {
            return;
        }
        m_names.restore(item);
        if (!m_custom) {
            write(item, relay);
            continue;
        }
        std::vector<neutral::StreamItem> restored;
        m_custom->take(item, restored);
        for (const neutral::StreamItem &one : restored) {
            write(one, relay);
        }
    }
}

void TranslatedStream::write(const neutral::StreamItem &item, std::string &relay)
{
    if (m_builder) {
        m_builder->take(item);
    } else if (m_writer) {
        m_writer->write(item, relay);
    }
}

void TranslatedStream::finish(std::string &relay)
{
    if (!m_state.failed()) {
        if (const auto last = m_parser.finish()) {
            take(*last, relay);
        }
    }
    if (m_state.failed()) {
        return;
    }
    m_items.clear();
    const bool completeBefore = state().complete;
    m_reader->finish(m_items);
    hand(relay);
    if (m_state.failed()) {
        return;
    }
    m_state.ended();
    if (m_passes && state().complete && !completeBefore) {
        relay.append(endMarker(m_terms.client));
    }
}

neutral::Written TranslatedStream::whole() const
{
    return m_builder ? codecFor(m_terms.client).writeAnswer(m_builder->answer(), m_terms.context)
                     : neutral::Written();
}

std::vector<std::string> TranslatedStream::dropped() const
{
    return m_writer ? m_writer->dropped() : std::vector<std::string>();
}

std::unique_ptr<AnswerStream> makeAnswerStream(const AnswerTerms &terms, dialect::ChatFactsReader &reader)
{
    const bool plain = terms.provider == base::Dialect::Chat || terms.provider == base::Dialect::Completions;
    if (terms.client == terms.provider && (plain || !base::isConversation(terms.provider))) {
        return std::make_unique<ChatAnswerStream>(terms, reader);
    }
    return std::make_unique<TranslatedStream>(terms);
}

} // namespace signalbox::translate
