// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/request/input_writer.h"

#include <optional>
#include <utility>

#include "core/request/dialect/neutral/data_url.h"
#include "core/request/dialect/responses/items/fields.h"
#include "core/request/dialect/responses/items/item_values.h"

namespace signalbox::responses {

namespace {
using base::Dialect;
using json::Value;
using neutral::Media;
using neutral::Message;
using neutral::Part;
using neutral::Role;

/// A provider believes the name more than the bytes, so a missing one is read off the first bytes.
std::string imageType(const Media &media)
{
    if (!media.mime.empty()) {
        return media.mime;
    }
    if (media.data.starts_with("/9j/")) {
        return "image/jpeg";
    }
    if (media.data.starts_with("R0lGOD")) {
        return "image/gif";
    }
    return media.data.starts_with("UklGR") ? "image/webp" : "image/png";
}

/// A part of a message's content rather than an item of its own.
bool isContent(std::string_view what)
{
    return what.starts_with("input_") || what.starts_with("output_") || what == "content" || what == "text";
}

std::string_view roleName(Role role)
{
    switch (role) {
    case Role::System:
        return "system";
    case Role::Developer:
        return "developer";
    default:
        return "user";
    }
}

Value image(const Media &media)
{
    Value out = ofType("input_image");
    if (!media.data.empty()) {
        out.add("image_url", Value::string(neutral::writeDataUrl(imageType(media), media.data)));
    } else if (!media.fileId.empty()) {
        out.add("file_id", Value::string(media.fileId));
    } else {
        out.add("image_url", Value::string(media.url));
    }
    addText(out, "detail", media.detail);
    return out;
}

Value document(const Media &media)
{
    Value out = ofType("input_file");
    addText(out, "filename", media.name);
    if (!media.data.empty()) {
        out.add(
            "file_data",
            Value::string(media.mime.empty() ? media.data : neutral::writeDataUrl(media.mime, media.data)));
    } else if (!media.fileId.empty()) {
        out.add("file_id", Value::string(media.fileId));
    } else {
        out.add("file_url", Value::string(media.url));
    }
    addText(out, "detail", media.detail);
    return out;
}

Value inputText(const std::string &text)
{
    Value out = ofType("input_text");
    out.add("text", Value::string(text));
    return out;
}

/// One text and nothing else: written as a string, which every server takes.
const neutral::Text *onlyText(const Message &message)
{
    if (message.parts.size() != 1 || message.parts.front().cache) {
        return nullptr;
    }
    const auto *text = std::get_if<neutral::Text>(&message.parts.front().what);
    return text && text->annotations.items().empty() ? text : nullptr;
}
} // namespace

void InputWriter::drop(std::string_view name)
{
    addOnce(m_dropped, name);
}

void InputWriter::mark(Value &content, const Part &part)
{
    if (!part.cache) {
        return;
    }
    if (!m_cacheMarks) {
        drop(m_conversation.origin == Dialect::Messages ? "cache_control" : "prompt_cache_breakpoint");
        return;
    }
    Value explicitly = Value::object();
    explicitly.add("mode", Value::string("explicit"));
    content.add("prompt_cache_breakpoint", std::move(explicitly));
}

std::optional<Value> InputWriter::media(const Media &media)
{
    switch (media.kind) {
    case Media::Kind::Image:
        return image(media);
    case Media::Kind::Document:
        if (media.data.empty() && !media.text.empty()) {
            if (!media.name.empty()) {
                drop("document title");
            }
            return inputText(media.text);
        }
        return document(media);
    case Media::Kind::Audio:
        if (m_conversation.origin == Dialect::Responses) {
            Value audio = Value::object();
            audio.add("data", Value::string(media.data));
            constexpr std::string_view kHead = "audio/";
            addText(audio, "format",
                    media.mime.starts_with(kHead) ? media.mime.substr(kHead.size()) : media.mime);
            Value out = ofType("input_audio");
            out.add("input_audio", std::move(audio));
            return out;
        }
        m_unsayable = "audio";
        return std::nullopt;
    case Media::Kind::Video:
        m_unsayable = "video";
        return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Value> InputWriter::inputPart(const Part &part)
{
    std::optional<Value> out;
    if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
        out = inputText(text->text);
    } else if (const auto *given = std::get_if<Media>(&part.what)) {
        out = media(*given);
    } else if (const auto *own = std::get_if<neutral::Foreign>(&part.what)) {
        if (own->origin == Dialect::Responses) {
            return own->value;
        }
        drop(own->what);
    } else {
        drop("content");
    }
    if (out) {
        mark(*out, part);
    }
    return out;
}

void InputWriter::writeGiven(const Message &message)
{
    Value item = ofType("message");
    addText(item, "id", message.id);
    item.add("role", Value::string(std::string(roleName(message.role))));
    if (const neutral::Text *text = onlyText(message)) {
        item.add("content", Value::string(text->text));
        m_items.append(std::move(item));
        return;
    }
    Value content = Value::array();
    for (const Part &part : message.parts) {
        if (std::optional<Value> written = inputPart(part)) {
            content.append(std::move(*written));
        }
    }
    if (!content.items().empty()) {
        item.add("content", std::move(content));
        m_items.append(std::move(item));
    }
}

void InputWriter::writeReasoning(const neutral::Reasoning &reasoning)
{
    if (reasoning.origin != Dialect::Responses) { // another's thoughts: OpenAI refuses what it did not think
        drop(m_conversation.origin == Dialect::Messages ? "thinking" : "reasoning_content");
        return;
    }
    // The thoughts and their summary are one item.
    Value *last = m_items.items().empty() ? nullptr : &m_items.items().back();
    const bool same = last && !reasoning.id.empty() && textOf(*last, "type") == "reasoning"
                      && textOf(*last, "id") == reasoning.id;
    if (!same) {
        m_items.append(reasoningItem(reasoning.id));
        last = &m_items.items().back();
    }
    addReasoning(*last, reasoning, reasoning.summary);
}

/// Text and refusals that follow each other are one message item; the first one has the message's id.
void InputWriter::writeAssistant(const Message &message)
{
    std::string id = message.id;
    std::string phase = message.phase;
    if (const neutral::Text *text = onlyText(message); text && id.empty()) {
        m_items.append(outputMessage({}, phase, {}, Value::string(text->text)));
        return;
    }
    Value content = Value::array();
    const auto close = [&] {
        if (!content.items().empty()) {
            m_items.append(outputMessage(std::exchange(id, {}), std::exchange(phase, {}), "completed",
                                         std::exchange(content, Value::array())));
        }
    };
    for (const Part &part : message.parts) {
        const auto *own = std::get_if<neutral::Foreign>(&part.what);
        if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
            content.append(outputText(text->text, text->annotations));
            mark(content.items().back(), part);
        } else if (const auto *refusal = std::get_if<neutral::Refusal>(&part.what)) {
            content.append(refusalContent(refusal->text));
        } else if (own && own->origin == Dialect::Responses && isContent(own->what)) {
            content.append(own->value);
        } else if (const auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
            close();
            m_items.append(callItem(*call, call->itemId, false, &m_conversation));
        } else if (const auto *reasoning = std::get_if<neutral::Reasoning>(&part.what)) {
            close();
            writeReasoning(*reasoning);
        } else if (own && own->origin == Dialect::Responses) {
            close();
            m_items.append(own->value);
        } else {
            drop(own ? std::string_view(own->what) : "assistant media");
        }
    }
    close();
}

Value InputWriter::toolOutput(const neutral::ToolResult &result)
{
    if (result.content.empty()) {
        return Value::string({});
    }
    const auto *only = std::get_if<neutral::Text>(&result.content.front());
    if (result.content.size() == 1 && only) {
        return Value::string(only->text);
    }
    Value list = Value::array();
    for (const auto &content : result.content) {
        if (const auto *text = std::get_if<neutral::Text>(&content)) {
            list.append(inputText(text->text));
        } else if (std::optional<Value> written = media(std::get<Media>(content))) {
            list.append(std::move(*written));
        }
    }
    return list;
}

void InputWriter::writeResults(const Message &message)
{
    for (const Part &part : message.parts) {
        const auto *result = std::get_if<neutral::ToolResult>(&part.what);
        if (!result) {
            drop("tool content");
            continue;
        }
        if (result->error) {
            drop("is_error");
        }
        if (part.cache) {
            drop("cache_control");
        }
        Value item = ofType(result->custom ? "custom_tool_call_output" : "function_call_output");
        item.add("call_id", Value::string(result->callId));
        item.add("output", toolOutput(*result));
        m_items.append(std::move(item));
    }
}

base::Result<Value> InputWriter::write(std::size_t from)
{
    m_items = Value::array();
    for (std::size_t i = from; i < m_conversation.messages.size(); ++i) {
        const Message &message = m_conversation.messages[i];
        if (!message.name.empty()) {
            drop("name");
        }
        if (message.role == Role::Assistant) {
            writeAssistant(message);
        } else if (message.role == Role::Tool) {
            writeResults(message);
        } else {
            writeGiven(message);
        }
        if (!m_unsayable.empty()) {
            return base::fail(base::ErrorCode::InvalidArgument, "messages[" + std::to_string(i) + "] holds "
                                                                    + m_unsayable
                                                                    + ", which OpenAI Responses cannot take");
        }
    }
    return std::move(m_items);
}

} // namespace signalbox::responses
