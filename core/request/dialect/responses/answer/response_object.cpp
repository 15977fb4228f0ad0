// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/response_object.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/request/dialect/responses/answer/outcome.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_values.h"
#include "core/request/dialect/responses/items/request_tools.h"
#include "core/request/dialect/responses/request/request_writer.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Conversation;

constexpr std::size_t kMostSeed = 40; // ids of items have at most 64 characters

/// What ids may consist of.
std::string seedOf(std::string_view id)
{
    std::string out;
    for (const char c : id.substr(0, kMostSeed)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += plain ? c : '_';
    }
    return out.empty() ? "0" : out;
}

Value textOrNull(const std::string &text)
{
    return text.empty() ? Value() : Value::string(text);
}

Value tier(const std::string &said)
{
    constexpr std::array<std::string_view, 7> kTiers{"auto",     "default", "flex",     "scale",
                                                     "priority", "fast",    "ultrafast"};
    return std::find(kTiers.begin(), kTiers.end(), said) == kTiers.end() ? Value() : Value::string(said);
}

Value restOr(const Conversation &request, std::string_view name, Value fallback)
{
    for (const json::Member &member : request.rest) {
        if (member.name == name) {
            return member.value;
        }
    }
    return fallback;
}

Value reasoningOf(const Conversation &request)
{
    Value out = Value::object();
    out.add("effort", textOrNull(request.thinking.effort));
    out.add("summary", textOrNull(request.thinking.show));
    return out;
}

Value textSettings(const Conversation &request)
{
    Value format = formatOf(request);
    Value out = Value::object();
    out.add("format", format.members().empty() ? ofType("text") : std::move(format));
    addText(out, "verbosity", request.verbosity);
    return out;
}

Value numberOr(const std::string &said, std::string fallback)
{
    return Value::number(said.empty() ? std::move(fallback) : said);
}
} // namespace

ResponseObject::ResponseObject(const neutral::AnswerContext &context) : m_seed(seedOf(context.id))
{
    m_begins.id = "resp_" + m_seed;
    m_begins.created = context.now;
    echo(context.request ? *context.request : Conversation{.origin = base::Dialect::Responses});
}

void ResponseObject::echo(const Conversation &request)
{
    const std::string *instructions = instructionsOf(request);
    std::vector<std::string> dropped;
    Value choice = toolChoice(request);
    Value out = Value::object();
    out.add("instructions", instructions ? Value::string(*instructions) : Value());
    out.add("max_output_tokens", request.maxOutput ? Value::integer(*request.maxOutput) : Value());
    out.add("max_tool_calls", restOr(request, "max_tool_calls", {}));
    out.add("parallel_tool_calls", Value::boolean(request.parallelTools.value_or(true)));
    out.add("previous_response_id", textOrNull(request.previousResponseId));
    out.add("prompt_cache_key", textOrNull(request.cacheKey));
    out.add("reasoning", reasoningOf(request));
    out.add("safety_identifier", restOr(request, "safety_identifier", {}));
    out.add("store", Value::boolean(request.store.value_or(false)));
    out.add("temperature", numberOr(request.sampling.temperature, "1.0"));
    out.add("text", textSettings(request));
    out.add("tool_choice", choice.is(Value::Type::Null)
                               ? restOr(request, "tool_choice", Value::string("auto"))
                               : std::move(choice));
    out.add("tools", toolList(request, dropped));
    out.add("top_logprobs", Value::integer(request.sampling.topLogprobs.value_or(0)));
    out.add("top_p", numberOr(request.sampling.topP, "1.0"));
    out.add("truncation", restOr(request, "truncation", Value::string("disabled")));
    out.add("user", textOrNull(request.user));
    out.add("metadata", request.metadata.is(Value::Type::Null) ? Value::object() : request.metadata);
    m_echo = std::move(out);
    m_begins.model = request.model;
    m_begins.serviceTier = request.serviceTier;
}

void ResponseObject::begin(const neutral::AnswerBegins &begins)
{
    if (begins.id.starts_with("resp_")) {
        m_begins.id = begins.id;
    }
    if (!begins.model.empty()) {
        m_begins.model = begins.model;
    }
    if (begins.created > 0) {
        m_begins.created = begins.created;
    }
    if (!begins.serviceTier.empty()) {
        m_begins.serviceTier = begins.serviceTier;
    }
}

std::string ResponseObject::itemId(std::string_view prefix, std::size_t number) const
{
    return std::string(prefix) + "_" + m_seed + "_" + std::to_string(number);
}

Value ResponseObject::write(std::string_view status, Value output) const
{
    Value out = Value::object();
    out.add("id", Value::string(m_begins.id));
    out.add("object", Value::string("response"));
    out.add("created_at", Value::integer(m_begins.created));
    out.add("status", Value::string(std::string(status)));
    out.add("background", Value::boolean(false));
    out.add("error", {});
    out.add("incomplete_details", {});
    out.add("model", Value::string(m_begins.model));
    out.add("output", std::move(output));
    for (const json::Member &member : m_echo.members()) {
        out.add(member.name, member.value);
    }
    out.add("service_tier", tier(m_begins.serviceTier));
    out.add("usage", {});
    return out;
}

Value ResponseObject::inProgress() const
{
    return write("in_progress", Value::array());
}

Value ResponseObject::ended(neutral::Stop stop, Value output,
                            const std::optional<events::TokenUsage> &usage) const
{
    Value out = write(statusOf(stop), std::move(output));
    out.set("incomplete_details", incompleteDetails(stop));
    if (usage) {
        out.set("usage", writeUsage(*usage));
    }
    return out;
}

Value ResponseObject::failed(const neutral::Failure &failure, Value output,
                             const std::optional<events::TokenUsage> &usage) const
{
    Value out = write("failed", std::move(output));
    out.set("error", responseError(failure));
    if (usage) {
        out.set("usage", writeUsage(*usage));
    }
    return out;
}

} // namespace signalbox::responses
