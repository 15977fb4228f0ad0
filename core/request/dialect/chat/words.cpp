// SPDX-License-Identifier: GPL-3.0-or-later
// {"error":{"message","type","param","code"}} | x_groq.error | base_resp (MiniMax) | {"object":"error",…}
// (Mistral)
#include "core/request/dialect/chat/words.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/billing/chat_usage.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::chat {

namespace {
using billing::ChatUsage;
using json::Value;
using neutral::memberOf;
using neutral::objectOf;
using neutral::Stop;
using neutral::textOf;
using Type = Value::Type;

struct Word {
    std::string_view reason; ///< in small letters
    Stop stop;
};
constexpr std::array kReasons{
    Word{"length", Stop::Length},
    Word{"max_tokens", Stop::Length},
    Word{"model_length", Stop::Length}, // Mistral
    Word{"model_context_window_exceeded", Stop::Length},
    Word{"tool_calls", Stop::ToolCalls},
    Word{"tool_call", Stop::ToolCalls},
    Word{"tool_use", Stop::ToolCalls},
    Word{"function_call", Stop::ToolCalls},
    Word{"stop_sequence", Stop::StopSequence},
    Word{"content_filter", Stop::Filter},
    Word{"content_filtered", Stop::Filter},
    Word{"safety", Stop::Filter}, // Gemini behind relays
    Word{"recitation", Stop::Filter},
    Word{"prohibited_content", Stop::Filter},
    Word{"blocklist", Stop::Filter},
    Word{"spii", Stop::Filter},
    Word{"sensitive", Stop::Filter},            // Z.ai
    Word{"guardrail_intervened", Stop::Filter}, // Bedrock behind relays
    Word{"refusal", Stop::Refusal},
    Word{"pause_turn", Stop::Pause},
    Word{"error", Stop::Failed},                        // OpenRouter, Mistral, Cohere
    Word{"insufficient_system_resource", Stop::Failed}, // DeepSeek
    Word{"network_error", Stop::Failed},                // Z.ai
    Word{"malformed_function_call", Stop::Failed},
};

bool truthy(const Value *value)
{
    if (!value) {
        return false;
    }
    switch (value->type()) {
    case Type::Bool:
        return value->toBool();
    case Type::Number:
        return neutral::toInteger(*value) != 0;
    case Type::String:
        return !value->text().empty();
    case Type::Array:
        return !value->items().empty();
    case Type::Object:
        return !value->members().empty();
    case Type::Null:
        break;
    }
    return false;
}

int statusIn(const Value &error)
{
    for (const char *name : {"code", "status", "status_code"}) {
        const Value *value = memberOf(error, name);
        const bool number = value && (value->is(Type::Number) || value->is(Type::String));
        const auto code = number ? neutral::toInteger(Value::number(value->text())) : std::nullopt;
        if (code && *code >= 400 && *code < 600) {
            return static_cast<int>(*code);
        }
    }
    return 500;
}

neutral::Failure readFailure(const Value &error)
{
    neutral::Failure out;
    if (!error.is(Type::Object)) {
        out.message = error.is(Type::String) ? error.text() : json::writeCompact(error);
        return out;
    }
    out.status = statusIn(error);
    out.message = textOf(error, "message");
    if (out.message.empty()) {
        out.message = textOf(error, "status_msg");
    }
    out.type = textOf(error, "type");
    out.param = textOf(error, "param");
    if (const Value *code = memberOf(error, "code"); code && !code->is(Type::Object)) {
        out.code = code->text(); // a number with some vendors
    }
    return out;
}

std::string usualType(int status)
{
    return status == 429                   ? "rate_limit_error"
           : status >= 400 && status < 500 ? "invalid_request_error"
                                           : "server_error";
}

std::int64_t count(const Value &value)
{
    return std::clamp<std::int64_t>(neutral::toInteger(value).value_or(0), 0, ChatUsage::kMostTokens);
}
} // namespace

Stop stopOf(std::string_view finishReason)
{
    std::string small(finishReason);
    std::ranges::transform(small, small.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (small.empty()) {
        return Stop::None;
    }
    const auto word = std::ranges::find(kReasons, small, &Word::reason);
    return word == kReasons.end() ? Stop::End : word->stop;
}

std::string finishReasonOf(Stop stop, bool refused)
{
    switch (stop) {
    case Stop::Length:
        return "length";
    case Stop::ToolCalls:
        return "tool_calls";
    case Stop::Filter:
        return "content_filter";
    case Stop::Refusal:
        return refused ? "stop" : "content_filter";
    case Stop::Failed:
        return "error";
    case Stop::None:
    case Stop::End:
    case Stop::StopSequence:
    case Stop::Pause:
        break;
    }
    return "stop";
}

std::optional<neutral::Failure> failureIn(const Value &root)
{
    if (const Value *error = memberOf(root, "error"); truthy(error)) {
        return readFailure(*error);
    }
    if (textOf(root, "object") == "error") {
        return readFailure(root);
    }
    if (const Value *groq = objectOf(root, "x_groq"); groq && truthy(memberOf(*groq, "error"))) {
        return readFailure(*memberOf(*groq, "error"));
    }
    if (const Value *base = objectOf(root, "base_resp"); base && truthy(memberOf(*base, "status_code"))) {
        return readFailure(*base);
    }
    return std::nullopt;
}

std::string failureBody(const neutral::Failure &failure)
{
    const auto orNull = [](const std::string &text) { return text.empty() ? Value() : Value::string(text); };
    Value error = Value::object();
    error.add("message", Value::string(failure.message));
    error.add("type", Value::string(failure.type.empty() ? usualType(failure.status) : failure.type));
    error.add("param", orNull(failure.param));
    error.add("code", orNull(failure.code));
    Value out = Value::object();
    out.add("error", std::move(error));
    return json::writeCompact(out);
}

std::optional<events::TokenUsage> usageIn(const Value &root)
{
    const Value *usage = objectOf(root, "usage");
    if (const Value *groq = usage ? nullptr : objectOf(root, "x_groq")) {
        usage = objectOf(*groq, "usage");
    }
    for (const Value &choice : neutral::itemsOf(root, "choices")) {
        usage = usage ? usage : objectOf(choice, "usage"); // Moonshot's older models
    }
    if (!usage) {
        return std::nullopt;
    }
    ChatUsage out;
    for (const json::Member &member : usage->members()) {
        if (member.name == "prompt_tokens_details") {
            for (const json::Member &detail : member.value.members()) {
                out.takePromptDetail(detail.name, count(detail.value));
            }
        } else if (member.name == "completion_tokens_details") {
            for (const json::Member &detail : member.value.members()) {
                out.takeCompletionDetail(detail.name, count(detail.value));
            }
        } else {
            out.take(member.name, count(member.value));
        }
    }
    return out.billed();
}

Value usageOf(const events::TokenUsage &usage)
{
    Value prompt = Value::object();
    prompt.add("cached_tokens", Value::integer(usage.cachedInput));
    if (const std::int64_t written = usage.cacheWrite + usage.cacheWrite1h; written > 0) {
        prompt.add("cache_write_tokens", Value::integer(written));
    }
    prompt.add("audio_tokens", Value::integer(usage.audioInput));
    if (usage.imageInput > 0) {
        prompt.add("image_tokens", Value::integer(usage.imageInput));
    }
    Value completion = Value::object();
    completion.add("reasoning_tokens", Value::integer(usage.reasoning));
    completion.add("audio_tokens", Value::integer(usage.audioOutput));
    completion.add("accepted_prediction_tokens", Value::integer(0));
    completion.add("rejected_prediction_tokens", Value::integer(0));
    Value out = Value::object();
    out.add("prompt_tokens", Value::integer(usage.prompt()));
    out.add("completion_tokens", Value::integer(usage.output));
    out.add("total_tokens", Value::integer(usage.prompt() + usage.output));
    out.add("prompt_tokens_details", std::move(prompt));
    out.add("completion_tokens_details", std::move(completion));
    return out;
}

std::string answerId(const std::string &given, const std::string &request)
{
    return given.starts_with("chatcmpl") ? given : "chatcmpl-" + request;
}

Value annotationOf(const Value &annotation)
{
    if (textOf(annotation, "type") != "url_citation" || objectOf(annotation, "url_citation")) {
        return annotation;
    }
    Value inside = annotation;
    inside.take("type");
    Value out = Value::object();
    out.add("type", Value::string("url_citation"));
    out.add("url_citation", std::move(inside));
    return out;
}

} // namespace signalbox::chat
