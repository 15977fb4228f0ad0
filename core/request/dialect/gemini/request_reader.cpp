// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/request_reader.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/gemini/part_reader.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::Conversation;
using neutral::itemsOf;
using neutral::memberOf;
using neutral::Message;
using neutral::numberOf;
using neutral::objectOf;
using neutral::Part;
using neutral::Role;
using neutral::textOf;
using neutral::Tool;
using neutral::ToolChoice;

constexpr std::array kKnown{"contents", "systemInstruction", "system_instruction",
                            "tools",    "toolConfig",        "generationConfig"};

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

class ContentReader
{
public:
    std::vector<Message> messages;

    base::Result<void> take(const Value &content, std::string path)
    {
        if (!content.is(Value::Type::Object)) {
            return base::fail(base::ErrorCode::InvalidArgument, path + " must be an object");
        }
        const bool model = textOf(content, "role") == "model";
        Message said{.role = model ? Role::Assistant : Role::User};
        Message results{.role = Role::Tool};
        for (const Value &value : itemsOf(content, "parts")) {
            Part part = readPart(value);
            if (auto *result = std::get_if<neutral::ToolResult>(&part.what)) {
                join(*result);
                results.parts.push_back(std::move(part));
                continue;
            }
            takePart(value, std::move(part), said);
        }
        const bool answered = !results.parts.empty();
        if (answered) {
            messages.push_back(std::move(results));
        }
        if (!said.parts.empty() || !answered) {
            messages.push_back(std::move(said));
        }
        return {};
    }

private:
    void takePart(const Value &value, Part part, Message &out)
    {
        if (auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
            if (call->id.empty()) {
                call->id = "call_" + std::to_string(m_calls);
            }
            ++m_calls;
            m_open.emplace_back(call->id, call->name);
        } else if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
            const std::string signature = signatureOf(value);
            if (!text->text.empty()) {
                out.parts.push_back(part);
            }
            if (signature.empty()) {
                return;
            }
            part.what = neutral::Reasoning{.signature = signature, .origin = base::Dialect::Gemini};
        }
        out.parts.push_back(std::move(part));
    }

    /// A result without an id answers the first call of its name that has none yet.
    void join(neutral::ToolResult &result)
    {
        const auto call = std::ranges::find_if(m_open, [&result](const auto &one) {
            return result.callId.empty() ? one.second == result.name : one.first == result.callId;
        });
        if (call != m_open.end()) {
            result.callId = call->first;
            m_open.erase(call);
        }
    }

    std::size_t m_calls = 0;
    std::vector<std::pair<std::string, std::string>> m_open; ///< id and name
};

void readTools(const Value &request, Conversation &out)
{
    for (const Value &value : itemsOf(request, "tools")) {
        for (const Value &declared : itemsOf(value, "functionDeclarations")) {
            Tool tool{.name = textOf(declared, "name"), .description = textOf(declared, "description")};
            const Value *schema = objectOf(declared, "parametersJsonSchema");
            schema = schema ? schema : objectOf(declared, "parameters");
            tool.schema = schema ? *schema : Value();
            out.tools.push_back(std::move(tool));
        }
        for (const json::Member &member : value.members()) {
            if (member.name != "functionDeclarations") {
                Value one = Value::object();
                one.add(member.name, member.value);
                Tool tool{.kind = Tool::Kind::Foreign};
                tool.foreign = {
                    .origin = base::Dialect::Gemini, .what = member.name, .value = std::move(one)};
                out.tools.push_back(std::move(tool));
            }
        }
    }
}

void readChoice(const Value &request, ToolChoice &out)
{
    using Mode = ToolChoice::Mode;
    const Value *config = objectOf(request, "toolConfig");
    const Value *calling = config ? objectOf(*config, "functionCallingConfig") : nullptr;
    if (!calling) {
        return;
    }
    const std::string &mode = textOf(*calling, "mode");
    out.mode = mode == "NONE"                          ? Mode::None
               : mode == "ANY"                         ? Mode::Required
               : mode == "AUTO" || mode == "VALIDATED" ? Mode::Auto
                                                       : Mode::Unset;
    for (const Value &name : itemsOf(*calling, "allowedFunctionNames")) {
        out.allowed.push_back(name.text());
    }
    if (out.mode == Mode::Required && out.allowed.size() == 1) {
        out.mode = Mode::Named;
        out.name = std::move(out.allowed.front());
        out.allowed.clear();
    }
}

void readFormat(const Value &config, neutral::OutputFormat &out)
{
    using Kind = neutral::OutputFormat::Kind;
    const Value *schema = objectOf(config, "responseJsonSchema");
    schema = schema ? schema : objectOf(config, "responseSchema");
    const std::string &mime = textOf(config, "responseMimeType");
    if (schema) {
        out.kind = Kind::JsonSchema;
        out.schema = *schema;
    } else if (mime == "application/json") {
        out.kind = Kind::JsonObject;
    } else if (!mime.empty()) {
        out.kind = Kind::Text;
    }
}

void readConfig(const Value &config, Conversation &out)
{
    neutral::Sampling &sampling = out.sampling;
    sampling.temperature = numberOf(config, "temperature");
    sampling.topP = numberOf(config, "topP");
    sampling.topK = numberOf(config, "topK");
    sampling.seed = numberOf(config, "seed");
    sampling.presencePenalty = numberOf(config, "presencePenalty");
    sampling.frequencyPenalty = numberOf(config, "frequencyPenalty");
    sampling.n = neutral::integerOf(config, "candidateCount");
    sampling.logprobs = neutral::boolOf(config, "responseLogprobs");
    sampling.topLogprobs = neutral::integerOf(config, "logprobs");
    out.maxOutput = neutral::integerOf(config, "maxOutputTokens");
    for (const Value &stop : itemsOf(config, "stopSequences")) {
        if (stop.is(Value::Type::String)) {
            out.stop.push_back(stop.text());
        }
    }
    readFormat(config, out.format);
    if (const Value *thinking = objectOf(config, "thinkingConfig")) {
        out.thinking.effort = lower(textOf(*thinking, "thinkingLevel"));
        out.thinking.budget = neutral::integerOf(*thinking, "thinkingBudget");
        out.thinking.includeThoughts = neutral::boolOf(*thinking, "includeThoughts");
    }
}

void readSystem(const Value &request, std::vector<Message> &messages)
{
    const Value *system = memberOf(request, "systemInstruction");
    system = system ? system : memberOf(request, "system_instruction");
    if (!system) {
        return;
    }
    Message out{.role = Role::System};
    for (const Value &value : itemsOf(*system, "parts")) {
        out.parts.push_back(readPart(value));
    }
    messages.push_back(std::move(out));
}
} // namespace

base::Result<Conversation> readRequest(std::string_view body)
{
    const auto tree = json::readTree(body);
    const Value *contents = tree ? memberOf(*tree, "contents") : nullptr;
    if (!contents || !contents->is(Value::Type::Array) || contents->items().empty()) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          !tree      ? "The body is not valid JSON: " + tree.error().message
                          : contents ? "contents must be an array with at least one content"
                                     : "contents is missing");
    }
    ContentReader reader;
    readSystem(*tree, reader.messages);
    for (std::size_t i = 0; i < contents->items().size(); ++i) {
        if (auto done = reader.take(contents->items()[i], "contents[" + std::to_string(i) + "]"); !done) {
            return std::unexpected(done.error());
        }
    }
    Conversation out;
    out.origin = base::Dialect::Gemini;
    out.messages = std::move(reader.messages);
    readTools(*tree, out);
    readChoice(*tree, out.toolChoice);
    if (const Value *config = objectOf(*tree, "generationConfig")) {
        readConfig(*config, out);
    }
    for (const json::Member &member : tree->members()) {
        if (std::ranges::find(kKnown, member.name) == kKnown.end()) {
            out.rest.push_back(member);
        }
    }
    return out;
}

} // namespace signalbox::gemini
