// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/translate/whole_answer.h"

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/chat_convert.h"
#include "core/request/dialect/neutral/answer_items.h"
#include "core/request/dialect/neutral/tools/custom_tools.h"
#include "core/request/dialect/neutral/tools/wire_names.h"
#include "core/request/dialect/translate/answer_state.h"
#include "core/request/dialect/translate/codecs.h"

namespace signalbox::translate {

using base::Dialect;

namespace {
/// OpenAI's chat answers, text completions and embeddings, read in place for a client of the same dialect.
WholeAnswer readPlain(std::string_view body, const AnswerTerms &terms, dialect::ChatFactsReader &reader)
{
    const dialect::ChatFacts said = reader.read(body);
    const bool vectors = terms.provider == Dialect::Embeddings;
    WholeAnswer out;
    out.complete = vectors ? said.hasVectors : said.hasChoices;
    out.readable = said.readable && (out.complete || said.error);
    out.content = vectors ? said.hasVectors : said.content;
    out.refusal = said.refusal;
    out.error = said.error;
    out.looping = said.looping;
    out.brokenToolCall = said.brokenToolCall;
    out.usage = said.usage;
    out.model = said.model;
    out.contentBytes = said.contentBytes;
    if (terms.clientStreams && out.complete && !out.error) {
        if (terms.provider == Dialect::Chat) {
            out.forClient = dialect::streamFromWhole(body, terms.context.usageAsked);
        } else {
            out.readable = false; // a text completion that was to stream
        }
    }
    return out;
}

/// Does a success hold an error instead of an answer?
bool saysError(std::string_view body)
{
    const auto tree = json::readTree(body);
    if (!tree) {
        return false;
    }
    const json::Value *const type = tree->find("type");
    // Relays and MiniMax put the same refusals into a success in every dialect they serve.
    return chat::failureIn(*tree) || (type && type->text() == "error");
}
} // namespace

WholeAnswer readWholeAnswer(std::string_view body, const AnswerTerms &terms, dialect::ChatFactsReader &reader)
{
    const bool same = terms.client == terms.provider;
    if (same && (terms.provider == Dialect::Chat || !base::isConversation(terms.provider))) {
        return readPlain(body, terms, reader);
    }
    WholeAnswer out;
    out.error = saysError(body);
    auto answer = codecFor(terms.provider).readAnswer(body);
    out.readable = answer.has_value() || out.error;
    if (!answer || out.error) {
        return out;
    }
    AnswerState state(true);
    const std::vector<neutral::StreamItem> items = neutral::itemsOf(*answer);
    for (const neutral::StreamItem &item : items) {
        state.take(item);
    }
    const parts::StreamState &said = state.state();
    out.complete = !answer->choices.empty();
    out.content = said.content;
    out.refusal = said.refusal;
    out.error = said.error;
    out.looping = said.looping;
    out.brokenToolCall = said.brokenToolCall;
    out.usage = answer->usage;
    out.model = answer->model;
    out.contentBytes = said.contentBytes;
    if (!out.complete || out.error || (same && !terms.clientStreams)) {
        return out;
    }
    if (!same && terms.context.request) {
        neutral::ShortNames(terms.context.request, terms.provider).restore(*answer);
        neutral::CustomCalls(*terms.context.request).restore(*answer);
    }
    const neutral::Codec &codec = codecFor(terms.client);
    if (!terms.clientStreams) {
        neutral::Written written = codec.writeAnswer(*answer, terms.context);
        out.forClient = std::move(written.body);
        out.dropped = std::move(written.dropped);
        return out;
    }
    const auto writer = codec.makeWriter(terms.context);
    std::string events;
    for (const neutral::StreamItem &item : neutral::itemsOf(*answer)) {
        writer->write(item, events);
    }
    out.forClient = std::move(events);
    out.dropped = writer->dropped();
    return out;
}

} // namespace signalbox::translate
