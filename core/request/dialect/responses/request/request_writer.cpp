// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/request/request_writer.h"

#include <algorithm>
#include <utility>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/request_tools.h"
#include "core/request/dialect/responses/request/input_writer.h"

namespace signalbox::responses {

namespace {
using base::Dialect;
using json::Value;
using neutral::Conversation;
using neutral::OutputFormat;

constexpr std::int64_t kLeastOutput = 16; // OpenAI refuses less
constexpr std::string_view kLogprobs = "message.output_text.logprobs";
constexpr std::string_view kEncrypted = "reasoning.encrypted_content";

bool accepts(const neutral::RequestContext &context, std::string_view feature)
{
    return std::find(context.accepts.begin(), context.accepts.end(), feature) != context.accepts.end();
}

class RequestWriter
{
public:
    RequestWriter(const Conversation &conversation, const neutral::RequestContext &context)
        : m_in(conversation), m_context(context), m_own(conversation.origin == Dialect::Responses)
    {}
    base::Result<neutral::Written> write();

private:
    base::Result<void> writeInput();
    void writeTools();
    void writeThinking();
    void writeText();
    void writeSampling();
    void writeState();
    void writeInclude();
    void writeRest();
    void dropUnknown();
    void drop(std::string_view name) { addOnce(m_dropped, name); }
    void number(std::string name, const std::string &text)
    {
        if (!text.empty()) {
            m_out.add(std::move(name), Value::number(text));
        }
    }
    const Value *rest(std::string_view name) const;

    const Conversation &m_in;
    const neutral::RequestContext &m_context;
    bool m_own; ///< comes from this dialect: what was not said stays unsaid
    Value m_out = Value::object();
    std::vector<std::string> m_dropped;
};

const Value *RequestWriter::rest(std::string_view name) const
{
    for (const json::Member &member : m_in.rest) {
        if (m_own && member.name == name) {
            return &member.value;
        }
    }
    return nullptr;
}

base::Result<void> RequestWriter::writeInput()
{
    const std::string *first = m_own || m_in.messages.size() > 1 ? instructionsOf(m_in) : nullptr;
    if (first) { // one message alone is the input: there has to be one
        m_out.add("instructions", Value::string(*first));
    }
    InputWriter writer(m_in, m_own || accepts(m_context, "prompt_cache_breakpoint"), m_dropped);
    base::Result<Value> items = writer.write(first ? 1 : 0);
    if (!items) {
        return std::unexpected(items.error());
    }
    const bool elsewhere = rest("prompt") || rest("conversation") || !m_in.previousResponseId.empty();
    if (!items->items().empty() || !elsewhere) {
        m_out.add("input", std::move(*items));
    }
    return {};
}

void RequestWriter::writeTools()
{
    Value tools = toolList(m_in, m_dropped);
    const bool any = !tools.items().empty();
    if (any) {
        m_out.add("tools", std::move(tools));
    }
    if (Value choice = toolChoice(m_in); !choice.is(Value::Type::Null) && (any || m_own)) {
        m_out.add("tool_choice", std::move(choice));
    }
    if (m_in.parallelTools && (any || m_own)) {
        m_out.add("parallel_tool_calls", Value::boolean(*m_in.parallelTools));
    }
}

/// Effort in place of Anthropic's budget of tokens.
std::string effortOf(const neutral::Thinking &thinking)
{
    if (!thinking.effort.empty() || !thinking.budget) {
        return thinking.effort;
    }
    constexpr std::int64_t kHigh = 10'000;
    constexpr std::int64_t kMedium = 5'000;
    return *thinking.budget >= kHigh ? "high" : *thinking.budget >= kMedium ? "medium" : "low";
}

void RequestWriter::writeThinking()
{
    const neutral::Thinking &thinking = m_in.thinking;
    Value out = Value::object();
    addText(out, "effort", effortOf(thinking));
    const bool known = thinking.show == "auto" || thinking.show == "concise" || thinking.show == "detailed";
    if (known || m_own) {
        addText(out, "summary", thinking.show);
    } else if (thinking.show == "summarized" || thinking.includeThoughts.value_or(false)) {
        out.add("summary", Value::string("auto"));
    }
    if (thinking.on == false && out.find("effort") == nullptr) {
        drop("thinking"); // which word turns it off depends on the model
    }
    if (const Value *left = rest("reasoning")) {
        for (const json::Member &member : left->members()) {
            out.set(member.name, member.value);
        }
    }
    if (!out.members().empty()) {
        m_out.add("reasoning", std::move(out));
    }
}

void RequestWriter::writeText()
{
    Value shape = formatOf(m_in);
    Value text = Value::object();
    if (!shape.members().empty()) {
        text.add("format", std::move(shape));
    }
    addText(text, "verbosity", m_in.verbosity);
    if (const Value *left = rest("text")) {
        for (const json::Member &member : left->members()) {
            text.set(member.name, member.value);
        }
    }
    if (!text.members().empty()) {
        m_out.add("text", std::move(text));
    }
}

void RequestWriter::writeSampling()
{
    number("temperature", m_in.sampling.temperature);
    number("top_p", m_in.sampling.topP);
    if (m_in.sampling.topLogprobs) {
        m_out.add("top_logprobs", Value::integer(*m_in.sampling.topLogprobs));
    }
    if (m_in.maxOutput) {
        m_out.add("max_output_tokens",
                  Value::integer(m_own ? *m_in.maxOutput : std::max(*m_in.maxOutput, kLeastOutput)));
    }
}

void RequestWriter::writeState()
{
    if (m_in.store || !m_own) {
        m_out.add("store", Value::boolean(m_in.store.value_or(false)));
    }
    addText(m_out, "previous_response_id", m_in.previousResponseId);
    addText(m_out, "user", m_in.user);
    addText(m_out, "prompt_cache_key", m_in.cacheKey);
    if (m_in.origin == Dialect::Messages && m_in.serviceTier == "standard_only") {
        drop("service_tier"); // Anthropic's word, an error here
    } else {
        addText(m_out, "service_tier", m_in.serviceTier);
    }
    if (!m_in.metadata.is(Value::Type::Null)) {
        m_out.add("metadata", m_in.metadata);
    }
}

void RequestWriter::writeInclude()
{
    const Value *asked = rest("include");
    Value include = asked && asked->is(Value::Type::Array) ? *asked : Value::array();
    if (m_in.sampling.logprobs.value_or(false)) {
        include.append(Value::string(std::string(kLogprobs)));
    }
    if (!m_own && accepts(m_context, kEncrypted)) {
        include.append(Value::string(std::string(kEncrypted)));
    }
    if (!include.items().empty()) {
        m_out.add("include", std::move(include));
    }
}

void RequestWriter::writeRest()
{
    for (const json::Member &member : m_in.rest) {
        if (!m_own) {
            drop(member.name);
        } else if (!m_out.find(member.name)) {
            m_out.add(member.name, member.value);
        }
    }
}

void RequestWriter::dropUnknown()
{
    const neutral::Sampling &sampling = m_in.sampling;
    const auto dropIf = [this](bool given, std::string_view name) {
        if (given) {
            drop(name);
        }
    };
    dropIf(!m_in.stop.empty(), m_in.origin == Dialect::Messages ? "stop_sequences" : "stop");
    dropIf(sampling.n.value_or(1) > 1, "n");
    dropIf(!sampling.seed.empty(), "seed");
    dropIf(!sampling.topK.empty(), "top_k");
    dropIf(!sampling.minP.empty(), "min_p");
    dropIf(!sampling.frequencyPenalty.empty(), "frequency_penalty");
    dropIf(!sampling.presencePenalty.empty(), "presence_penalty");
    dropIf(!sampling.logitBias.is(Value::Type::Null), "logit_bias");
}

base::Result<neutral::Written> RequestWriter::write()
{
    m_out.add("model", Value::string(m_context.model));
    if (const auto written = writeInput(); !written) {
        return std::unexpected(written.error());
    }
    writeTools();
    writeThinking();
    writeText();
    writeSampling();
    writeState();
    writeInclude();
    writeRest();
    dropUnknown();
    if (m_context.stream) {
        m_out.set("stream", Value::boolean(true));
    }
    return neutral::Written{.body = json::writeCompact(m_out), .dropped = std::move(m_dropped)};
}
} // namespace

const std::string *instructionsOf(const Conversation &conversation)
{
    if (conversation.messages.empty()) {
        return nullptr;
    }
    const neutral::Message &first = conversation.messages.front();
    if (first.role != neutral::Role::System || first.parts.size() != 1 || first.parts.front().cache
        || !first.id.empty() || !first.name.empty()) {
        return nullptr;
    }
    const auto *text = std::get_if<neutral::Text>(&first.parts.front().what);
    return text && !text->text.empty() ? &text->text : nullptr;
}

Value formatOf(const Conversation &conversation)
{
    const bool own = conversation.origin == Dialect::Responses;
    const OutputFormat &format = conversation.format;
    Value shape = Value::object();
    if (format.kind == OutputFormat::Kind::Text) {
        shape.add("type", Value::string("text"));
    } else if (format.kind == OutputFormat::Kind::JsonObject) {
        shape.add("type", Value::string("json_object"));
    } else if (format.kind == OutputFormat::Kind::JsonSchema) {
        shape.add("type", Value::string("json_schema"));
        shape.add("name", Value::string(format.name.empty() && !own ? "answer" : format.name));
        addText(shape, "description", format.description);
        shape.add("schema", format.schema.is(Value::Type::Null) && !own ? Value::object() : format.schema);
        if (format.strict) {
            shape.add("strict", Value::boolean(*format.strict));
        }
    }
    return shape;
}

base::Result<neutral::Written> writeRequest(const Conversation &conversation,
                                            const neutral::RequestContext &context)
{
    return RequestWriter(conversation, context).write();
}

} // namespace signalbox::responses
