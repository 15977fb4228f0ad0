// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/part_writer.h"

#include <array>

#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::addText;
using neutral::Media;

struct Extension {
    std::string_view end;
    const char *mime;
};
constexpr std::array kExtensions{
    Extension{".jpg", "image/jpeg"},      Extension{".jpeg", "image/jpeg"}, Extension{".png", "image/png"},
    Extension{".webp", "image/webp"},     Extension{".gif", "image/gif"},   Extension{".heic", "image/heic"},
    Extension{".pdf", "application/pdf"}, Extension{".mp3", "audio/mp3"},   Extension{".wav", "audio/wav"},
    Extension{".mp4", "video/mp4"},       Extension{".txt", "text/plain"},
};

const char *usualMime(Media::Kind kind)
{
    switch (kind) {
    case Media::Kind::Image:
        return "image/png";
    case Media::Kind::Audio:
        return "audio/wav";
    case Media::Kind::Video:
        return "video/mp4";
    case Media::Kind::Document:
        break;
    }
    return "application/pdf";
}

std::string mimeOf(const Media &media)
{
    if (!media.mime.empty()) {
        return media.mime;
    }
    const std::string_view address = media.url.empty() ? media.name : media.url;
    const std::string_view path = address.substr(0, address.find('?'));
    for (const Extension &one : kExtensions) {
        if (path.ends_with(one.end)) {
            return one.mime;
        }
    }
    return usualMime(media.kind);
}

Value named(const char *name, Value inside)
{
    Value out = Value::object();
    out.add(name, std::move(inside));
    return out;
}

Value callPart(const neutral::ToolCall &call, bool ids)
{
    Value inside = Value::object();
    if (ids) {
        addText(inside, "id", call.id);
    }
    inside.add("name", Value::string(call.name));
    if (call.custom) {
        inside.add("args", named("input", Value::string(call.arguments)));
    } else {
        inside.add("args", neutral::argumentsObject(call.arguments));
    }
    Value out = named("functionCall", std::move(inside));
    addText(out, "thoughtSignature", call.signature);
    return out;
}

/// Only Gemini's own thoughts: it has no use for those of others.
std::optional<Value> thoughtPart(const neutral::Reasoning &thought, neutral::DropList &drops)
{
    if (thought.origin != base::Dialect::Gemini || (thought.text.empty() && thought.signature.empty())) {
        drops.add(thought.origin == base::Dialect::Messages    ? "thinking"
                  : thought.origin == base::Dialect::Responses ? "reasoning"
                                                               : "reasoning_content");
        return std::nullopt;
    }
    Value out = textPart(thought.text);
    if (!thought.text.empty()) {
        out.add("thought", Value::boolean(true));
    }
    addText(out, "thoughtSignature", thought.signature);
    return out;
}
} // namespace

Value textPart(const std::string &text)
{
    return named("text", Value::string(text));
}

std::optional<Value> writeMedia(const Media &media, neutral::DropList &drops)
{
    if (!media.text.empty()) {
        return textPart((media.name.empty() ? "" : media.name + "\n\n") + media.text);
    }
    drops.addIf(!media.detail.empty() && media.detail != "auto", "image detail");
    Value inside = Value::object();
    inside.add("mimeType", Value::string(mimeOf(media)));
    if (!media.data.empty()) {
        inside.add("data", Value::string(media.data));
        return named("inlineData", std::move(inside));
    }
    if (!media.url.empty()) {
        inside.add("fileUri", Value::string(media.url));
        return named("fileData", std::move(inside));
    }
    drops.lose(media.kind == Media::Kind::Image ? "an image by its file id" : "a document by its file id");
    return std::nullopt;
}

std::optional<Value> writePart(const neutral::Part &part, bool ids, neutral::DropList &drops)
{
    drops.addIf(part.cache.has_value(), "cache_control");
    if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
        return text->text.empty() ? std::nullopt : std::optional(textPart(text->text));
    }
    if (const auto *media = std::get_if<Media>(&part.what)) {
        return writeMedia(*media, drops);
    }
    if (const auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
        return callPart(*call, ids);
    }
    if (const auto *thought = std::get_if<neutral::Reasoning>(&part.what)) {
        return thoughtPart(*thought, drops);
    }
    if (const auto *refusal = std::get_if<neutral::Refusal>(&part.what)) {
        return textPart(refusal->text);
    }
    const auto *foreign = std::get_if<neutral::Foreign>(&part.what);
    if (foreign && foreign->origin == base::Dialect::Gemini) {
        return foreign->value;
    }
    if (foreign) {
        drops.add(foreign->what);
    }
    return std::nullopt;
}

} // namespace signalbox::gemini
