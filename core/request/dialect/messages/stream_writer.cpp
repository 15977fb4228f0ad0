// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/stream_writer.h"

#include "core/foundation/json/splice.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/block_writer.h"
#include "core/request/dialect/messages/failures.h"
#include "core/request/dialect/messages/marks.h"

namespace signalbox::messages {

namespace {
using neutral::Reasoning;
using neutral::ToolCall;

constexpr std::size_t kBytesPerToken = 4;

void sendEvent(const json::Value &data, std::string &out)
{
    out += "event: " + textOf(data, "type") + "\ndata: " + json::writeCompact(data) + "\n\n";
}

bool isText(const neutral::Part &part)
{
    return std::holds_alternative<neutral::Text>(part.what)
           || std::holds_alternative<neutral::Refusal>(part.what);
}

bool mayResume(const neutral::Part &part)
{
    return isText(part) || std::holds_alternative<Reasoning>(part.what);
}

/// What of a part's text is known at its beginning.
std::string firstText(const neutral::Part &part)
{
    if (const auto *const text = std::get_if<neutral::Text>(&part.what)) {
        return text->text;
    }
    if (const auto *const refusal = std::get_if<neutral::Refusal>(&part.what)) {
        return refusal->text;
    }
    if (const auto *const reasoning = std::get_if<Reasoning>(&part.what)) {
        return reasoning->text;
    }
    const auto *const call = std::get_if<ToolCall>(&part.what);
    return call ? call->arguments : std::string();
}

json::Value plainTextBlock()
{
    json::Value out = textBlock("");
    out.add("citations", {});
    return out;
}
} // namespace

MessagesStreamWriter::MessagesStreamWriter(const neutral::AnswerContext &context)
    : m_context(context), m_ids(context.id), m_thoughts(wantsThoughts(context))
{}

void MessagesStreamWriter::write(const neutral::StreamItem &item, std::string &out)
{
    if (m_over) {
        return;
    }
    const bool failure = std::holds_alternative<neutral::AnswerFails>(item);
    if (!m_began && !failure && !std::holds_alternative<neutral::AnswerBegins>(item)) {
        take(neutral::AnswerBegins{}, out); // SDKs refuse anything before it
    }
    std::visit([&](const auto &one) { take(one, out); }, item);
}

void MessagesStreamWriter::take(const neutral::AnswerBegins &item, std::string &out)
{
    if (m_began) {
        return;
    }
    m_began = true;
    json::Value data = typed("message_start");
    const events::TokenUsage usage{.input = m_context.promptTokens};
    const bool unnamed = item.model.empty() && m_context.request; // some relays name no model
    const std::string &model = unnamed ? m_context.request->model : item.model;
    data.add("message", emptyMessage(m_ids.message(item.id), model, usage));
    sendEvent(data, out);
    out += kPingEvent;
}

bool MessagesStreamWriter::canSay(const neutral::Part &part)
{
    if (const auto *const media = std::get_if<neutral::Media>(&part.what)) {
        m_dropped.add(media->kind == neutral::Media::Kind::Audio ? "audio" : "image");
        return false;
    }
    if (const auto *const foreign = std::get_if<neutral::Foreign>(&part.what)) {
        if (foreign->origin != base::Dialect::Messages) {
            m_dropped.add(foreign->what);
            return false;
        }
    }
    return m_thoughts || !std::holds_alternative<Reasoning>(part.what);
}

void MessagesStreamWriter::queue(int part, const neutral::Part &what)
{
    if (!m_waiting.empty() && mayResume(m_waiting.back().what)) {
        m_waiting.back().ended = true;
    }
    m_waiting.push_back({.part = part, .what = what, .pending = firstText(what)});
}

void MessagesStreamWriter::take(const neutral::PartBegins &item, std::string &out)
{
    if (item.choice != 0) {
        m_dropped.add("n");
        return;
    }
    if (!canSay(item.what)) {
        return;
    }
    queue(item.part, item.what);
    m_waiting.back().ended = std::holds_alternative<neutral::Foreign>(item.what.what);
    m_refused |= std::holds_alternative<neutral::Refusal>(item.what.what);
    m_called |= std::holds_alternative<ToolCall>(item.what.what);
    if (mayResume(item.what)) {
        m_resumable[item.part] = item.what;
    }
    pump(out);
}

MessagesStreamWriter::Waiting *MessagesStreamWriter::find(int part)
{
    for (Waiting &one : m_waiting) {
        if (one.part == part && !one.ended) {
            return &one;
        }
    }
    return nullptr;
}

void MessagesStreamWriter::take(const neutral::PartGrows &item, std::string &out)
{
    Waiting *one = find(item.part);
    if (!one) {
        const auto before = m_resumable.find(item.part);
        if (before == m_resumable.end() || item.text.empty()) {
            return; // of another choice, or one that cannot be said
        }
        queue(item.part, before->second);
        one = &m_waiting.back();
    }
    one->pending += item.text;
    m_said += item.text.size();
    pump(out);
}

void MessagesStreamWriter::take(const neutral::PartGains &item, std::string &)
{
    using What = neutral::PartGains::What;
    Waiting *const one = find(item.part);
    auto *const reasoning = one ? std::get_if<Reasoning>(&one->what.what) : nullptr;
    if (item.what == What::Annotation) {
        m_dropped.add("annotations");
    } else if (item.what == What::NextSummaryPart && reasoning && (one->open || !one->pending.empty())) {
        one->pending += "\n\n";
    } else if (item.what == What::Signature && reasoning) {
        reasoning->signature = item.text;
    } else if (item.what == What::Encrypted && reasoning) {
        reasoning->encrypted = item.text;
    } else if (item.what == What::Signature && one && std::holds_alternative<ToolCall>(one->what.what)) {
        m_dropped.add("thought_signature");
    }
}

void MessagesStreamWriter::take(const neutral::PartEnds &item, std::string &out)
{
    m_resumable.erase(item.part);
    if (Waiting *const one = find(item.part)) {
        one->ended = true;
        pump(out);
    }
}

void MessagesStreamWriter::take(const neutral::ChoiceLogprobs &, std::string &)
{
    m_dropped.add("logprobs");
}

void MessagesStreamWriter::take(const neutral::ChoiceEnds &item, std::string &out)
{
    if (item.choice != 0) {
        return;
    }
    m_end = item;
    if (item.stop == neutral::Stop::Failed) { // there is no stop_reason for it, and it is no end_turn
        take(neutral::AnswerFails{.failure = {.status = 500,
                                              .message = "the provider gave up: " + item.stopText,
                                              .type = "server_error"},
                                  .body = {}},
             out);
        return;
    }
    endAll(out);
}

void MessagesStreamWriter::take(const neutral::UsageKnown &item, std::string &)
{
    m_usage = item.usage;
}

void MessagesStreamWriter::take(const neutral::AnswerFails &item, std::string &out)
{
    out += failureEvent(item.failure);
    m_over = true;
}

void MessagesStreamWriter::take(const neutral::AnswerEnds &, std::string &out)
{
    endAll(out);
    const events::TokenUsage estimate{.input = m_context.promptTokens,
                                      .output = static_cast<std::int64_t>(m_said / kBytesPerToken)};
    json::Value delta = json::Value::object();
    delta.add("stop_reason", string(writeStop(m_end, m_called, m_refused)));
    const bool sequence = m_end.stop == neutral::Stop::StopSequence;
    delta.add("stop_sequence", sequence ? string(m_end.stopSequence) : json::Value());
    delta.add("stop_details", {}).add("container", {});
    json::Value data = typed("message_delta");
    data.add("delta", std::move(delta)).add("usage", writeUsage(m_usage.value_or(estimate)));
    sendEvent(data, out);
    sendEvent(typed("message_stop"), out);
    m_over = true;
}

void MessagesStreamWriter::endAll(std::string &out)
{
    for (Waiting &one : m_waiting) {
        one.ended = true;
    }
    m_resumable.clear();
    pump(out);
}

/// Writes what can be written now: the first part as far as it is known, and the next one behind its end.
void MessagesStreamWriter::pump(std::string &out)
{
    while (!m_waiting.empty()) {
        Waiting &first = m_waiting.front();
        openIfReady(first, out);
        sendPending(first, out);
        if (!first.ended) {
            return;
        }
        close(first, out);
        m_waiting.pop_front();
    }
}

void MessagesStreamWriter::open(Waiting &one, json::Value block, std::string &out)
{
    one.open = true;
    json::Value data = typed("content_block_start");
    data.add("index", json::Value::integer(++m_index)).add("content_block", std::move(block));
    sendEvent(data, out);
}

void MessagesStreamWriter::openIfReady(Waiting &one, std::string &out)
{
    if (one.open) {
        return;
    }
    if (const auto *const call = std::get_if<ToolCall>(&one.what.what)) {
        openCall(one, *call, out);
    } else if (const auto *const foreign = std::get_if<neutral::Foreign>(&one.what.what)) {
        open(one, foreign->value, out);
    } else if (isText(one.what) && !isBlank(one.pending)) {
        open(one, plainTextBlock(), out);
    } else if (std::holds_alternative<Reasoning>(one.what.what) && !one.pending.empty()) {
        json::Value block = typed("thinking");
        block.add("thinking", string("")).add("signature", string(""));
        open(one, std::move(block), out);
    }
}

void MessagesStreamWriter::openCall(Waiting &one, const ToolCall &call, std::string &out)
{
    json::Value block = typed("tool_use");
    block.add("id", string(m_ids.call(call.id))).add("name", string(call.name));
    block.add("input", json::Value::object());
    open(one, std::move(block), out);
    sendDelta("input_json_delta", "partial_json", call.custom ? "{\"input\":\"" : "", out);
    if (!call.signature.empty()) {
        m_dropped.add("thought_signature");
    }
}

void MessagesStreamWriter::sendPending(Waiting &one, std::string &out)
{
    if (!one.open || one.pending.empty()) {
        return;
    }
    if (const auto *const call = std::get_if<ToolCall>(&one.what.what)) {
        if (call->custom) { // free text becomes the string that was begun
            const std::string quoted = json::quoted(one.pending);
            one.pending = quoted.substr(1, quoted.size() - 2);
        }
        sendDelta("input_json_delta", "partial_json", one.pending, out);
    } else if (isText(one.what)) {
        sendDelta("text_delta", "text", one.pending, out);
    } else {
        sendDelta("thinking_delta", "thinking", one.pending, out);
    }
    one.pending.clear();
}

void MessagesStreamWriter::sendDelta(std::string_view type, std::string_view member, std::string_view text,
                                     std::string &out)
{
    out += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
    out += std::to_string(m_index);
    out += ",\"delta\":{\"type\":\"";
    out += type;
    out += "\",\"";
    out += member;
    out += "\":";
    out += json::quoted(text);
    out += "}}\n\n";
}

void MessagesStreamWriter::close(Waiting &one, std::string &out)
{
    const auto *const call = std::get_if<ToolCall>(&one.what.what);
    if (call && call->custom) {
        sendDelta("input_json_delta", "partial_json", "\"}", out);
    }
    if (const auto *const reasoning = std::get_if<Reasoning>(&one.what.what)) {
        closeReasoning(one, *reasoning, out);
    }
    if (one.open) {
        json::Value data = typed("content_block_stop");
        data.add("index", json::Value::integer(m_index));
        sendEvent(data, out);
    }
}

void MessagesStreamWriter::closeReasoning(Waiting &one, const Reasoning &reasoning, std::string &out)
{
    const bool own = reasoning.origin == base::Dialect::Messages;
    if (!one.open && reasoning.signature.empty() && reasoning.encrypted.empty()) {
        return; // nothing was thought
    }
    if (!one.open) {
        Reasoning hidden = reasoning;
        hidden.text.clear();
        hidden.parts.clear();
        json::Value block = thinkingBlock(hidden);
        if (block.find("signature")) {
            block.set("signature", string(""));
        }
        open(one, std::move(block), out);
        if (own && !reasoning.encrypted.empty()) {
            return; // redacted: it has no deltas
        }
    }
    sendDelta("signature_delta", "signature", own ? reasoning.signature : markOf(reasoning), out);
}

} // namespace signalbox::messages
