// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/request/dialect/chat_samples.h"

#include "core/foundation/json/splice.h"

namespace signalbox::test {

std::string sse(const std::vector<std::string> &events)
{
    std::string out;
    for (const std::string &one : events) {
        out += "data: " + one + "\n\n";
    }
    return out;
}

std::string chunk(const std::string &delta, const std::string &finishReason)
{
    return R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":)"
           + delta + ",\"finish_reason\":" + (finishReason.empty() ? "null" : "\"" + finishReason + "\"")
           + "}]}";
}

std::string says(std::string_view text)
{
    return chunk("{\"content\":" + json::quoted(text) + "}");
}

namespace {
std::string whole(const std::string &choices, const std::string &rest)
{
    return R"({"id":"c1","object":"chat.completion","created":7,"model":"m","choices":[)" + choices + "]"
           + rest + "}";
}

Sample openAi()
{
    const std::string head =
        R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","system_fingerprint":"fp_1","service_tier":"default",)";
    return {
        "OpenAI: obfuscation, logprobs, usage chunk",
        sse({head
                 + R"("choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"a1"})",
             head
                 + R"("choices":[{"index":0,"delta":{"content":"Hé"},"logprobs":{"content":[{"token":"Hé","logprob":-0.10}],"refusal":null},"finish_reason":null}],"usage":null,"obfuscation":"b22"})",
             head
                 + R"("choices":[{"index":0,"delta":{"content":"\ud83d"},"logprobs":{"content":[{"token":"\ud83d","logprob":-9999.0}],"refusal":null},"finish_reason":null}],"usage":null})",
             head
                 + R"("choices":[{"index":0,"delta":{"content":"\ude00\n\"!\""},"logprobs":null,"finish_reason":null}],"usage":null})",
             head
                 + R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null})",
             head
                 + R"("choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":0}}})",
             "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":"Hé\ud83d\ude00\n\"!\"","refusal":null},"logprobs":{"content":[{"token":"Hé","logprob":-0.10},{"token":"\ud83d","logprob":-9999.0}],"refusal":null},"finish_reason":"stop"})",
            R"(,"system_fingerprint":"fp_1","service_tier":"default","usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":0}})")};
}

Sample azure()
{
    return {
        "Azure: a first chunk without id, model and choices",
        sse({R"({"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]})",
             chunk(R"({"role":"assistant","content":"","refusal":null})"), says("Hi"), chunk("{}", "stop"),
             "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},"logprobs":null,"finish_reason":"stop"})",
            R"(,"prompt_filter_results":[{"prompt_index":0}])")};
}

Sample xAi()
{
    return {
        "xAI: content in the first chunk, a whole call in one",
        sse({chunk(R"({"role":"assistant","reasoning_content":"Let"})"),
             chunk(R"({"reasoning_content":" me"})"),
             chunk(
                 R"({"tool_calls":[{"id":"call_1","function":{"name":"look","arguments":"{\"a\":1}"},"index":0,"type":"function"}]})"),
             chunk("{}", "tool_calls"),
             R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":303}})",
             "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"Let me","refusal":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":"{\"a\":1}"}}]},"logprobs":null,"finish_reason":"tool_calls"})",
            R"(,"usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":303})")};
}

Sample deepSeek()
{
    return {
        "DeepSeek: nulls, tiny fragments, usage with the finish",
        ": keep-alive\n\n"
            + sse(
                {chunk(R"({"role":"assistant","content":null,"reasoning_content":""})"),
                 chunk(R"({"content":null,"reasoning_content":"Hm"})"),
                 chunk(R"({"content":"A","reasoning_content":null})"),
                 chunk(
                     R"({"tool_calls":[{"index":0,"id":"call_0","type":"function","function":{"name":"f","arguments":""}}]})"),
                 chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\""}}]})"),
                 chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":"a\\\":"}}]})"),
                 R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{"content":""},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})",
                 "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":"A","reasoning_content":"Hm","refusal":null,"tool_calls":[{"id":"call_0","type":"function","function":{"name":"f","arguments":"{\"a\\\":"}}]},"logprobs":null,"finish_reason":"tool_calls"})",
            R"(,"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5})")};
}

Sample mistral()
{
    return {
        "Mistral: typed parts, a call without index and type together with the finish",
        sse({chunk(R"({"role":"assistant","content":""})"),
             chunk(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"Th"}]}]})"),
             chunk(R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"ink"}]}]})"),
             chunk(R"({"content":"So"})"), chunk(R"({"content":[{"type":"text","text":" be it"}]})"),
             chunk(R"({"tool_calls":[{"id":"abcdefghi","function":{"name":"f","arguments":"{}"}}]})",
                   "tool_calls"),
             "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Think"}]},{"type":"text","text":"So be it"}],"refusal":null,"tool_calls":[{"id":"abcdefghi","type":"function","function":{"name":"f","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"})",
            "")};
}

Sample qwen()
{
    return {
        "Qwen: an empty id in later fragments, two calls, no [DONE]",
        sse({chunk(
                 R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"f","arguments":""}}]})"),
             chunk(
                 R"({"tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"","arguments":"[1"}}]})"),
             chunk(
                 R"({"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"g","arguments":"{"}},{"index":0,"id":"","function":{"arguments":"]"}}]})"),
             chunk(R"({"tool_calls":[{"index":1,"id":"","type":"function","function":{"arguments":"}"}}]})"),
             chunk("{}", "tool_calls")}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"call_a","type":"function","function":{"name":"f","arguments":"[1]"}},{"id":"call_b","type":"function","function":{"name":"g","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"})",
            "")};
}

Sample moonshot()
{
    return {
        "Moonshot: no object, usage in the choice, CRLF",
        "data: "
        "{\"id\":\"c1\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":"
        "\"assistant\",\"content\":"
        "\"Ja\"},\"finish_reason\":null}]}\r\n\r\n"
        "data: "
        "{\"id\":\"c1\",\"created\":7,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_"
        "reason\":\"stop\","
        "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"total_tokens\":6}}]}\r\n\r\ndata: "
        "[DONE]\r\n\r\n",
        whole(
            R"({"index":0,"message":{"role":"assistant","content":"Ja","refusal":null},"logprobs":null,"finish_reason":"stop"})",
            R"(,"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6})")};
}

Sample perplexity()
{
    const std::string head =
        R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,)";
    return {
        "Perplexity: all that was said again in every chunk, cumulative usage",
        sse({head
                 + R"("message":{"role":"assistant","content":"One"},"delta":{"role":"assistant","content":"One"},"finish_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}})",
             head
                 + R"("message":{"role":"assistant","content":"One two"},"delta":{"content":" two"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}})",
             "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":"One two","refusal":null},"logprobs":null,"finish_reason":"stop"})",
            R"(,"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7})")};
}

Sample twoChoices()
{
    const std::string head =
        R"({"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[)";
    return {
        "two choices, mixed, the second first, and an old function call",
        sse({head + R"({"index":1,"delta":{"role":"assistant","content":"b"},"finish_reason":null}]})",
             head
                 + R"({"index":0,"delta":{"role":"assistant","function_call":{"name":"f","arguments":""}},"finish_reason":null}]})",
             head
                 + R"({"index":0,"delta":{"function_call":{"arguments":"{}"}},"finish_reason":null},{"index":1,"delta":{"content":"c"},"finish_reason":null}]})",
             head + R"({"index":1,"delta":{},"finish_reason":"length"}]})",
             head + R"({"index":0,"delta":{},"finish_reason":"function_call"}]})", "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":null,"refusal":null,"function_call":{"name":"f","arguments":"{}"}},"logprobs":null,"finish_reason":"function_call"},{"index":1,"message":{"role":"assistant","content":"bc","refusal":null},"logprobs":null,"finish_reason":"length"})",
            "")};
}

Sample gemini()
{
    return {
        "Gemini's compatible endpoint: signatures, arguments as an object",
        sse({chunk(
                 R"({"role":"assistant","tool_calls":[{"index":0,"id":"g1","type":"function","function":{"name":"f","arguments":{"a":[1, 2]}},"extra_content":{"google":{"thought_signature":"abc"}}}]})"),
             chunk(R"({"role":"assistant"})", "stop"), "[DONE]"}),
        whole(
            R"({"index":0,"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[{"id":"g1","type":"function","function":{"name":"f","arguments":"{\"a\":[1, 2]}"},"extra_content":{"google":{"thought_signature":"abc"}}}]},"logprobs":null,"finish_reason":"stop"})",
            "")};
}
} // namespace

std::vector<Sample> recordedStreams()
{
    return {openAi(), azure(),    xAi(),        deepSeek(),   mistral(),
            qwen(),   moonshot(), perplexity(), twoChoices(), gemini()};
}

} // namespace signalbox::test
