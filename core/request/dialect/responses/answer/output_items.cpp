// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/output_items.h"

#include <utility>

#include "core/request/dialect/responses/items/item_values.h"

namespace signalbox::responses {

namespace {
using base::Dialect;
using json::Value;

bool blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}
} // namespace

Value OutputItems::itemEvent(std::string_view type, std::size_t at)
{
    return m_sink.itemEvent(type, at, m_items[at].id);
}

Value OutputItems::contentEvent(std::string_view type, std::size_t at, std::size_t index)
{
    return m_sink.contentEvent(type, at, m_items[at].id, index);
}

Value OutputItems::valueOf(const Content &content) const
{
    if (content.refusal) {
        return refusalContent(content.text);
    }
    Value out = outputText(content.text, content.notes);
    out.add("logprobs", content.logprobs);
    return out;
}

Value OutputItems::valueOf(const Item &item) const
{
    Value out;
    switch (item.kind) {
    case Item::Kind::Message: {
        Value contents = Value::array();
        for (const Content &said : item.contents) {
            contents.append(valueOf(said));
        }
        return outputMessage(item.id, {}, item.status, std::move(contents));
    }
    case Item::Kind::Reasoning: {
        neutral::Reasoning reasoning{.text = item.thoughts, .origin = Dialect::Responses};
        out = reasoningItem(item.id);
        addReasoning(out, reasoning, false);
        reasoning = {.encrypted = item.encrypted, .origin = Dialect::Responses, .parts = item.summary};
        addReasoning(out, reasoning, true);
        return out;
    }
    case Item::Kind::Call:
        out = callItem(item.call, item.id, true, m_request);
        out.set("status", Value::string(item.status));
        return out;
    case Item::Kind::Whole:
        return item.whole;
    }
    return out;
}

Value OutputItems::output() const
{
    Value out = Value::array();
    for (const Item &item : m_items) {
        if (item.done) {
            out.append(valueOf(item));
        }
    }
    return out;
}

std::size_t OutputItems::add(Item item, std::string_view prefix)
{
    endIdle();
    if (item.id.empty()) {
        item.id = m_frame.itemId(prefix, m_items.size());
    }
    m_items.push_back(std::move(item));
    const std::size_t at = m_items.size() - 1;
    if (!m_items[at].silent) {
        m_sink.sendItem("response.output_item.added", at, valueOf(m_items[at]));
    }
    return at;
}

/// Ends the message or thoughts that nothing grows in any more: something else has begun.
void OutputItems::endIdle()
{
    for (std::size_t at = m_items.size(); at-- > 0;) {
        if (!m_items[at].done && m_items[at].open == 0) {
            endItem(at, "completed");
        }
    }
}

std::size_t OutputItems::addContent(std::size_t at, bool refusal)
{
    Item &item = m_items[at];
    item.contents.push_back({.refusal = refusal});
    ++item.open;
    const std::size_t index = item.contents.size() - 1;
    if (m_sink.heard()) {
        Value added = contentEvent("response.content_part.added", at, index);
        added.add("part", valueOf(item.contents[index]));
        m_sink.send(added);
    }
    return index;
}

void OutputItems::annotate(std::size_t at, std::size_t index, const Value &annotation)
{
    Content &said = m_items[at].contents[index];
    const auto number = static_cast<std::int64_t>(said.notes.items().size());
    said.notes.append(flatAnnotation(annotation));
    if (m_sink.heard()) {
        Value added = contentEvent("response.output_text.annotation.added", at, index);
        added.add("annotation_index", Value::integer(number));
        added.add("annotation", said.notes.items().back());
        m_sink.send(added);
    }
}

void OutputItems::growSaid(std::size_t at, std::size_t index, const std::string &text, Value logprobs)
{
    Content &said = m_items[at].contents[index];
    said.text += text;
    for (const Value &entry : logprobs.items()) {
        said.logprobs.append(entry);
    }
    if (!m_sink.heard()) {
        return;
    }
    Value delta =
        contentEvent(said.refusal ? "response.refusal.delta" : "response.output_text.delta", at, index);
    delta.add("delta", Value::string(text));
    if (!said.refusal) {
        delta.add("logprobs", std::move(logprobs));
    }
    m_sink.send(delta);
}

void OutputItems::growReasoning(std::size_t at, const std::string &text, bool summary)
{
    Item &item = m_items[at];
    if (summary && !item.summaryOpen) {
        item.summaryOpen = true;
        item.summary.emplace_back();
    }
    const std::size_t index = summary ? item.summary.size() - 1 : 0;
    std::string &grown = summary ? item.summary.back() : item.thoughts;
    const bool first = grown.empty();
    grown += text;
    item.thinking = item.thinking || !summary;
    if (!m_sink.heard()) {
        return;
    }
    const auto place = [&](std::string_view type) {
        Value out = itemEvent(type, at);
        out.add(summary ? "summary_index" : "content_index",
                Value::integer(static_cast<std::int64_t>(index)));
        return out;
    };
    if (first) {
        Value added =
            place(summary ? "response.reasoning_summary_part.added" : "response.content_part.added");
        Value part = ofType(summary ? "summary_text" : "reasoning_text");
        part.add("text", Value::string({}));
        added.add("part", std::move(part));
        m_sink.send(added);
    }
    Value delta = place(summary ? "response.reasoning_summary_text.delta" : "response.reasoning_text.delta");
    delta.add("delta", Value::string(text));
    m_sink.send(delta);
}

void OutputItems::growCall(std::size_t at, const std::string &text)
{
    Item &item = m_items[at];
    item.call.arguments += text;
    if (text.empty() || item.silent || !m_sink.heard()) {
        return;
    }
    Value delta = itemEvent(item.call.custom ? "response.custom_tool_call_input.delta"
                                             : "response.function_call_arguments.delta",
                            at);
    delta.add("delta", Value::string(text));
    m_sink.send(delta);
}

void OutputItems::endContent(std::size_t at, std::size_t index)
{
    Content &said = m_items[at].contents[index];
    if (std::exchange(said.ended, true) || !m_sink.heard()) {
        return;
    }
    Value done =
        contentEvent(said.refusal ? "response.refusal.done" : "response.output_text.done", at, index);
    done.add(said.refusal ? "refusal" : "text", Value::string(said.text));
    if (!said.refusal) {
        done.add("logprobs", said.logprobs);
    }
    m_sink.send(done);
    Value part = contentEvent("response.content_part.done", at, index);
    part.add("part", valueOf(said));
    m_sink.send(part);
}

void OutputItems::endSummary(std::size_t at)
{
    Item &item = m_items[at];
    if (!std::exchange(item.summaryOpen, false) || !m_sink.heard()) {
        return;
    }
    const auto index = static_cast<std::int64_t>(item.summary.size() - 1);
    Value done = itemEvent("response.reasoning_summary_text.done", at);
    done.add("summary_index", Value::integer(index));
    done.add("text", Value::string(item.summary.back()));
    m_sink.send(done);
    Value part = itemEvent("response.reasoning_summary_part.done", at);
    part.add("summary_index", Value::integer(index));
    part.add("part", summaryText(item.summary.back()));
    m_sink.send(part);
}

void OutputItems::endThoughts(std::size_t at)
{
    Item &item = m_items[at];
    if (!std::exchange(item.thinking, false) || !m_sink.heard()) {
        return;
    }
    Value done = contentEvent("response.reasoning_text.done", at, 0);
    done.add("text", Value::string(item.thoughts));
    m_sink.send(done);
    Value thought = ofType("reasoning_text");
    thought.add("text", Value::string(item.thoughts));
    Value part = contentEvent("response.content_part.done", at, 0);
    part.add("part", std::move(thought));
    m_sink.send(part);
}

void OutputItems::endCall(std::size_t at)
{
    Item &item = m_items[at];
    if (!item.call.custom && blank(item.call.arguments)) { // clients parse them, Codex without a look
        growCall(at, "{}");
    }
    if (!m_sink.heard()) {
        return;
    }
    if (item.silent) {
        m_sink.sendItem("response.output_item.added", at, valueOf(item));
        return;
    }
    const bool custom = item.call.custom;
    Value done = itemEvent(
        custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done", at);
    if (!custom) {
        done.add("name", Value::string(item.call.space ? item.call.space->tool : item.call.name));
    }
    done.add(custom ? "input" : "arguments", Value::string(item.call.arguments));
    m_sink.send(done);
}

void OutputItems::endItem(std::size_t at, std::string_view status)
{
    Item &item = m_items[at];
    if (item.done) {
        return;
    }
    item.open = 0;
    item.status = status;
    if (item.kind == Item::Kind::Message) {
        for (std::size_t i = 0; i < item.contents.size(); ++i) {
            endContent(at, i);
        }
    } else if (item.kind == Item::Kind::Reasoning) {
        endThoughts(at);
        endSummary(at);
    } else if (item.kind == Item::Kind::Call) {
        endCall(at);
    }
    item.done = true;
    m_sink.sendItem("response.output_item.done", at, valueOf(item));
}

} // namespace signalbox::responses
