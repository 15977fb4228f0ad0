// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/request/request_writer.h"

#include <algorithm>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/request/message_writer.h"
#include "core/request/dialect/chat/request/tool_writer.h"
#include "core/request/dialect/neutral/tools/custom_tools.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::addBool;
using neutral::addInteger;
using neutral::addNumber;
using neutral::addText;
using neutral::addValue;
using neutral::Conversation;
using neutral::DropList;

constexpr std::size_t kMostStops = 4;

void writeLimits(const Conversation &conversation, Value &out)
{
    addInteger(out, conversation.maxCompletion ? "max_completion_tokens" : "max_tokens",
               conversation.maxOutput);
}

/// What the specification does not know, servers of open models often do.
void writeBeyond(const neutral::Sampling &sampling, const Accepts &accepts, Value &out, DropList &drops)
{
    if (accepts.topK) {
        addNumber(out, "top_k", sampling.topK);
    }
    if (accepts.minP) {
        addNumber(out, "min_p", sampling.minP);
    }
    drops.addIf(!accepts.topK && !sampling.topK.empty(), "top_k");
    drops.addIf(!accepts.minP && !sampling.minP.empty(), "min_p");
}

void writeSampling(const Conversation &conversation, const Accepts &accepts, Value &out, DropList &drops)
{
    const neutral::Sampling &sampling = conversation.sampling;
    addNumber(out, "temperature", sampling.temperature);
    addNumber(out, "top_p", sampling.topP);
    writeBeyond(sampling, accepts, out, drops);
    addNumber(out, "frequency_penalty", sampling.frequencyPenalty);
    addNumber(out, "presence_penalty", sampling.presencePenalty);
    addNumber(out, "seed", sampling.seed);
    addInteger(out, "n", sampling.n);
    // Responses has top_logprobs alone; Chat refuses it without logprobs.
    addBool(out, "logprobs",
            sampling.logprobs || !sampling.topLogprobs ? sampling.logprobs : std::optional(true));
    addInteger(out, "top_logprobs", sampling.topLogprobs);
    addValue(out, "logit_bias", sampling.logitBias);
    if (!conversation.stop.empty()) {
        Value stops = Value::array();
        for (const std::string &stop : conversation.stop) {
            if (stops.items().size() < kMostStops) {
                stops.append(Value::string(stop));
            }
        }
        drops.addIf(conversation.stop.size() > kMostStops, "more than 4 stop sequences");
        out.add("stop", std::move(stops));
    }
}

std::string effortFor(std::int64_t budget)
{
    return budget >= 10'000 ? "high" : budget >= 5'000 ? "medium" : budget >= 2'000 ? "low" : "minimal";
}

void writeReasoningObject(const neutral::Thinking &thinking, Value &out)
{
    Value reasoning = Value::object();
    addText(reasoning, "effort", thinking.effort);
    addInteger(reasoning, "max_tokens", thinking.budget);
    addBool(reasoning, "enabled", thinking.on);
    if (thinking.includeThoughts) {
        reasoning.add("exclude", Value::boolean(!*thinking.includeThoughts));
    }
    if (!reasoning.members().empty()) {
        out.add("reasoning", std::move(reasoning));
    }
}

void writeThinking(const neutral::Thinking &thinking, const Accepts &accepts, Value &out, DropList &drops)
{
    drops.addIf(!thinking.show.empty(), "reasoning summary");
    if (accepts.reasoningObject) {
        writeReasoningObject(thinking, out);
        return;
    }
    drops.addIf(thinking.includeThoughts.has_value(), "include thoughts");
    if (accepts.thinkingObject && (thinking.on || thinking.budget)) {
        Value object = Value::object();
        object.add("type", Value::string(thinking.adaptive            ? "adaptive"
                                         : thinking.on.value_or(true) ? "enabled"
                                                                      : "disabled"));
        addInteger(object, "budget_tokens", thinking.budget);
        out.add("thinking", std::move(object));
        addText(out, "reasoning_effort", thinking.effort);
        return;
    }
    if (!thinking.effort.empty()) {
        addText(out, "reasoning_effort", thinking.effort);
    } else if (thinking.on == false || thinking.budget == 0) {
        out.add("reasoning_effort", Value::string("none"));
    } else if (thinking.budget && *thinking.budget > 0) {
        out.add("reasoning_effort", Value::string(effortFor(*thinking.budget)));
    }
}

void writeFormat(const neutral::OutputFormat &format, Value &out)
{
    using Kind = neutral::OutputFormat::Kind;
    if (format.kind == Kind::Unset) {
        return;
    }
    Value written = Value::object();
    if (format.kind == Kind::JsonSchema) {
        Value schema = Value::object();
        schema.add("name", Value::string(format.name.empty() ? "answer" : format.name));
        addText(schema, "description", format.description);
        addValue(schema, "schema", format.schema);
        addBool(schema, "strict", format.strict);
        written.add("type", Value::string("json_schema"));
        written.add("json_schema", std::move(schema));
    } else {
        written.add("type", Value::string(format.kind == Kind::Text ? "text" : "json_object"));
        addValue(written, "schema", format.schema);
    }
    out.add("response_format", std::move(written));
}

void writeRest(const Conversation &conversation, Value &out, DropList &drops)
{
    for (const json::Member &member : conversation.rest) {
        if (conversation.origin == base::Dialect::Chat) {
            out.add(member.name, member.value);
        } else {
            drops.add(member.name);
        }
    }
}

bool hasCustomTools(const Conversation &conversation)
{
    const auto isCustomCall = [](const neutral::Part &part) {
        const auto *call = std::get_if<neutral::ToolCall>(&part.what);
        return call && call->custom;
    };
    return std::ranges::any_of(
               conversation.tools,
               [](const neutral::Tool &tool) { return tool.kind == neutral::Tool::Kind::Custom; })
           || std::ranges::any_of(conversation.messages, [&](const neutral::Message &message) {
                  return std::ranges::any_of(message.parts, isCustomCall);
              });
}

base::Result<neutral::Written> written(const Conversation &conversation,
                                       const neutral::RequestContext &context, const Accepts &accepts)
{
    DropList drops;
    Value out = Value::object();
    out.add("model", Value::string(context.model));
    Value messages = MessageWriter(conversation, accepts, drops).write();
    if (auto sayable = drops.check(); !sayable) {
        return std::unexpected(sayable.error());
    }
    if (messages.items().empty()) {
        return base::fail(base::ErrorCode::InvalidArgument, "there is no message that could be sent");
    }
    out.add("messages", std::move(messages));
    writeTools(conversation, accepts, out, drops);
    writeLimits(conversation, out);
    writeSampling(conversation, accepts, out, drops);
    writeFormat(conversation.format, out);
    writeThinking(conversation.thinking, accepts, out, drops);
    addText(out, "verbosity", conversation.verbosity);
    addText(out, "user", conversation.user);
    addText(out, "prompt_cache_key", conversation.cacheKey);
    addText(out, "service_tier", conversation.serviceTier);
    addValue(out, "metadata", conversation.metadata);
    addBool(out, "store", conversation.store);
    writeRest(conversation, out, drops);
    if (context.stream) {
        out.add("stream", Value::boolean(true));
        Value options = Value::object();
        options.add("include_usage", Value::boolean(true));
        out.add("stream_options", std::move(options));
    }
    return neutral::Written{.body = json::writeCompact(out), .dropped = drops.take()};
}
} // namespace

base::Result<neutral::Written> writeRequest(const Conversation &conversation,
                                            const neutral::RequestContext &context)
{
    if (!conversation.previousResponseId.empty()) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "previous_response_id names an answer that only its own provider knows");
    }
    const Accepts accepts(context.accepts);
    const bool plain = accepts.customTools || !hasCustomTools(conversation);
    return plain ? written(conversation, context, accepts)
                 : written(neutral::withoutCustomTools(conversation), context, accepts);
}

} // namespace signalbox::chat
