// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace signalbox::test {

/// What a fake provider does with one request, as a list of small actions done in order:
///
///     Reply::streamHead().event(R"({"choices":[]})").wait("go").event("[DONE]").lastChunk()
///     Reply().send("HTTP/1.1 200 OK\r\nContent-Le").close()
///
/// An empty one hangs: the request is read and nothing happens.
class Reply
{
public:
    using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    struct Action {
        enum class Kind : std::uint8_t { Send, Drip, Wait, Close, Reset };
        Kind kind;
        std::string text;
    };

    /// A whole answer with its length.
    static Reply json(int status, std::string_view body, Fields fields = {});
    /// The head of a chunked event stream.
    static Reply streamHead(Fields fields = {});
    /// A whole chat stream: role, one chunk per text, finish, [DONE].
    static Reply chatStream(std::initializer_list<std::string_view> texts);
    /// A whole chat answer.
    static Reply chat(std::string_view text);

    Reply &send(std::string_view bytes);
    Reply &drip(std::string_view bytes); ///< a byte at a time, each in a turn of the event loop of its own
    Reply &chunk(std::string_view bytes);
    Reply &event(std::string_view data); ///< one chunk with one event
    Reply &lastChunk();
    Reply &wait(std::string_view trigger); ///< until FakeUpstream::go(trigger)
    Reply &close();
    Reply &reset(); ///< RST
    Reply &add(const Reply &more);

    const std::deque<Action> &actions() const { return m_actions; }

private:
    std::deque<Action> m_actions;
};

/// One chat chunk, {"choices":[{"delta":{"content":TEXT}}]}. `text` must not need escaping.
std::string chatChunk(std::string_view text);

} // namespace signalbox::test
