// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::bench {

class MessageSink
{
public:
    virtual ~MessageSink() = default;
    virtual void onHead(std::string_view head) = 0;
    virtual void onBody(std::string_view part) = 0; ///< chunked coding removed
    virtual void onMessageEnd() = 0;
};

/// Reads the HTTP/1.1 messages of a peer that is trusted to write them well: requests or responses with a
/// length or in chunks, one after the other. Throws Failure at anything else.
class MessageReader
{
public:
    explicit MessageReader(MessageSink &sink) : m_sink(sink) {}

    void feed(std::string_view bytes);

private:
    enum class State : std::uint8_t { Head, Body, ChunkLine, Chunk, ChunkEnd, Trailers };
    std::optional<std::string_view> until(std::string_view mark, std::string_view &bytes);
    void readHead(std::string_view head);
    void readPart(std::string_view &bytes);
    void endMessage();

    MessageSink &m_sink;
    State m_state = State::Head;
    std::uint64_t m_left = 0; ///< of the body or the chunk
    std::string m_held;       ///< the beginning of a head or line whose end has not come yet
    std::string m_line;
};

/// Value of a header field, or nothing.
std::optional<std::string_view> field(std::string_view head, std::string_view name);

} // namespace signalbox::bench
