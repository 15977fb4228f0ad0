// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/token_count.h"

#include <algorithm>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat_traits.h"
#include "core/request/dialect/neutral/value_read.h"
#include "core/request/dialect/parts/token_estimate.h"

namespace signalbox::neutral {

namespace {
constexpr std::int64_t kTokensForTheAnswer = 3;
using parts::estimateTokens;

std::int64_t tokensOf(const Media &media)
{
    switch (media.kind) {
    case Media::Kind::Image:
        return dialect::kTokensPerImage;
    case Media::Kind::Audio:
        return dialect::kTokensPerAudio;
    case Media::Kind::Video:
    case Media::Kind::Document:
        break;
    }
    return media.text.empty() ? dialect::kTokensPerFile : estimateTokens(media.text);
}

/// What each kind of part is to a prompt.
struct PartTokens {
    std::int64_t operator()(const Text &text) const { return estimateTokens(text.text); }
    std::int64_t operator()(const Media &media) const { return tokensOf(media); }
    std::int64_t operator()(const Reasoning &reasoning) const
    {
        std::int64_t sum = estimateTokens(reasoning.text);
        for (const std::string &part : reasoning.parts) {
            sum += estimateTokens(part);
        }
        return sum;
    }
    std::int64_t operator()(const ToolCall &call) const
    {
        return estimateTokens(call.name) + estimateTokens(call.arguments);
    }
    std::int64_t operator()(const ToolResult &result) const
    {
        std::int64_t sum = 0;
        for (const auto &one : result.content) {
            sum += std::visit(*this, one);
        }
        return sum;
    }
    std::int64_t operator()(const Refusal &refusal) const { return estimateTokens(refusal.text); }
    std::int64_t operator()(const Foreign &foreign) const
    {
        return estimateTokens(json::writeCompact(foreign.value));
    }

    std::int64_t operator()(const std::variant<Text, Media> &one) const { return std::visit(*this, one); }
};

/// As Chat writes it: a tool is worth the same in every dialect.
json::Value chatTool(const Tool &tool)
{
    if (tool.kind == Tool::Kind::Foreign) {
        return tool.foreign.value;
    }
    const bool custom = tool.kind == Tool::Kind::Custom;
    const char *const type = custom ? "custom" : "function";
    json::Value inner = json::Value::object();
    addText(inner, "name", tool.name);
    addText(inner, "description", tool.description);
    addValue(inner, custom ? "format" : "parameters", custom ? tool.format : tool.schema);
    addBool(inner, "strict", tool.strict);
    json::Value out = json::Value::object();
    out.add("type", json::Value::string(type)).add(type, std::move(inner));
    return out;
}

std::int64_t formatTokens(const OutputFormat &format)
{
    if (format.kind != OutputFormat::Kind::JsonSchema) {
        return 0;
    }
    json::Value inner = json::Value::object();
    addText(inner, "name", format.name);
    addText(inner, "description", format.description);
    addValue(inner, "schema", format.schema);
    addBool(inner, "strict", format.strict);
    json::Value out = json::Value::object();
    out.add("type", json::Value::string("json_schema")).add("json_schema", std::move(inner));
    return estimateTokens(json::writeCompact(out));
}
} // namespace

TokenCount countTokens(const Conversation &conversation)
{
    TokenCount out;
    for (const Message &message : conversation.messages) {
        const std::size_t results = message.role == Role::Tool ? message.parts.size() : 1;
        std::int64_t tokens = dialect::kTokensPerMessage * static_cast<std::int64_t>(results);
        for (const Part &part : message.parts) {
            tokens += std::visit(PartTokens{}, part.what);
        }
        out.messages.push_back(tokens);
    }
    out.other = kTokensForTheAnswer + formatTokens(conversation.format);
    if (!conversation.tools.empty()) {
        json::Value tools = json::Value::array();
        for (const Tool &tool : conversation.tools) {
            tools.append(chatTool(tool));
        }
        out.other += estimateTokens(json::writeCompact(tools));
    }
    return out;
}

} // namespace signalbox::neutral
