// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dialect/provider_answers.h"

#include "tests/support/dialect/provider_says.h"

namespace signalbox::test {

using base::Dialect;

namespace {
std::string event(std::string_view data)
{
    const std::string all(data);
    constexpr std::string_view kType = R"({"type":")";
    if (!all.starts_with(kType)) {
        return "data: " + all + "\n\n";
    }
    const std::string name = all.substr(kType.size(), all.find('"', kType.size()) - kType.size());
    return "event: " + name + "\ndata: " + all + "\n\n";
}

/// The preamble, these, and the end of the stream.
std::vector<std::string> streamOf(Dialect provider, const std::vector<std::string> &datas)
{
    std::vector<std::string> out = preambleSaid(provider);
    for (const std::string &data : datas) {
        out.push_back(event(data));
    }
    if (provider == Dialect::Chat) {
        out.push_back(event(
            R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795176000,"model":"m","choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}})"));
        out.emplace_back("data: [DONE]\n\n");
    } else if (provider == Dialect::Messages) {
        out.push_back(event(R"({"type":"message_stop"})"));
    }
    return out;
}

std::string chatWhole(std::string_view message, std::string_view finish)
{
    return R"({"id":"chatcmpl-1","object":"chat.completion","created":1795176000,"model":"m","choices":[{"index":0,"message":)"
           + std::string(message) + R"(,"finish_reason":")" + std::string(finish)
           + R"("}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}})";
}

std::string chatChunkOf(std::string_view delta, std::string_view finish)
{
    return R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1795176000,"model":"m","choices":[{"index":0,"delta":)"
           + std::string(delta) + R"(,"finish_reason":)" + std::string(finish) + "}]}";
}

std::string response(std::string_view output)
{
    return R"({"id":"resp_68aa","object":"response","created_at":1795176000,"status":"completed","error":null,"incomplete_details":null,"model":"m","output":[)"
           + std::string(output) + R"(],"usage":{"input_tokens":11,"output_tokens":7,"total_tokens":18}})";
}

std::string completed(std::string_view output)
{
    return R"({"type":"response.completed","response":)" + response(output) + "}";
}

std::string message(std::string_view content, std::string_view stop)
{
    return R"({"id":"msg_01A","type":"message","role":"assistant","model":"m","content":[)"
           + std::string(content) + R"(],"stop_reason":")" + std::string(stop)
           + R"(","stop_sequence":null,"usage":{"input_tokens":11,"output_tokens":7}})";
}

std::string messageDelta(std::string_view stop)
{
    return R"({"type":"message_delta","delta":{"stop_reason":")" + std::string(stop)
           + R"(","stop_sequence":null},"usage":{"output_tokens":7}})";
}

std::string candidate(std::string_view parts, std::string_view finish)
{
    return R"({"candidates":[{"content":{"parts":[)" + std::string(parts)
           + R"(],"role":"model"},"finishReason":")" + std::string(finish)
           + R"(","index":0}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18},"modelVersion":"m","responseId":"R-1"})";
}

/// The whole answer is the only chunk of its stream.
AnswerSaid gemini(std::string_view parts, std::string_view finish)
{
    const std::string whole = candidate(parts, finish);
    return {whole, streamOf(Dialect::Gemini, {whole})};
}
} // namespace

AnswerSaid callSaid(Dialect provider, std::string_view end)
{
    const std::string rest = R"(\"fox\")" + std::string(end);
    const std::string all = R"({\"at\":)" + rest;
    switch (provider) {
    case Dialect::Responses: {
        const std::string item =
            R"({"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"look","arguments":")"
            + all + "\"}";
        return {
            response(item),
            streamOf(
                provider,
                {R"({"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","status":"in_progress","call_id":"call_1","name":"look","arguments":""}})",
                 R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":"{\"at\":"})",
                 R"({"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":0,"delta":")"
                     + rest + "\"}",
                 R"({"type":"response.function_call_arguments.done","item_id":"fc_1","output_index":0,"arguments":")"
                     + all + "\"}",
                 R"({"type":"response.output_item.done","output_index":0,"item":)" + item + "}",
                 completed(item)})};
    }
    case Dialect::Messages:
        return {
            message(R"({"type":"tool_use","id":"toolu_1","name":"look","input":{"at":"fox"}})", "tool_use"),
            streamOf(
                provider,
                {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"look","input":{}}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"at\":"}})",
                 R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":")"
                     + rest + "\"}}",
                 R"({"type":"content_block_stop","index":0})", messageDelta("tool_use")})};
    case Dialect::Gemini:
        return gemini(R"({"functionCall":{"name":"look","args":{"at":"fox"}},"thoughtSignature":"AbC="})",
                      "STOP");
    default:
        return {
            chatWhole(
                R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":")"
                    + all + R"("}}]})",
                "tool_calls"),
            streamOf(
                provider,
                {chatChunkOf(
                     R"({"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"look","arguments":""}}]})",
                     "null"),
                 chatChunkOf(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"at\":"}}]})", "null"),
                 chatChunkOf(R"({"tool_calls":[{"index":0,"function":{"arguments":")" + rest + R"("}}]})",
                             "null"),
                 chatChunkOf("{}", R"("tool_calls")")})};
    }
}

AnswerSaid nothingSaid(Dialect provider)
{
    switch (provider) {
    case Dialect::Responses:
        return {response(""), streamOf(provider, {completed("")})};
    case Dialect::Messages:
        return {message("", "end_turn"), streamOf(provider, {messageDelta("end_turn")})};
    case Dialect::Gemini:
        return gemini("", "STOP");
    default:
        return {chatWhole(R"({"role":"assistant","content":""})", "stop"),
                streamOf(provider, {chatChunkOf("{}", R"("stop")")})};
    }
}

AnswerSaid refusalSaid(Dialect provider)
{
    switch (provider) {
    case Dialect::Responses: {
        const std::string item =
            R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"refusal","refusal":"I will not."}]})";
        return {
            response(item),
            streamOf(
                provider,
                {R"({"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}})",
                 R"({"type":"response.content_part.added","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"refusal","refusal":""}})",
                 R"({"type":"response.refusal.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"I will not."})",
                 R"({"type":"response.refusal.done","item_id":"msg_1","output_index":0,"content_index":0,"refusal":"I will not."})",
                 R"({"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"refusal","refusal":"I will not."}})",
                 R"({"type":"response.output_item.done","output_index":0,"item":)" + item + "}",
                 completed(item)})};
    }
    case Dialect::Messages:
        return {message("", "refusal"), streamOf(provider, {messageDelta("refusal")})};
    case Dialect::Gemini:
        return gemini("", "SAFETY");
    default:
        return {chatWhole(R"({"role":"assistant","content":null,"refusal":"I will not."})", "stop"),
                streamOf(provider, {chatChunkOf(R"({"refusal":"I will not."})", "null"),
                                    chatChunkOf("{}", R"("stop")")})};
    }
}

} // namespace signalbox::test
