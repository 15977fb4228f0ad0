// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/request/request_reader.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/tree.h"
#include "core/request/dialect/chat/request/message_reader.h"
#include "core/request/dialect/chat/request/tool_reader.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::boolOf;
using neutral::Conversation;
using neutral::integerOf;
using neutral::itemsOf;
using neutral::memberOf;
using neutral::numberOf;
using neutral::objectOf;
using neutral::textOf;
using Type = Value::Type;

/// Members that have a place in a conversation; all others are kept in `rest`.
constexpr std::array kKnown{
    "model",
    "messages",
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "n",
    "stop",
    "seed",
    "logprobs",
    "top_logprobs",
    "logit_bias",
    "stream",
    "stream_options",
    "tools",
    "tool_choice",
    "functions",
    "function_call",
    "parallel_tool_calls",
    "response_format",
    "reasoning_effort",
    "reasoning",
    "thinking",
    "verbosity",
    "service_tier",
    "store",
    "metadata",
    "safety_identifier",
    "prompt_cache_key",
    "user",
};

void readSampling(const Value &request, neutral::Sampling &out)
{
    out.temperature = numberOf(request, "temperature");
    out.topP = numberOf(request, "top_p");
    out.topK = numberOf(request, "top_k");
    out.minP = numberOf(request, "min_p");
    out.frequencyPenalty = numberOf(request, "frequency_penalty");
    out.presencePenalty = numberOf(request, "presence_penalty");
    out.seed = numberOf(request, "seed");
    out.n = integerOf(request, "n");
    out.logprobs = boolOf(request, "logprobs");
    out.topLogprobs = integerOf(request, "top_logprobs");
    out.logitBias = neutral::valueOf(request, "logit_bias");
}

neutral::OutputFormat readFormat(const Value &request)
{
    using Kind = neutral::OutputFormat::Kind;
    neutral::OutputFormat out;
    const Value *format = objectOf(request, "response_format");
    if (!format) {
        return out;
    }
    const std::string &type = textOf(*format, "type");
    if (type == "json_schema") {
        out.kind = Kind::JsonSchema;
        const Value *inside = objectOf(*format, "json_schema");
        const Value &schema = inside ? *inside : *format;
        out.name = textOf(schema, "name");
        out.description = textOf(schema, "description");
        out.schema = neutral::valueOf(schema, "schema");
        out.strict = boolOf(schema, "strict");
    } else if (type == "json_object") {
        out.kind = Kind::JsonObject;
        out.schema = neutral::valueOf(*format, "schema"); // Together, Fireworks, llama.cpp
    } else if (type == "text") {
        out.kind = Kind::Text;
    }
    return out;
}

/// OpenAI's reasoning_effort, OpenRouter's `reasoning`, and `thinking` as DeepSeek, Moonshot and Z.ai have
/// it.
neutral::Thinking readThinking(const Value &request)
{
    neutral::Thinking out;
    out.effort = textOf(request, "reasoning_effort");
    if (const Value *reasoning = objectOf(request, "reasoning")) {
        out.effort = out.effort.empty() ? textOf(*reasoning, "effort") : out.effort;
        out.budget = integerOf(*reasoning, "max_tokens");
        out.on = boolOf(*reasoning, "enabled");
        if (const auto exclude = boolOf(*reasoning, "exclude")) {
            out.includeThoughts = !*exclude;
        }
    }
    if (const Value *thinking = objectOf(request, "thinking")) {
        const std::string &type = textOf(*thinking, "type");
        out.adaptive = type == "adaptive" || type == "auto";
        if (out.adaptive || type == "enabled" || type == "disabled") {
            out.on = type != "disabled";
        }
        if (const auto budget = integerOf(*thinking, "budget_tokens")) {
            out.budget = budget;
        }
    }
    return out;
}

std::vector<std::string> readStop(const Value &request)
{
    std::vector<std::string> out;
    if (const std::string &one = textOf(request, "stop"); !one.empty()) {
        out.push_back(one);
    }
    for (const Value &item : itemsOf(request, "stop")) {
        if (!item.text().empty() && item.is(Type::String)) {
            out.push_back(item.text());
        }
    }
    return out;
}

void readPlain(const Value &request, Conversation &out)
{
    out.model = textOf(request, "model");
    out.stream = boolOf(request, "stream").value_or(false);
    if (const Value *options = objectOf(request, "stream_options")) {
        out.usageAsked = boolOf(*options, "include_usage").value_or(false);
    }
    out.parallelTools = boolOf(request, "parallel_tool_calls");
    out.maxOutput = integerOf(request, "max_completion_tokens");
    out.maxCompletion = out.maxOutput.has_value();
    if (!out.maxOutput) {
        out.maxOutput = integerOf(request, "max_tokens");
    }
    out.stop = readStop(request);
    out.verbosity = textOf(request, "verbosity");
    const std::string &safety = textOf(request, "safety_identifier");
    out.user = safety.empty() ? textOf(request, "user") : safety;
    out.cacheKey = textOf(request, "prompt_cache_key");
    out.serviceTier = textOf(request, "service_tier");
    if (const Value *metadata = objectOf(request, "metadata")) {
        out.metadata = *metadata;
    }
    out.store = boolOf(request, "store");
}
} // namespace

base::Result<Conversation> readRequest(std::string_view body)
{
    const auto invalid = [](std::string text) {
        return base::fail(base::ErrorCode::InvalidArgument, std::move(text));
    };
    const auto tree = json::readTree(body);
    if (!tree) {
        return invalid("The body is not valid JSON: " + tree.error().message);
    }
    if (!tree->is(Type::Object)) {
        return invalid("The body must be a JSON object");
    }
    const Value *messages = memberOf(*tree, "messages");
    if (!messages || !messages->is(Type::Array) || messages->items().empty()) {
        return invalid(messages ? "messages must be an array with at least one message"
                                : "messages is missing");
    }
    MessageReader reader;
    auto read = reader.read(messages->items());
    if (!read) {
        return std::unexpected(read.error());
    }
    Conversation out;
    out.messages = std::move(*read);
    readPlain(*tree, out);
    readSampling(*tree, out.sampling);
    out.tools = readTools(*tree);
    out.toolChoice = readToolChoice(*tree);
    out.format = readFormat(*tree);
    out.thinking = readThinking(*tree);
    for (const json::Member &member : tree->members()) {
        if (!member.value.is(Type::Null) && std::ranges::find(kKnown, member.name) == kKnown.end()) {
            out.rest.push_back(member);
        }
    }
    return out;
}

} // namespace signalbox::chat
