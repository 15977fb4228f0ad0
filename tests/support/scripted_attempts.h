// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/request/provider/attempt_factory.h"
#include "tests/support/fake_clock.h"

namespace signalbox::test {

/// What an attempt will hear, and when (counted from the fact before).
struct Fact {
    base::Duration after{};
    struct Written {};
    struct Body {
        std::string bytes;
    };
    std::variant<Written, http::ResponseHead, Body, upstream::WireResult> what;
};
using Script = std::vector<Fact>;

/// Scripts for the usual answers of a chat provider.
Script answers(std::string text, base::Duration after = {});
Script streams(std::vector<std::string> events, upstream::WireEnd end = upstream::WireEnd::Complete);
Script refuses(int status, std::string body, std::vector<http::Header> headers = {});
Script breaksOff(upstream::WireEnd end, bool written);
Script staysSilent();
/// Bodies of answers that are none, or not what was hoped for.
std::string brokenToolCall();
std::string refusal();
/// All text of a stream of chunks.
std::string textOf(const std::string &stream);
/// A stream chunk with that text.
std::string chunk(const std::string &text);
constexpr const char *kRoleChunk =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
constexpr const char *kStopChunk =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
constexpr const char *kDone = "data: [DONE]\n\n";

/// Attempts that play scripts on a fake clock instead of using the wire. Scripts are queued per provider; the
/// last one stays for further attempts.
class ScriptedAttempts final : public provider::AttemptFactory
{
public:
    explicit ScriptedAttempts(FakeClock &clock) : m_clock(clock) {}
    void script(const std::string &provider, Script script)
    {
        m_scripts[provider].push_back(std::move(script));
    }
    /// From now on only this.
    void replace(const std::string &provider, Script script) { m_scripts[provider] = {std::move(script)}; }

    std::unique_ptr<upstream::Attempt> make(const provider::Target &target, upstream::WireRequest request,
                                            const upstream::WireLimits &limits,
                                            upstream::AttemptObserver &observer) override;

    struct Call {
        std::string provider;
        std::string body;
    };
    std::vector<Call> calls;
    int alive = 0;
    int paused = 0;

private:
    class Playing;
    FakeClock &m_clock;
    std::map<std::string, std::deque<Script>> m_scripts;
};

} // namespace signalbox::test
