// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/stream_writer.h"

#include <utility>

#include "core/request/dialect/responses/answer/outcome.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_values.h"
#include "core/request/dialect/responses/items/made_up_thoughts.h"
#include "core/request/dialect/responses/items/request_tools.h"

namespace signalbox::responses {

namespace {
using base::Dialect;
using json::Value;
using neutral::PartGains;
using neutral::Stop;

bool own(const neutral::Reasoning &reasoning)
{
    return reasoning.origin == Dialect::Responses;
}

} // namespace

StreamWriter::StreamWriter(const neutral::AnswerContext &context, Events events)
    : m_request(context.request),
      m_response(context),
      m_items(m_response, context.request, m_sink),
      m_events(events)
{}

void StreamWriter::write(const neutral::StreamItem &item, std::string &out)
{
    if (m_over) {
        return;
    }
    m_sink.listen(m_events == Events::Heard ? &out : nullptr);
    if (!m_begun && !std::holds_alternative<neutral::AnswerBegins>(item)) {
        take(neutral::AnswerBegins{});
    }
    std::visit([this](const auto &taken) { take(taken); }, item);
    m_sink.listen(nullptr);
}

neutral::Failure StreamWriter::ownFailure() const
{
    return {.status = 502,
            .message = "the model's answer cannot be used"
                       + (m_ends.stopText.empty() ? std::string() : ": " + m_ends.stopText),
            .type = "server_error",
            .code = "server_error"};
}

Value StreamWriter::response() const
{
    if (m_ends.stop == Stop::Failed) {
        return m_response.failed(ownFailure(), m_items.output(), m_usage);
    }
    return m_response.ended(m_ends.stop, m_items.output(), m_usage);
}

// ---- Parts begin

void StreamWriter::beginSaid(Place &place, bool refusal)
{
    m_refused |= refusal;
    const Item *last = m_items.last();
    const bool goesOn = last && last->kind == Item::Kind::Message && !last->done;
    place.item = goesOn ? m_items.size() - 1 : m_items.add({.kind = Item::Kind::Message}, "msg");
    place.content = m_items.addContent(place.item, refusal);
}

void StreamWriter::beginCall(Place &place, const neutral::ToolCall &call)
{
    Item item{.kind = Item::Kind::Call, .id = call.itemId, .open = 1, .call = call};
    const std::string arguments = std::exchange(item.call.arguments, {});
    if (item.call.id.empty()) {
        item.call.id = m_response.itemId("call", m_items.size());
    }
    item.silent = !call.custom && m_request && isLocalShell(findTool(*m_request, call.name));
    place.item = m_items.add(std::move(item), call.custom ? "ctc" : "fc");
    m_items.growCall(place.item, arguments);
}

void StreamWriter::beginReasoning(Place &place, const neutral::Reasoning &reasoning)
{
    place.hidden = reasoning;
    if (own(reasoning) && (!reasoning.id.empty() || !reasoning.encrypted.empty())) {
        show(place).encrypted = reasoning.encrypted;
    }
}

/// The item of thoughts, as soon as there is something of them to show.
OutputItems::Item &StreamWriter::show(Place &place)
{
    if (!place.hidden) {
        return m_items.at(place.item);
    }
    const std::string id = own(*place.hidden) ? place.hidden->id : std::string();
    place.content = place.hidden->summary || !own(*place.hidden) ? 1 : 0;
    place.hidden.reset();
    const Item *last = m_items.last();
    const bool goesOn =
        last && last->kind == Item::Kind::Reasoning && !last->done && !id.empty() && last->id == id;
    place.item = goesOn ? m_items.size() - 1 // the thoughts and their summary
                        : m_items.add({.kind = Item::Kind::Reasoning, .id = id}, kMadeUpThought);
    ++m_items.at(place.item).open;
    return m_items.at(place.item);
}

void StreamWriter::beginWhole(Place &place, const neutral::Part &part)
{
    const auto *foreign = std::get_if<neutral::Foreign>(&part.what);
    const auto *media = std::get_if<neutral::Media>(&part.what);
    Value whole;
    if (foreign && foreign->origin == Dialect::Responses) {
        whole = foreign->value;
    } else if (media && media->kind == neutral::Media::Kind::Image && !media->data.empty()) {
        whole = ofType("image_generation_call");
        whole.add("id", Value::string(m_response.itemId("ig", m_items.size())));
        whole.add("status", Value::string("completed"));
        whole.add("result", Value::string(media->data));
    } else {
        addOnce(m_dropped, foreign ? std::string_view(foreign->what) : "media");
        place.left = true;
        return;
    }
    Item item{.kind = Item::Kind::Whole, .id = textOf(whole, "id")};
    item.whole = std::move(whole);
    m_items.endItem(m_items.add(std::move(item), "item"), "completed");
    place.left = true;
}

void StreamWriter::endPart(Place &place)
{
    if (place.left || place.hidden) {
        return;
    }
    place.left = true;
    Item &item = m_items.at(place.item);
    if (item.done) {
        return;
    }
    --item.open;
    if (item.kind == Item::Kind::Message) {
        m_items.endContent(place.item, place.content);
    } else if (item.kind == Item::Kind::Reasoning) {
        place.content == 1 ? m_items.endSummary(place.item) : m_items.endThoughts(place.item);
    }
    const bool last = place.item + 1 == m_items.size();
    if (item.open == 0 && (!last || item.kind == Item::Kind::Call)) {
        m_items.endItem(place.item, "completed");
    }
}

// ---- Items of the stream

void StreamWriter::take(const neutral::AnswerBegins &begins)
{
    if (std::exchange(m_begun, true)) {
        return;
    }
    m_response.begin(begins);
    if (m_sink.heard()) {
        m_sink.sendResponse("response.created", m_response.inProgress());
        m_sink.sendResponse("response.in_progress", m_response.inProgress());
    }
}

void StreamWriter::take(const neutral::PartBegins &begins)
{
    Place &place = m_places[begins.part];
    place = {};
    if (begins.choice != 0) {
        addOnce(m_dropped, "n");
        place.left = true;
    } else if (const auto *text = std::get_if<neutral::Text>(&begins.what.what)) {
        beginSaid(place, false);
        if (!text->text.empty()) {
            m_items.growSaid(place.item, place.content, text->text, Value::array());
        }
    } else if (std::holds_alternative<neutral::Refusal>(begins.what.what)) {
        beginSaid(place, true);
    } else if (const auto *call = std::get_if<neutral::ToolCall>(&begins.what.what)) {
        beginCall(place, *call);
    } else if (const auto *reasoning = std::get_if<neutral::Reasoning>(&begins.what.what)) {
        beginReasoning(place, *reasoning);
    } else {
        beginWhole(place, begins.what);
    }
}

void StreamWriter::take(const neutral::PartGrows &grows)
{
    const auto found = m_places.find(grows.part);
    if (found == m_places.end() || found->second.left || grows.text.empty()) {
        return;
    }
    Place &place = found->second;
    Item &item = show(place);
    if (item.done) {
        return;
    }
    switch (item.kind) {
    case Item::Kind::Message:
        m_items.growSaid(place.item, place.content, grows.text, std::exchange(m_logprobs, Value::array()));
        break;
    case Item::Kind::Reasoning:
        m_items.growReasoning(place.item, grows.text, place.content == 1);
        break;
    case Item::Kind::Call:
        m_items.growCall(place.item, grows.text);
        break;
    case Item::Kind::Whole:
        break;
    }
}

void StreamWriter::take(const PartGains &gains)
{
    const auto found = m_places.find(gains.part);
    if (found == m_places.end() || found->second.left) {
        return;
    }
    Place &place = found->second;
    if (gains.what == PartGains::What::Encrypted) {
        if (!place.hidden || own(*place.hidden)) {
            show(place).encrypted = gains.text;
        }
    } else if (gains.what == PartGains::What::NextSummaryPart && !place.hidden) {
        m_items.endSummary(place.item);
    } else if (gains.what == PartGains::What::Annotation && !place.hidden
               && m_items.at(place.item).kind == Item::Kind::Message) {
        m_items.annotate(place.item, place.content, gains.value);
    }
}

void StreamWriter::take(const neutral::PartEnds &ends)
{
    if (const auto found = m_places.find(ends.part); found != m_places.end()) {
        endPart(found->second);
    }
}

void StreamWriter::take(const neutral::ChoiceLogprobs &logprobs)
{
    const Value *entries = logprobs.choice == 0 ? arrayOf(logprobs.value, "content") : nullptr;
    for (std::size_t i = 0; entries && i < entries->items().size(); ++i) {
        m_logprobs.append(wholeLogprob(entries->items()[i]));
    }
}

void StreamWriter::take(const neutral::ChoiceEnds &ends)
{
    if (ends.choice != 0) {
        return;
    }
    m_ends = ends;
    if (ends.stop == Stop::Refusal && !m_refused) {
        m_ends.stop = Stop::Filter; // without a refusal's words this is how it is told
    }
    for (std::size_t at = m_items.size(); at-- > 0 && !m_logprobs.items().empty();) {
        Item &item = m_items.at(at);
        if (item.kind == Item::Kind::Message && !item.done && !item.contents.back().refusal) {
            for (const Value &entry : m_logprobs.items()) {
                item.contents.back().logprobs.append(entry);
            }
            m_logprobs = Value::array();
        }
    }
    const bool whole = statusOf(ends.stop) == "completed";
    for (std::size_t at = 0; at < m_items.size(); ++at) {
        m_items.endItem(at, whole ? "completed" : "incomplete");
    }
}

void StreamWriter::take(const neutral::AnswerFails &fails)
{
    if (m_sink.heard()) {
        m_sink.send(errorEvent(fails.failure, m_sink.nextNumber()));
        m_sink.sendResponse("response.failed", m_response.failed(fails.failure, m_items.output(), m_usage));
    }
    m_over = true;
}

void StreamWriter::take(const neutral::AnswerEnds & /*ends*/)
{
    for (std::size_t at = 0; at < m_items.size(); ++at) {
        m_items.endItem(at, "completed");
    }
    if (m_sink.heard()) {
        const std::string status = m_ends.stop == Stop::Failed ? "failed" : statusOf(m_ends.stop);
        m_sink.sendResponse("response." + status, response());
    }
    m_over = true;
}

} // namespace signalbox::responses
