// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/fault_answer.h"

namespace signalbox::provider {

namespace {
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

/// An answer that says nothing, as `text/event-stream` or JSON.
struct Nothing {
    std::string_view whole;
    std::string_view stream;
};

constexpr Nothing kChat{
    R"({"id":"chatcmpl-drill","object":"chat.completion","created":0,"model":"drill","choices":[)"
    R"({"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}],)"
    R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})",
    R"(data: {"id":"chatcmpl-drill","object":"chat.completion.chunk","created":0,"model":"drill",)"
    R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"
    "\n\n"
    R"(data: {"id":"chatcmpl-drill","object":"chat.completion.chunk","created":0,"model":"drill",)"
    R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
    "\n\n"
    R"(data: {"id":"chatcmpl-drill","object":"chat.completion.chunk","created":0,"model":"drill",)"
    R"("choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})"
    "\n\ndata: [DONE]\n\n"};

constexpr Nothing kResponses{
    R"({"id":"resp_drill","object":"response","created_at":0,"status":"completed","model":"drill","output":[],)"
    R"("usage":{"input_tokens":0,"output_tokens":0,"total_tokens":0}})",
    "event: response.created\n"
    R"(data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_drill","object":"response",)"
    R"("created_at":0,"status":"in_progress","model":"drill","output":[]}})"
    "\n\nevent: response.completed\n"
    R"(data: {"type":"response.completed","sequence_number":1,"response":{"id":"resp_drill","object":"response",)"
    R"("created_at":0,"status":"completed","model":"drill","output":[],)"
    R"("usage":{"input_tokens":0,"output_tokens":0,"total_tokens":0}}})"
    "\n\n"};

constexpr Nothing kMessages{
    R"({"id":"msg_drill","type":"message","role":"assistant","model":"drill","content":[],)"
    R"("stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":0,"output_tokens":0}})",
    "event: message_start\n"
    R"(data: {"type":"message_start","message":{"id":"msg_drill","type":"message","role":"assistant",)"
    R"("model":"drill","content":[],"stop_reason":null,"usage":{"input_tokens":0,"output_tokens":0}}})"
    "\n\nevent: message_delta\n"
    R"(data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":0}})"
    "\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"};

constexpr Nothing kGemini{
    R"({"candidates":[{"content":{"role":"model"},"finishReason":"STOP","index":0}],)"
    R"("usageMetadata":{"promptTokenCount":0,"totalTokenCount":0},"modelVersion":"drill"})",
    R"(data: {"candidates":[{"content":{"role":"model"},"finishReason":"STOP","index":0}],)"
    R"("usageMetadata":{"promptTokenCount":0,"totalTokenCount":0},"modelVersion":"drill"})"
    "\n\n"};

const Nothing &nothingIn(base::Dialect dialect)
{
    switch (dialect) {
    case base::Dialect::Responses:
        return kResponses;
    case base::Dialect::Messages:
        return kMessages;
    case base::Dialect::Gemini:
        return kGemini;
    default:
        return kChat;
    }
}

SimulatedAnswer empty(base::Dialect dialect, bool stream)
{
    const Nothing &nothing = nothingIn(dialect);
    return stream ? whole(200, "text/event-stream", std::string(nothing.stream))
                  : whole(200, "application/json", std::string(nothing.whole));
}
} // namespace

SimulatedAnswer faultAnswer(Fault fault, base::Dialect dialect, bool stream)
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
        return empty(dialect, stream);
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
