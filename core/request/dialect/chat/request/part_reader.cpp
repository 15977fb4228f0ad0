// SPDX-License-Identifier: GPL-3.0-or-later
// {"type":"text","text"} | {"type":"image_url","image_url":{"url","detail"?}}
// {"type":"input_audio","input_audio":{"data","format"}} |
// {"type":"file","file":{"filename"?,"file_data"|"file_id"}}
// {"type":"refusal","refusal"} | {"type":"video_url","video_url":{"url"}} (OpenRouter)
// {"type":"thinking","thinking":[{"type":"text","text"}]} (Mistral)
#include <algorithm>

#include "core/request/dialect/chat/request/message_reader.h"
#include "core/request/dialect/neutral/data_url.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::Media;
using neutral::memberOf;
using neutral::Part;
using neutral::textOf;
using Type = Value::Type;

/// {"url": …}, or the URL alone.
Media mediaAt(Media::Kind kind, const Value &part, std::string_view name)
{
    Media out{.kind = kind};
    const Value *inside = memberOf(part, name);
    const std::string &url = !inside                    ? textOf(part, "url")
                             : inside->is(Type::String) ? inside->text()
                                                        : textOf(*inside, "url");
    if (auto data = neutral::readDataUrl(url)) {
        out.mime = std::move(data->mime);
        out.data = std::move(data->data);
    } else {
        out.url = url;
    }
    out.detail = textOf(inside ? *inside : part, "detail");
    return out;
}

Media audio(const Value &part)
{
    Media out{.kind = Media::Kind::Audio};
    if (const Value *inside = neutral::objectOf(part, "input_audio")) {
        out.data = textOf(*inside, "data");
        const std::string &format = textOf(*inside, "format");
        out.mime = format == "mp3" ? "audio/mpeg" : format.empty() ? "" : "audio/" + format;
        if (auto url = neutral::readDataUrl(out.data)) {
            out.data = std::move(url->data);
        }
    }
    return out;
}

Media file(const Value &part)
{
    Media out{.kind = Media::Kind::Document};
    const Value *inside = neutral::objectOf(part, "file");
    if (!inside) {
        return out;
    }
    out.name = textOf(*inside, "filename");
    out.fileId = textOf(*inside, "file_id");
    const std::string &data = textOf(*inside, "file_data");
    if (auto url = neutral::readDataUrl(data)) {
        out.mime = std::move(url->mime);
        out.data = std::move(url->data);
    } else if (data.starts_with("https://") || data.starts_with("http://")) {
        out.url = data; // OpenRouter
    } else {
        out.data = data;
    }
    return out;
}

std::string thinking(const Value &part)
{
    std::string out = textOf(part, "thinking");
    for (const Value &piece : neutral::itemsOf(part, "thinking")) {
        out += textOf(piece, "text");
    }
    return out;
}

std::optional<neutral::CacheMark> cacheMark(const Value &part)
{
    if (const Value *mark = neutral::objectOf(part, "cache_control")) {
        return neutral::CacheMark{.ttl = textOf(*mark, "ttl")};
    }
    if (neutral::objectOf(part, "prompt_cache_breakpoint")) {
        return neutral::CacheMark{};
    }
    return std::nullopt;
}

Part readPart(const Value &value)
{
    Part out;
    out.cache = cacheMark(value);
    const std::string &type = textOf(value, "type");
    const bool saysText = memberOf(value, "text") && memberOf(value, "text")->is(Type::String);
    if ((type.empty() && saysText) || type == "text" || type == "input_text" || type == "output_text") {
        out.what = neutral::Text{.text = textOf(value, "text"),
                                 .annotations = neutral::valueOf(value, "annotations")};
    } else if (type == "image_url" || type == "input_image") {
        out.what = mediaAt(Media::Kind::Image, value, "image_url");
    } else if (type == "video_url") {
        out.what = mediaAt(Media::Kind::Video, value, "video_url");
    } else if (type == "input_audio") {
        out.what = audio(value);
    } else if (type == "file") {
        out.what = file(value);
    } else if (type == "refusal") {
        out.what = neutral::Refusal{textOf(value, "refusal")};
    } else if (type == "thinking" || type == "reasoning") {
        out.what = neutral::Reasoning{.text = thinking(value)};
    } else {
        out.what = neutral::Foreign{.origin = base::Dialect::Chat, .what = type, .value = value};
    }
    return out;
}

bool saysNothing(const Part &part)
{
    if (part.cache) {
        return false;
    }
    if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
        return text->text.empty() && text->annotations.is(Type::Null);
    }
    const auto *reasoning = std::get_if<neutral::Reasoning>(&part.what);
    return reasoning && reasoning->text.empty();
}
} // namespace

base::Result<std::vector<Part>> readContent(const Value &content, const std::string &path)
{
    std::vector<Part> out;
    if (content.is(Type::String)) {
        if (!content.text().empty()) {
            out.push_back({.what = neutral::Text{.text = content.text()}, .cache = {}});
        }
        return out;
    }
    if (content.is(Type::Object)) {
        out.push_back(readPart(content));
        return out;
    }
    if (!content.is(Type::Array)) {
        return content.is(Type::Null) ? base::Result<std::vector<Part>>(std::move(out))
                                      : base::fail(base::ErrorCode::InvalidArgument,
                                                   path + " must be a string or an array, not "
                                                       + std::string(describe(content.type())));
    }
    for (std::size_t i = 0; i < content.items().size(); ++i) {
        const Value &item = content.items()[i];
        const std::string at = path + "[" + std::to_string(i) + "]";
        if (item.is(Type::String)) {
            out.push_back({.what = neutral::Text{.text = item.text()}, .cache = {}});
        } else if (!item.is(Type::Object)) {
            return base::fail(base::ErrorCode::InvalidArgument, at + " must be an object");
        } else if (textOf(item, "type").empty() && !memberOf(item, "text")) {
            return base::fail(base::ErrorCode::InvalidArgument, at + ".type is missing");
        } else {
            out.push_back(readPart(item));
        }
        if (saysNothing(out.back())) {
            out.pop_back();
        }
    }
    return out;
}

} // namespace signalbox::chat
