// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/gemini/words.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/neutral/value_read.h"

namespace signalbox::gemini {

namespace {
using json::Value;
using neutral::integerOf;
using neutral::Stop;
using neutral::textOf;

constexpr std::int64_t kMostTokens = 1'000'000'000'000;

constexpr std::array<std::string_view, 8> kFiltered{"SAFETY",
                                                    "RECITATION",
                                                    "BLOCKLIST",
                                                    "PROHIBITED_CONTENT",
                                                    "SPII",
                                                    "IMAGE_SAFETY",
                                                    "IMAGE_PROHIBITED_CONTENT",
                                                    "LANGUAGE"};

struct Status {
    int code;
    std::string_view name;
};
constexpr std::array kStatuses{
    Status{400, "INVALID_ARGUMENT"}, Status{401, "UNAUTHENTICATED"},   Status{403, "PERMISSION_DENIED"},
    Status{404, "NOT_FOUND"},        Status{409, "ABORTED"},           Status{429, "RESOURCE_EXHAUSTED"},
    Status{499, "CANCELLED"},        Status{500, "INTERNAL"},          Status{501, "UNIMPLEMENTED"},
    Status{503, "UNAVAILABLE"},      Status{504, "DEADLINE_EXCEEDED"},
};

std::string usualType(int status)
{
    return status == 429                   ? "rate_limit_error"
           : status >= 400 && status < 500 ? "invalid_request_error"
                                           : "server_error";
}

std::int64_t count(const Value &usage, std::string_view name)
{
    return std::clamp<std::int64_t>(integerOf(usage, name).value_or(0), 0, kMostTokens);
}

std::int64_t ofModality(const Value &usage, std::string_view list, std::string_view modality)
{
    for (const Value &one : neutral::itemsOf(usage, list)) {
        if (textOf(one, "modality") == modality) {
            return count(one, "tokenCount");
        }
    }
    return 0;
}
} // namespace

bool thinksByLevel(std::string_view model)
{
    const std::size_t at = model.rfind("gemini-");
    if (at == std::string_view::npos || at + 7 >= model.size()) {
        return false; // Gemma, and whatever else does not think so
    }
    const std::string_view version = model.substr(at + 7);
    const bool old = version.starts_with("1.") || version.starts_with("2.") || version.starts_with("1-")
                     || version.starts_with("2-") || version.starts_with("pro-vision") || version == "pro";
    return !old;
}

Stop stopOf(std::string_view finishReason)
{
    if (finishReason.empty() || finishReason == "FINISH_REASON_UNSPECIFIED") {
        return Stop::None;
    }
    if (finishReason == "STOP") {
        return Stop::End;
    }
    if (finishReason == "MAX_TOKENS") {
        return Stop::Length;
    }
    return std::ranges::find(kFiltered, finishReason) != kFiltered.end() ? Stop::Filter : Stop::Failed;
}

std::string_view finishReasonOf(Stop stop)
{
    switch (stop) {
    case Stop::Length:
        return "MAX_TOKENS";
    case Stop::Filter:
    case Stop::Refusal:
        return "SAFETY";
    case Stop::Failed:
        return "OTHER";
    case Stop::None:
    case Stop::End:
    case Stop::StopSequence:
    case Stop::ToolCalls:
    case Stop::Pause:
        break;
    }
    return "STOP";
}

std::optional<events::TokenUsage> usageIn(const Value &root)
{
    const Value *usage = neutral::objectOf(root, "usageMetadata");
    if (!usage) {
        return std::nullopt;
    }
    const std::int64_t prompt = count(*usage, "promptTokenCount") + count(*usage, "toolUsePromptTokenCount");
    const std::int64_t thoughts = count(*usage, "thoughtsTokenCount");
    events::TokenUsage out;
    out.cachedInput = std::min(count(*usage, "cachedContentTokenCount"), prompt);
    out.input = prompt - out.cachedInput;
    out.output =
        std::max(count(*usage, "candidatesTokenCount") + thoughts, count(*usage, "totalTokenCount") - prompt);
    out.reasoning = std::min(thoughts, out.output);
    out.audioInput = std::min(ofModality(*usage, "promptTokensDetails", "AUDIO"), out.input);
    out.imageInput = std::min(ofModality(*usage, "promptTokensDetails", "IMAGE"), out.input);
    out.audioOutput = std::min(ofModality(*usage, "candidatesTokensDetails", "AUDIO"), out.output);
    return out;
}

Value usageOf(const events::TokenUsage &usage)
{
    const auto some = [](Value &out, const char *name, std::int64_t n) {
        if (n > 0) {
            out.add(name, Value::integer(n));
        }
    };
    Value out = Value::object();
    out.add("promptTokenCount", Value::integer(usage.prompt()));
    out.add("candidatesTokenCount", Value::integer(usage.output - usage.reasoning));
    out.add("totalTokenCount", Value::integer(usage.prompt() + usage.output));
    some(out, "cachedContentTokenCount", usage.cachedInput);
    some(out, "thoughtsTokenCount", usage.reasoning);
    Value details = Value::array();
    const auto detail = [&details](const char *modality, std::int64_t n) {
        if (n > 0) {
            Value one = Value::object();
            one.add("modality", Value::string(modality));
            one.add("tokenCount", Value::integer(n));
            details.append(std::move(one));
        }
    };
    detail("AUDIO", usage.audioInput);
    detail("IMAGE", usage.imageInput);
    if (!details.items().empty()) {
        out.add("promptTokensDetails", std::move(details));
    }
    return out;
}

std::optional<neutral::Failure> failureIn(const Value &root)
{
    const Value &place = root.is(Value::Type::Array) && !root.items().empty() ? root.items().front() : root;
    const Value *error = neutral::memberOf(place, "error");
    if (!error) {
        return std::nullopt;
    }
    neutral::Failure out;
    if (!error->is(Value::Type::Object)) {
        out.message = error->text();
        return out;
    }
    out.message = textOf(*error, "message");
    out.code = textOf(*error, "status");
    const auto named = std::ranges::find(kStatuses, out.code, &Status::name);
    const std::int64_t code =
        integerOf(*error, "code").value_or(named == kStatuses.end() ? 500 : named->code);
    out.status = code >= 400 && code < 600 ? static_cast<int>(code) : 500;
    out.type = usualType(out.status);
    return out;
}

std::string failureBody(const neutral::Failure &failure)
{
    const auto known = std::ranges::find(kStatuses, failure.status, &Status::code);
    const std::string_view name = known != kStatuses.end() ? known->name
                                  : failure.status < 500   ? "FAILED_PRECONDITION"
                                                           : "INTERNAL";
    Value error = Value::object();
    error.add("code", Value::integer(failure.status));
    error.add("message", Value::string(failure.message));
    error.add("status", Value::string(std::string(name)));
    Value out = Value::object();
    out.add("error", std::move(error));
    return json::writeCompact(out);
}

} // namespace signalbox::gemini
