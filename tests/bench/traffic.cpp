// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/traffic.h"

#include <charconv>
#include <cstdio>

namespace signalbox::bench {

namespace {
constexpr std::string_view kModelIs = "{\"model\":\"";
constexpr std::string_view kPrompt = "\",\"messages\":[{\"role\":\"user\",\"content\":\"";
constexpr std::string_view kPromptEnd = "\"}]";
constexpr std::string_view kStreams = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
constexpr std::size_t kNameBytes = 11;
constexpr std::size_t kAnswerPadding = 560;

std::string nameOf(Id id)
{
    char text[kNameBytes + 1];
    std::snprintf(text, sizeof text, "q%010u", id);
    return text;
}

std::string_view filler(std::size_t bytes)
{
    static const std::string text = [] {
        std::string words;
        while (words.size() < std::size_t{1} << 20U) {
            words += "some words of a prompt ";
        }
        return words;
    }();
    return std::string_view(text).substr(0, bytes);
}

std::string chunkWith(Id id, std::string_view choices, std::string_view more = {})
{
    return "data: {\"id\":\"chatcmpl-" + nameOf(id)
           + "\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"bench-2026-01-01\","
             "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\",\"choices\":["
           + std::string(choices) + "]" + std::string(more) + "}\n\n";
}
} // namespace

std::string requestBody(const Ask &ask, Id id)
{
    const std::string name = nameOf(id);
    std::string body;
    body.reserve(ask.promptBytes + 200);
    body += kModelIs;
    body += ask.model;
    body += kPrompt;
    body += name; // at both ends, so that a lost middle shows
    body += filler(ask.promptBytes);
    body += name;
    body += kPromptEnd;
    if (ask.stream) {
        body += kStreams;
    }
    body += '}';
    return body;
}

Asked readRequestBody(std::string_view body)
{
    const std::size_t modelEnd = body.find('"', kModelIs.size());
    const std::size_t start = modelEnd + kPrompt.size();
    if (!body.starts_with(kModelIs) || modelEnd == std::string_view::npos
        || !body.substr(modelEnd).starts_with(kPrompt) || body.size() < start + 2 * kNameBytes) {
        throw Failure("the provider got a request that nobody sent: " + std::string(body.substr(0, 200)));
    }
    Asked asked{.id = 0,
                .model = body.substr(kModelIs.size(), modelEnd - kModelIs.size()),
                .stream = body.substr(0, body.size() - 1).ends_with(kStreams)};
    std::from_chars(body.data() + start + 1, body.data() + start + kNameBytes, asked.id);
    const std::size_t tail = kPromptEnd.size() + (asked.stream ? kStreams.size() : 0) + 1;
    const std::size_t around = start + 2 * kNameBytes + tail;
    const std::size_t prompt = body.size() < around ? 0 : body.size() - around;
    if (body != requestBody({std::string(asked.model), asked.stream, prompt}, asked.id)) {
        throw Failure("the provider got other bytes than the client sent, in request " + nameOf(asked.id));
    }
    return asked;
}

std::string wholeAnswer(Id id)
{
    return "{\"id\":\"chatcmpl-" + nameOf(id)
           + "\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"bench-2026-01-01\","
             "\"choices\":"
             "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
           + std::string(filler(kAnswerPadding))
           + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_"
             "tokens\":21,"
             "\"completion_tokens\":160,\"total_tokens\":181,\"prompt_tokens_details\":{\"cached_tokens\":0},"
             "\"completion_tokens_details\":{\"reasoning_tokens\":0}},\"service_tier\":\"default\","
             "\"system_fingerprint\":\"fp_0123456789\"}";
}

std::string streamOpening(Id id)
{
    return chunkWith(id, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,"
                         "\"finish_reason\":null}");
}

std::string streamChunk(Id id, int number)
{
    char word[16];
    std::snprintf(word, sizeof word, " word%06d", number);
    return chunkWith(id, "{\"index\":0,\"delta\":{\"content\":\"" + std::string(word)
                             + "\"},\"logprobs\":null,\"finish_reason\":null}");
}

std::string streamEnd(Id id, const StreamShape &shape)
{
    const std::string tokens = std::to_string(shape.chunks);
    return chunkWith(id, "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}")
           + chunkWith(id, "",
                       ",\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":" + tokens
                           + ",\"total_tokens\":" + std::to_string(21 + shape.chunks) + "}")
           + "data: [DONE]\n\n";
}

} // namespace signalbox::bench
