// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/request_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/block_writer.h"
#include "core/request/dialect/messages/thinking.h"
#include "core/request/dialect/messages/turns.h"

namespace signalbox::messages {

namespace {
using neutral::Conversation;
using neutral::Role;
using neutral::ToolChoice;
using Format = neutral::OutputFormat::Kind;
using Type = json::Value::Type;

constexpr std::size_t kMostCacheMarks = 4;
constexpr std::size_t kLongestUser = 256;

double realOf(const std::string &number)
{
    double out = 0;
    std::from_chars(number.data(), number.data() + number.size(), out);
    return out;
}

/// The cache marks of a request in the order of its prompt.
void collectMarked(json::Value &value, std::vector<json::Value *> &out)
{
    if (value.is(Type::Array)) {
        for (json::Value &item : value.items()) {
            collectMarked(item, out);
        }
    } else if (value.find("cache_control")) {
        out.push_back(&value);
    } else if (json::Value *const content = value.find("content")) {
        collectMarked(*content, out);
    }
}

class Writer
{
public:
    Writer(const Conversation &conversation, const neutral::RequestContext &context)
        : m_from(conversation),
          m_context(context),
          m_own(conversation.origin == base::Dialect::Messages),
          m_version(claudeVersion(model())),
          m_thinking(
              planThinking(conversation.thinking, conversation.origin, accepts("effort") || m_version >= 406))
    {}

    base::Result<neutral::Written> write()
    {
        const BlockWriter blocks(m_from.origin, accepts("unsigned_thinking"), m_dropped);
        json::Value system = json::Value::array();
        json::Value tools = writeTools();
        json::Value choice = writeToolChoice(tools);
        json::Value messages = writeMessages(blocks, system);
        settleThinking(choice);
        m_out.add("model", string(model()));
        m_out.add("max_tokens", json::Value::integer(settleMaxTokens()));
        addInstruction(system);
        addSystem(std::move(system));
        m_out.add("messages", std::move(messages));
        if (!tools.items().empty()) {
            m_out.add("tools", std::move(tools));
            if (!choice.is(Type::Null)) {
                m_out.add("tool_choice", std::move(choice));
            }
        }
        if (m_context.stream) {
            m_out.add("stream", json::Value::boolean(true));
        }
        addThinking();
        addSampling();
        addRest();
        limitCacheMarks();
        if (auto sayable = m_dropped.check(); !sayable) {
            return std::unexpected(sayable.error());
        }
        return neutral::Written{.body = json::writeCompact(m_out), .dropped = m_dropped.take()};
    }

private:
    const std::string &model() const { return m_context.model.empty() ? m_from.model : m_context.model; }

    bool accepts(std::string_view feature) const
    {
        return std::ranges::find(m_context.accepts, feature) != m_context.accepts.end();
    }

    void drop(std::string_view name) { m_dropped.add(name); }

    json::Value writeMessages(const BlockWriter &blocks, json::Value &system)
    {
        Turns turns(blocks, m_own || accepts("system_messages"));
        bool leading = true;
        for (const neutral::Message &message : m_from.messages) {
            leading &= message.role == Role::System || message.role == Role::Developer;
            if (!message.name.empty()) {
                drop("name");
            }
            if (!leading) {
                turns.add(message);
                continue;
            }
            for (const neutral::Part &part : message.parts) {
                if (auto block = blocks.write(part, Role::System)) {
                    system.append(*std::move(block));
                }
            }
        }
        return turns.finish(&m_lacksThoughts);
    }

    void addSystem(json::Value system)
    {
        const bool plain = system.items().size() == 1 && system.items()[0].members().size() == 2
                           && textOf(system.items()[0], "type") == "text";
        if (plain) {
            m_out.add("system", string(textOf(system.items()[0], "text")));
        } else if (!system.items().empty()) {
            m_out.add("system", std::move(system));
        }
    }

    /// A format that the provider cannot be made to keep to is asked for in words.
    void addInstruction(json::Value &system)
    {
        if (m_from.format.kind == Format::JsonObject) {
            system.append(textBlock("Answer with one JSON object and with nothing else."));
            drop("response_format");
        } else if (m_from.format.kind == Format::JsonSchema && !takesSchema()) {
            system.append(
                textBlock("Answer with one JSON value and with nothing else. It must fit this JSON schema:\n"
                          + json::writeCompact(m_from.format.schema)));
            drop(m_own ? "output_config.format" : "response_format");
        }
    }

    bool takesSchema() const { return m_own || accepts("json_schema") || m_version >= 405; }

    json::Value writeTool(const neutral::Tool &tool)
    {
        json::Value out = json::Value::object();
        out.add("name", string(tool.name));
        std::string description = tool.description;
        json::Value schema = tool.schema;
        if (tool.kind == neutral::Tool::Kind::Custom) {
            if (!tool.format.is(Type::Null)) {
                description += (description.empty() ? "" : "\n\n")
                               + ("The input must have this format:\n" + json::writeCompact(tool.format));
            }
            json::Value properties = json::Value::object();
            properties.add("input", typed("string"));
            schema = typed("object");
            schema.add("properties", std::move(properties));
            schema.add("required", json::Value::array({string("input")}));
        }
        if (!schema.is(Type::Object)) {
            schema = typed("object");
            schema.add("properties", json::Value::object());
        } else if (!schema.find("type")) {
            schema.add("type", string("object"));
        }
        if (!description.empty()) {
            out.add("description", string(description));
        }
        out.add("input_schema", std::move(schema));
        if (tool.strict) {
            out.add("strict", json::Value::boolean(*tool.strict));
        }
        if (m_own) {
            for (const json::Member &member : tool.foreign.value.members()) {
                out.add(member.name, member.value);
            }
        }
        addCacheMark(out, tool.cache);
        return out;
    }

    json::Value writeTools()
    {
        json::Value out = json::Value::array();
        const std::vector<std::string> &allowed = m_from.toolChoice.allowed;
        for (const neutral::Tool &tool : m_from.tools) {
            if (!allowed.empty() && std::ranges::find(allowed, tool.name) == allowed.end()) {
                continue;
            }
            if (tool.kind != neutral::Tool::Kind::Foreign) {
                out.append(writeTool(tool));
            } else if (tool.foreign.origin == base::Dialect::Messages) {
                out.append(tool.foreign.value);
            } else {
                drop(tool.foreign.what.empty() ? tool.name : tool.foreign.what);
            }
        }
        return out;
    }

    /// Null: it goes without saying. One that forces a tool is only kept if it is there.
    json::Value writeToolChoice(const json::Value &tools)
    {
        const ToolChoice &choice = m_from.toolChoice;
        const bool oneByOne = m_from.parallelTools == false;
        if (choice.mode == ToolChoice::Mode::None) {
            return typed("none");
        }
        if (choice.mode == ToolChoice::Mode::Unset && !oneByOne) {
            return {};
        }
        json::Value out = typed("auto");
        if (choice.mode == ToolChoice::Mode::Required) {
            out = typed("any");
        } else if (choice.mode == ToolChoice::Mode::Named) {
            const bool there = std::ranges::any_of(
                tools.items(), [&](const json::Value &tool) { return textOf(tool, "name") == choice.name; });
            if (there) {
                out = typed("tool");
                out.add("name", string(choice.name));
            } else {
                drop("tool_choice");
            }
        }
        if (m_from.parallelTools && (oneByOne || m_own)) {
            out.add("disable_parallel_tool_use", json::Value::boolean(oneByOne));
        }
        return out;
    }

    void dropThinking()
    {
        m_thinking.type.clear();
        m_thinking.budget.reset();
        drop(m_own ? "thinking" : m_from.origin == base::Dialect::Chat ? "reasoning_effort" : "reasoning");
    }

    /// A forced tool and thoughts exclude each other, and a turn that goes on without its thoughts cannot go
    /// on thinking: what the client said outright counts more.
    void settleThinking(const json::Value &choice)
    {
        const std::string type = choice.is(Type::Null) ? "" : textOf(choice, "type");
        const bool forced = !m_own && (type == "any" || type == "tool");
        if ((m_thinking.on() && forced) || (m_thinking.type == "enabled" && m_lacksThoughts)) {
            dropThinking();
        }
    }

    /// The limit, above the budget: a client's limit makes the budget smaller, else there is room for both.
    std::int64_t settleMaxTokens()
    {
        const std::int64_t most = m_context.maxOutput;
        const std::int64_t budget = m_thinking.budget.value_or(0);
        std::int64_t limit = m_from.maxOutput.value_or(-1);
        const bool given = limit > 0 || (limit == 0 && m_own); // 0: warms the cache
        if (!given) {
            limit = most > 0 ? most : kUsualMaxTokens + budget;
        } else if (most > 0) {
            limit = std::min(limit, most);
        }
        if (m_thinking.budget && budget >= limit) {
            constexpr std::int64_t kLeastBudget = 1024;
            if (limit / 2 >= kLeastBudget) {
                m_thinking.budget = limit / 2;
            } else {
                dropThinking();
            }
        }
        return limit;
    }

    void addThinking()
    {
        if (!m_thinking.type.empty()) {
            json::Value out = typed(m_thinking.type);
            if (m_thinking.budget) {
                out.add("budget_tokens", json::Value::integer(*m_thinking.budget));
            }
            if (!m_thinking.display.empty()) {
                out.add("display", string(m_thinking.display));
            }
            m_out.add("thinking", std::move(out));
        }
        json::Value config = json::Value::object();
        if (!m_thinking.effort.empty()) {
            config.add("effort", string(m_thinking.effort));
        }
        if (m_from.format.kind == Format::JsonSchema && takesSchema()) {
            json::Value format = typed("json_schema");
            format.add("schema", m_from.format.schema);
            config.add("format", std::move(format));
        }
        if (m_own) {
            for (const json::Member &one : m_from.rest) {
                if (one.name == "output_config") {
                    std::ranges::copy(one.value.members(), std::back_inserter(config.members()));
                }
            }
        }
        if (!config.members().empty()) {
            m_out.add("output_config", std::move(config));
        }
    }

    void addNumber(const char *name, const std::string &literal)
    {
        if (!literal.empty()) {
            m_out.add(name, json::Value::number(literal));
        }
    }

    void addSampling()
    {
        const neutral::Sampling &from = m_from.sampling;
        const bool bound = m_thinking.on() && !m_own; // thoughts come with their own temperature
        if (!from.temperature.empty() && bound && realOf(from.temperature) != 1) {
            drop("temperature");
        } else if (realOf(from.temperature) > 1) {
            addNumber("temperature", "1");
            drop("temperature above 1");
        } else {
            addNumber("temperature", from.temperature);
        }
        const bool both = !m_own && !from.temperature.empty();
        if (!from.topP.empty() && (both || (bound && realOf(from.topP) < 0.95))) {
            drop("top_p");
        } else {
            addNumber("top_p", from.topP);
        }
        if (!from.topK.empty() && bound) {
            drop("top_k");
        } else {
            addNumber("top_k", from.topK);
        }
        dropSampling(from);
        json::Value stops = json::Value::array();
        for (const std::string &stop : m_from.stop) {
            if (isBlank(stop)) {
                drop(m_own ? "stop_sequences" : "stop");
            } else {
                stops.append(string(stop));
            }
        }
        if (!stops.items().empty()) {
            m_out.add("stop_sequences", std::move(stops));
        }
    }

    void dropSampling(const neutral::Sampling &from)
    {
        const std::array<std::pair<const char *, bool>, 8> lost = {
            {{"min_p", !from.minP.empty()},
             {"frequency_penalty", !from.frequencyPenalty.empty()},
             {"presence_penalty", !from.presencePenalty.empty()},
             {"seed", !from.seed.empty()},
             {"n", from.n.value_or(1) != 1},
             {"logprobs", from.logprobs.value_or(false)},
             {"top_logprobs", from.topLogprobs.value_or(0) > 0},
             {"logit_bias", !from.logitBias.is(Type::Null)}}};
        for (const auto &[name, given] : lost) {
            if (given) {
                drop(name);
            }
        }
    }

    void addRest()
    {
        if (!m_from.user.empty()) {
            const bool taken = m_own
                               || (m_from.user.find('@') == std::string::npos // no e-mail addresses
                                   && m_from.user.size() <= kLongestUser);
            if (taken) {
                json::Value metadata = json::Value::object();
                metadata.add("user_id", string(m_from.user));
                m_out.add("metadata", std::move(metadata));
            } else {
                drop("user");
            }
        }
        const std::string &tier = m_from.serviceTier;
        if (tier == "auto" || tier == "standard_only" || (m_own && !tier.empty())) {
            m_out.add("service_tier", string(tier));
        } else if (tier == "default") {
            m_out.add("service_tier", string("standard_only"));
        } else if (!tier.empty()) {
            drop("service_tier");
        }
        const std::array<std::pair<const char *, bool>, 4> lost = {
            {{"verbosity", !m_from.verbosity.empty()},
             {"prompt_cache_key", !m_own && !m_from.cacheKey.empty()},
             {"metadata", !m_from.metadata.is(Type::Null)},
             {"store", m_from.store.value_or(false)}}};
        for (const auto &[name, given] : lost) {
            if (given) {
                drop(name);
            }
        }
        for (const json::Member &one : m_from.rest) {
            if (!m_own) {
                drop(one.name);
            } else if (one.name != "output_config") {
                m_out.add(one.name, one.value);
            }
        }
    }

    /// More than four are refused: the last ones hold the longest prompts.
    void limitCacheMarks()
    {
        std::vector<json::Value *> marked;
        for (const char *const name : {"tools", "system", "messages"}) {
            if (json::Value *const part = m_out.find(name)) {
                collectMarked(*part, marked);
            }
        }
        for (std::size_t i = 0; i + kMostCacheMarks < marked.size(); ++i) {
            marked[i]->take("cache_control");
        }
    }

    const Conversation &m_from;
    const neutral::RequestContext &m_context;
    bool m_own; ///< the client speaks this dialect itself
    int m_version;
    ThinkingPlan m_thinking;
    bool m_lacksThoughts = false;
    json::Value m_out = json::Value::object();
    neutral::DropList m_dropped;
};
} // namespace

base::Result<neutral::Written> writeRequest(const Conversation &conversation,
                                            const neutral::RequestContext &context)
{
    if (!conversation.previousResponseId.empty()) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "previous_response_id: this provider keeps no answers to go on from");
    }
    return Writer(conversation, context).write();
}

} // namespace signalbox::messages
