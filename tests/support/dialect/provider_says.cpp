// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dialect/provider_says.h"

namespace signalbox::test {

using base::Dialect;
using events::Outcome;
using Events = std::vector<std::string>;

namespace {
std::string plain(std::string_view data)
{
    return "data: " + std::string(data) + "\n\n";
}

/// An event with its name, as those dialects send it that have names.
std::string named(std::string_view type, std::string_view rest)
{
    const std::string all(type);
    return "event: " + all + "\ndata: {\"type\":\"" + all + "\"" + std::string(rest) + "}\n\n";
}

std::string chatChunkOf(std::string_view choices, std::string_view more = {})
{
    return plain(
        R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795176000,"model":"gpt-5.4-2026-03-01","choices":)"
        + std::string(choices) + std::string(more) + "}");
}

std::string responseObject(std::string_view status, std::string_view output, std::string_view usage)
{
    return R"({"id":"resp_68aa","object":"response","created_at":1795176000,"status":")" + std::string(status)
           + R"(","error":null,"incomplete_details":null,"model":"gpt-5.4-2026-03-01","output":)"
           + std::string(output) + R"(,"usage":)" + std::string(usage) + "}";
}

std::string responseItem(std::string_view text)
{
    return R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":")"
           + std::string(text) + R"(","annotations":[]}]})";
}

constexpr std::string_view kResponseUsage =
    R"({"input_tokens":11,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":18})";
constexpr std::string_view kGeminiUsage =
    R"("usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18},"modelVersion":"gemini-3.8-flash","responseId":"R-1")";

std::string geminiChunk(std::string_view candidates, std::string_view usage)
{
    return plain(R"({"candidates":)" + std::string(candidates) + "," + std::string(usage) + "}");
}

constexpr std::string_view kGeminiHead = R"("modelVersion":"gemini-3.8-flash","responseId":"R-1")";

std::string messagesError(std::string_view type, std::string_view message)
{
    return R"({"type":"error","error":{"type":")" + std::string(type) + R"(","message":")"
           + std::string(message) + R"("},"request_id":"req_011C"})";
}

std::string openAiError(std::string_view message, std::string_view type, std::string_view code)
{
    return R"({"error":{"message":")" + std::string(message) + R"(","type":")" + std::string(type)
           + R"(","param":null,"code":")" + std::string(code) + R"("}})";
}

std::string googleError(int code, std::string_view message, std::string_view status,
                        std::string_view details = {})
{
    return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + std::string(message)
           + R"(","status":")" + std::string(status) + "\"" + std::string(details) + "}}";
}
} // namespace

std::string wholeSaid(Dialect provider, std::string_view text)
{
    const std::string said(text);
    switch (provider) {
    case Dialect::Responses:
        return responseObject("completed", "[" + responseItem(said) + "]", kResponseUsage);
    case Dialect::Messages:
        return R"({"id":"msg_01A","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":")"
               + said
               + R"("}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":7}})";
    case Dialect::Gemini:
        return R"({"candidates":[{"content":{"parts":[{"text":")" + said
               + R"("}],"role":"model"},"finishReason":"STOP","index":0}],)" + std::string(kGeminiUsage)
               + "}";
    default:
        return R"({"id":"chatcmpl-1","object":"chat.completion","created":1795176000,"model":"gpt-5.4-2026-03-01","choices":[{"index":0,"message":{"role":"assistant","content":")"
               + said
               + R"(","refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}})";
    }
}

Events preambleSaid(Dialect provider)
{
    const std::string response =
        R"(,"sequence_number":0,"response":)" + responseObject("in_progress", "[]", "null");
    switch (provider) {
    case Dialect::Responses:
        return {named("response.created", response), named("response.in_progress", response)};
    case Dialect::Messages:
        return {
            named(
                "message_start",
                R"(,"message":{"id":"msg_01A","type":"message","role":"assistant","model":"claude-opus-4-6","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":1}})"),
            named("ping", "")};
    case Dialect::Gemini:
        return {
            geminiChunk(R"([{"content":{"parts":[{"text":""}],"role":"model"},"index":0}])", kGeminiHead)};
    default:
        return {
            chatChunkOf(R"([{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}])")};
    }
}

Events openingSaid(Dialect provider)
{
    Events out = preambleSaid(provider);
    if (provider == Dialect::Responses) {
        out.push_back(named(
            "response.output_item.added",
            R"(,"output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]})"));
        out.push_back(named(
            "response.content_part.added",
            R"(,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]})"));
    } else if (provider == Dialect::Messages) {
        out.push_back(
            named("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"));
    }
    return out;
}

std::string deltaSaid(Dialect provider, std::string_view text)
{
    const std::string said(text);
    switch (provider) {
    case Dialect::Responses:
        return named("response.output_text.delta",
                     R"(,"item_id":"msg_1","output_index":0,"content_index":0,"delta":")" + said + "\"");
    case Dialect::Messages:
        return named("content_block_delta",
                     R"(,"index":0,"delta":{"type":"text_delta","text":")" + said + "\"}");
    case Dialect::Gemini:
        return geminiChunk(R"([{"content":{"parts":[{"text":")" + said + R"("}],"role":"model"},"index":0}])",
                           kGeminiHead);
    default:
        return chatChunkOf(R"([{"index":0,"delta":{"content":")" + said + R"("},"finish_reason":null}])");
    }
}

Events endingSaid(Dialect provider, std::string_view text)
{
    const std::string said(text);
    switch (provider) {
    case Dialect::Responses:
        return {
            named("response.output_text.done",
                  R"(,"item_id":"msg_1","output_index":0,"content_index":0,"text":")" + said + "\""),
            named(
                "response.content_part.done",
                R"(,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":")"
                    + said + R"(","annotations":[]})"),
            named("response.output_item.done", R"(,"output_index":0,"item":)" + responseItem(said)),
            named("response.completed",
                  R"(,"response":)"
                      + responseObject("completed", "[" + responseItem(said) + "]", kResponseUsage))};
    case Dialect::Messages:
        return {
            named("content_block_stop", R"(,"index":0)"),
            named("message_delta",
                  R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7})"),
            named("message_stop", "")};
    case Dialect::Gemini:
        return {geminiChunk(
            R"([{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}])",
            kGeminiUsage)};
    default:
        return {chatChunkOf(R"([{"index":0,"delta":{},"finish_reason":"stop"}])"),
                chatChunkOf("[]", R"(,"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18})"),
                plain("[DONE]")};
    }
}

Events streamSaid(Dialect provider, const std::vector<std::string> &texts)
{
    Events out = openingSaid(provider);
    std::string all;
    for (const std::string &text : texts) {
        out.push_back(deltaSaid(provider, text));
        all += text;
    }
    for (std::string &event : endingSaid(provider, all)) {
        out.push_back(std::move(event));
    }
    return out;
}

std::string failureSaid(Dialect provider)
{
    switch (provider) {
    case Dialect::Responses:
        return named(
            "response.failed",
            R"(,"response":{"id":"resp_68aa","object":"response","status":"failed","error":{"code":"server_is_overloaded","message":"Our servers are overloaded."},"output":[]})");
    case Dialect::Messages:
        return "event: error\ndata: " + messagesError("overloaded_error", "Overloaded") + "\n\n";
    case Dialect::Gemini:
        return plain(googleError(503, "The model is overloaded. Please try again later.", "UNAVAILABLE"));
    default:
        return plain(openAiError("The server had an error while processing your request.", "server_error",
                                 "server_error"));
    }
}

RefusalSaid tooLongSaid(Dialect provider)
{
    constexpr Outcome kOutcome = Outcome::ContextTooLong;
    switch (provider) {
    case Dialect::Messages:
        return {400,
                messagesError("invalid_request_error", "prompt is too long: 210003 tokens > 200000 maximum"),
                {},
                kOutcome};
    case Dialect::Gemini:
        return {400,
                googleError(400,
                            "The input token count (1200000) exceeds the maximum number of tokens allowed "
                            "(1048576).",
                            "INVALID_ARGUMENT"),
                {},
                kOutcome};
    default:
        return {
            400,
            openAiError("Your input exceeds the context window of this model. Please adjust your input and "
                        "try again.",
                        "invalid_request_error", "context_length_exceeded"),
            {},
            kOutcome};
    }
}

RefusalSaid badKeySaid(Dialect provider)
{
    constexpr Outcome kOutcome = Outcome::KeyRefused;
    switch (provider) {
    case Dialect::Messages:
        return {401, messagesError("authentication_error", "invalid x-api-key"), {}, kOutcome};
    case Dialect::Gemini:
        return {400,
                googleError(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT",
                            R"(,"details":[{"reason":"API_KEY_INVALID","domain":"googleapis.com"}])"),
                {},
                kOutcome};
    default:
        return {401,
                openAiError("Incorrect API key provided: sk-1.", "invalid_request_error", "invalid_api_key"),
                {},
                kOutcome};
    }
}

RefusalSaid rateLimitSaid(Dialect provider)
{
    constexpr Outcome kOutcome = Outcome::RateLimited;
    switch (provider) {
    case Dialect::Messages:
        return {429,
                messagesError("rate_limit_error", "This request would exceed your rate limit."),
                {{"retry-after", "45"}},
                kOutcome};
    case Dialect::Gemini: // says so in the body only
        return {
            429,
            googleError(429, "You exceeded your current quota.", "RESOURCE_EXHAUSTED",
                        R"(,"details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[)"
                        R"({"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},)"
                        R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"45s"}])"),
            {},
            kOutcome};
    default:
        return {429,
                openAiError("Rate limit reached for requests.", "requests", "rate_limit_exceeded"),
                {{"retry-after", "45"}},
                kOutcome};
    }
}

RefusalSaid brokenSaid(Dialect provider)
{
    constexpr Outcome kOutcome = Outcome::ServerFailed;
    switch (provider) {
    case Dialect::Messages:
        return {500, messagesError("api_error", "Internal server error"), {}, kOutcome};
    case Dialect::Gemini:
        return {500, googleError(500, "An internal error has occurred.", "INTERNAL"), {}, kOutcome};
    default:
        return {500, openAiError("The server had an error.", "server_error", "server_error"), {}, kOutcome};
    }
}

} // namespace signalbox::test
