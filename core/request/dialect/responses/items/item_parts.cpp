// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/items/item_parts.h"

#include <array>
#include <cstdint>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/neutral/data_url.h"
#include "core/request/dialect/neutral/tools/wire_names.h"
#include "core/request/dialect/responses/items/fields.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Media;
using neutral::Part;
using neutral::Reasoning;

constexpr std::size_t kMostName = 64; // OpenAI's, Bedrock's and Gemini's limit

void takeAddress(Media &media, const std::string &address)
{
    if (auto inside = neutral::readDataUrl(address)) {
        media.mime = std::move(inside->mime);
        media.data = std::move(inside->data);
    } else {
        media.url = address;
    }
}

Part readImage(const Value &content)
{
    Media media{.kind = Media::Kind::Image};
    if (const Value *nested = objectOf(content, "image_url")) { // as Chat has it, and some clients here too
        takeAddress(media, textOf(*nested, "url"));
        media.detail = textOf(*nested, "detail");
    } else {
        takeAddress(media, textOf(content, "image_url"));
    }
    media.fileId = textOf(content, "file_id");
    if (media.detail.empty()) {
        media.detail = textOf(content, "detail");
    }
    return {.what = std::move(media)};
}

Part readFile(const Value &content)
{
    Media media{.kind = Media::Kind::Document};
    const std::string data = textOf(content, "file_data");
    if (data.starts_with("data:")) {
        takeAddress(media, data);
    } else {
        media.data = data;
        media.url = textOf(content, "file_url");
    }
    media.fileId = textOf(content, "file_id");
    media.name = textOf(content, "filename");
    media.detail = textOf(content, "detail");
    return {.what = std::move(media)};
}

Part readAudio(const Value &content)
{
    const Value *audio = objectOf(content, "input_audio");
    Media media{.kind = Media::Kind::Audio};
    media.data = audio ? textOf(*audio, "data") : std::string();
    const std::string format = audio ? textOf(*audio, "format") : std::string();
    media.mime = format.empty() ? std::string() : "audio/" + format;
    return {.what = std::move(media)};
}

Part readText(const Value &content)
{
    neutral::Text text{.text = textOf(content, "text"), .annotations = {}};
    if (const Value *notes = arrayOf(content, "annotations"); notes && !notes->items().empty()) {
        text.annotations = *notes;
    }
    return {.what = std::move(text)};
}

/// Of a list of {text} objects. Strings in it count as text too.
std::vector<std::string> texts(const Value &item, std::string_view list)
{
    std::vector<std::string> out;
    if (const Value *entries = arrayOf(item, list)) {
        for (const Value &entry : entries->items()) {
            out.push_back(entry.is(Value::Type::String) ? entry.text() : textOf(entry, "text"));
        }
    }
    return out;
}

std::string shellArguments(const Value &item)
{
    const Value *action = objectOf(item, "action");
    if (!action) {
        return "{}";
    }
    Value arguments = *action;
    arguments.take("type");
    return json::writeCompact(arguments);
}
} // namespace

Part readContent(const Value &content)
{
    const std::string type = textOf(content, "type");
    Part part;
    if (type == "input_text" || type == "output_text" || type == "text" || type == "summary_text") {
        part = readText(content);
    } else if (type == "refusal") {
        part.what = neutral::Refusal{.text = textOf(content, "refusal")};
    } else if (type == "input_image") {
        part = readImage(content);
    } else if (type == "input_file") {
        part = readFile(content);
    } else if (type == "input_audio") {
        part = readAudio(content);
    } else {
        part = foreign(type.empty() ? "content" : type, content);
    }
    if (objectOf(content, "prompt_cache_breakpoint")) {
        part.cache = neutral::CacheMark{};
    }
    return part;
}

std::vector<std::variant<neutral::Text, Media>> readToolOutput(const Value *output)
{
    std::vector<std::variant<neutral::Text, Media>> out;
    if (!output || output->is(Value::Type::Null)) {
        return out;
    }
    if (output->is(Value::Type::String)) {
        if (!output->text().empty()) {
            out.emplace_back(neutral::Text{.text = output->text(), .annotations = {}});
        }
        return out;
    }
    if (!output->is(Value::Type::Array)) { // whatever it is, the model can read it
        out.emplace_back(neutral::Text{.text = json::writeCompact(*output), .annotations = {}});
        return out;
    }
    for (const Value &entry : output->items()) {
        Part part = readContent(entry);
        if (auto *text = std::get_if<neutral::Text>(&part.what)) {
            out.emplace_back(std::move(*text));
        } else if (auto *media = std::get_if<Media>(&part.what)) {
            out.emplace_back(std::move(*media));
        } else {
            out.emplace_back(neutral::Text{.text = json::writeCompact(entry), .annotations = {}});
        }
    }
    return out;
}

bool isCall(std::string_view itemType)
{
    return itemType == "function_call" || itemType == "custom_tool_call" || itemType == "local_shell_call";
}

neutral::ToolCall readCall(const Value &item)
{
    const std::string type = textOf(item, "type");
    neutral::ToolCall call;
    call.itemId = textOf(item, "id");
    call.id = textOf(item, "call_id");
    if (call.id.empty()) {
        call.id = call.itemId;
    }
    if (type == "local_shell_call") {
        call.name = kLocalShell;
        call.arguments = shellArguments(item);
        return call;
    }
    call.custom = type == "custom_tool_call";
    call.name = textOf(item, "name");
    const Value *said = memberOf(item, call.custom ? "input" : "arguments");
    if (said) { // an object where the JSON text should be
        call.arguments = said->is(Value::Type::String) ? said->text() : json::writeCompact(*said);
    }
    if (const std::string space = textOf(item, "namespace"); !space.empty() && !call.name.empty()) {
        call.space = neutral::ToolSpace{.name = space, .tool = call.name, .description = {}};
        call.name = joinedName(space, call.name);
    }
    return call;
}

std::vector<Part> readReasoning(const Value &item)
{
    Reasoning common;
    common.id = textOf(item, "id");
    common.origin = base::Dialect::Responses;
    std::vector<Part> out;
    std::string thoughts;
    for (const std::string &text : texts(item, "content")) {
        thoughts += text;
    }
    if (!thoughts.empty()) {
        Reasoning raw = common;
        raw.text = std::move(thoughts);
        out.push_back({.what = std::move(raw)});
    }
    std::vector<std::string> summary = texts(item, "summary");
    if (!summary.empty() || out.empty()) {
        Reasoning told = common;
        told.summary = true;
        if (summary.size() == 1) {
            told.text = std::move(summary.front());
        } else {
            told.parts = std::move(summary);
        }
        out.push_back({.what = std::move(told)});
    }
    std::get<Reasoning>(out.back().what).encrypted = textOf(item, "encrypted_content");
    return out;
}

Part foreign(std::string what, Value value)
{
    return {.what = neutral::Foreign{
                .origin = base::Dialect::Responses, .what = std::move(what), .value = std::move(value)}};
}

std::string joinedName(std::string_view space, std::string_view tool)
{
    std::string name(space);
    name += space.ends_with("__") ? "" : "__";
    name += tool;
    return neutral::plainName(name, kMostName);
}

} // namespace signalbox::responses
