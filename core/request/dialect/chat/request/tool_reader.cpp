// SPDX-License-Identifier: GPL-3.0-or-later
// tools: [{"type":"function","function":{"name","description"?,"parameters"?,"strict"?}}
//        |{"type":"custom","custom":{"name","description"?,"format"?}}]
// tool_choice: "none" | "auto" | "required" | {"type":"function","function":{"name"}} | {"type":"custom",…}
//        | {"type":"allowed_tools","allowed_tools":{"mode","tools":[{"type","function":{"name"}}]}}
#include "core/request/dialect/chat/request/tool_reader.h"

#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::itemsOf;
using neutral::memberOf;
using neutral::objectOf;
using neutral::textOf;
using neutral::Tool;
using neutral::ToolChoice;
using Mode = ToolChoice::Mode;

Tool functionTool(const Value &function)
{
    Tool out;
    out.name = textOf(function, "name");
    out.description = textOf(function, "description");
    if (const Value *schema = objectOf(function, "parameters")) {
        out.schema = *schema;
    }
    out.strict = neutral::boolOf(function, "strict");
    return out;
}

Tool readTool(const Value &value)
{
    Tool out;
    if (const Value *function = objectOf(value, "function")) {
        out = functionTool(*function);
    } else if (const Value *custom = objectOf(value, "custom")) {
        out.kind = Tool::Kind::Custom;
        out.name = textOf(*custom, "name");
        out.description = textOf(*custom, "description");
        out.format = neutral::valueOf(*custom, "format");
    } else if (textOf(value, "type") == "function" && !textOf(value, "name").empty()) {
        out = functionTool(value); // as Responses has it; some clients mix them up
    } else {
        out.kind = Tool::Kind::Foreign;
        out.foreign = {.origin = base::Dialect::Chat, .what = textOf(value, "type"), .value = value};
    }
    if (const Value *mark = objectOf(value, "cache_control")) {
        out.cache = neutral::CacheMark{.ttl = textOf(*mark, "ttl")};
    }
    return out;
}

Mode modeOf(const std::string &word)
{
    if (word == "none") {
        return Mode::None;
    }
    if (word == "required" || word == "any") { // Mistral's word
        return Mode::Required;
    }
    return word == "auto" || word == "validated" ? Mode::Auto : Mode::Unset;
}

std::string nameIn(const Value &choice)
{
    for (const char *kind : {"function", "custom"}) {
        if (const Value *inside = objectOf(choice, kind)) {
            return textOf(*inside, "name");
        }
    }
    return textOf(choice, "name");
}

ToolChoice fromObject(const Value &choice)
{
    ToolChoice out;
    if (const Value *allowed = objectOf(choice, "allowed_tools")) {
        out.mode = textOf(*allowed, "mode") == "required" ? Mode::Required : Mode::Auto;
        for (const Value &tool : itemsOf(*allowed, "tools")) {
            if (std::string name = nameIn(tool); !name.empty()) {
                out.allowed.push_back(std::move(name));
            }
        }
        return out;
    }
    out.name = nameIn(choice);
    out.mode = out.name.empty() ? modeOf(textOf(choice, "type")) : Mode::Named;
    out.custom = objectOf(choice, "custom") != nullptr;
    return out;
}
} // namespace

std::vector<Tool> readTools(const Value &request)
{
    std::vector<Tool> out;
    for (const Value &tool : itemsOf(request, "tools")) {
        if (tool.is(Value::Type::Object)) {
            out.push_back(readTool(tool));
        }
    }
    for (const Value &function : itemsOf(request, "functions")) {
        if (function.is(Value::Type::Object)) {
            out.push_back(functionTool(function));
        }
    }
    return out;
}

ToolChoice readToolChoice(const Value &request)
{
    for (const char *name : {"tool_choice", "function_call"}) {
        if (const Value *choice = memberOf(request, name)) {
            return choice->is(Value::Type::Object) ? fromObject(*choice)
                                                   : ToolChoice{.mode = modeOf(choice->text()), .name = {}};
        }
    }
    return {};
}

} // namespace signalbox::chat
