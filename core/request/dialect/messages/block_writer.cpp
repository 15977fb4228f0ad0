// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/block_writer.h"

#include <array>
#include <utility>

#include <QByteArray>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/utf8.h"

namespace signalbox::messages {

namespace {
using neutral::Media;
using neutral::Role;
using Type = json::Value::Type;

/// Media types are often wrong, and Anthropic looks: the first bytes tell the four that it takes.
std::string_view imageType(const Media &media)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kHeads = {
        {{"iVBOR", "image/png"}, {"/9j/", "image/jpeg"}, {"R0lGOD", "image/gif"}, {"UklGR", "image/webp"}}};
    for (const auto &[head, type] : kHeads) {
        if (media.data.starts_with(head)) {
            return type;
        }
    }
    if (media.mime == "image/jpg") {
        return "image/jpeg";
    }
    const bool taken = std::ranges::any_of(kHeads, [&](const auto &one) { return one.second == media.mime; });
    return taken ? std::string_view(media.mime) : std::string_view();
}

bool isHttp(std::string_view url)
{
    return url.starts_with("https://") || url.starts_with("http://");
}

json::Value urlSource(const std::string &url)
{
    json::Value out = typed("url");
    out.add("url", json::Value::string(url));
    return out;
}

json::Value base64Source(std::string_view type, const std::string &data)
{
    json::Value out = typed("base64");
    out.add("media_type", string(type)).add("data", json::Value::string(data));
    return out;
}

json::Value textSource(std::string text)
{
    json::Value out = typed("text");
    out.add("media_type", string("text/plain")).add("data", json::Value::string(std::move(text)));
    return out;
}

bool isText(std::string_view mime)
{
    return mime.starts_with("text/") || mime == "application/json" || mime == "application/xml";
}
} // namespace

const json::Value *arrayOf(const json::Value &object, std::string_view name)
{
    const json::Value *const value = neutral::memberOf(object, name);
    return value && value->is(Type::Array) ? value : nullptr;
}

json::Value string(std::string_view text)
{
    return json::Value::string(std::string(text));
}

json::Value typed(std::string_view type)
{
    json::Value out = json::Value::object();
    out.add("type", string(type));
    return out;
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

json::Value textBlock(std::string_view text)
{
    json::Value out = typed("text");
    out.add("text", string(text));
    return out;
}

void addCacheMark(json::Value &object, const std::optional<neutral::CacheMark> &mark)
{
    if (!mark) {
        return;
    }
    json::Value control = typed("ephemeral");
    if (mark->ttl == "5m" || mark->ttl == "1h") {
        control.add("ttl", string(mark->ttl));
    }
    object.add("cache_control", std::move(control));
}

json::Value inputOf(const neutral::ToolCall &call)
{
    json::Value out = json::Value::object();
    if (call.custom) {
        out.add("input", json::Value::string(call.arguments));
        return out;
    }
    return call.arguments == "null" ? out : neutral::argumentsObject(call.arguments);
}

const char *BlockWriter::reasoningWord() const
{
    switch (m_origin) {
    case base::Dialect::Messages:
        return "thinking";
    case base::Dialect::Chat:
        return "reasoning_content";
    default:
        return "reasoning";
    }
}

std::optional<json::Value> BlockWriter::write(const neutral::Part &part, Role role) const
{
    std::optional<json::Value> out;
    if (const auto *const text = std::get_if<neutral::Text>(&part.what)) {
        if (!isBlank(text->text)) {
            out = textBlock(text->text);
        }
    } else if (const auto *const refusal = std::get_if<neutral::Refusal>(&part.what)) {
        if (!isBlank(refusal->text)) {
            out = textBlock(refusal->text);
        }
    } else if (const auto *const media = std::get_if<Media>(&part.what)) {
        if (role == Role::User) {
            out = writeMedia(*media);
        } else if (role == Role::Assistant) {
            m_dropped.add("image in an assistant message");
        } else {
            m_dropped.lose("an image in a system message");
        }
    } else if (const auto *const reasoning = std::get_if<neutral::Reasoning>(&part.what)) {
        return writeReasoning(*reasoning); // carries no cache mark
    } else if (const auto *const foreign = std::get_if<neutral::Foreign>(&part.what)) {
        if (foreign->origin == base::Dialect::Messages) {
            return foreign->value;
        }
        m_dropped.add(foreign->what);
    }
    if (out) {
        addCacheMark(*out, part.cache);
    }
    return out;
}

std::optional<json::Value> BlockWriter::writeReasoning(const neutral::Reasoning &reasoning) const
{
    const bool own = reasoning.origin == base::Dialect::Messages;
    if (own && !reasoning.encrypted.empty()) {
        json::Value out = typed("redacted_thinking");
        out.add("data", json::Value::string(reasoning.encrypted));
        return out;
    }
    const bool kept = own && (!reasoning.signature.empty() || (m_keepsUnsigned && !reasoning.text.empty()));
    if (!kept) {
        m_dropped.add(reasoningWord());
        return std::nullopt;
    }
    json::Value out = typed("thinking");
    out.add("thinking", json::Value::string(reasoning.text));
    out.add("signature", json::Value::string(reasoning.signature));
    return out;
}

std::optional<json::Value> BlockWriter::documentSource(const Media &media) const
{
    if (!media.text.empty()) {
        return textSource(media.text);
    }
    if (media.data.empty()) {
        return std::nullopt;
    }
    if (media.mime == "application/pdf" || media.data.starts_with("JVBERi")) {
        return base64Source("application/pdf", media.data);
    }
    if (isText(media.mime)) {
        std::string text = QByteArray::fromBase64(QByteArray::fromStdString(media.data)).toStdString();
        json::repairUtf8(text);
        return isBlank(text) ? std::nullopt : std::optional(textSource(std::move(text)));
    }
    return std::nullopt;
}

std::optional<json::Value> BlockWriter::mediaSource(const Media &media) const
{
    if (!media.fileId.empty() && m_origin == base::Dialect::Messages) {
        json::Value out = typed("file");
        out.add("file_id", json::Value::string(media.fileId));
        return out;
    }
    if (isHttp(media.url)) {
        return urlSource(media.url);
    }
    if (media.kind == Media::Kind::Document) {
        return documentSource(media);
    }
    const std::string_view type = imageType(media);
    return media.data.empty() || type.empty() ? std::nullopt : std::optional(base64Source(type, media.data));
}

std::optional<json::Value> BlockWriter::writeMedia(const Media &media) const
{
    static constexpr std::array<const char *, 4> kNames = {"such an image", "audio", "video",
                                                           "such a document"};
    const bool sayable = media.kind == Media::Kind::Image || media.kind == Media::Kind::Document;
    auto source = sayable ? mediaSource(media) : std::nullopt;
    if (!source) {
        const bool byId = sayable && !media.fileId.empty();
        m_dropped.lose(byId ? "a file by its id" : kNames[static_cast<std::size_t>(media.kind)]);
        return std::nullopt;
    }
    if (media.detail == "low" || media.detail == "high") {
        m_dropped.add("image detail");
    }
    const bool document = media.kind == Media::Kind::Document;
    json::Value out = typed(document ? "document" : "image");
    out.add("source", *std::move(source));
    if (document && !media.name.empty()) {
        out.add("title", json::Value::string(media.name));
    }
    if (document && m_origin == base::Dialect::Messages) {
        for (const json::Member &member : media.extra.members()) {
            out.add(member.name, member.value);
        }
    }
    return out;
}

json::Value BlockWriter::writeCall(const neutral::ToolCall &call, const std::string &id) const
{
    json::Value out = typed("tool_use");
    out.add("id", json::Value::string(id)).add("name", json::Value::string(call.name));
    out.add("input", inputOf(call));
    return out;
}

json::Value BlockWriter::writeResult(const neutral::ToolResult &result, const std::string &id) const
{
    json::Value out = typed("tool_result");
    out.add("tool_use_id", json::Value::string(id));
    json::Value blocks = json::Value::array();
    for (const auto &one : result.content) {
        if (const auto *const text = std::get_if<neutral::Text>(&one)) {
            if (!isBlank(text->text)) {
                blocks.append(textBlock(text->text));
            }
        } else if (auto media = writeMedia(std::get<Media>(one))) {
            blocks.append(*std::move(media));
        }
    }
    const bool plain = blocks.items().size() == 1 && textOf(blocks.items()[0], "type") == "text";
    if (plain) {
        out.add("content", string(textOf(blocks.items()[0], "text")));
    } else if (!blocks.items().empty()) {
        out.add("content", std::move(blocks));
    }
    if (result.error) {
        out.add("is_error", json::Value::boolean(true));
    }
    return out;
}

std::string BlockWriter::textOfResult(const neutral::ToolResult &result)
{
    std::string out;
    for (const auto &one : result.content) {
        if (const auto *const text = std::get_if<neutral::Text>(&one)) {
            out += (out.empty() ? "" : "\n") + text->text;
        }
    }
    return out;
}

} // namespace signalbox::messages
