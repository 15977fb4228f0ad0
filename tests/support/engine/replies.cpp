// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/engine/replies.h"

namespace signalbox::test {

namespace {
std::string chunk(std::string_view choices, std::string_view usage)
{
    return R"({"id":"chatcmpl-test","object":"chat.completion.chunk","created":1,"model":"test-model","choices":)"
           + std::string(choices) + R"(,"usage":)" + std::string(usage) + "}";
}
} // namespace

std::string usageChunk(int promptTokens, int completionTokens)
{
    return chunk("[]", R"({"prompt_tokens":)" + std::to_string(promptTokens) + R"(,"completion_tokens":)"
                           + std::to_string(completionTokens) + R"(,"total_tokens":)"
                           + std::to_string(promptTokens + completionTokens) + "}");
}

std::string roleChunk()
{
    return chunk(R"([{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}])", "null");
}

std::string finishChunk()
{
    return chunk(R"([{"index":0,"delta":{},"finish_reason":"stop"}])", "null");
}

bool asksForStream(const SeenRequest &request)
{
    return request.body.find(R"("stream":true)") != std::string::npos;
}

FakeUpstream::Script chatting(std::string text)
{
    return [text = std::move(text)](const SeenRequest &request) {
        if (!asksForStream(request)) {
            return Reply::chat(text);
        }
        return openStream(text).event(finishChunk()).event(usageChunk(11, 7)).event("[DONE]").lastChunk();
    };
}

Reply openStream(std::string_view text)
{
    return Reply::streamHead().event(roleChunk()).event(chatChunk(text));
}

} // namespace signalbox::test
