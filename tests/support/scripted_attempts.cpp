// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/scripted_attempts.h"

namespace signalbox::test {

namespace {
http::ResponseHead head(int status, const char *type, const std::vector<http::Header> &headers = {})
{
    http::ResponseHead head;
    head.status = status;
    head.headers.add("content-type", type);
    for (const http::Header &one : headers) {
        head.headers.add(one.name, one.value);
    }
    return head;
}
} // namespace

Script answers(std::string text, base::Duration after)
{
    const std::string body =
        R"({"choices":[{"message":{"role":"assistant","content":")" + text
        + R"("},"finish_reason":"stop"}],"model":"m","usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}})";
    return {{{}, Fact::Written{}},
            {after, head(200, "application/json")},
            {{}, Fact::Body{body}},
            {{}, upstream::WireResult{}}};
}

Script streams(std::vector<std::string> events, upstream::WireEnd end)
{
    Script script{{{}, Fact::Written{}}, {{}, head(200, "text/event-stream")}};
    for (std::string &event : events) {
        script.push_back({{}, Fact::Body{std::move(event)}});
    }
    script.push_back({{}, upstream::WireResult{end, {}}});
    return script;
}

Script refuses(int status, std::string body, std::vector<http::Header> headers)
{
    return {{{}, Fact::Written{}},
            {{}, head(status, "application/json", headers)},
            {{}, Fact::Body{std::move(body)}},
            {{}, upstream::WireResult{}}};
}

std::string brokenToolCall()
{
    return R"({"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function",)"
           R"("function":{"name":"f","arguments":"{\"a\":"}}]},"finish_reason":"tool_calls"}]})";
}

std::string refusal()
{
    return R"({"choices":[{"message":{"role":"assistant","content":null,"refusal":"I will not"},"finish_reason":"stop"}]})";
}

std::string textOf(const std::string &stream)
{
    std::string out;
    constexpr std::string_view kStart = R"("delta":{"content":")";
    for (std::size_t at = stream.find(kStart); at != std::string::npos; at = stream.find(kStart, at)) {
        at += kStart.size();
        out += stream.substr(at, stream.find('"', at) - at);
    }
    return out;
}

Script breaksOff(upstream::WireEnd end, bool written)
{
    Script script;
    if (written) {
        script.push_back({{}, Fact::Written{}});
    }
    script.push_back({{}, upstream::WireResult{end, "broke off"}});
    return script;
}

Script staysSilent()
{
    return {{{}, Fact::Written{}}};
}

std::string chunk(const std::string &text)
{
    return R"(data: {"choices":[{"index":0,"delta":{"content":")" + text + "\"}}]}\n\n";
}

class ScriptedAttempts::Playing final : public upstream::Attempt
{
public:
    Playing(ScriptedAttempts &owner, Script script, upstream::AttemptObserver &observer)
        : m_owner(owner),
          m_script(std::move(script)),
          m_observer(observer),
          m_timer(owner.m_clock.makeTimer([this] { play(); }))
    {
        ++m_owner.alive;
    }
    ~Playing() override { --m_owner.alive; }

    void start() override { waitForNext(); }
    void pauseReading() override
    {
        ++m_owner.paused;
        m_timer->stop();
    }
    void resumeReading() override
    {
        --m_owner.paused;
        waitForNext();
    }
    upstream::WireTimes times() const override { return {}; }

private:
    void waitForNext()
    {
        if (m_next < m_script.size()) {
            m_timer->start(m_script[m_next].after);
        }
    }

    void play()
    {
        const Fact fact = m_script[m_next++];
        waitForNext(); // first: the observer may destroy this attempt
        if (std::holds_alternative<Fact::Written>(fact.what)) {
            m_observer.onWritten();
        } else if (const auto *const head = std::get_if<http::ResponseHead>(&fact.what)) {
            m_observer.onHead(*head);
        } else if (const auto *const body = std::get_if<Fact::Body>(&fact.what)) {
            m_observer.onBody(body->bytes);
        } else {
            m_observer.onEnd(std::get<upstream::WireResult>(fact.what));
        }
    }

    ScriptedAttempts &m_owner;
    Script m_script;
    upstream::AttemptObserver &m_observer;
    std::unique_ptr<base::Timer> m_timer;
    std::size_t m_next = 0;
};

std::unique_ptr<upstream::Attempt> ScriptedAttempts::make(const provider::Target &target,
                                                          upstream::WireRequest request,
                                                          const upstream::WireLimits &,
                                                          upstream::AttemptObserver &observer)
{
    calls.push_back({target.providerId, std::move(request.body)});
    auto &queue = m_scripts[target.providerId];
    Script script = queue.empty() ? staysSilent() : queue.front();
    if (queue.size() > 1) {
        queue.pop_front();
    }
    return std::make_unique<Playing>(*this, std::move(script), observer);
}

} // namespace signalbox::test
