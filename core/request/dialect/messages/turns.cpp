// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/turns.h"

#include <algorithm>
#include <utility>

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::messages {

namespace {
using neutral::Role;

json::Value synthesised(const std::string &id)
{
    json::Value out = typed("tool_result");
    out.add("tool_use_id", json::Value::string(id)).add("content", string("No output"));
    out.add("is_error", json::Value::boolean(true));
    return out;
}

std::string sanitised(std::string_view id)
{
    std::string out(id);
    for (char &c : out) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                          || c == '_' || c == '-';
        c = fine ? c : '_';
    }
    return out;
}
} // namespace

Turns::Turn &Turns::turn(const char *role)
{
    if (m_turns.empty() || m_turns.back().role != role) {
        m_turns.emplace_back(role);
    }
    return m_turns.back();
}

void Turns::add(const neutral::Message &message)
{
    for (const neutral::Part &part : message.parts) {
        addPart(part, message);
    }
}

void Turns::addPart(const neutral::Part &part, const neutral::Message &message)
{
    if (std::holds_alternative<neutral::ToolCall>(part.what)) {
        addCall(part);
        return;
    }
    if (std::holds_alternative<neutral::ToolResult>(part.what)) {
        addResult(part);
        return;
    }
    const bool system = message.role == Role::System || message.role == Role::Developer;
    auto block = m_writer.write(part, system ? Role::System : message.role);
    if (!block) {
        return;
    }
    if (!system) {
        turn(message.role == Role::Assistant ? "assistant" : "user").blocks.push_back(*std::move(block));
    } else if (m_systemRole) {
        turn("system").blocks.push_back(*std::move(block));
    } else {
        if (json::Value *const text = block->find("text")) {
            *text = json::Value::string("<system>\n" + text->text() + "\n</system>");
        }
        turn("user").blocks.push_back(*std::move(block));
    }
}

void Turns::addCall(const neutral::Part &part)
{
    const auto &call = std::get<neutral::ToolCall>(part.what);
    const std::string id = idFor(call.id);
    json::Value block = m_writer.writeCall(call, id);
    addCacheMark(block, part.cache);
    Turn &now = turn("assistant");
    now.blocks.push_back(std::move(block));
    now.calls.push_back(id);
    m_open[call.id] = {m_turns.size() - 1, id};
}

/// A result goes behind its call, however late it comes. One that answers nothing, or once more, is said as
/// text: Anthropic refuses it as a result.
void Turns::addResult(const neutral::Part &part)
{
    const auto &result = std::get<neutral::ToolResult>(part.what);
    const auto open = m_open.find(result.callId);
    if (open == m_open.end()) {
        const std::string text = BlockWriter::textOfResult(result);
        if (!isBlank(text)) {
            turn("user").blocks.push_back(textBlock(text));
        }
        return;
    }
    const OpenCall call = open->second;
    m_open.erase(open);
    if (call.turn + 1 == m_turns.size()) {
        turn("user");
    } else if (m_turns[call.turn + 1].role != "user") {
        const auto behind = m_turns.begin() + static_cast<std::ptrdiff_t>(call.turn) + 1;
        m_turns.insert(behind, Turn("user"));
        for (auto &[name, later] : m_open) {
            later.turn += later.turn > call.turn ? 1 : 0;
        }
    }
    json::Value block = m_writer.writeResult(result, call.id);
    addCacheMark(block, part.cache);
    Turn &answer = m_turns[call.turn + 1];
    answer.results.push_back(std::move(block));
    answer.answered.insert(call.id);
}

std::string Turns::idFor(const std::string &wanted)
{
    const std::string base = wanted.empty() ? "toolu_call" : sanitised(wanted);
    std::string id = base;
    for (int i = 2; !m_used.insert(id).second; ++i) {
        id = base + "_" + std::to_string(i);
    }
    return id;
}

/// Every call has its result.
void Turns::completeResults()
{
    std::vector<Turn> out;
    for (std::size_t i = 0; i < m_turns.size(); ++i) {
        const std::vector<std::string> calls = m_turns[i].calls;
        out.push_back(std::move(m_turns[i]));
        if (calls.empty()) {
            continue;
        }
        if (i + 1 == m_turns.size() || m_turns[i + 1].role != "user") {
            out.emplace_back("user");
        }
        Turn &next = i + 1 < m_turns.size() && m_turns[i + 1].role == "user" ? m_turns[i + 1] : out.back();
        for (const std::string &id : calls) {
            if (!next.answered.contains(id)) {
                next.results.push_back(synthesised(id));
            }
        }
    }
    m_turns = std::move(out);
}

bool Turns::lacksThoughts() const
{
    for (std::size_t i = m_turns.size(); i-- > 0;) {
        const Turn &one = m_turns[i];
        if (one.role == "assistant") {
            const std::string first = one.blocks.empty() ? "" : textOf(one.blocks.front(), "type");
            return !one.calls.empty() && first != "thinking" && first != "redacted_thinking";
        }
        if (one.results.empty() && one.role == "user") {
            return false;
        }
    }
    return false;
}

json::Value Turns::finish(bool *openTurnLacksThoughts)
{
    if (m_turns.empty() || m_turns.front().role == "assistant") {
        m_turns.insert(m_turns.begin(), Turn("user"));
        m_turns.front().blocks.push_back(textBlock(neutral::kOpener));
    }
    completeResults();
    *openTurnLacksThoughts = lacksThoughts();
    Turn &last = m_turns.back();
    json::Value *const lastText =
        last.role == "assistant" && !last.blocks.empty() ? last.blocks.back().find("text") : nullptr;
    if (lastText) { // what is to be gone on with must not end with blanks
        const std::string &text = lastText->text();
        *lastText = string(std::string_view(text).substr(0, text.find_last_not_of(" \t\r\n\f\v") + 1));
    }
    json::Value messages = json::Value::array();
    for (Turn &one : m_turns) {
        json::Value content = json::Value::array(std::move(one.results));
        std::ranges::move(one.blocks, std::back_inserter(content.items()));
        const bool plain = content.items().size() == 1 && content.items()[0].members().size() == 2
                           && textOf(content.items()[0], "type") == "text";
        json::Value message = json::Value::object();
        message.add("role", string(one.role));
        message.add("content", plain ? string(textOf(content.items()[0], "text")) : std::move(content));
        messages.append(std::move(message));
    }
    return messages;
}

} // namespace signalbox::messages
