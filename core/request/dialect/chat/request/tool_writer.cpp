// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/request/tool_writer.h"

#include <algorithm>

#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::addText;
using neutral::Tool;
using neutral::ToolChoice;
using Mode = ToolChoice::Mode;

/// Responses has `syntax` and `definition` beside `type`, Chat within `grammar`.
Value chatFormat(const Value &format)
{
    if (neutral::textOf(format, "type") != "grammar" || neutral::objectOf(format, "grammar")) {
        return format;
    }
    Value grammar = Value::object();
    addText(grammar, "syntax", neutral::textOf(format, "syntax"));
    addText(grammar, "definition", neutral::textOf(format, "definition"));
    Value out = Value::object();
    out.add("type", Value::string("grammar"));
    out.add("grammar", std::move(grammar));
    return out;
}

Value named(const char *kind, Value inside)
{
    Value out = Value::object();
    out.add("type", Value::string(kind));
    out.add(kind, std::move(inside));
    return out;
}

Value nameOnly(const char *kind, const std::string &name)
{
    Value inside = Value::object();
    inside.add("name", Value::string(name));
    return named(kind, std::move(inside));
}

Value toolOf(const Tool &tool)
{
    Value inside = Value::object();
    inside.add("name", Value::string(tool.name));
    addText(inside, "description", tool.description);
    if (tool.kind == Tool::Kind::Custom) {
        neutral::addValue(inside, "format", chatFormat(tool.format));
        return named("custom", std::move(inside));
    }
    neutral::addValue(inside, "parameters", tool.schema);
    neutral::addBool(inside, "strict", tool.strict);
    return named("function", std::move(inside));
}

/// Where only some tools may be called and the provider has no word for that, it does not hear of the others.
bool isHidden(const Tool &tool, const ToolChoice &choice, const Accepts &accepts)
{
    return !choice.allowed.empty() && !accepts.allowedTools
           && std::ranges::find(choice.allowed, tool.name) == choice.allowed.end();
}

Value choiceOf(const neutral::Conversation &conversation, const Accepts &accepts)
{
    const ToolChoice &choice = conversation.toolChoice;
    const auto kindOf = [&](const std::string &name) {
        const auto tool = std::ranges::find(conversation.tools, name, &Tool::name);
        const bool custom = tool != conversation.tools.end() && tool->kind == Tool::Kind::Custom;
        return custom ? "custom" : "function";
    };
    if (choice.mode == Mode::Named) {
        return nameOnly(choice.custom ? "custom" : kindOf(choice.name), choice.name);
    }
    if (choice.allowed.empty() || !accepts.allowedTools) {
        return Value::string(choice.mode == Mode::None       ? "none"
                             : choice.mode == Mode::Required ? "required"
                                                             : "auto");
    }
    Value allowed = Value::object();
    allowed.add("mode", Value::string(choice.mode == Mode::Required ? "required" : "auto"));
    Value tools = Value::array();
    for (const std::string &name : choice.allowed) {
        tools.append(nameOnly(kindOf(name), name));
    }
    allowed.add("tools", std::move(tools));
    return named("allowed_tools", std::move(allowed));
}
} // namespace

void writeTools(const neutral::Conversation &conversation, const Accepts &accepts, Value &out,
                neutral::DropList &drops)
{
    Value tools = Value::array();
    for (const Tool &tool : conversation.tools) {
        if (isHidden(tool, conversation.toolChoice, accepts)) {
            continue;
        }
        if (tool.kind == Tool::Kind::Foreign && tool.foreign.origin != base::Dialect::Chat) {
            drops.add(tool.foreign.what);
            continue;
        }
        Value written = tool.kind == Tool::Kind::Foreign ? tool.foreign.value : toolOf(tool);
        if (tool.cache && accepts.cacheControl) {
            Value control = Value::object();
            control.add("type", Value::string("ephemeral"));
            addText(control, "ttl", tool.cache->ttl);
            written.set("cache_control", std::move(control));
        } else {
            drops.addIf(tool.cache.has_value(), "cache_control");
        }
        tools.append(std::move(written));
    }
    if (tools.items().empty()) {
        return;
    }
    out.add("tools", std::move(tools));
    if (conversation.toolChoice.mode != Mode::Unset) {
        out.add("tool_choice", choiceOf(conversation, accepts));
    }
    neutral::addBool(out, "parallel_tool_calls", conversation.parallelTools);
}

} // namespace signalbox::chat
