// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/tools/custom_tools.h"

#include <optional>
#include <utility>

#include "core/foundation/json/scan.h"
#include "core/foundation/json/splice.h"
#include "core/foundation/json/tree.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::neutral {

namespace {
using json::Value;

constexpr std::string_view kInput = "input";

Value typed(std::string type)
{
    Value out = Value::object();
    out.add("type", Value::string(std::move(type)));
    return out;
}

Value inputSchema()
{
    Value input = typed("string");
    input.add("description", Value::string("The input of the tool, as plain text."));
    Value properties = Value::object();
    properties.add(std::string(kInput), std::move(input));
    Value schema = typed("object");
    schema.add("properties", std::move(properties));
    schema.add("required", Value::array({Value::string(std::string(kInput))}));
    schema.add("additionalProperties", Value::boolean(false));
    return schema;
}

/// Responses has the grammar's members in the format, Chat one level deeper.
std::string grammarText(const Value &format)
{
    const Value *nested = objectOf(format, "grammar");
    const Value &grammar = nested ? *nested : format;
    const std::string &definition = textOf(grammar, "definition");
    if (definition.empty()) {
        return {};
    }
    const std::string &syntax = textOf(grammar, "syntax");
    return "\n\n`input` must match this " + (syntax.empty() ? std::string() : syntax + " ") + "grammar:\n"
           + definition;
}

void makeFunction(Tool &tool)
{
    tool.kind = Tool::Kind::Function;
    tool.description += grammarText(tool.format);
    tool.schema = inputSchema();
    tool.format = {};
}

std::string wrapped(const std::string &input)
{
    return "{\"input\":" + json::quoted(input) + "}";
}

/// Of a whole object only.
std::optional<std::string> inputOf(std::string_view arguments)
{
    const auto tree = json::readTree(arguments);
    if (!tree || !tree->is(Value::Type::Object)) {
        return std::nullopt;
    }
    const Value *input = memberOf(*tree, kInput);
    if (!input && tree->members().size() == 1) {
        input = &tree->members().front().value; // under another name
    }
    return input && input->is(Value::Type::String) ? std::optional(input->text()) : std::nullopt;
}

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The first half of a pair: D8xx … DBxx.
bool isHighSurrogate(std::string_view escape)
{
    const char first = escape[2];
    const char second = escape[3];
    return (first == 'd' || first == 'D')
           && (second == '8' || second == '9' || second == 'a' || second == 'A' || second == 'b'
               || second == 'B');
}

/// How many bytes the escape at the start has; 0: more must come.
std::size_t escapeSize(std::string_view text)
{
    constexpr std::size_t kUnicode = 6;
    if (text.size() < 2) {
        return 0;
    }
    if (text[1] != 'u') {
        return 2;
    }
    if (text.size() < kUnicode) {
        return 0;
    }
    if (!isHighSurrogate(text)) {
        return kUnicode;
    }
    const std::string_view other = text.substr(kUnicode);
    if (!other.empty() && (other[0] != '\\' || (other.size() > 1 && other[1] != 'u'))) {
        return kUnicode; // its half is missing
    }
    return other.size() < kUnicode ? 0 : 2 * kUnicode;
}
} // namespace

Conversation withoutCustomTools(Conversation conversation)
{
    for (Tool &tool : conversation.tools) {
        if (tool.kind == Tool::Kind::Custom) {
            makeFunction(tool);
        }
    }
    conversation.toolChoice.custom = false;
    for (Message &message : conversation.messages) {
        for (Part &part : message.parts) {
            if (auto *call = std::get_if<ToolCall>(&part.what); call && call->custom) {
                call->custom = false;
                call->arguments = wrapped(call->arguments);
            } else if (auto *result = std::get_if<ToolResult>(&part.what)) {
                result->custom = false;
            }
        }
    }
    return conversation;
}

std::string customInput(std::string_view arguments)
{
    if (std::optional<std::string> input = inputOf(arguments)) {
        return std::move(*input);
    }
    CustomInput partly;
    const std::string grown = partly.grow(arguments);
    return partly.entered() ? grown : std::string(arguments);
}

// ---- As it comes

/// Goes past {"input":" where that is what comes; false: more must come, or it is something else.
bool CustomInput::enter()
{
    constexpr std::string_view kHead = "{\"input\":\""; // with spaces between its pieces
    std::size_t at = 0;
    std::size_t matched = 0;
    bool inName = false;
    while (at < m_raw.size() && matched < kHead.size()) {
        if (m_raw[at] == kHead[matched]) {
            inName = matched > 0 && matched < 7; // up to the quote that ends it
            ++matched;
        } else if (inName || !isSpace(m_raw[at])) {
            m_state = State::Other;
            return false;
        }
        ++at;
    }
    if (matched < kHead.size()) {
        return false;
    }
    m_raw.erase(0, at);
    m_state = State::Inside;
    return true;
}

std::string CustomInput::decode()
{
    std::size_t at = 0;
    while (at < m_raw.size() && m_raw[at] != '"') {
        const std::size_t size = m_raw[at] == '\\' ? escapeSize(std::string_view(m_raw).substr(at)) : 1;
        if (size == 0) {
            break;
        }
        at += size;
    }
    std::string out = json::unescaped("\"" + m_raw.substr(0, at) + "\"");
    if (at < m_raw.size() && m_raw[at] == '"') {
        m_state = State::After;
    }
    m_raw.erase(0, at);
    return out;
}

std::string CustomInput::grow(std::string_view arguments)
{
    if (m_state == State::After) {
        return {};
    }
    m_raw += arguments;
    if (m_state == State::Before) {
        enter();
    }
    return m_state == State::Inside ? decode() : std::string();
}

std::string CustomInput::end()
{
    const bool untold = m_state == State::Before || m_state == State::Other;
    m_state = State::After;
    return untold ? customInput(std::exchange(m_raw, {})) : std::string();
}

// ---- The way back

CustomCalls::CustomCalls(const Conversation &request)
{
    for (const Tool &tool : request.tools) {
        if (tool.kind == Tool::Kind::Custom) {
            m_names.insert(tool.name);
        }
    }
}

void CustomCalls::restore(Answer &answer) const
{
    for (Choice &choice : answer.choices) {
        for (Part &part : choice.parts) {
            if (auto *call = std::get_if<ToolCall>(&part.what); call && isCustom(*call)) {
                call->custom = true;
                call->arguments = customInput(call->arguments);
            }
        }
    }
}

bool CustomCalls::takeGrowth(const PartGrows &grows, std::vector<StreamItem> &out)
{
    const auto open = m_open.find(grows.part);
    if (open == m_open.end()) {
        return false;
    }
    if (std::string text = open->second.grow(grows.text); !text.empty()) {
        out.push_back(PartGrows{.part = grows.part, .text = std::move(text)});
    }
    return true;
}

void CustomCalls::take(StreamItem item, std::vector<StreamItem> &out)
{
    if (auto *begins = std::get_if<PartBegins>(&item)) {
        if (auto *call = std::get_if<ToolCall>(&begins->what.what); call && isCustom(*call)) {
            const PartGrows first{.part = begins->part, .text = std::exchange(call->arguments, {})};
            call->custom = true;
            m_open[first.part] = {};
            out.push_back(std::move(item));
            takeGrowth(first, out);
            return;
        }
    } else if (const auto *grows = std::get_if<PartGrows>(&item); grows && takeGrowth(*grows, out)) {
        return;
    } else if (const auto *ends = std::get_if<PartEnds>(&item); ends && m_open.contains(ends->part)) {
        if (std::string last = m_open[ends->part].end(); !last.empty()) {
            out.push_back(PartGrows{.part = ends->part, .text = std::move(last)});
        }
        m_open.erase(ends->part);
    }
    out.push_back(std::move(item));
}

} // namespace signalbox::neutral
