// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/reply.h"

#include <array>
#include <cstdio>

namespace signalbox::test {

namespace {

std::string head(int status, std::string_view type, Reply::Fields fields)
{
    std::string text =
        "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Type: " + std::string(type) + "\r\n";
    for (const auto &[name, value] : fields) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text;
}

std::string chunkOf(std::string_view delta, std::string_view finish)
{
    return R"({"id":"chatcmpl-test","object":"chat.completion.chunk","created":1,"model":"test-model","choices":[{"index":0,"delta":)"
           + std::string(delta) + R"(,"finish_reason":)" + std::string(finish) + "}]}";
}

} // namespace

Reply Reply::json(int status, std::string_view body, Fields fields)
{
    Reply reply;
    reply.send(head(status, "application/json", fields) + "Content-Length: " + std::to_string(body.size())
               + "\r\n\r\n" + std::string(body));
    return reply;
}

Reply Reply::streamHead(Fields fields)
{
    Reply reply;
    reply.send(head(200, "text/event-stream", fields) + "Transfer-Encoding: chunked\r\n\r\n");
    return reply;
}

Reply Reply::chatStream(std::initializer_list<std::string_view> texts)
{
    Reply reply = streamHead();
    reply.event(chunkOf(R"({"role":"assistant","content":""})", "null"));
    for (const std::string_view text : texts) {
        reply.event(chatChunk(text));
    }
    reply.event(chunkOf("{}", R"("stop")")).event("[DONE]").lastChunk();
    return reply;
}

Reply Reply::chat(std::string_view text)
{
    return json(
        200,
        R"({"id":"chatcmpl-test","object":"chat.completion","created":1,"model":"test-model","choices":[{"index":0,"message":{"role":"assistant","content":")"
            + std::string(text)
            + R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}})");
}

Reply &Reply::send(std::string_view bytes)
{
    m_actions.push_back({Action::Kind::Send, std::string(bytes)});
    return *this;
}

Reply &Reply::drip(std::string_view bytes)
{
    m_actions.push_back({Action::Kind::Drip, std::string(bytes)});
    return *this;
}

Reply &Reply::chunk(std::string_view bytes)
{
    std::array<char, 24> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
    return send(size.data() + std::string(bytes) + "\r\n");
}

Reply &Reply::event(std::string_view data)
{
    return chunk("data: " + std::string(data) + "\n\n");
}

Reply &Reply::lastChunk()
{
    return send("0\r\n\r\n");
}

Reply &Reply::wait(std::string_view trigger)
{
    m_actions.push_back({Action::Kind::Wait, std::string(trigger)});
    return *this;
}

Reply &Reply::close()
{
    m_actions.push_back({Action::Kind::Close, {}});
    return *this;
}

Reply &Reply::reset()
{
    m_actions.push_back({Action::Kind::Reset, {}});
    return *this;
}

Reply &Reply::add(const Reply &more)
{
    m_actions.insert(m_actions.end(), more.m_actions.begin(), more.m_actions.end());
    return *this;
}

std::string chatChunk(std::string_view text)
{
    return chunkOf(R"({"content":")" + std::string(text) + R"("})", "null");
}

} // namespace signalbox::test
