// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/marks.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/block_writer.h"

namespace signalbox::messages {

namespace {
using Type = json::Value::Type;
constexpr std::string_view kMark = "signalbox:";

bool isMarked(const json::Value &block)
{
    return textOf(block, "type") == "thinking" && textOf(block, "signature").starts_with(kMark);
}

bool hasBlock(const json::Value &message, std::string_view type)
{
    const json::Value *const content = arrayOf(message, "content");
    return content && std::ranges::any_of(content->items(), [&](const json::Value &block) {
               return textOf(block, "type") == type;
           });
}

/// Anthropic wants the turn that is being worked on to begin with its thoughts.
bool openTurnLacksThoughts(const json::Value &messages)
{
    for (std::size_t i = messages.items().size(); i-- > 0;) {
        const json::Value &message = messages.items()[i];
        if (textOf(message, "role") != "assistant") {
            if (!hasBlock(message, "tool_result")) {
                return false;
            }
            continue;
        }
        const json::Value *const content = arrayOf(message, "content");
        const std::string first =
            content && !content->items().empty() ? textOf(content->items().front(), "type") : "";
        return hasBlock(message, "tool_use") && first != "thinking" && first != "redacted_thinking";
    }
    return false;
}
} // namespace

std::string markOf(const neutral::Reasoning &reasoning)
{
    const bool encrypted = !reasoning.encrypted.empty();
    std::string out(kMark);
    out += base::toText(reasoning.origin);
    out += ':';
    out += reasoning.id.find(':') == std::string::npos ? reasoning.id : std::string();
    out += ':';
    out += encrypted ? "e" : reasoning.signature.empty() ? "" : "s";
    out += reasoning.summary ? "y:" : ":";
    return out + (encrypted ? reasoning.encrypted : reasoning.signature);
}

std::optional<neutral::Reasoning> readMark(std::string_view signature)
{
    if (!signature.starts_with(kMark)) {
        return std::nullopt;
    }
    std::string_view rest = signature.substr(kMark.size());
    std::array<std::string_view, 3> fields;
    for (std::string_view &field : fields) {
        const std::size_t end = rest.find(':');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        field = rest.substr(0, end);
        rest.remove_prefix(end + 1);
    }
    const auto origin = base::dialectFromText(fields[0]);
    if (!origin) {
        return std::nullopt;
    }
    neutral::Reasoning out{.id = std::string(fields[1]), .origin = *origin};
    out.summary = fields[2].find('y') != std::string_view::npos;
    (fields[2].find('e') != std::string_view::npos ? out.encrypted : out.signature) = rest;
    return out;
}

std::optional<std::string> withoutMarkedThinking(std::string_view body)
{
    if (body.find(kMark) == std::string_view::npos) {
        return std::nullopt; // the usual case costs one search
    }
    auto root = json::readTree(body);
    json::Value *const messages = root ? root->find("messages") : nullptr;
    if (!messages || !messages->is(Type::Array)) {
        return std::nullopt;
    }
    std::size_t removed = 0;
    for (json::Value &message : messages->items()) {
        json::Value *const content = message.find("content");
        if (content && content->is(Type::Array) && textOf(message, "role") == "assistant") {
            removed += std::erase_if(content->items(), isMarked);
        }
    }
    if (removed == 0) {
        return std::nullopt;
    }
    std::erase_if(messages->items(), [](const json::Value &message) {
        const json::Value *const content = arrayOf(message, "content");
        return content && content->items().empty();
    });
    const json::Value *const thinking = objectOf(*root, "thinking");
    if (thinking && textOf(*thinking, "type") == "enabled" && openTurnLacksThoughts(*messages)) {
        root->take("thinking");
    }
    return json::writeCompact(*root);
}

} // namespace signalbox::messages
