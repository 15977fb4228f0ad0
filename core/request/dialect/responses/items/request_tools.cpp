// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/items/request_tools.h"

#include <utility>

#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_parts.h"

namespace signalbox::responses {

namespace {
using base::Dialect;
using json::Value;
using neutral::Conversation;
using neutral::Tool;
using neutral::ToolChoice;

std::unexpected<base::Error> wrong(std::string what)
{
    return base::fail(base::ErrorCode::InvalidArgument, std::move(what));
}

Value typed(std::string type)
{
    Value out = Value::object();
    out.add("type", Value::string(std::move(type)));
    return out;
}

Value typeOnly(std::string_view type)
{
    return typed(std::string(type));
}

Value member(std::string type, std::string description)
{
    Value out = typed(std::move(type));
    out.add("description", Value::string(std::move(description)));
    return out;
}

/// What the models that know local_shell know of it.
Value shellSchema()
{
    Value command = member("array", "The command and its arguments, not joined.");
    command.add("items", typeOnly("string"));
    Value environment = member("object", "Environment variables to set.");
    environment.add("additionalProperties", typeOnly("string"));
    Value properties = Value::object();
    properties.add("command", std::move(command));
    properties.add("working_directory", member("string", "Where to run it."));
    properties.add("timeout_ms", member("integer", "When to give it up, in milliseconds."));
    properties.add("env", std::move(environment));
    Value schema = typeOnly("object");
    schema.add("properties", std::move(properties));
    schema.add("required", Value::array({Value::string("command")}));
    return schema;
}

neutral::Foreign foreignTool(std::string what, Value value)
{
    return {.origin = Dialect::Responses, .what = std::move(what), .value = std::move(value)};
}

Tool readLocalShell(const Value &given)
{
    Tool tool{.name = std::string(kLocalShell),
              .description = "Runs a command on the user's computer and returns its output."};
    tool.schema = shellSchema();
    tool.foreign = foreignTool(std::string(kLocalShell), given);
    return tool;
}

base::Result<Tool> readNamed(Value given, bool custom, const std::string &at)
{
    Tool tool;
    tool.kind = custom ? Tool::Kind::Custom : Tool::Kind::Function;
    tool.name = textOf(given, "name");
    if (tool.name.empty()) {
        return wrong(at + ".name is missing");
    }
    tool.description = textOf(given, "description");
    if (const Value *schema = objectOf(given, "parameters")) {
        tool.schema = *schema;
    }
    tool.strict = boolOf(given, "strict");
    if (const Value *format = objectOf(given, "format"); format && custom) {
        tool.format = *format;
    }
    for (const char *known : {"type", "name", "description", "parameters", "strict", "format"}) {
        given.take(known);
    }
    if (!given.members().empty()) { // defer_loading, output_schema, …: for the same dialect
        tool.foreign = foreignTool({}, std::move(given));
    }
    return tool;
}

base::Result<void> readTool(const Value &given, const std::string &at, std::vector<Tool> &out);

base::Result<void> readSpace(const Value &given, const std::string &at, std::vector<Tool> &out)
{
    const std::string space = textOf(given, "name");
    const Value *tools = arrayOf(given, "tools");
    if (space.empty() || !tools) {
        return wrong(at + (space.empty() ? ".name" : ".tools") + " is missing");
    }
    std::vector<Tool> inside;
    for (std::size_t i = 0; i < tools->items().size(); ++i) {
        const Value &entry = tools->items()[i];
        const std::string type = textOf(entry, "type");
        if (type != "function" && type != "custom") { // no namespaces in namespaces
            return wrong(at + ".tools[" + std::to_string(i) + "].type must be function or custom");
        }
        if (const auto read = readTool(entry, at + ".tools[" + std::to_string(i) + "]", inside); !read) {
            return read;
        }
    }
    for (Tool &tool : inside) {
        tool.space =
            neutral::ToolSpace{.name = space, .tool = tool.name, .description = textOf(given, "description")};
        tool.name = joinedName(space, tool.name);
        out.push_back(std::move(tool));
    }
    return {};
}

base::Result<void> readTool(const Value &given, const std::string &at, std::vector<Tool> &out)
{
    if (!given.is(Value::Type::Object)) {
        return wrong(at + " must be an object");
    }
    const std::string type = textOf(given, "type");
    if (type == "namespace") {
        return readSpace(given, at, out);
    }
    if (type == "function" || type == "custom") {
        base::Result<Tool> tool = readNamed(given, type == "custom", at);
        if (!tool) {
            return std::unexpected(tool.error());
        }
        out.push_back(std::move(*tool));
    } else if (type == kLocalShell) {
        out.push_back(readLocalShell(given));
    } else if (type.empty()) {
        return wrong(at + ".type is missing");
    } else {
        Tool tool{.kind = Tool::Kind::Foreign};
        tool.foreign = foreignTool(type, given);
        out.push_back(std::move(tool));
    }
    return {};
}

std::optional<ToolChoice::Mode> modeOf(std::string_view word)
{
    if (word == "auto") {
        return ToolChoice::Mode::Auto;
    }
    if (word == "none") {
        return ToolChoice::Mode::None;
    }
    return word == "required" ? std::optional(ToolChoice::Mode::Required) : std::nullopt;
}

std::string chosenName(const Value &choice)
{
    const std::string name = textOf(choice, "name");
    const std::string space = textOf(choice, "namespace");
    return space.empty() || name.empty() ? name : joinedName(space, name);
}

/// False: a hosted tool, or a shape that is not known.
bool readChoice(const Value &choice, ToolChoice &out)
{
    if (choice.is(Value::Type::String)) {
        const auto mode = modeOf(choice.text());
        out.mode = mode.value_or(ToolChoice::Mode::Unset);
        return mode.has_value();
    }
    const std::string type = textOf(choice, "type");
    if (type == "function" || type == "custom" || type == kLocalShell) {
        out.name = type == kLocalShell ? type : chosenName(choice);
        out.custom = type == "custom";
        out.mode = out.name.empty() ? ToolChoice::Mode::Unset : ToolChoice::Mode::Named;
        return !out.name.empty();
    }
    const Value *allowed = arrayOf(choice, "tools");
    const auto mode = modeOf(textOf(choice, "mode"));
    if (type != "allowed_tools" || !allowed || !mode) {
        return false;
    }
    std::vector<std::string> names;
    for (const Value &tool : allowed->items()) {
        const std::string name =
            textOf(tool, "type") == kLocalShell ? std::string(kLocalShell) : chosenName(tool);
        if (name.empty()) {
            return false; // a hosted one: the list would say less than the client asked for
        }
        names.push_back(name);
    }
    out.mode = *mode;
    out.allowed = std::move(names);
    return true;
}

/// Chat keeps the grammar's members one level deeper.
Value flatFormat(const Value &format)
{
    const Value *nested = objectOf(format, "grammar");
    if (!nested) {
        return format;
    }
    Value out = typed(textOf(format, "type"));
    for (const json::Member &member : nested->members()) {
        out.set(member.name, member.value);
    }
    return out;
}

Value namedTool(const Tool &tool)
{
    const bool custom = tool.kind == Tool::Kind::Custom;
    Value out = typed(custom ? "custom" : "function");
    out.add("name", Value::string(tool.space ? tool.space->tool : tool.name));
    addText(out, "description", tool.description);
    if (!tool.format.is(Value::Type::Null)) {
        out.add("format", flatFormat(tool.format));
    }
    return out;
}

void addOwn(Value &out, const Tool &tool)
{
    if (tool.foreign.origin == Dialect::Responses) {
        for (const json::Member &own : tool.foreign.value.members()) {
            out.set(own.name, own.value);
        }
    }
}

/// `strict` is true here unless it is said, and false in the other dialects.
Value writeTool(const Tool &tool, Dialect origin)
{
    Value out = namedTool(tool);
    if (tool.kind == Tool::Kind::Function) {
        const bool own = origin == Dialect::Responses;
        Value none = typeOnly("object");
        none.add("properties", Value::object());
        const bool lacking = tool.schema.is(Value::Type::Null) && !own;
        out.add("parameters", lacking ? std::move(none) : tool.schema);
        if (tool.strict || !own) {
            out.add("strict", Value::boolean(tool.strict.value_or(false)));
        }
    }
    addOwn(out, tool);
    return out;
}

void writeInSpace(Value &list, const Tool &tool, Value written)
{
    Value *last = list.items().empty() ? nullptr : &list.items().back();
    if (!last || textOf(*last, "type") != "namespace" || textOf(*last, "name") != tool.space->name) {
        Value space = typed("namespace");
        space.add("name", Value::string(tool.space->name));
        addText(space, "description", tool.space->description);
        space.add("tools", Value::array());
        list.append(std::move(space));
        last = &list.items().back();
    }
    last->find("tools")->append(std::move(written));
}

Value chosen(const Conversation &conversation, const std::string &name, bool custom)
{
    const Tool *tool = findTool(conversation, name);
    if (isLocalShell(tool)) {
        return typeOnly(kLocalShell);
    }
    const bool free = custom || (tool && tool->kind == Tool::Kind::Custom);
    Value out = typed(free ? "custom" : "function");
    out.add("name", Value::string(tool && tool->space ? tool->space->tool : name));
    if (tool && tool->space) {
        out.add("namespace", Value::string(tool->space->name));
    }
    return out;
}
} // namespace

base::Result<void> readTools(Value &request, Conversation &out)
{
    const auto tools = request.take("tools");
    if (tools && !tools->is(Value::Type::Null) && !tools->is(Value::Type::Array)) {
        return wrong("tools must be a list");
    }
    for (std::size_t i = 0; tools && i < tools->items().size(); ++i) {
        const std::string at = "tools[" + std::to_string(i) + "]";
        if (const auto read = readTool(tools->items()[i], at, out.tools); !read) {
            return read;
        }
    }
    const Value *choice = memberOf(request, "tool_choice");
    if (choice && readChoice(*choice, out.toolChoice)) {
        request.take("tool_choice");
    }
    return {};
}

Value toolList(const Conversation &conversation, std::vector<std::string> &dropped)
{
    Value list = Value::array();
    for (const Tool &tool : conversation.tools) {
        const bool own = tool.foreign.origin == Dialect::Responses;
        if (own && !tool.foreign.what.empty()) {
            list.append(tool.foreign.value);
        } else if (tool.kind == Tool::Kind::Foreign) {
            addOnce(dropped, tool.foreign.what.empty() ? "tool" : tool.foreign.what);
        } else if (tool.space) {
            writeInSpace(list, tool, writeTool(tool, conversation.origin));
        } else {
            list.append(writeTool(tool, conversation.origin));
        }
    }
    return list;
}

Value toolChoice(const Conversation &conversation)
{
    const ToolChoice &choice = conversation.toolChoice;
    std::string mode;
    switch (choice.mode) {
    case ToolChoice::Mode::Unset:
        return {};
    case ToolChoice::Mode::Named:
        return chosen(conversation, choice.name, choice.custom);
    case ToolChoice::Mode::Auto:
        mode = "auto";
        break;
    case ToolChoice::Mode::None:
        mode = "none";
        break;
    case ToolChoice::Mode::Required:
        mode = "required";
        break;
    }
    if (choice.allowed.empty() || choice.mode == ToolChoice::Mode::None) {
        return Value::string(std::move(mode));
    }
    Value tools = Value::array();
    for (const std::string &name : choice.allowed) {
        tools.append(chosen(conversation, name, false));
    }
    Value out = typed("allowed_tools");
    out.add("mode", Value::string(std::move(mode)));
    out.add("tools", std::move(tools));
    return out;
}

const Tool *findTool(const Conversation &conversation, std::string_view name)
{
    for (const Tool &tool : conversation.tools) {
        if (tool.name == name && tool.kind != Tool::Kind::Foreign) {
            return &tool;
        }
    }
    return nullptr;
}

bool isLocalShell(const Tool *tool)
{
    return tool && tool->kind == Tool::Kind::Function && tool->foreign.origin == Dialect::Responses
           && tool->foreign.what == kLocalShell;
}

} // namespace signalbox::responses
