// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/answer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/block_reader.h"
#include "core/request/dialect/messages/block_writer.h"
#include "core/request/dialect/messages/marks.h"

namespace signalbox::messages {

namespace {
using neutral::Stop;
using Type = json::Value::Type;

constexpr std::array<std::pair<std::string_view, Stop>, 9> kStops = {
    {{"end_turn", Stop::End},
     {"stop_sequence", Stop::StopSequence},
     {"max_tokens", Stop::Length},
     {"model_context_window_exceeded", Stop::Length},
     {"tool_use", Stop::ToolCalls},
     {"pause_turn", Stop::Pause},
     {"refusal", Stop::Refusal},
     {"compaction", Stop::End},
     {"", Stop::None}}};

std::string cleaned(std::string_view id)
{
    std::string out;
    for (const char c : id) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                          || c == '_' || c == '-';
        out += fine ? c : '_';
    }
    return out;
}

void readCitations(const json::Value &block, neutral::Part &part)
{
    auto *const text = std::get_if<neutral::Text>(&part.what);
    const json::Value *const citations = arrayOf(block, "citations");
    if (!text || !citations) {
        return;
    }
    for (const json::Value &one : citations->items()) {
        json::Value citation = readCitation(one, text->text.size());
        if (!citation.is(Type::Null)) {
            if (text->annotations.is(Type::Null)) {
                text->annotations = json::Value::array();
            }
            text->annotations.append(std::move(citation));
        }
    }
}

/// The content of a whole answer.
class Content
{
public:
    Content(const neutral::AnswerContext &context, neutral::DropList &dropped)
        : m_ids(context.id), m_thoughts(wantsThoughts(context)), m_dropped(dropped)
    {}

    void add(const neutral::Part &part)
    {
        if (const auto *const text = std::get_if<neutral::Text>(&part.what)) {
            addText(text->text);
            if (!text->annotations.items().empty()) {
                m_dropped.add("annotations");
            }
        } else if (const auto *const refusal = std::get_if<neutral::Refusal>(&part.what)) {
            refused = true;
            addText(refusal->text);
        } else if (const auto *const reasoning = std::get_if<neutral::Reasoning>(&part.what)) {
            if (m_thoughts) {
                blocks.append(thinkingBlock(*reasoning));
            }
        } else if (const auto *const call = std::get_if<neutral::ToolCall>(&part.what)) {
            addCall(*call);
        } else if (const auto *const foreign = std::get_if<neutral::Foreign>(&part.what)) {
            if (foreign->origin == base::Dialect::Messages) {
                blocks.append(foreign->value);
            } else {
                m_dropped.add(foreign->what);
            }
        } else if (const auto *const media = std::get_if<neutral::Media>(&part.what)) {
            m_dropped.add(media->kind == neutral::Media::Kind::Audio ? "audio" : "image");
        }
    }

    json::Value blocks = json::Value::array();
    bool called = false;
    bool refused = false;

private:
    void addText(const std::string &text)
    {
        if (!isBlank(text)) {
            json::Value block = textBlock(text);
            block.add("citations", {});
            blocks.append(std::move(block));
        }
    }

    void addCall(const neutral::ToolCall &call)
    {
        called = true;
        json::Value block = typed("tool_use");
        block.add("id", string(m_ids.call(call.id))).add("name", string(call.name));
        block.add("input", inputOf(call));
        blocks.append(std::move(block));
        if (!call.signature.empty()) {
            m_dropped.add("thought_signature");
        }
    }

    AnswerIds m_ids;
    bool m_thoughts;
    neutral::DropList &m_dropped;
};
} // namespace

void readUsage(const json::Value &usage, events::TokenUsage &into)
{
    const auto take = [&usage](const char *name, std::int64_t &out) {
        if (const auto n = integerOf(usage, name)) {
            out = *n;
        }
    };
    take("input_tokens", into.input);
    take("cache_read_input_tokens", into.cachedInput);
    take("output_tokens", into.output);
    if (const json::Value *const split = objectOf(usage, "cache_creation")) {
        into.cacheWrite = integerOf(*split, "ephemeral_5m_input_tokens").value_or(0);
        into.cacheWrite1h = integerOf(*split, "ephemeral_1h_input_tokens").value_or(0);
    }
    const auto written = integerOf(usage, "cache_creation_input_tokens");
    if (written && *written != into.cacheWrite + into.cacheWrite1h) {
        into.cacheWrite = *written; // no word of how long
        into.cacheWrite1h = 0;
    }
    if (const json::Value *const details = objectOf(usage, "output_tokens_details")) {
        into.reasoning = integerOf(*details, "thinking_tokens").value_or(into.reasoning);
    }
    into = events::clamped(into);
}

json::Value writeUsage(const events::TokenUsage &usage)
{
    const auto number = [](std::int64_t n) { return json::Value::integer(n); };
    json::Value split = json::Value::object();
    split.add("ephemeral_5m_input_tokens", number(usage.cacheWrite));
    split.add("ephemeral_1h_input_tokens", number(usage.cacheWrite1h));
    json::Value out = json::Value::object();
    out.add("input_tokens", number(usage.input));
    out.add("cache_creation_input_tokens", number(usage.cacheWrite + usage.cacheWrite1h));
    out.add("cache_read_input_tokens", number(usage.cachedInput));
    out.add("cache_creation", std::move(split));
    out.add("output_tokens", number(usage.output));
    if (usage.reasoning > 0) {
        json::Value details = json::Value::object();
        details.add("thinking_tokens", number(usage.reasoning));
        out.add("output_tokens_details", std::move(details));
    }
    out.add("server_tool_use", {}).add("service_tier", string("standard"));
    return out;
}

Stop readStop(std::string_view reason, bool calledTools)
{
    const auto at = std::ranges::find(kStops, reason, [](const auto &one) { return one.first; });
    const Stop stop = at == kStops.end() ? Stop::End : at->second;
    return stop == Stop::End && calledTools ? Stop::ToolCalls : stop;
}

std::string writeStop(const neutral::ChoiceEnds &end, bool calledTools, bool refused)
{
    switch (end.stop) {
    case Stop::StopSequence:
        return "stop_sequence";
    case Stop::Length:
        return end.stopText == "model_context_window_exceeded" ? end.stopText : "max_tokens";
    case Stop::Filter:
    case Stop::Refusal:
        return "refusal";
    case Stop::Pause:
        return "pause_turn";
    case Stop::None:
    case Stop::End:
    case Stop::ToolCalls:
    case Stop::Failed:
        break;
    }
    return calledTools ? "tool_use" : refused ? "refusal" : "end_turn";
}

std::string readRefusal(const json::Value &stopDetails)
{
    return textOf(stopDetails, "type") == "refusal" ? textOf(stopDetails, "explanation") : std::string();
}

json::Value emptyMessage(const std::string &id, const std::string &model, const events::TokenUsage &usage)
{
    json::Value out = json::Value::object();
    out.add("id", string(id)).add("type", string("message")).add("role", string("assistant"));
    out.add("model", string(model)).add("content", json::Value::array());
    out.add("stop_reason", {}).add("stop_sequence", {}).add("stop_details", {}).add("container", {});
    out.add("usage", writeUsage(usage));
    return out;
}

json::Value thinkingBlock(const neutral::Reasoning &reasoning)
{
    const bool own = reasoning.origin == base::Dialect::Messages;
    if (own && !reasoning.encrypted.empty()) {
        json::Value out = typed("redacted_thinking");
        out.add("data", string(reasoning.encrypted));
        return out;
    }
    std::string text = reasoning.text;
    for (const std::string &part : reasoning.parts) {
        text += (text.empty() ? "" : "\n\n") + part;
    }
    json::Value out = typed("thinking");
    out.add("thinking", string(text));
    out.add("signature", string(own ? reasoning.signature : markOf(reasoning)));
    return out;
}

bool wantsThoughts(const neutral::AnswerContext &context)
{
    const neutral::Conversation *const request = context.request;
    return !request || request->thinking.on == true || !request->thinking.effort.empty()
           || !request->tools.empty();
}

AnswerIds::AnswerIds(const std::string &requestId) : m_request(cleaned(requestId)) {}

std::string AnswerIds::message(const std::string &given) const
{
    return given.starts_with("msg_") ? cleaned(given) : "msg_" + m_request;
}

std::string AnswerIds::call(const std::string &given)
{
    const std::string base =
        given.empty() ? "toolu_" + m_request + "_" + std::to_string(m_used.size()) : cleaned(given);
    std::string id = base;
    for (int i = 2; !m_used.insert(id).second; ++i) {
        id = base + "_" + std::to_string(i);
    }
    return id;
}

base::Result<neutral::Answer> readAnswer(std::string_view body)
{
    const auto root = json::readTree(body);
    const json::Value *const content = root ? arrayOf(*root, "content") : nullptr;
    if (!content || textOf(*root, "type") == "error") {
        return base::fail(base::ErrorCode::Corrupt, "the provider's answer is not a message");
    }
    neutral::Answer out{.origin = base::Dialect::Messages};
    out.id = textOf(*root, "id");
    out.model = textOf(*root, "model");
    neutral::Choice choice;
    bool called = false;
    for (const json::Value &block : content->items()) {
        if (!block.is(Type::Object)) {
            continue;
        }
        neutral::Part part = readBlock(block, neutral::Role::Assistant);
        readCitations(block, part);
        const auto *const text = std::get_if<neutral::Text>(&part.what);
        called |= std::holds_alternative<neutral::ToolCall>(part.what);
        if (!text || !text->text.empty()) {
            choice.parts.push_back(std::move(part));
        }
    }
    choice.stopText = textOf(*root, "stop_reason");
    choice.stop = readStop(choice.stopText, called);
    choice.stopSequence = textOf(*root, "stop_sequence");
    if (const json::Value *const details = root->find("stop_details")) {
        if (const std::string refusal = readRefusal(*details); !refusal.empty()) {
            choice.parts.push_back({neutral::Refusal{refusal}, std::nullopt});
        }
    }
    out.choices.push_back(std::move(choice));
    if (const json::Value *const usage = objectOf(*root, "usage")) {
        readUsage(*usage, out.usage.emplace());
        out.serviceTier = textOf(*usage, "service_tier");
    }
    return out;
}

neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context)
{
    neutral::Written out;
    neutral::DropList dropped;
    Content content(context, dropped);
    neutral::ChoiceEnds end;
    if (!answer.choices.empty()) {
        const neutral::Choice &first = answer.choices.front();
        for (const neutral::Part &part : first.parts) {
            content.add(part);
        }
        end = {
            .choice = 0, .stop = first.stop, .stopText = first.stopText, .stopSequence = first.stopSequence};
        if (!first.logprobs.is(Type::Null)) {
            dropped.add("logprobs");
        }
    }
    if (answer.choices.size() > 1) {
        dropped.add("n");
    }
    const events::TokenUsage usage = answer.usage.value_or(events::TokenUsage{.input = context.promptTokens});
    const bool unnamed = answer.model.empty() && context.request; // some relays name no model
    const std::string &model = unnamed ? context.request->model : answer.model;
    json::Value message = emptyMessage(AnswerIds(context.id).message(answer.id), model, usage);
    message.set("content", std::move(content.blocks));
    message.set("stop_reason", string(writeStop(end, content.called, content.refused)));
    if (end.stop == Stop::StopSequence) {
        message.set("stop_sequence", string(end.stopSequence));
    }
    out.body = json::writeCompact(message);
    out.dropped = dropped.take();
    return out;
}

} // namespace signalbox::messages
