// SPDX-License-Identifier: GPL-3.0-or-later
// {"role","content","name"?}
// assistant: + "refusal"?, "tool_calls"?:[{"id","type":"function","function":{"name","arguments"}}
//                                      |{"id","type":"custom","custom":{"name","input"}}]
//            + "reasoning_content"? | "reasoning"?, "reasoning_details"?, "audio"?:{"id"}, "function_call"?
// tool: "tool_call_id"   function (old): "name"
#include "core/request/dialect/chat/request/message_reader.h"

#include <algorithm>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::itemsOf;
using neutral::memberOf;
using neutral::Message;
using neutral::objectOf;
using neutral::Part;
using neutral::Role;
using neutral::textOf;
using Type = Value::Type;

const Value kNull;

const Value &contentOf(const Value &message)
{
    const Value *content = memberOf(message, "content");
    return content ? *content : kNull;
}

Part part(auto what)
{
    return {.what = std::move(what), .cache = {}};
}

std::string asText(const Value *value)
{
    if (!value) {
        return {};
    }
    return value->is(Type::String) ? value->text() : json::writeCompact(*value);
}

std::string signatureOf(const Value &call)
{
    const Value *extra = objectOf(call, "extra_content");
    const Value *google = extra ? objectOf(*extra, "google") : nullptr;
    return google ? textOf(*google, "thought_signature") : std::string();
}

/// OpenRouter's details, kept whole: they have to go back unchanged.
void takeReasoning(const Value &message, Message &out)
{
    neutral::Reasoning reasoning{.text = reasoningText(message)};
    if (!itemsOf(message, "reasoning_details").empty()) {
        reasoning.encrypted = json::writeCompact(*memberOf(message, "reasoning_details"));
    }
    if (!reasoning.text.empty() || !reasoning.encrypted.empty()) {
        out.parts.push_back(part(std::move(reasoning)));
    }
}
} // namespace

std::string reasoningText(const Value &message)
{
    for (const char *name : {"reasoning_content", "reasoning"}) {
        if (!textOf(message, name).empty()) {
            return textOf(message, name);
        }
    }
    std::string out;
    for (const Value &detail : itemsOf(message, "reasoning_details")) {
        out += textOf(detail, "text") + textOf(detail, "summary");
    }
    return out;
}

neutral::ToolCall readCall(const Value &call)
{
    neutral::ToolCall out{.id = textOf(call, "id"), .name = {}, .arguments = {}};
    out.signature = signatureOf(call);
    if (const Value *custom = objectOf(call, "custom")) {
        out.custom = true;
        out.name = textOf(*custom, "name");
        out.arguments = asText(memberOf(*custom, "input"));
    } else if (const Value *function = objectOf(call, "function")) {
        out.name = textOf(*function, "name");
        out.arguments = asText(memberOf(*function, "arguments"));
    }
    return out;
}

std::string MessageReader::nameOf(std::string_view callId) const
{
    const auto at = std::ranges::find(m_calls, callId, &std::pair<std::string, std::string>::first);
    return at == m_calls.end() ? std::string() : at->second;
}

/// A result of the old kind names the function; it answers the last call of that name.
std::string MessageReader::idForResult(const Value &message) const
{
    if (const std::string &id = textOf(message, "tool_call_id"); !id.empty()) {
        return id;
    }
    const std::string &name = textOf(message, "name");
    for (std::size_t i = m_calls.size(); i-- > 0;) {
        if (name.empty() || m_calls[i].second == name) {
            return m_calls[i].first;
        }
    }
    return {};
}

void MessageReader::takeCalls(const Value &message, Message &out)
{
    std::vector<neutral::ToolCall> calls;
    for (const Value &call : itemsOf(message, "tool_calls")) {
        calls.push_back(readCall(call));
    }
    if (const Value *old = objectOf(message, "function_call"); old && calls.empty()) {
        calls.push_back(
            {.id = {}, .name = textOf(*old, "name"), .arguments = asText(memberOf(*old, "arguments"))});
    }
    for (neutral::ToolCall &call : calls) {
        if (call.id.empty()) {
            call.id = "call_" + std::to_string(m_calls.size());
        }
        m_calls.emplace_back(call.id, call.name);
        if (call.custom) {
            m_custom.push_back(call.id);
        }
        out.parts.push_back(part(std::move(call)));
    }
}

base::Result<void> MessageReader::takeAssistant(const Value &message, const std::string &path, Message &out)
{
    takeReasoning(message, out);
    auto parts = readContent(contentOf(message), path + ".content");
    if (!parts) {
        return std::unexpected(parts.error());
    }
    std::ranges::move(*parts, std::back_inserter(out.parts));
    if (const std::string &refusal = textOf(message, "refusal"); !refusal.empty()) {
        out.parts.push_back(part(neutral::Refusal{refusal}));
    }
    if (const Value *audio = objectOf(message, "audio")) {
        out.parts.push_back(
            part(neutral::Foreign{.origin = base::Dialect::Chat, .what = "audio", .value = *audio}));
    }
    takeCalls(message, out);
    return {};
}

base::Result<void> MessageReader::takeResult(const Value &message, const std::string &path)
{
    auto parts = readContent(contentOf(message), path + ".content");
    if (!parts) {
        return std::unexpected(parts.error());
    }
    neutral::ToolResult result{.callId = idForResult(message), .name = {}, .content = {}};
    result.name = nameOf(result.callId);
    if (result.name.empty()) {
        result.name = textOf(message, "name");
    }
    result.custom = std::ranges::find(m_custom, result.callId) != m_custom.end();
    std::optional<neutral::CacheMark> cache;
    for (Part &one : *parts) {
        cache = one.cache ? one.cache : cache;
        if (auto *text = std::get_if<neutral::Text>(&one.what)) {
            result.content.emplace_back(std::move(*text));
        } else if (auto *media = std::get_if<neutral::Media>(&one.what)) {
            result.content.emplace_back(std::move(*media));
        } else if (auto *other = std::get_if<neutral::Foreign>(&one.what)) {
            result.content.emplace_back(neutral::Text{.text = json::writeCompact(other->value)});
        }
    }
    if (m_messages.empty() || m_messages.back().role != Role::Tool) {
        m_messages.push_back({.role = Role::Tool, .parts = {}, .name = {}, .id = {}, .phase = {}});
    }
    m_messages.back().parts.push_back({.what = std::move(result), .cache = cache});
    return {};
}

base::Result<void> MessageReader::take(const Value &message, const std::string &path)
{
    const auto invalid = [](std::string text) {
        return base::fail(base::ErrorCode::InvalidArgument, std::move(text));
    };
    if (!message.is(Type::Object)) {
        return invalid(path + " must be an object");
    }
    const std::string &role = textOf(message, "role");
    if (role == "tool" || role == "function") {
        return takeResult(message, path);
    }
    Message out;
    out.name = textOf(message, "name");
    if (role == "assistant") {
        out.role = Role::Assistant;
        if (auto done = takeAssistant(message, path, out); !done) {
            return done;
        }
    } else if (role == "user" || role == "system" || role == "developer") {
        out.role = role == "user" ? Role::User : role == "system" ? Role::System : Role::Developer;
        auto parts = readContent(contentOf(message), path + ".content");
        if (!parts) {
            return std::unexpected(parts.error());
        }
        out.parts = std::move(*parts);
    } else {
        return invalid(path + ".role "
                       + (role.empty() ? "is missing"
                                       : "must be system, developer, user, assistant or tool, not " + role));
    }
    m_messages.push_back(std::move(out));
    return {};
}

base::Result<std::vector<Message>> MessageReader::read(const std::vector<Value> &messages)
{
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (auto done = take(messages[i], "messages[" + std::to_string(i) + "]"); !done) {
            return std::unexpected(done.error());
        }
    }
    return std::move(m_messages);
}

} // namespace signalbox::chat
