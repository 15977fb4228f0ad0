// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/failures.h"

#include <algorithm>
#include <array>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/block_writer.h"

namespace signalbox::messages {

namespace {
using neutral::Failure;

constexpr std::string_view kTooLong = "prompt is too long";

struct Kind {
    std::string_view type; ///< Anthropic's
    int status;
    std::string_view openAiType;
    std::string_view openAiCode;
};

constexpr std::array<Kind, 11> kKinds = {
    {{"invalid_request_error", 400, "invalid_request_error", ""},
     {"authentication_error", 401, "authentication_error", "invalid_api_key"},
     {"billing_error", 402, "insufficient_quota", "insufficient_quota"},
     {"permission_error", 403, "permission_error", ""},
     {"not_found_error", 404, "not_found_error", "model_not_found"},
     {"conflict_error", 409, "conflict_error", ""},
     {"request_too_large", 413, "invalid_request_error", "request_too_large"},
     {"rate_limit_error", 429, "rate_limit_error", "rate_limit_exceeded"},
     {"api_error", 500, "server_error", ""},
     {"timeout_error", 504, "server_error", "timeout"},
     {"overloaded_error", 529, "server_error", "server_is_overloaded"}}};

const Kind *kindOf(std::string_view type)
{
    const auto at = std::ranges::find(kKinds, type, &Kind::type);
    return at == kKinds.end() ? nullptr : &*at;
}

std::string_view typeOfStatus(int status)
{
    switch (status) {
    case 408:
        return "timeout_error";
    case 502:
        return "api_error";
    case 503:
        return "overloaded_error";
    default:
        break;
    }
    const auto at = std::ranges::find(kKinds, status, &Kind::status);
    if (at != kKinds.end()) {
        return at->type;
    }
    return status >= 400 && status < 500 ? "invalid_request_error" : "api_error";
}

bool tooLong(const Failure &failure)
{
    return failure.code == "context_length_exceeded" || failure.code == "string_above_max_length"
           || failure.message.find(kTooLong) != std::string::npos;
}
} // namespace

std::string errorType(const Failure &failure)
{
    if (tooLong(failure)) {
        return "invalid_request_error";
    }
    if (failure.type == "insufficient_quota" || failure.code == "insufficient_quota") {
        return "billing_error";
    }
    if (failure.code == "server_is_overloaded" || failure.code == "slow_down") {
        return "overloaded_error";
    }
    const Kind *const kind = kindOf(failure.type);
    const bool general = kind && (kind->status == 400 || kind->status == 500); // the status may tell more
    if (kind && (!general || failure.status < 400)) {
        return failure.type;
    }
    if (failure.status == 500 && kind) {
        return failure.type;
    }
    return std::string(typeOfStatus(failure.status));
}

std::string failureBody(const Failure &failure)
{
    const bool said = failure.message.find(kTooLong) != std::string::npos;
    json::Value error = typed(errorType(failure));
    error.add("message", string(tooLong(failure) && !said ? std::string(kTooLong) + ": " + failure.message
                                                          : failure.message));
    json::Value out = typed("error");
    out.add("error", std::move(error)).add("request_id", {});
    return json::writeCompact(out);
}

std::string failureEvent(const Failure &failure)
{
    return "event: error\ndata: " + failureBody(failure) + "\n\n";
}

std::optional<Failure> readFailure(const json::Value &data)
{
    const json::Value *const error = data.find("error");
    if (!error || error->is(json::Value::Type::Null)) {
        if (textOf(data, "type") != "error") {
            return std::nullopt;
        }
        return Failure{.status = 500, .message = textOf(data, "message"), .type = "server_error"};
    }
    Failure out{.status = 500, .message = error->text(), .type = "server_error"};
    if (!error->is(json::Value::Type::Object)) {
        return out;
    }
    out.message = textOf(*error, "message");
    out.code = textOf(*error, "code");
    out.param = textOf(*error, "param");
    const std::string type = textOf(*error, "type");
    if (const Kind *const kind = kindOf(type)) {
        out.status = kind->status;
        out.type = kind->openAiType;
        out.code = out.code.empty() ? std::string(kind->openAiCode) : out.code;
    } else if (!type.empty()) {
        out.type = type;
    }
    if (out.message.find(kTooLong) != std::string::npos) {
        out.code = "context_length_exceeded";
    }
    return out;
}

} // namespace signalbox::messages
