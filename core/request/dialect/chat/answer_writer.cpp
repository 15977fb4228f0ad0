// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/answer_writer.h"

#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/words.h"
#include "core/request/dialect/neutral/data_url.h"
#include "core/request/dialect/neutral/tools/custom_tools.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using json::Value;
using neutral::addText;
using neutral::AnswerContext;
using neutral::DropList;
using Type = Value::Type;

/// What a message is put together from.
struct Draft {
    std::string content;
    std::string refusal;
    std::string reasoning;
    Value annotations = Value::array();
    Value images = Value::array();
    Value calls = Value::array();
    Value audio;
};

void takeReasoning(const neutral::Reasoning &reasoning, Draft &out, DropList &drops)
{
    const auto add = [&out](const std::string &text) {
        out.reasoning += (out.reasoning.empty() || text.empty() ? "" : "\n\n") + text;
    };
    add(reasoning.text);
    for (const std::string &part : reasoning.parts) {
        add(part);
    }
    drops.addIf(!reasoning.signature.empty(), "thinking signature");
    drops.addIf(!reasoning.encrypted.empty(), "encrypted reasoning");
}

void takePart(const neutral::Part &part, Draft &out, DropList &drops)
{
    if (const auto *text = std::get_if<neutral::Text>(&part.what)) {
        out.content += text->text;
        for (const Value &annotation : text->annotations.items()) {
            out.annotations.append(annotationOf(annotation));
        }
    } else if (const auto *reasoning = std::get_if<neutral::Reasoning>(&part.what)) {
        takeReasoning(*reasoning, out, drops);
    } else if (const auto *call = std::get_if<neutral::ToolCall>(&part.what)) {
        out.calls.append(writtenCall(*call));
    } else if (const auto *refusal = std::get_if<neutral::Refusal>(&part.what)) {
        out.refusal += refusal->text;
    } else if (const auto *media = std::get_if<neutral::Media>(&part.what)) {
        if (Value image = writtenImage(*media, drops); !image.is(Type::Null)) {
            out.images.append(std::move(image));
        }
    } else if (const auto *foreign = std::get_if<neutral::Foreign>(&part.what)) {
        if (foreign->origin == base::Dialect::Chat && foreign->what == "audio") {
            out.audio = foreign->value;
        } else {
            drops.add(foreign->what);
        }
    }
}

Value messageOf(Draft draft)
{
    const bool other = !draft.calls.items().empty() || !draft.refusal.empty() || !draft.audio.is(Type::Null);
    Value out = Value::object();
    out.add("role", Value::string("assistant"));
    out.add("content", draft.content.empty() && other ? Value() : Value::string(std::move(draft.content)));
    out.add("refusal", draft.refusal.empty() ? Value() : Value::string(draft.refusal));
    addText(out, "reasoning_content", draft.reasoning);
    out.add("annotations", std::move(draft.annotations));
    neutral::addValue(out, "audio", draft.audio);
    if (!draft.images.items().empty()) {
        out.add("images", std::move(draft.images));
    }
    if (!draft.calls.items().empty()) {
        out.add("tool_calls", std::move(draft.calls));
    }
    return out;
}

Value choiceOf(const neutral::Choice &choice, DropList &drops)
{
    Draft draft;
    for (const neutral::Part &part : choice.parts) {
        takePart(part, draft, drops);
    }
    const bool refused = !draft.refusal.empty();
    Value out = Value::object();
    out.add("index", Value::integer(choice.index));
    out.add("message", messageOf(std::move(draft)));
    out.add("logprobs", choice.logprobs);
    out.add("finish_reason", Value::string(finishReasonOf(choice.stop, refused)));
    return out;
}

neutral::Written written(const neutral::Answer &answer, const AnswerContext &context)
{
    DropList drops;
    Value choices = Value::array();
    for (const neutral::Choice &choice : answer.choices) {
        choices.append(choiceOf(choice, drops));
    }
    const std::string &asked = context.request ? context.request->model : answer.model;
    Value out = Value::object();
    out.add("id", Value::string(answerId(answer.id, context.id)));
    out.add("object", Value::string("chat.completion"));
    out.add("created", Value::integer(answer.created > 0 ? answer.created : context.now));
    out.add("model", Value::string(answer.model.empty() ? asked : answer.model));
    out.add("choices", std::move(choices));
    if (answer.usage) {
        out.add("usage", usageOf(*answer.usage));
    }
    addText(out, "service_tier", answer.serviceTier);
    addText(out, "system_fingerprint", answer.fingerprint);
    return {.body = json::writeCompact(out), .dropped = drops.take()};
}
} // namespace

Value writtenCall(const neutral::ToolCall &call)
{
    Value inside = Value::object();
    inside.add("name", Value::string(call.name));
    inside.add(call.custom ? "input" : "arguments", Value::string(call.arguments));
    Value out = Value::object();
    out.add("id", Value::string(call.id));
    out.add("type", Value::string(call.custom ? "custom" : "function"));
    out.add(call.custom ? "custom" : "function", std::move(inside));
    if (!call.signature.empty()) {
        Value google = Value::object();
        google.add("thought_signature", Value::string(call.signature));
        Value extra = Value::object();
        extra.add("google", std::move(google));
        out.add("extra_content", std::move(extra));
    }
    return out;
}

Value writtenImage(const neutral::Media &media, DropList &drops)
{
    const std::string url = media.data.empty() ? media.url : neutral::writeDataUrl(media.mime, media.data);
    if (media.kind != neutral::Media::Kind::Image || url.empty()) {
        drops.add(media.kind == neutral::Media::Kind::Audio ? "audio" : "file");
        return {};
    }
    Value inside = Value::object();
    inside.add("url", Value::string(url));
    Value out = Value::object();
    out.add("type", Value::string("image_url"));
    out.add("image_url", std::move(inside));
    return out;
}

neutral::Written writeAnswer(const neutral::Answer &answer, const AnswerContext &context)
{
    if (context.request) {
        if (const neutral::CustomCalls calls(*context.request); calls.any()) {
            neutral::Answer restored = answer;
            calls.restore(restored);
            return written(restored, context);
        }
    }
    return written(answer, context);
}

} // namespace signalbox::chat
