// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/request/message_writer.h"

#include <algorithm>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::addText;
using neutral::Message;
using neutral::Part;
using neutral::Role;
using neutral::textOf;
using Type = Value::Type;

Value typed(const char *type)
{
    Value out = Value::object();
    out.add("type", Value::string(type));
    return out;
}

/// What the client calls its model's thoughts.
const char *reasoningWord(base::Dialect origin)
{
    return origin == base::Dialect::Messages    ? "thinking"
           : origin == base::Dialect::Responses ? "reasoning"
           : origin == base::Dialect::Gemini    ? "thought"
                                                : "reasoning_content";
}

std::string reasoningTextOf(const neutral::Reasoning &reasoning)
{
    std::string out = reasoning.text;
    for (const std::string &part : reasoning.parts) {
        out += (out.empty() ? "" : "\n\n") + part;
    }
    return out;
}
} // namespace

Accepts::Accepts(const std::vector<std::string> &names)
{
    const auto has = [&names](const char *name) { return std::ranges::find(names, name) != names.end(); };
    cacheControl = has("cache_control");
    cacheBreakpoint = has("prompt_cache_breakpoint");
    reasoningContent = has("reasoning_content");
    reasoning = has("message_reasoning");
    reasoningDetails = has("reasoning_details");
    extraContent = has("extra_content");
    customTools = has("custom_tools");
    videoUrl = has("video_url");
    allowedTools = has("allowed_tools");
    topK = has("top_k");
    minP = has("min_p");
    reasoningObject = has("reasoning");
    thinkingObject = has("thinking");
}

void MessageWriter::markCache(Value &part, const std::optional<neutral::CacheMark> &mark)
{
    if (!mark) {
        return;
    }
    if (m_accepts.cacheControl) {
        Value control = typed("ephemeral");
        addText(control, "ttl", mark->ttl);
        part.add("cache_control", std::move(control));
    } else if (m_accepts.cacheBreakpoint && textOf(part, "type") == "text") {
        Value point = Value::object();
        point.add("mode", Value::string("explicit"));
        part.add("prompt_cache_breakpoint", std::move(point));
    } else {
        m_drops.add("cache_control");
    }
}

/// Many servers take only a string where there is only text.
Value MessageWriter::joined(std::vector<Value> parts) const
{
    const bool plain = std::ranges::all_of(parts, [](const Value &part) {
        return textOf(part, "type") == "text" && part.members().size() == 2;
    });
    if (!plain || (parts.size() > 1 && m_conversation.origin == base::Dialect::Chat)) {
        return Value::array(std::move(parts));
    }
    std::string text;
    for (const Value &part : parts) {
        text += (text.empty() ? "" : "\n") + textOf(part, "text");
    }
    return Value::string(std::move(text));
}

Value MessageWriter::contentOf(const std::vector<Part> &parts, bool mediaToo)
{
    std::vector<Value> written;
    for (const Part &part : parts) {
        if (auto value = partOf(part, mediaToo)) {
            written.push_back(std::move(*value));
        }
    }
    return joined(std::move(written));
}

std::optional<Value> MessageWriter::partOf(const Part &part, bool mediaToo)
{
    std::optional<Value> out;
    if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
        if (text->text.empty()) {
            return std::nullopt;
        }
        out = typed("text");
        out->add("text", Value::string(text->text));
    } else if (const auto *media = std::get_if<neutral::Media>(&part.what)) {
        if (mediaToo) {
            out = mediaOf(*media);
        } else {
            m_drops.add("image");
        }
    } else if (const auto *foreign = std::get_if<neutral::Foreign>(&part.what)) {
        if (foreign->origin == base::Dialect::Chat && foreign->what != "audio") {
            out = foreign->value;
        } else if (foreign->origin != base::Dialect::Chat) {
            m_drops.add(foreign->what);
        }
    }
    if (out) {
        markCache(*out, part.cache);
    }
    return out;
}

void MessageWriter::writePlain(const Message &message)
{
    const bool openAi =
        m_conversation.origin == base::Dialect::Chat || m_conversation.origin == base::Dialect::Responses;
    Value out = Value::object();
    const char *role = message.role == Role::User                  ? "user"
                       : message.role == Role::Developer && openAi ? "developer"
                                                                   : "system";
    out.add("role", Value::string(role));
    Value content = contentOf(message.parts, message.role == Role::User);
    if (message.role != Role::User && content.is(Type::String) && content.text().empty()) {
        return; // an empty system message says nothing, and some servers refuse it
    }
    out.add("content", std::move(content));
    addText(out, "name", message.name);
    m_out.append(std::move(out));
}

void MessageWriter::writeReasoning(const std::vector<Part> &parts, Value &out)
{
    std::string text;
    for (const Part &part : parts) {
        const auto *reasoning = std::get_if<neutral::Reasoning>(&part.what);
        if (!reasoning) {
            continue;
        }
        const bool details = reasoning->origin == base::Dialect::Chat && !reasoning->encrypted.empty();
        if (details && m_accepts.reasoningDetails) {
            if (auto tree = json::readTree(reasoning->encrypted)) {
                out.set("reasoning_details", std::move(*tree));
            }
        } else if (details) {
            m_drops.add("reasoning_details");
        }
        const std::string more = reasoningTextOf(*reasoning);
        text += (text.empty() || more.empty() ? "" : "\n\n") + more;
    }
    if (m_accepts.reasoningContent) {
        addText(out, "reasoning_content", text);
    } else if (m_accepts.reasoning) {
        addText(out, "reasoning", text);
    } else if (!text.empty()) {
        m_drops.add(reasoningWord(m_conversation.origin));
    }
}

Value MessageWriter::callOf(const neutral::ToolCall &call)
{
    const bool custom = call.custom;
    Value function = Value::object();
    function.add("name", Value::string(call.name));
    if (custom) {
        function.add("input", Value::string(call.arguments));
    } else {
        function.add("arguments", Value::string(call.arguments.empty() ? "{}" : call.arguments));
    }
    Value out = Value::object();
    out.add("id", Value::string(call.id));
    out.add("type", Value::string(custom ? "custom" : "function"));
    out.add(custom ? "custom" : "function", std::move(function));
    if (!call.signature.empty() && m_accepts.extraContent) {
        Value google = Value::object();
        google.add("thought_signature", Value::string(call.signature));
        Value extra = Value::object();
        extra.add("google", std::move(google));
        out.add("extra_content", std::move(extra));
    } else {
        m_drops.addIf(!call.signature.empty(), "extra_content");
    }
    return out;
}

void MessageWriter::writeAssistant(const Message &message)
{
    Value out = Value::object();
    out.add("role", Value::string("assistant"));
    Value content = contentOf(message.parts, false);
    Value calls = Value::array();
    std::string refusal;
    for (const Part &part : message.parts) {
        if (const auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
            calls.append(callOf(*call));
        } else if (const auto *refused = std::get_if<neutral::Refusal>(&part.what)) {
            refusal += refused->text;
        }
    }
    Value extras = Value::object();
    writeReasoning(message.parts, extras);
    addText(extras, "refusal", refusal);
    for (const Part &part : message.parts) {
        const auto *foreign = std::get_if<neutral::Foreign>(&part.what);
        if (foreign && foreign->origin == base::Dialect::Chat && foreign->what == "audio") {
            extras.add("audio", foreign->value);
        }
    }
    const bool silent = content.is(Type::String) && content.text().empty();
    if (silent && calls.items().empty() && extras.members().empty()) {
        return; // all it said has been left out
    }
    const bool mayBeNull = !calls.items().empty() || !extras.members().empty();
    out.add("content", silent && mayBeNull ? Value() : std::move(content));
    addText(out, "name", message.name);
    for (json::Member &extra : extras.members()) {
        out.add(std::move(extra.name), std::move(extra.value));
    }
    if (!calls.items().empty()) {
        out.add("tool_calls", std::move(calls));
    }
    m_out.append(std::move(out));
}

void MessageWriter::writeResults(const Message &message)
{
    for (const Part &part : message.parts) {
        const auto *result = std::get_if<neutral::ToolResult>(&part.what);
        if (!result) {
            continue;
        }
        std::vector<Value> texts;
        for (const auto &piece : result->content) {
            if (const auto *text = std::get_if<neutral::Text>(&piece); text && !text->text.empty()) {
                texts.push_back(typed("text"));
                texts.back().add("text", Value::string(text->text));
            } else if (const auto *media = std::get_if<neutral::Media>(&piece)) {
                if (auto value = mediaOf(*media)) {
                    m_resultMedia.push_back(std::move(*value));
                }
            }
        }
        if (result->error && !(texts.size() == 1 && textOf(texts.front(), "text").starts_with("Error"))) {
            texts.insert(texts.begin(), typed("text"));
            texts.front().add("text", Value::string("Error:"));
        }
        if (!texts.empty()) {
            markCache(texts.back(), part.cache);
        }
        Value out = Value::object();
        out.add("role", Value::string("tool"));
        out.add("tool_call_id", Value::string(result->callId));
        out.add("content", joined(std::move(texts)));
        m_out.append(std::move(out));
    }
}

void MessageWriter::flushMedia()
{
    if (!m_resultMedia.empty()) {
        Value out = Value::object();
        out.add("role", Value::string("user"));
        out.add("content", Value::array(std::move(m_resultMedia)));
        m_resultMedia.clear();
        m_out.append(std::move(out));
    }
}

Value MessageWriter::write()
{
    for (const Message &message : m_conversation.messages) {
        if (message.role == Role::Tool) {
            writeResults(message);
            continue;
        }
        flushMedia();
        if (message.role == Role::Assistant) {
            writeAssistant(message);
        } else {
            writePlain(message);
        }
    }
    flushMedia();
    return std::move(m_out);
}

} // namespace signalbox::chat
