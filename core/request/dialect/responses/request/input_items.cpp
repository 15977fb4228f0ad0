// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/request/input_items.h"

#include <optional>
#include <utility>

#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_parts.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Message;
using neutral::Part;
using neutral::Role;

std::unexpected<base::Error> wrong(const std::string &at, std::string_view what)
{
    return base::fail(base::ErrorCode::InvalidArgument, at + " " + std::string(what));
}

std::optional<Role> roleOf(const Value &item)
{
    const std::string role = textOf(item, "role");
    if (role == "user") {
        return Role::User;
    }
    if (role == "assistant") {
        return Role::Assistant;
    }
    if (role == "system") {
        return Role::System;
    }
    return role == "developer" ? std::optional(Role::Developer) : std::nullopt;
}

base::Result<void> readParts(const Value &item, const std::string &at, std::vector<Part> &out)
{
    const Value *content = memberOf(item, "content");
    if (!content) {
        return {};
    }
    if (content->is(Value::Type::String)) {
        out.push_back({.what = neutral::Text{.text = content->text(), .annotations = {}}});
        return {};
    }
    if (!content->is(Value::Type::Array)) {
        return wrong(at + ".content", "must be a string or a list");
    }
    for (std::size_t i = 0; i < content->items().size(); ++i) {
        const Value &part = content->items()[i];
        if (part.is(Value::Type::String)) {
            out.push_back({.what = neutral::Text{.text = part.text(), .annotations = {}}});
        } else if (part.is(Value::Type::Object)) {
            out.push_back(readContent(part));
        } else {
            return wrong(at + ".content[" + std::to_string(i) + "]", "must be an object");
        }
    }
    return {};
}

void append(std::vector<Part> &to, std::vector<Part> from)
{
    for (Part &part : from) {
        to.push_back(std::move(part));
    }
}
} // namespace

InputItems::Entry &InputItems::assistant()
{
    if (m_entries.empty() || m_entries.back().message.role != Role::Assistant
        || !m_entries.back().results.empty()) {
        m_entries.push_back({.message = {.role = Role::Assistant}});
    }
    return m_entries.back();
}

/// A second message of one turn is one of its own if it has an id or a phase to keep, or follows directly;
/// but never behind calls, whose results must follow.
void InputItems::speak(Message said)
{
    Entry *entry = &assistant();
    const bool named = !said.id.empty() || !said.phase.empty();
    if (entry->spoken && !entry->called && (named || m_afterMessage)) {
        m_entries.push_back({.message = {.role = Role::Assistant}});
        entry = &m_entries.back();
    }
    if (!entry->spoken) {
        entry->message.id = std::move(said.id);
        entry->message.phase = std::move(said.phase);
    }
    entry->spoken = true;
    append(entry->message.parts, std::move(said.parts));
}

base::Result<void> InputItems::takeMessage(const Value &item, const std::string &at)
{
    const std::optional<Role> role = roleOf(item);
    if (!role) {
        return wrong(at + ".role", "must be user, assistant, system or developer");
    }
    Message said{.role = *role};
    said.id = textOf(item, "id");
    said.phase = textOf(item, "phase");
    if (const auto read = readParts(item, at, said.parts); !read) {
        return read;
    }
    if (*role != Role::Assistant) {
        m_entries.push_back({.message = std::move(said)});
        m_afterMessage = false;
        return {};
    }
    speak(std::move(said));
    m_afterMessage = true;
    return {};
}

base::Result<void> InputItems::takeCall(const Value &item, const std::string &at)
{
    neutral::ToolCall call = readCall(item);
    if (call.id.empty()) {
        return wrong(at + ".call_id", "is missing");
    }
    if (call.name.empty()) {
        return wrong(at + ".name", "is missing");
    }
    Entry &entry = assistant();
    entry.called = true;
    m_callers[call.id] = {.entry = m_entries.size() - 1, .tool = call.name};
    entry.message.parts.push_back({.what = std::move(call)});
    return {};
}

base::Result<void> InputItems::takeResult(const Value &item, const std::string &at, bool custom)
{
    neutral::ToolResult result;
    result.callId = textOf(item, "call_id");
    if (result.callId.empty()) {
        result.callId = textOf(item, "id"); // local_shell_call_output has only this
    }
    if (result.callId.empty()) {
        return wrong(at + ".call_id", "is missing");
    }
    result.custom = custom;
    result.content = readToolOutput(item.find("output"));
    const auto caller = m_callers.find(result.callId);
    if (caller != m_callers.end()) {
        result.name = caller->second.tool;
        m_entries[caller->second.entry].results.push_back({.what = std::move(result)});
        return {};
    }
    if (m_entries.empty() || m_entries.back().message.role != Role::Tool) {
        m_entries.push_back({.message = {.role = Role::Tool}});
    }
    m_entries.back().message.parts.push_back({.what = std::move(result)});
    return {};
}

base::Result<void> InputItems::take(const Value &item, std::size_t index)
{
    const std::string at = "input[" + std::to_string(index) + "]";
    if (!item.is(Value::Type::Object)) {
        return wrong(at, "must be an object");
    }
    const std::string type = textOf(item, "type");
    if (type == "message" || (type.empty() && item.find("role"))) {
        return takeMessage(item, at);
    }
    m_afterMessage = false;
    if (type.empty()) {
        return wrong(at + ".type", "is missing");
    }
    if (isCall(type)) {
        return takeCall(item, at);
    }
    if (type == "function_call_output" || type == "custom_tool_call_output"
        || type == "local_shell_call_output") {
        return takeResult(item, at, type == "custom_tool_call_output");
    }
    if (type == "reasoning") {
        append(assistant().message.parts, readReasoning(item));
    } else {
        assistant().message.parts.push_back(foreign(type, item));
    }
    return {};
}

std::vector<Message> InputItems::messages() &&
{
    std::vector<Message> out;
    out.reserve(m_entries.size());
    for (Entry &entry : m_entries) {
        out.push_back(std::move(entry.message));
        if (!entry.results.empty()) {
            out.push_back({.role = Role::Tool, .parts = std::move(entry.results)});
        }
    }
    return out;
}

} // namespace signalbox::responses
