// SPDX-License-Identifier: GPL-3.0-or-later
// {"text"} | {"inlineData":{"mimeType","data"}} | {"fileData":{"mimeType"?,"fileUri"}}
// {"functionCall":{"id"?,"name","args"?}} | {"functionResponse":{"id"?,"name","response":{…}}}
// each with "thought"?: true and "thoughtSignature"?
#include "core/request/dialect/gemini/part_reader.h"

#include "core/foundation/json/writer.h"
#include "core/request/dialect/gemini/words.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::Media;
using neutral::memberOf;
using neutral::objectOf;
using neutral::Part;
using neutral::textOf;

Media::Kind kindOf(const std::string &mime)
{
    return mime.starts_with("audio/")   ? Media::Kind::Audio
           : mime.starts_with("video/") ? Media::Kind::Video
           : mime.starts_with("image/") ? Media::Kind::Image
                                        : Media::Kind::Document;
}

Media media(const Value &data)
{
    Media out;
    out.mime = textOf(data, "mimeType");
    out.kind = kindOf(out.mime);
    out.data = textOf(data, "data");
    out.url = textOf(data, "fileUri");
    out.name = textOf(data, "displayName");
    return out;
}

neutral::ToolCall call(const Value &part, const Value &value)
{
    neutral::ToolCall out{.id = textOf(value, "id"), .name = textOf(value, "name")};
    const Value *args = objectOf(value, "args");
    out.arguments = args ? json::writeCompact(*args) : "{}";
    out.signature = signatureOf(part);
    return out;
}

/// As this codec writes it: one text under `result` or `error`. Otherwise the object itself.
neutral::ToolResult result(const Value &value)
{
    neutral::ToolResult out{.callId = textOf(value, "id"), .name = textOf(value, "name")};
    const Value *response = memberOf(value, "response");
    if (!response) {
        return out;
    }
    for (const char *name : {"result", "output", "error"}) {
        const Value *only = response->members().size() == 1 ? memberOf(*response, name) : nullptr;
        if (only && only->is(Value::Type::String)) {
            out.error = std::string_view(name) == "error";
            if (!only->text().empty()) {
                out.content.emplace_back(neutral::Text{.text = only->text()});
            }
            return out;
        }
    }
    out.content.emplace_back(neutral::Text{.text = json::writeCompact(*response)});
    return out;
}
} // namespace

std::string signatureOf(const Value &part)
{
    const std::string &out = textOf(part, "thoughtSignature");
    return out == kNoSignature ? std::string() : out;
}

Part readPart(const Value &value)
{
    Part out;
    if (const Value *text = memberOf(value, "text"); text && text->is(Value::Type::String)) {
        if (neutral::boolOf(value, "thought").value_or(false)) {
            out.what = neutral::Reasoning{
                .text = text->text(), .signature = signatureOf(value), .origin = base::Dialect::Gemini};
        } else {
            out.what = neutral::Text{.text = text->text()};
        }
    } else if (const Value *data = objectOf(value, "inlineData")) {
        out.what = media(*data);
    } else if (const Value *file = objectOf(value, "fileData")) {
        out.what = media(*file);
    } else if (const Value *called = objectOf(value, "functionCall")) {
        out.what = call(value, *called);
    } else if (const Value *answered = objectOf(value, "functionResponse")) {
        out.what = result(*answered);
    } else {
        out.what = neutral::Foreign{.origin = base::Dialect::Gemini, .what = "part", .value = value};
        for (const json::Member &member : value.members()) {
            if (member.value.is(Value::Type::Object)) {
                std::get<neutral::Foreign>(out.what).what = member.name; // executableCode, say
                break;
            }
        }
    }
    return out;
}

} // namespace signalbox::gemini
