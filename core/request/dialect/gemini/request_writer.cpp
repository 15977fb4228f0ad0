// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/request_writer.h"

#include <algorithm>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/gemini/content_writer.h"
#include "core/request/dialect/gemini/schema.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::addInteger;
using neutral::addNumber;
using neutral::addText;
using neutral::Conversation;
using neutral::DropList;
using neutral::Tool;
using neutral::ToolChoice;

constexpr std::size_t kMostStops = 5;

struct Writing {
    const Conversation &conversation;
    const neutral::RequestContext &context;
    DropList drops;
    bool openApi = false; ///< takes no JSON Schema
};

/// Budgets as Google's own Chat surface maps efforts to them.
std::int64_t budgetFor(const std::string &effort)
{
    return effort == "none"                         ? 0
           : effort == "minimal" || effort == "low" ? 1024
           : effort == "medium"                     ? 8192
                                                    : 24'576;
}

const char *levelFor(const std::string &effort, const std::string &model)
{
    if (effort == "none" || effort == "minimal") { // the large models know no less than LOW
        return model.find("pro") == std::string::npos ? "MINIMAL" : "LOW";
    }
    return effort == "low" ? "LOW" : effort == "medium" ? "MEDIUM" : "HIGH";
}

std::string effortFor(std::int64_t budget)
{
    return budget >= 10'000 ? "high" : budget >= 5'000 ? "medium" : budget >= 2'000 ? "low" : "minimal";
}

void writeThinking(Writing &writing, Value &out)
{
    const neutral::Thinking &thinking = writing.conversation.thinking;
    const std::string &model = writing.context.model;
    std::string effort = thinking.effort;
    if (effort.empty() && thinking.on == false) {
        effort = "none";
    }
    Value config = Value::object();
    const bool shown = !thinking.show.empty() && thinking.show != "omitted";
    if (thinking.includeThoughts || shown || thinking.on == true) {
        config.add("includeThoughts", Value::boolean(thinking.includeThoughts.value_or(true)));
    }
    if (thinksByLevel(model)) {
        if (effort.empty() && thinking.budget.value_or(-1) >= 0) {
            effort = effortFor(*thinking.budget);
        }
        if (!effort.empty()) {
            config.add("thinkingLevel", Value::string(levelFor(effort, model)));
        }
    } else if (thinking.budget || !effort.empty()) {
        config.add("thinkingBudget", Value::integer(thinking.budget.value_or(budgetFor(effort))));
    }
    if (!config.members().empty()) {
        out.add("thinkingConfig", std::move(config));
    }
}

void writeFormat(Writing &writing, Value &out)
{
    using Kind = neutral::OutputFormat::Kind;
    const neutral::OutputFormat &format = writing.conversation.format;
    if (format.kind != Kind::JsonObject && format.kind != Kind::JsonSchema) {
        return;
    }
    out.add("responseMimeType", Value::string("application/json"));
    if (format.schema.is(Value::Type::Object)) {
        out.add(writing.openApi ? "responseSchema" : "responseJsonSchema",
                writing.openApi ? openApiSchema(format.schema) : format.schema);
    }
}

void writeStops(Writing &writing, Value &out)
{
    Value stops = Value::array();
    for (const std::string &stop : writing.conversation.stop) {
        if (stops.items().size() < kMostStops) {
            stops.append(Value::string(stop));
        }
    }
    writing.drops.addIf(writing.conversation.stop.size() > kMostStops, "more than 5 stop sequences");
    if (!stops.items().empty()) {
        out.add("stopSequences", std::move(stops));
    }
}

void writeConfig(Writing &writing, Value &out)
{
    const neutral::Sampling &sampling = writing.conversation.sampling;
    Value config = Value::object();
    addNumber(config, "temperature", sampling.temperature);
    addNumber(config, "topP", sampling.topP);
    addNumber(config, "topK", sampling.topK);
    addInteger(config, "maxOutputTokens", writing.conversation.maxOutput);
    writeStops(writing, config);
    addInteger(config, "candidateCount", sampling.n);
    addNumber(config, "seed", sampling.seed);
    addNumber(config, "presencePenalty", sampling.presencePenalty);
    addNumber(config, "frequencyPenalty", sampling.frequencyPenalty);
    neutral::addBool(config, "responseLogprobs",
                     sampling.logprobs || !sampling.topLogprobs ? sampling.logprobs : std::optional(true));
    addInteger(config, "logprobs", sampling.topLogprobs);
    writeFormat(writing, config);
    writeThinking(writing, config);
    if (!config.members().empty()) {
        out.add("generationConfig", std::move(config));
    }
}

Value declarationOf(const Tool &tool, Writing &writing)
{
    Value out = Value::object();
    out.add("name", Value::string(tool.name));
    addText(out, "description", tool.description);
    Value schema = tool.schema;
    if (tool.kind == Tool::Kind::Custom) {
        schema = *json::readTree(
            R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
        writing.drops.addIf(neutral::textOf(tool.format, "type") == "grammar", "grammar");
    }
    if (schema.is(Value::Type::Object) && !schema.members().empty()) {
        out.add(writing.openApi ? "parameters" : "parametersJsonSchema",
                writing.openApi ? openApiSchema(schema) : std::move(schema));
    }
    writing.drops.addIf(tool.strict == true, "strict");
    writing.drops.addIf(tool.cache.has_value(), "cache_control");
    return out;
}

void writeChoice(const ToolChoice &choice, Value &out)
{
    using Mode = ToolChoice::Mode;
    if (choice.mode == Mode::Unset) {
        return;
    }
    std::vector<std::string> allowed = choice.allowed;
    if (choice.mode == Mode::Named) {
        allowed = {choice.name};
    }
    const char *mode = choice.mode == Mode::None   ? "NONE"
                       : choice.mode != Mode::Auto ? "ANY"
                       : allowed.empty()           ? "AUTO"
                                                   : "VALIDATED"; // AUTO knows no such list
    Value calling = Value::object();
    calling.add("mode", Value::string(mode));
    if (!allowed.empty()) {
        Value names = Value::array();
        for (std::string &name : allowed) {
            names.append(Value::string(std::move(name)));
        }
        calling.add("allowedFunctionNames", std::move(names));
    }
    Value config = Value::object();
    config.add("functionCallingConfig", std::move(calling));
    out.add("toolConfig", std::move(config));
}

void writeTools(Writing &writing, Value &out)
{
    Value declarations = Value::array();
    Value tools = Value::array();
    for (const Tool &tool : writing.conversation.tools) {
        if (tool.kind != Tool::Kind::Foreign) {
            declarations.append(declarationOf(tool, writing));
        } else if (tool.foreign.origin == base::Dialect::Gemini) {
            tools.append(tool.foreign.value);
        } else {
            writing.drops.add(tool.foreign.what);
        }
    }
    const bool functions = !declarations.items().empty();
    if (functions) {
        Value one = Value::object();
        one.add("functionDeclarations", std::move(declarations));
        tools.items().insert(tools.items().begin(), std::move(one));
    }
    if (!tools.items().empty()) {
        out.add("tools", std::move(tools));
    }
    if (functions) {
        writeChoice(writing.conversation.toolChoice, out);
        writing.drops.addIf(writing.conversation.parallelTools == false, "parallel_tool_calls");
    }
}

void reportRest(Writing &writing, Value &out)
{
    const Conversation &conversation = writing.conversation;
    DropList &drops = writing.drops;
    drops.addIf(!conversation.sampling.minP.empty(), "min_p");
    drops.addIf(!conversation.sampling.logitBias.is(Value::Type::Null), "logit_bias");
    drops.addIf(!conversation.verbosity.empty(), "verbosity");
    drops.addIf(!conversation.user.empty(), "user");
    drops.addIf(!conversation.cacheKey.empty(), "prompt_cache_key");
    drops.addIf(!conversation.serviceTier.empty(), "service_tier");
    drops.addIf(!conversation.metadata.is(Value::Type::Null), "metadata");
    drops.addIf(conversation.store == true, "store");
    for (const json::Member &member : conversation.rest) {
        if (conversation.origin == base::Dialect::Gemini) {
            out.add(member.name, member.value);
        } else {
            drops.add(member.name);
        }
    }
}
} // namespace

base::Result<neutral::Written> writeRequest(const Conversation &conversation,
                                            const neutral::RequestContext &context)
{
    if (!conversation.previousResponseId.empty()) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "previous_response_id names an answer that only its own provider knows");
    }
    Writing writing{.conversation = conversation, .context = context};
    writing.openApi = std::ranges::find(context.accepts, "openapi_schema") != context.accepts.end();
    Value out = Value::object();
    Contents contents = writeContents(conversation, context, writing.drops);
    if (auto sayable = writing.drops.check(); !sayable) {
        return std::unexpected(sayable.error());
    }
    if (contents.contents.items().empty()) {
        return base::fail(base::ErrorCode::InvalidArgument, "there is no message that could be sent");
    }
    neutral::addValue(out, "systemInstruction", contents.system);
    out.add("contents", std::move(contents.contents));
    writeTools(writing, out);
    writeConfig(writing, out);
    reportRest(writing, out);
    return neutral::Written{.body = json::writeCompact(out), .dropped = writing.drops.take()};
}

} // namespace signalbox::gemini
