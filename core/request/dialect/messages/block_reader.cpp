// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/block_reader.h"

#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/block_writer.h"
#include "core/request/dialect/messages/marks.h"
#include "core/request/dialect/neutral/data_url.h"

namespace signalbox::messages {

namespace {
using neutral::Media;
using neutral::Role;
using Type = json::Value::Type;

/// Claude Code's first system block: it changes with every request, and is meant for Anthropic alone.
constexpr std::string_view kBillingHeader = "x-anthropic-billing-header";

neutral::Foreign foreign(const json::Value &block, std::string what)
{
    return {.origin = base::Dialect::Messages, .what = std::move(what), .value = block};
}

/// The texts of blocks that hold nothing else, one below the other.
bool readTexts(const json::Value &content, std::string &out)
{
    if (content.is(Type::String)) {
        out = content.text();
        return true;
    }
    for (const json::Value &block : content.items()) {
        if (textOf(block, "type") != "text") {
            return false;
        }
        out += (out.empty() ? "" : "\n\n") + textOf(block, "text");
    }
    return content.is(Type::Array);
}

bool readSource(const json::Value &source, Media &out)
{
    const std::string type = textOf(source, "type");
    if (type == "base64") {
        out.mime = textOf(source, "media_type");
        out.data = textOf(source, "data");
        return !out.data.empty();
    }
    if (type == "url") {
        const std::string url = textOf(source, "url");
        if (auto inUrl = neutral::readDataUrl(url)) { // which compatible providers take
            out.mime = std::move(inUrl->mime);
            out.data = std::move(inUrl->data);
        } else {
            out.url = url;
        }
        return !url.empty();
    }
    if (type == "file") {
        out.fileId = textOf(source, "file_id");
        return !out.fileId.empty();
    }
    const json::Value *const text = type == "text"      ? source.find("data")
                                    : type == "content" ? source.find("content")
                                                        : nullptr;
    out.mime = "text/plain";
    return text && out.kind == Media::Kind::Document && readTexts(*text, out.text);
}

std::optional<Media> readMedia(const json::Value &block)
{
    Media out;
    const std::string type = textOf(block, "type");
    out.kind = type == "image" ? Media::Kind::Image : Media::Kind::Document;
    const json::Value *const source = objectOf(block, "source");
    if (!source || !readSource(*source, out)) {
        return std::nullopt;
    }
    out.name = textOf(block, "title");
    for (const char *const name : {"context", "citations"}) {
        if (const json::Value *const value = block.find(name); value && !value->is(Type::Null)) {
            if (!out.extra.is(Type::Object)) {
                out.extra = json::Value::object();
            }
            out.extra.add(name, *value);
        }
    }
    return out;
}

std::variant<neutral::Text, Media> readResultBlock(const json::Value &block)
{
    const std::string type = textOf(block, "type");
    if (type == "text" || block.is(Type::String)) {
        return neutral::Text{.text = type == "text" ? textOf(block, "text") : block.text()};
    }
    if (type == "image" || type == "document") {
        if (auto media = readMedia(block)) {
            return *std::move(media);
        }
    }
    return neutral::Text{.text = json::writeCompact(block)}; // search_result, tool_reference: all of it
}

neutral::ToolResult readToolResult(const json::Value &block)
{
    neutral::ToolResult out{.callId = textOf(block, "tool_use_id")};
    out.error = boolOf(block, "is_error").value_or(false);
    const json::Value *const content = block.find("content");
    if (content && content->is(Type::String)) {
        if (!content->text().empty()) {
            out.content.emplace_back(neutral::Text{.text = content->text()});
        }
    } else if (content && content->is(Type::Array)) {
        for (const json::Value &one : content->items()) {
            out.content.push_back(readResultBlock(one));
        }
    }
    return out;
}

neutral::ToolCall readToolCall(const json::Value &block)
{
    const json::Value *const input = block.find("input");
    const bool given = input && !input->is(Type::Null);
    const bool text = input && input->is(Type::String);
    return {.id = textOf(block, "id"),
            .name = textOf(block, "name"),
            .arguments = text    ? input->text()
                         : given ? json::writeCompact(*input)
                                 : std::string("{}")};
}

neutral::Reasoning readThinking(const json::Value &block)
{
    const std::string signature = textOf(block, "signature");
    neutral::Reasoning out{.signature = signature, .origin = base::Dialect::Messages};
    if (auto marked = readMark(signature)) {
        out = *std::move(marked);
    }
    out.text = textOf(block, "thinking");
    return out;
}

decltype(neutral::Part::what) readWhat(const json::Value &block, Role role)
{
    const std::string type = textOf(block, "type");
    const bool assistant = role == Role::Assistant;
    if (type == "text") {
        const std::string text = textOf(block, "text");
        const bool system = role == Role::System;
        if (system && text.starts_with(kBillingHeader)) {
            return foreign(block, std::string(kBillingHeader));
        }
        return neutral::Text{.text = text};
    }
    if ((type == "image" || type == "document") && role == Role::User) {
        if (auto media = readMedia(block)) {
            return *std::move(media);
        }
    }
    if (type == "tool_use" && assistant) {
        return readToolCall(block);
    }
    if (type == "tool_result" && role == Role::User) {
        return readToolResult(block);
    }
    if (type == "thinking" && assistant) {
        return readThinking(block);
    }
    if (type == "redacted_thinking" && assistant) {
        return neutral::Reasoning{.encrypted = textOf(block, "data"), .origin = base::Dialect::Messages};
    }
    return foreign(block, type.empty() ? "content" : type);
}
} // namespace

neutral::Part readBlock(const json::Value &block, Role role)
{
    if (block.is(Type::String)) {
        return {neutral::Text{.text = block.text()}, std::nullopt};
    }
    neutral::Part out{readWhat(block, role), std::nullopt};
    if (!std::holds_alternative<neutral::Foreign>(out.what)) {
        out.cache = readCacheMark(block); // what is foreign keeps its own
    }
    return out;
}

std::optional<neutral::CacheMark> readCacheMark(const json::Value &object)
{
    const json::Value *const control = objectOf(object, "cache_control");
    return control ? std::optional(neutral::CacheMark{.ttl = textOf(*control, "ttl")}) : std::nullopt;
}

json::Value readCitation(const json::Value &citation, std::size_t saidBefore)
{
    const std::string url = textOf(citation, "url");
    if (url.empty()) {
        return {};
    }
    json::Value inner = json::Value::object();
    inner.add("url", string(url)).add("title", string(textOf(citation, "title")));
    inner.add("start_index", json::Value::integer(0));
    inner.add("end_index", json::Value::integer(static_cast<std::int64_t>(saidBefore)));
    json::Value out = typed("url_citation");
    out.add("url_citation", std::move(inner));
    return out;
}

} // namespace signalbox::messages
