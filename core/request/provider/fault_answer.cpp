// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/fault_answer.h"

namespace signalbox::provider {

namespace {
constexpr std::string_view kChunk =
    R"(data: {"id":"chatcmpl-drill","object":"chat.completion.chunk","created":0,"model":"drill",)";

SimulatedAnswer whole(int status, std::string_view contentType, std::string body)
{
    SimulatedAnswer answer;
    answer.head.status = status;
    answer.head.headers.add("content-type", contentType);
    answer.body = std::move(body);
    answer.ends = {answer.body.size()};
    return answer;
}

SimulatedAnswer refusal(int status, std::string_view type, std::string_view code, std::string_view message)
{
    std::string body = R"({"error":{"message":"Drill: )";
    body.append(message).append(R"(","type":")").append(type).append(R"(","param":null,"code":)");
    return whole(status, "application/json", body.append(code).append("}}"));
}

SimulatedAnswer empty(bool stream)
{
    if (!stream) {
        return whole(
            200, "application/json",
            R"({"id":"chatcmpl-drill","object":"chat.completion","created":0,"model":"drill","choices":[)"
            R"({"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}],)"
            R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})");
    }
    std::string body(kChunk);
    body += R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})";
    body.append("\n\n").append(kChunk);
    body += R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})";
    body.append("\n\n").append(kChunk);
    body += R"("choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})";
    return whole(200, "text/event-stream", body.append("\n\ndata: [DONE]\n\n"));
}
} // namespace

SimulatedAnswer faultAnswer(Fault fault, bool stream)
{
    switch (fault) {
    case Fault::RateLimited: {
        SimulatedAnswer answer =
            refusal(429, "rate_limit_error", R"("rate_limit_exceeded")", "too many requests.");
        answer.head.headers.add("retry-after", "5");
        return answer;
    }
    case Fault::QuotaSpent:
        return refusal(429, "insufficient_quota", R"("insufficient_quota")", "the quota is used up.");
    case Fault::ServerError:
        return refusal(500, "server_error", "null", "something went wrong.");
    case Fault::Empty:
        return empty(stream);
    case Fault::Garbage:
        return whole(200, "text/html", "<!doctype html><title>Drill</title><p>This is not an answer.");
    default:
        break;
    }
    SimulatedAnswer silence;
    silence.ending = SimulatedAnswer::Ending::Hang;
    return silence;
}

} // namespace signalbox::provider
