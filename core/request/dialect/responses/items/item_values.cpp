// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/items/item_values.h"

#include <optional>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/request_tools.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::ToolCall;

/// What the model wrote as arguments of local_shell; nothing if no command can be found in it.
std::optional<Value> shellAction(const std::string &arguments, bool answering)
{
    const auto tree = json::readTree(arguments);
    if (!tree || !tree->is(Value::Type::Object)) {
        return std::nullopt;
    }
    Value action = ofType("exec");
    for (const json::Member &member : tree->members()) {
        action.set(member.name, member.value);
    }
    Value *command = action.find("command");
    if (command && command->is(Value::Type::String)) { // one line for a shell
        *command =
            Value::array({Value::string("bash"), Value::string("-lc"), Value::string(command->text())});
    }
    if (!command || !command->is(Value::Type::Array)) {
        return std::nullopt;
    }
    if (answering && !objectOf(action, "env")) {
        action.set("env", Value::object());
    }
    return action;
}

std::optional<Value> shellItem(const ToolCall &call, const std::string &id, bool answering)
{
    std::optional<Value> action = shellAction(call.arguments, answering);
    if (!action) {
        return std::nullopt;
    }
    Value item = ofType("local_shell_call");
    addText(item, "id", id);
    item.add("call_id", Value::string(call.id));
    item.add("status", Value::string("completed"));
    item.add("action", std::move(*action));
    return item;
}
} // namespace

Value ofType(std::string_view type)
{
    Value out = Value::object();
    out.add("type", Value::string(std::string(type)));
    return out;
}

Value flatAnnotation(const Value &annotation)
{
    const std::string type = textOf(annotation, "type");
    const Value *nested = type.empty() ? nullptr : objectOf(annotation, type);
    if (!nested) {
        return annotation;
    }
    Value out = ofType(type);
    for (const json::Member &member : nested->members()) {
        out.set(member.name, member.value);
    }
    return out;
}

Value wholeLogprob(Value entry)
{
    if (!entry.is(Value::Type::Object)) {
        entry = Value::object();
    }
    if (!arrayOf(entry, "bytes")) {
        entry.set("bytes", Value::array());
    }
    Value others = Value::array();
    if (const Value *given = arrayOf(entry, "top_logprobs")) {
        for (const Value &other : given->items()) {
            others.append(other);
            if (other.is(Value::Type::Object) && !arrayOf(other, "bytes")) {
                others.items().back().set("bytes", Value::array());
            }
        }
    }
    entry.set("top_logprobs", std::move(others));
    return entry;
}

Value outputText(std::string_view text, const Value &annotations)
{
    Value notes = Value::array();
    for (const Value &annotation : annotations.items()) {
        notes.append(flatAnnotation(annotation));
    }
    Value out = ofType("output_text");
    out.add("text", Value::string(std::string(text)));
    out.add("annotations", std::move(notes));
    return out;
}

Value refusalContent(std::string_view text)
{
    Value out = ofType("refusal");
    out.add("refusal", Value::string(std::string(text)));
    return out;
}

Value summaryText(std::string_view text)
{
    Value out = ofType("summary_text");
    out.add("text", Value::string(std::string(text)));
    return out;
}

Value outputMessage(const std::string &id, const std::string &phase, std::string_view status, Value content)
{
    Value out = ofType("message");
    addText(out, "id", id);
    if (!id.empty()) {
        out.add("status", Value::string(std::string(status)));
    }
    out.add("role", Value::string("assistant"));
    addText(out, "phase", phase);
    out.add("content", std::move(content));
    return out;
}

Value callItem(const ToolCall &call, const std::string &id, bool answering,
               const neutral::Conversation *request)
{
    const neutral::Tool *tool = request ? findTool(*request, call.name) : nullptr;
    if (!call.custom && isLocalShell(tool)) {
        if (std::optional<Value> item = shellItem(call, id, answering)) {
            return std::move(*item);
        }
    }
    const auto &space = call.space || !tool ? call.space : tool->space;
    Value item = ofType(call.custom ? "custom_tool_call" : "function_call");
    addText(item, "id", id);
    if (answering) {
        item.add("status", Value::string("completed"));
    }
    item.add("call_id", Value::string(call.id));
    item.add("name", Value::string(space ? space->tool : call.name));
    if (space) {
        item.add("namespace", Value::string(space->name));
    }
    const bool nothing =
        call.arguments.empty() && !call.custom && !answering; // elsewhere legal, here no JSON
    item.add(call.custom ? "input" : "arguments", Value::string(nothing ? "{}" : call.arguments));
    return item;
}

Value reasoningItem(const std::string &id)
{
    Value item = ofType("reasoning");
    addText(item, "id", id);
    item.add("summary", Value::array());
    return item;
}

void addReasoning(Value &item, const neutral::Reasoning &reasoning, bool asSummary)
{
    if (!asSummary && !reasoning.text.empty()) {
        Value thought = ofType("reasoning_text");
        thought.add("text", Value::string(reasoning.text));
        item.set("content", Value::array({std::move(thought)}));
    }
    if (asSummary) {
        Value &summary = *item.find("summary");
        if (!reasoning.text.empty()) {
            summary.append(summaryText(reasoning.text));
        }
        for (const std::string &part : reasoning.parts) {
            summary.append(summaryText(part));
        }
    }
    if (reasoning.origin == base::Dialect::Responses && !reasoning.encrypted.empty()) {
        item.set("encrypted_content", Value::string(reasoning.encrypted));
    }
}

} // namespace signalbox::responses
