// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/message_reader.h"

#include <algorithm>
#include <charconv>

#include <strings.h>

#include "tests/bench/poller.h"

namespace signalbox::bench {

namespace {
std::uint64_t number(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end == text.data()) {
        throw Failure("not a length: '" + std::string(text) + "'");
    }
    return value;
}
} // namespace

std::optional<std::string_view> field(std::string_view head, std::string_view name)
{
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at)) {
        at += 2;
        const std::string_view rest = head.substr(at);
        if (rest.size() > name.size() && rest[name.size()] == ':'
            && ::strncasecmp(rest.data(), name.data(), name.size()) == 0) {
            std::string_view value = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
            value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
            return value;
        }
    }
    return std::nullopt;
}

void MessageReader::feed(std::string_view bytes)
{
    while (!bytes.empty()) {
        switch (m_state) {
        case State::Head:
            if (const auto head = until("\r\n\r\n", bytes)) {
                readHead(*head);
            }
            break;
        case State::Body:
        case State::Chunk:
            readPart(bytes);
            break;
        case State::ChunkLine:
            if (const auto line = until("\r\n", bytes)) {
                m_left = number(*line, 16);
                m_state = m_left > 0 ? State::Chunk : State::Trailers;
            }
            break;
        case State::ChunkEnd:
            if (until("\r\n", bytes)) {
                m_state = State::ChunkLine;
            }
            break;
        case State::Trailers: // there are none: an empty line ends the message
            if (until("\r\n", bytes)) {
                endMessage();
            }
            break;
        }
    }
}

/// What stands before the mark, once it is all there; takes it away from the bytes.
std::optional<std::string_view> MessageReader::until(std::string_view mark, std::string_view &bytes)
{
    if (m_held.empty()) {
        const std::size_t at = bytes.find(mark);
        if (at != std::string_view::npos) {
            const std::string_view found = bytes.substr(0, at);
            bytes.remove_prefix(at + mark.size());
            return found;
        }
    }
    const std::size_t before = m_held.size();
    m_held += bytes;
    const std::size_t at = m_held.find(mark, before < mark.size() ? 0 : before - mark.size() + 1);
    if (at == std::string::npos) {
        bytes = {};
        return std::nullopt;
    }
    bytes.remove_prefix(at + mark.size() - before);
    m_line = m_held.substr(0, at);
    m_held.clear();
    return m_line;
}

void MessageReader::readHead(std::string_view head)
{
    const bool request = !head.starts_with("HTTP/");
    const auto length = field(head, "content-length");
    const bool chunked = field(head, "transfer-encoding") == "chunked";
    if (!request && !length && !chunked) {
        throw Failure("an answer without a length: " + std::string(head));
    }
    m_left = length ? number(*length, 10) : 0;
    m_state = chunked ? State::ChunkLine : State::Body;
    m_sink.onHead(head);
    if (m_state == State::Body && m_left == 0) {
        endMessage();
    }
}

void MessageReader::readPart(std::string_view &bytes)
{
    const std::string_view part = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), m_left));
    bytes.remove_prefix(part.size());
    m_left -= part.size();
    m_sink.onBody(part);
    if (m_left > 0) {
        return;
    }
    if (m_state == State::Chunk) {
        m_state = State::ChunkEnd;
    } else {
        endMessage();
    }
}

void MessageReader::endMessage()
{
    m_state = State::Head;
    m_sink.onMessageEnd();
}

} // namespace signalbox::bench
