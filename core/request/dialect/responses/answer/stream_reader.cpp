// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/stream_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/responses/answer/answer_reader.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_parts.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Part;

// Slots that are no part of a message's content.
constexpr std::int64_t kSummary = -1;
constexpr std::int64_t kThoughts = -2;
constexpr std::int64_t kCall = -3;
constexpr std::int64_t kMostItems = 1'000'000; // a number beyond is none

std::int64_t contentIndex(const Value &event)
{
    return std::clamp<std::int64_t>(integerOf(event, "content_index").value_or(0), 0, kMostItems);
}

bool blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}
} // namespace

// ---- Parts

void StreamReader::closeAll()
{
    std::vector<Slot *> slots;
    for (auto &[index, item] : m_items) {
        for (auto &[at, slot] : item.slots) {
            slots.push_back(&slot);
        }
    }
    std::sort(slots.begin(), slots.end(), [](const Slot *a, const Slot *b) { return a->part < b->part; });
    for (Slot *slot : slots) {
        m_parts.end(*slot);
    }
}

StreamReader::Item &StreamReader::itemOf(const Value &event)
{
    const std::optional<std::int64_t> index = integerOf(event, "output_index");
    if (index && *index >= 0 && *index <= kMostItems) {
        m_last = *index;
        return m_items[m_last];
    }
    const std::string id = textOf(event, "item_id");
    for (const auto &[at, item] : m_items) {
        if (!id.empty() && item.id == id) {
            m_last = at;
        }
    }
    return m_items[m_last];
}

StreamReader::Slot &StreamReader::text(Item &item, std::int64_t index)
{
    Slot &slot = item.slots[index];
    m_parts.open(slot, {.what = neutral::Text{}});
    return slot;
}

StreamReader::Slot &StreamReader::reasoning(Item &item, bool summary)
{
    Slot &slot = item.slots[summary ? kSummary : kThoughts];
    neutral::Reasoning what;
    what.summary = summary;
    what.id = item.id;
    what.origin = base::Dialect::Responses;
    m_parts.open(slot, {.what = std::move(what)});
    return slot;
}

StreamReader::Slot &StreamReader::summaryAt(Item &item, std::int64_t index)
{
    const bool first = item.slots[kSummary].part < 0;
    Slot &slot = reasoning(item, true);
    if (!first && index > item.summary) {
        m_parts.nextSummaryPart(slot);
    }
    item.summary = std::max(item.summary, index);
    return slot;
}

void StreamReader::logprobs(Item &item, const Value &from)
{
    const Value *entries = arrayOf(from, "logprobs");
    if (entries && !entries->items().empty()) {
        item.logprobs = true;
        m_parts.say(neutral::ChoiceLogprobs{.choice = 0, .value = chatLogprobs(*entries)});
    }
}

// ---- What grows

void StreamReader::partAdded(const Value &event)
{
    const Value *part = objectOf(event, "part");
    if (!part) {
        return;
    }
    Item &item = itemOf(event);
    const std::string said = textOf(*part, "text");
    const std::int64_t index = contentIndex(event);
    if (textOf(*part, "type") == "output_text" && !said.empty()) {
        m_parts.complete(text(item, index), said);
    } else if (textOf(*part, "type") == "reasoning_text" && !said.empty()) {
        m_parts.complete(reasoning(item, false), said);
    }
}

void StreamReader::partDone(const Value &event)
{
    if (const Value *part = objectOf(event, "part")) {
        const std::int64_t index = contentIndex(event);
        if (textOf(*part, "type") == "reasoning_text") {
            m_parts.complete(reasoning(itemOf(event), false), textOf(*part, "text"));
        } else {
            finishContent(itemOf(event), index, *part);
        }
    }
}

void StreamReader::textDelta(const Value &event)
{
    Item &item = itemOf(event);
    if (const std::string delta = textOf(event, "delta"); !delta.empty()) {
        m_parts.grow(text(item, contentIndex(event)), delta);
    }
    logprobs(item, event);
}

void StreamReader::textDone(const Value &event)
{
    Item &item = itemOf(event);
    m_parts.complete(text(item, contentIndex(event)), textOf(event, "text"));
}

void StreamReader::annotationAdded(const Value &event)
{
    Slot &slot = text(itemOf(event), contentIndex(event));
    const Value *annotation = objectOf(event, "annotation");
    if (annotation) {
        m_parts.annotate(slot, *annotation);
    }
}

void StreamReader::refusal(const Value &event)
{
    Slot &slot = itemOf(event).slots[contentIndex(event)];
    m_parts.open(slot, {.what = neutral::Refusal{}});
    m_parts.grow(slot, textOf(event, "delta"));
    m_parts.complete(slot, textOf(event, "refusal"));
}

void StreamReader::summary(const Value &event)
{
    Slot &slot = summaryAt(itemOf(event), integerOf(event, "summary_index").value_or(0));
    m_parts.grow(slot, textOf(event, "delta"));
    const Value *part = objectOf(event, "part");
    m_parts.complete(slot, part ? textOf(*part, "text") : textOf(event, "text"));
}

void StreamReader::thought(const Value &event)
{
    Slot &slot = reasoning(itemOf(event), false);
    m_parts.grow(slot, textOf(event, "delta"));
    m_parts.complete(slot, textOf(event, "text"));
}

void StreamReader::callDelta(const Value &event)
{
    Item &item = itemOf(event);
    Slot &slot = item.slots[kCall];
    if (slot.part < 0) {
        item.held += textOf(event, "delta");
    } else {
        m_parts.grow(slot, textOf(event, "delta"));
    }
}

void StreamReader::callDone(const Value &event)
{
    Item &item = itemOf(event);
    Slot &slot = item.slots[kCall];
    if (slot.part >= 0) {
        m_parts.complete(slot, textOf(event, "arguments"));
        m_parts.complete(slot, textOf(event, "input"));
    }
}

// ---- Items

void StreamReader::itemAdded(const Value &event)
{
    const Value *value = objectOf(event, "item");
    if (!value) {
        return;
    }
    Item &item = itemOf(event);
    if (item.done) { // a provider that counts every item as the first
        item = {};
    }
    item.type = textOf(*value, "type");
    item.id = textOf(*value, "id");
    if (!isCall(item.type) || item.type == "local_shell_call") {
        return;
    }
    neutral::ToolCall call = readCall(*value);
    if (call.name.empty() || call.id.empty()) {
        return;
    }
    const std::string arguments = std::exchange(call.arguments, {});
    m_calls.push_back(call.id);
    Slot &slot = item.slots[kCall];
    m_parts.open(slot, {.what = std::move(call)});
    m_parts.complete(slot, item.held);
    m_parts.complete(slot, arguments == "{}" ? std::string() : arguments); // a placeholder of some servers
}

void StreamReader::itemDone(const Value &event)
{
    if (const Value *value = objectOf(event, "item")) {
        Item &item = itemOf(event);
        if (item.done) {
            item = {};
        }
        finishItem(item, *value);
    }
}

void StreamReader::finishItem(Item &item, const Value &value)
{
    const std::string type = textOf(value, "type");
    item.done = true;
    item.type = type;
    if (item.id.empty()) {
        item.id = textOf(value, "id");
    }
    if (type == "message") {
        finishMessage(item, value);
    } else if (type == "reasoning") {
        finishReasoning(item, value);
    } else if (isCall(type) && (item.slots[kCall].part >= 0 || !readCall(value).name.empty())) {
        finishCall(item, value);
    } else {
        m_parts.open(item.slots[0], foreign(type.empty() ? "item" : type, value));
    }
    for (auto &[index, slot] : item.slots) {
        m_parts.end(slot);
    }
}

void StreamReader::finishMessage(Item &item, const Value &value)
{
    const Value *content = memberOf(value, "content");
    if (content && content->is(Value::Type::String)) {
        m_parts.complete(text(item, 0), content->text());
    }
    for (std::size_t i = 0; content && i < content->items().size(); ++i) {
        finishContent(item, static_cast<std::int64_t>(i), content->items()[i]);
    }
}

void StreamReader::finishContent(Item &item, std::int64_t index, const Value &content)
{
    Slot &slot = item.slots[index];
    Part part = readContent(content);
    if (const auto *said = std::get_if<neutral::Text>(&part.what)) {
        m_parts.complete(text(item, index), said->text);
        const auto &notes = said->annotations.items();
        while (!slot.ended && slot.notes < notes.size()) {
            m_parts.annotate(slot, notes[slot.notes]);
        }
        if (!item.logprobs) {
            logprobs(item, content);
        }
    } else if (const auto *refused = std::get_if<neutral::Refusal>(&part.what)) {
        m_parts.open(slot, {.what = neutral::Refusal{}});
        m_parts.complete(slot, refused->text);
    } else {
        m_parts.open(slot, std::move(part));
    }
    m_parts.end(slot);
}

void StreamReader::finishReasoning(Item &item, const Value &value)
{
    const std::vector<Part> parts = readReasoning(value);
    for (const Part &part : parts) {
        const auto &whole = std::get<neutral::Reasoning>(part.what);
        if (!whole.summary) {
            m_parts.complete(reasoning(item, false), whole.text);
            continue;
        }
        const bool begun = item.slots[kThoughts].part >= 0 || item.slots[kSummary].part >= 0;
        if (whole.text.empty() && whole.parts.empty() && begun) {
            continue;
        }
        const std::vector<std::string> texts = whole.parts.empty() ? std::vector{whole.text} : whole.parts;
        for (std::size_t i = static_cast<std::size_t>(std::max<std::int64_t>(item.summary, 0));
             i < texts.size(); ++i) {
            m_parts.complete(summaryAt(item, static_cast<std::int64_t>(i)), texts[i]);
        }
    }
    Slot &last = item.slots[kSummary].part >= 0 ? item.slots[kSummary] : item.slots[kThoughts];
    m_parts.seal(last, textOf(value, "encrypted_content"));
}

void StreamReader::finishCall(Item &item, const Value &value)
{
    neutral::ToolCall call = readCall(value);
    std::string arguments = std::exchange(call.arguments, {});
    if (arguments.empty()) {
        arguments = item.held;
    }
    Slot &slot = item.slots[kCall];
    if (slot.part < 0) {
        m_calls.push_back(call.id);
        m_parts.open(slot, {.what = std::move(call)});
    }
    m_parts.complete(slot, arguments);
    m_parts.end(slot);
}

// ---- The answer

StreamReader::Item *StreamReader::unfinished(const std::string &id)
{
    for (auto &[index, item] : m_items) {
        if (!id.empty() && item.id == id && !item.done) {
            return &item;
        }
    }
    return nullptr;
}

/// Items that only the last event tells of, or the ends of others. Calls are known by their ids; a message is
/// new only if none said anything, because its number need not be the one it was streamed under.
void StreamReader::takeMissed(const Value &output)
{
    const bool nothing = m_parts.count() == 0;
    const bool spoke = m_parts.spoke();
    for (const Value &value : output.items()) {
        if (Item *open = unfinished(textOf(value, "id"))) {
            finishItem(*open, value);
            continue;
        }
        const std::string type = textOf(value, "type");
        bool missed = nothing;
        if (isCall(type)) {
            missed = std::find(m_calls.begin(), m_calls.end(), readCall(value).id) == m_calls.end();
        } else if (type == "message") {
            missed = !spoke;
        }
        if (missed) {
            m_last = m_items.empty() ? 0 : m_items.rbegin()->first + 1;
            finishItem(m_items[m_last], value);
        }
    }
}

void StreamReader::over(const Value &event, std::string_view type)
{
    static const Value kNone = Value::object();
    const Value *found = objectOf(event, "response");
    const Value &response = found ? *found : kNone;
    std::string status = textOf(response, "status");
    if (type == "response.incomplete") {
        status = "incomplete";
    } else if (type == "response.failed") {
        status = "failed";
    } else if (status != "incomplete" && status != "failed" && status != "cancelled") {
        status = "completed"; // some leave the status of the first event in it
    }
    m_parts.begin(response);
    const auto usage = readUsage(response.find("usage"));
    if (status == "failed" || status == "cancelled" || memberOf(response, "error")) {
        if (usage) {
            m_parts.say(neutral::UsageKnown{.usage = *usage});
        }
        fail(response);
        return;
    }
    if (const Value *output = arrayOf(response, "output")) {
        takeMissed(*output);
    }
    closeAll();
    neutral::ChoiceEnds ends;
    ends.stop = readStop(response, status, m_parts.said(), ends.stopText);
    m_parts.say(std::move(ends));
    if (usage) {
        m_parts.say(neutral::UsageKnown{.usage = *usage});
    }
    m_parts.say(neutral::AnswerEnds{});
    m_over = true;
}

void StreamReader::fail(const Value &error)
{
    m_parts.say(neutral::AnswerFails{.failure = readFailure(error), .body = std::string(m_body)});
    m_over = true;
}

struct StreamReader::Handler {
    std::string_view type;
    void (StreamReader::*take)(const Value &event);

    static const Handler *find(std::string_view type)
    {
        using R = StreamReader;
        static constexpr std::array<Handler, 21> kHandlers{{
            {"response.output_item.added", &R::itemAdded},
            {"response.output_item.done", &R::itemDone},
            {"response.content_part.added", &R::partAdded},
            {"response.content_part.done", &R::partDone},
            {"response.output_text.delta", &R::textDelta},
            {"response.output_text.done", &R::textDone},
            {"response.output_text.annotation.added", &R::annotationAdded},
            {"response.refusal.delta", &R::refusal},
            {"response.refusal.done", &R::refusal},
            {"response.function_call_arguments.delta", &R::callDelta},
            {"response.function_call_arguments.done", &R::callDone},
            {"response.custom_tool_call_input.delta", &R::callDelta},
            {"response.custom_tool_call_input.done", &R::callDone},
            {"response.reasoning_summary_part.added", &R::summary},
            {"response.reasoning_summary_part.done", &R::summary},
            {"response.reasoning_summary_text.delta", &R::summary},
            {"response.reasoning_summary_text.done", &R::summary},
            {"response.reasoning_text.delta", &R::thought},
            {"response.reasoning_text.done", &R::thought},
            {"response.reasoning.delta", &R::thought}, // names of the first versions, which servers still use
            {"response.reasoning.done", &R::thought},
        }};
        for (const Handler &handler : kHandlers) {
            if (handler.type == type) {
                return &handler;
            }
        }
        return nullptr;
    }
};

bool StreamReader::take(const http::SseEvent &event, std::vector<neutral::StreamItem> &out)
{
    if (m_over || !event.hasData || blank(event.data) || event.data.starts_with("[DONE]")) {
        return true; // [DONE] is not part of this dialect: it ends nothing
    }
    const auto tree = json::readTree(event.data);
    if (!tree || !tree->is(Value::Type::Object)) {
        return false;
    }
    m_parts.into(out);
    m_body = event.data;
    std::string type = textOf(*tree, "type");
    if (type.empty()) {
        type = event.name;
    }
    const Value *response = objectOf(*tree, "response");
    if (const Handler *handler = Handler::find(type)) {
        (this->*handler->take)(*tree);
    } else if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
        over(*tree, type);
    } else if (type == "error" || (memberOf(*tree, "error") && !type.starts_with("response."))) {
        fail(*tree);
    } else if (response) { // created, queued, in_progress
        m_parts.begin(*response);
    }
    return true;
}

void StreamReader::finish(std::vector<neutral::StreamItem> &out)
{
    if (!m_over) {
        m_parts.into(out);
        closeAll();
        m_over = true;
    }
}

} // namespace signalbox::responses
