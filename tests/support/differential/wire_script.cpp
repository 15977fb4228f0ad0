// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/differential/wire_script.h"

#include <array>
#include <cstdio>

namespace signalbox::test {

using chain::AttemptScript;
using Ending = AttemptScript::Ending;

namespace {
/// Four bytes of content. None is like the other, or the answer would be a loop; no attempt begins like
/// another, or what goes on from a broken-off answer would seem to repeat it.
std::string pieceText(const AttemptScript &script, int lane, int i)
{
    if (script.ending == Ending::BrokenToolCall && i == 0) {
        return "{no"; // and a byte of the name
    }
    std::string out = "w000";
    out[0] = static_cast<char>('A' + lane % 26);
    out[1] = static_cast<char>('a' + i % 26);
    out[2] = static_cast<char>('a' + (i * 7) % 26);
    out[3] = ' ';
    return out;
}

std::string quotedText(const std::string &text)
{
    return "\"" + text + "\"";
}

std::string toolCall(const std::string &arguments, bool first)
{
    return std::string(R"([{"index":0,)") + (first ? R"("id":"c","type":"function",)" : "")
           + R"("function":{)" + (first ? R"("name":"f",)" : "") + R"("arguments":)" + quotedText(arguments)
           + "}}]";
}

std::string usageJson(const events::TokenUsage &usage)
{
    return R"({"prompt_tokens":)" + std::to_string(usage.input) + R"(,"completion_tokens":)"
           + std::to_string(usage.output) + "}";
}

std::string finishReason(Ending ending)
{
    switch (ending) {
    case Ending::Refusal:
        return R"("content_filter")";
    case Ending::BrokenToolCall:
        return R"("tool_calls")";
    default:
        return R"("stop")";
    }
}

/// Bytes on their way, and how many of them are the answer's own.
struct Sending {
    std::string bytes;
    std::size_t body = 0;

    void event(const std::string &data)
    {
        const std::string text = "data: " + data + "\n\n";
        std::array<char, 24> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
        bytes += size.data() + text + "\r\n";
        body += text.size();
    }
    void chunk(const std::string &label, const std::string &delta, const std::string &finish = "null")
    {
        event(R"({"system_fingerprint":")" + label
              + R"(","id":"c","object":"chat.completion.chunk","created":1,"model":"m",)"
              + R"("choices":[{"index":0,"delta":)" + delta + R"(,"finish_reason":)" + finish + "}]}");
    }
};

std::string headOf(int status, const std::string &fields)
{
    return "HTTP/1.1 " + std::to_string(status) + " Status\r\n" + fields + "\r\n";
}

void endStream(const AttemptScript &script, const std::string &label, bool abrupt, Sending &out,
               WireStep &last)
{
    last.ends = true;
    switch (script.ending) {
    case Ending::Complete:
    case Ending::Refusal:
    case Ending::BrokenToolCall:
        out.chunk(label, "{}", finishReason(script.ending));
        if (script.usage) {
            out.event(R"({"system_fingerprint":")" + label + R"(","id":"c","choices":[],"usage":)"
                      + usageJson(*script.usage) + "}");
        }
        out.event("[DONE]");
        break;
    case Ending::CutOff:
        last.closes = abrupt;
        break;
    case Ending::Error:
        out.event(script.errorBody);
        break;
    case Ending::Garbage:
        out.event("{oops");
        break;
    case Ending::Silent:
        break;
    }
    if (!last.closes) {
        out.bytes += "0\r\n\r\n";
    }
}

std::vector<WireStep> streamSteps(const AttemptScript &script, int lane)
{
    const std::string label = laneLabel(lane);
    std::vector<WireStep> steps;
    Sending head{headOf(script.status, "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n")};
    head.chunk(label, R"({"role":"assistant","content":""})");
    steps.push_back({.at = script.after, .bytes = head.bytes, .body = head.body, .head = true});
    for (int i = 0; i < script.pieces; ++i) {
        Sending piece;
        const std::string text = pieceText(script, lane, i);
        piece.chunk(label, script.ending == Ending::BrokenToolCall
                               ? R"({"tool_calls":)" + toolCall(text, i == 0) + "}"
                               : R"({"content":)" + quotedText(text) + "}");
        steps.push_back({.at = script.after + script.gap * i, .bytes = piece.bytes, .body = piece.body});
    }
    if (script.ending != Ending::Silent) {
        WireStep last{.at = script.after + script.gap * script.pieces};
        Sending end;
        endStream(script, label, lane % 2 == 0, end, last);
        last.bytes = end.bytes;
        last.body = end.body;
        steps.push_back(last);
    }
    return steps;
}

std::string wholeAnswer(const AttemptScript &script, int lane)
{
    if (script.ending == Ending::Error) {
        return script.errorBody;
    }
    if (script.ending == Ending::Garbage) {
        return "<html>not what was asked for</html>";
    }
    std::string text;
    for (int i = 0; i < script.pieces; ++i) {
        text += pieceText(script, lane, i);
    }
    const std::string message = script.ending == Ending::BrokenToolCall
                                    ? R"("content":null,"tool_calls":)" + toolCall(text, true)
                                    : R"("content":)" + quotedText(text);
    return R"({"id":")" + laneLabel(lane)
           + R"(","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",)"
           + message + R"(},"finish_reason":)" + finishReason(script.ending) + "}]"
           + (script.usage ? R"(,"usage":)" + usageJson(*script.usage) : "") + "}";
}

std::vector<WireStep> wholeSteps(const AttemptScript &script, int lane)
{
    const std::string body = wholeAnswer(script, lane);
    std::vector<WireStep> steps;
    steps.push_back({.at = script.after,
                     .bytes = headOf(script.status, "Content-Type: application/json\r\nContent-Length: "
                                                        + std::to_string(body.size()) + "\r\n"),
                     .head = true});
    const std::size_t part = body.size() / static_cast<std::size_t>(script.pieces + 1);
    std::size_t sent = 0;
    for (int i = 0; i < script.pieces; ++i, sent += part) {
        steps.push_back(
            {.at = script.after + script.gap * i, .bytes = body.substr(sent, part), .body = part});
    }
    WireStep last{.at = script.after + script.gap * script.pieces, .ends = true};
    if (script.ending == Ending::CutOff) {
        last.closes = true;
        steps.push_back(last);
    } else if (script.ending != Ending::Silent) {
        last.bytes = body.substr(sent);
        last.body = last.bytes.size();
        steps.push_back(last);
    }
    return steps;
}

std::string retryField(const AttemptScript &script)
{
    if (!script.retryAfter) {
        return {};
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*script.retryAfter);
    return "Retry-After: " + std::to_string(seconds.count()) + "\r\n";
}
} // namespace

std::string laneLabel(int lane)
{
    return "lane-" + std::to_string(1000 + lane);
}

std::vector<WireStep> wireSteps(const AttemptScript &script, bool streams, int lane)
{
    if (script.silent) {
        return {};
    }
    if (script.wire == upstream::WireEnd::Malformed) {
        return {{.at = script.after, .bytes = "SORRY WRONG NUMBER\r\n\r\n", .ends = true}};
    }
    if (script.wire) {
        return {{.at = script.after, .ends = true, .closes = true}};
    }
    if (script.status >= 300) {
        return {{.at = script.after,
                 .bytes = headOf(script.status,
                                 "Content-Type: application/json\r\n" + retryField(script)
                                     + "Content-Length: " + std::to_string(script.errorBody.size()) + "\r\n")
                          + script.errorBody,
                 .body = script.errorBody.size(),
                 .head = true,
                 .ends = true}};
    }
    return streams ? streamSteps(script, lane) : wholeSteps(script, lane);
}

} // namespace signalbox::test
