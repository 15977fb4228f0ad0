// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/chat_choice.h"

#include <algorithm>

#include "core/foundation/json/splice.h"
#include "core/request/dialect/parts/json_members.h"

namespace signalbox::parts {

namespace {
std::string_view orElse(std::string_view value, std::string_view otherwise)
{
    return saysNothing(value) ? otherwise : value;
}

/// `{…}` of the members of a bag.
std::string object(const JsonBag &bag)
{
    std::string text;
    bag.write(text);
    return "{" + (text.empty() ? text : text.substr(1)) + "}";
}
} // namespace

void ChatContent::take(std::string_view value)
{
    if (isString(value)) {
        m_isText = true;
        add(Kind::Text, inside(value));
    } else if (isArray(value)) {
        m_isParts = true;
        eachElement(value, [this](std::string_view part) { takePart(part); });
    }
}

void ChatContent::add(Kind kind, std::string_view inside)
{
    if (inside.empty()) {
        return;
    }
    if (m_parts.empty() || m_parts.back().kind != kind || kind == Kind::Other) {
        m_parts.push_back({kind, {}});
    }
    m_parts.back().inside.append(inside);
}

void ChatContent::takePart(std::string_view part)
{
    const std::string_view text = memberOf(part, "text");
    const std::string_view thinking = memberOf(part, "thinking");
    const bool plain = json::membersAt(part, {0, part.size()}).size() == 2; // its type and its text
    if (isString(text) && plain) {
        add(Kind::Text, inside(text));
    } else if (isArray(thinking) && plain) {
        eachElement(thinking, [this](std::string_view thought) {
            const std::string_view said = memberOf(thought, "text");
            add(Kind::Thinking, isString(said) ? inside(said) : std::string_view());
        });
    } else {
        add(Kind::Other, part);
    }
}

std::string ChatContent::value() const
{
    if (!m_isParts) {
        return m_parts.empty() ? (m_isText ? "\"\"" : "null") : "\"" + m_parts.front().inside + "\"";
    }
    std::string out;
    for (const Part &one : m_parts) {
        const std::string text = R"({"type":"text","text":")" + one.inside + "\"}";
        out += out.empty() ? "" : ",";
        out += one.kind == Kind::Other  ? one.inside
               : one.kind == Kind::Text ? text
                                        : R"({"type":"thinking","thinking":[)" + text + "]}";
    }
    return "[" + out + "]";
}

void ChatChoice::take(std::string_view delta)
{
    eachMember(delta, [this](std::string_view name, std::string_view value) {
        if (name == "content") {
            m_content.take(value);
        } else if (name == "tool_calls") {
            eachElement(value, [this](std::string_view call) { takeCall(call); });
        } else if (name == "role") {
            m_role = orElse(value, m_role);
        } else if (name == "function_call" && isObject(value)) {
            takeFunction(m_functionCall, value);
        } else if (name == "audio" && isObject(value)) {
            merge(m_audio, value);
        } else if (isString(value)) {
            m_message.append(name, value); // reasoning, refusal
        } else if (isArray(value)) {
            m_message.join(name, value); // annotations, reasoning_details
        } else if (value != "null") {
            m_message.set(name, value);
        }
    });
}

void ChatChoice::takeLogprobs(std::string_view logprobs)
{
    merge(m_logprobs, logprobs);
}

void ChatChoice::takeCall(std::string_view value)
{
    const std::string_view custom = memberOf(value, "custom");
    const std::string_view inner = isObject(custom) ? custom : memberOf(value, "function");
    const int index = toCount(memberOf(value, "index"), ToolCallSlots::kNoIndex);
    const std::string_view id = memberOf(value, "id");
    const std::size_t slot = m_slots.slotOf(0, index, isString(id) ? inside(id) : std::string_view(),
                                            inside(memberOf(inner, "name")));
    auto call = std::ranges::find(m_calls, slot, &Call::slot);
    if (call == m_calls.end()) {
        m_calls.emplace_back().slot = slot;
        call = std::prev(m_calls.end());
    }
    call->custom |= isObject(custom);
    takeFunction(call->function, inner);
    eachMember(value, [&](std::string_view name, std::string_view member) {
        if (name == "index" || name == "function" || name == "custom" || saysNothing(member)) {
            return;
        }
        if (name == "id" || name == "type") {
            call->members.keep(name, member);
        } else {
            call->members.set(name, member); // Gemini's signatures
        }
    });
}

void ChatChoice::takeFunction(JsonBag &bag, std::string_view value)
{
    eachMember(value, [&](std::string_view name, std::string_view member) {
        if (name == "name") {
            if (!saysNothing(member)) {
                bag.keep(name, member);
            }
        } else if (name == "arguments" || name == "input") {
            // Some send the object itself instead of its text.
            const std::string text = isObject(member) ? json::quoted(member) : std::string(member);
            bag.append(name, isString(text) ? text : "\"\"");
        } else if (member != "null") {
            bag.set(name, member);
        }
    });
}

/// What an audio delta or a chunk's logprobs add: data, transcripts and lists grow.
void ChatChoice::merge(JsonBag &bag, std::string_view object)
{
    eachMember(object, [&](std::string_view name, std::string_view value) {
        if (isArray(value)) {
            bag.join(name, value);
        } else if ((name == "data" || name == "transcript") && isString(value)) {
            bag.append(name, value);
        } else if (value != "null" || !bag.has(name)) {
            bag.set(name, value);
        }
    });
}

void ChatChoice::Call::write(std::string &out) const
{
    const std::string kind = custom ? "custom" : "function";
    const std::string text = custom ? "input" : "arguments";
    JsonBag inner;
    inner.set("name", orElse(function.value("name"), "\"\""));
    inner.set(text, function.has(text) ? function.value(text) : "\"\"");
    JsonBag whole;
    whole.set("id", orElse(members.value("id"), "\"\""));
    whole.set("type", orElse(members.value("type"), "\"" + kind + "\""));
    inner.add(function);
    whole.set(kind, object(inner));
    whole.add(members);
    out += object(whole);
}

void ChatChoice::write(std::string &out) const
{
    JsonBag message;
    message.set("role", m_role);
    message.set("content", m_content.value());
    message.add(m_message);
    message.keep("refusal", "null");
    std::string calls;
    for (const Call &call : m_calls) {
        calls += calls.empty() ? "" : ",";
        call.write(calls);
    }
    if (!calls.empty()) {
        message.set("tool_calls", "[" + calls + "]");
    }
    if (!m_functionCall.empty()) {
        message.set("function_call", object(m_functionCall));
    }
    if (!m_audio.empty()) {
        message.set("audio", object(m_audio));
    }
    JsonBag choice;
    choice.set("index", std::to_string(m_index));
    choice.set("message", object(message));
    choice.set("logprobs", m_logprobs.empty() ? "null" : object(m_logprobs));
    choice.set("finish_reason", m_finishReason);
    choice.add(m_rest);
    out += object(choice);
}

} // namespace signalbox::parts
