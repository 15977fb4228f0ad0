// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/responses/answer/outcome.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/items/fields.h"

namespace signalbox::responses {

namespace {
using json::Value;
using neutral::Failure;
using neutral::Stop;

std::int64_t count(const Value *object, std::string_view name)
{
    const std::int64_t tokens = object ? integerOf(*object, name).value_or(0) : 0;
    return std::clamp<std::int64_t>(tokens, 0, events::kMostTokens);
}

Value textOrNull(const std::string &text)
{
    return text.empty() ? Value() : Value::string(text);
}

struct CodeStatus {
    std::string_view code;
    int status;
};
constexpr std::array<CodeStatus, 14> kStatus{{
    {"rate_limit_exceeded", 429},
    {"rate_limit_error", 429},
    {"insufficient_quota", 429},
    {"usage_not_included", 429},
    {"server_is_overloaded", 503},
    {"slow_down", 503},
    {"overloaded_error", 503},
    {"context_length_exceeded", 400},
    {"invalid_prompt", 400},
    {"invalid_request_error", 400},
    {"cyber_policy", 400},
    {"bio_policy", 400},
    {"authentication_error", 401},
    {"model_not_found", 404},
}};

int statusFor(const Failure &failure)
{
    for (const std::string &word : {failure.code, failure.type}) {
        for (const CodeStatus &known : kStatus) {
            if (word == known.code) {
                return known.status;
            }
        }
        if (word.starts_with("image_") || word.starts_with("invalid_")) {
            return 400;
        }
    }
    return 500;
}

/// Numbers count: some relays write the status as the code.
std::string wordOf(const Value &object, std::string_view name)
{
    const Value *found = object.find(name);
    const bool word = found && (found->is(Value::Type::String) || found->is(Value::Type::Number));
    return word ? found->text() : std::string();
}

Value errorFields(const Failure &failure)
{
    Value error = Value::object();
    error.add("message", Value::string(failure.message));
    error.add("type", Value::string(failure.type.empty() ? "server_error" : failure.type));
    error.add("param", textOrNull(failure.param));
    error.add("code", textOrNull(failure.code));
    return error;
}
} // namespace

std::optional<events::TokenUsage> readUsage(const Value *usage)
{
    if (!usage || !usage->is(Value::Type::Object)) {
        return std::nullopt;
    }
    const Value *in = objectOf(*usage, "input_tokens_details");
    const Value *spent = objectOf(*usage, "output_tokens_details");
    const std::int64_t input = count(usage, "input_tokens");
    const std::int64_t total = count(usage, "total_tokens");
    events::TokenUsage out;
    out.cachedInput = std::min(count(in, "cached_tokens"), input);
    out.cacheWrite = std::min(count(in, "cache_write_tokens"), input - out.cachedInput);
    out.input = input - out.cachedInput - out.cacheWrite;
    out.output = std::max(count(usage, "output_tokens"), total - input);
    out.reasoning = std::min(count(spent, "reasoning_tokens"), out.output);
    out.audioInput = std::min(count(in, "audio_tokens"), out.input);
    out.imageInput = std::min(count(in, "image_tokens"), out.input);
    out.audioOutput = std::min(count(spent, "audio_tokens"), out.output);
    return out;
}

Value writeUsage(const events::TokenUsage &usage)
{
    Value in = Value::object();
    in.add("cached_tokens", Value::integer(usage.cachedInput));
    in.add("cache_write_tokens", Value::integer(usage.cacheWrite + usage.cacheWrite1h));
    Value spent = Value::object();
    spent.add("reasoning_tokens", Value::integer(usage.reasoning));
    Value out = Value::object();
    out.add("input_tokens", Value::integer(usage.prompt()));
    out.add("input_tokens_details", std::move(in));
    out.add("output_tokens", Value::integer(usage.output));
    out.add("output_tokens_details", std::move(spent));
    out.add("total_tokens", Value::integer(usage.prompt() + usage.output));
    return out;
}

void Said::note(const neutral::Part &part)
{
    call = call || std::holds_alternative<neutral::ToolCall>(part.what);
    refusal = refusal || std::holds_alternative<neutral::Refusal>(part.what);
}

Stop readStop(const Value &response, const std::string &status, Said said, std::string &stopText)
{
    stopText = status;
    if (memberOf(response, "error") || (!status.empty() && status != "completed" && status != "incomplete")) {
        return Stop::Failed;
    }
    if (status == "incomplete") {
        const Value *details = objectOf(response, "incomplete_details");
        stopText = details ? textOf(*details, "reason") : std::string();
        return stopText == "content_filter" ? Stop::Filter : Stop::Length;
    }
    if (said.call) {
        return Stop::ToolCalls;
    }
    return said.refusal ? Stop::Refusal : Stop::End;
}

std::string statusOf(Stop stop)
{
    return stop == Stop::Length || stop == Stop::Filter ? "incomplete" : "completed";
}

Value incompleteDetails(Stop stop)
{
    if (stop != Stop::Length && stop != Stop::Filter) {
        return {};
    }
    Value out = Value::object();
    out.add("reason", Value::string(stop == Stop::Length ? "max_output_tokens" : "content_filter"));
    return out;
}

Failure readFailure(const Value &error)
{
    if (error.is(Value::Type::String)) {
        return {.message = error.text(), .type = "server_error"};
    }
    const Value *inner = memberOf(error, "error");
    if (inner && (inner->is(Value::Type::Object) || inner->is(Value::Type::String))) {
        return readFailure(*inner);
    }
    Failure out;
    out.message = textOf(error, "message");
    out.code = wordOf(error, "code");
    out.type = textOf(error, "type");
    if (out.type == "error") { // the event's own type
        out.type.clear();
    }
    out.param = textOf(error, "param");
    out.status = statusFor(out);
    if (out.message.empty()) {
        out.message = out.code.empty() ? "the provider gave up without saying why" : out.code;
    }
    if (out.type.empty()) {
        out.type = out.status == 429   ? "rate_limit_error"
                   : out.status >= 500 ? "server_error"
                                       : "invalid_request_error";
    }
    return out;
}

Value responseError(const Failure &failure)
{
    const bool paced = failure.status == 429;
    Value out = Value::object();
    out.add("code", Value::string(!failure.code.empty() ? failure.code
                                  : paced               ? "rate_limit_exceeded"
                                                        : "server_error"));
    out.add("message", Value::string(failure.message));
    return out;
}

Value errorEvent(const Failure &failure, int sequence)
{
    Value out = Value::object();
    out.add("type", Value::string("error"));
    out.add("sequence_number", Value::integer(sequence));
    out.add("code", textOrNull(failure.code));
    out.add("message", Value::string(failure.message));
    out.add("param", textOrNull(failure.param));
    out.add("error", errorFields(failure));
    return out;
}

std::string failureBody(const Failure &failure)
{
    Value out = Value::object();
    out.add("error", errorFields(failure));
    return json::writeCompact(out);
}

/// Codex hears only of response.failed, other clients raise on the error.
std::string failureEvent(const Failure &failure)
{
    Value response = Value::object();
    response.add("id", Value::string("resp_failed"));
    response.add("object", Value::string("response"));
    response.add("created_at", Value::integer(0));
    response.add("status", Value::string("failed"));
    response.add("error", responseError(failure));
    response.add("incomplete_details", {});
    response.add("model", Value::string({}));
    response.add("output", Value::array());
    response.add("usage", {});
    Value failed = Value::object();
    failed.add("type", Value::string("response.failed"));
    failed.add("sequence_number", Value::integer(1));
    failed.add("response", std::move(response));
    return eventText(errorEvent(failure, 0)) + eventText(failed);
}

std::string eventText(const Value &event)
{
    return "event: " + textOf(event, "type") + "\ndata: " + json::writeCompact(event) + "\n\n";
}

} // namespace signalbox::responses
