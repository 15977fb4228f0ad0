// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/foundation/http/carry_buffer.h"

namespace signalbox::http {

/// One block of an event stream. Put one after the other, the `raw` of all blocks are the stream itself, so
/// that what need not change can be forwarded byte for byte.
struct SseEvent {
    std::string_view name; ///< empty: none was given
    std::string_view data; ///< several data lines are joined with LF
    std::string_view raw;  ///< as received, with the blank line that ends it
    bool hasData =
        false; ///< false: only comments or other fields, or a stray blank line; nothing to dispatch
};

/// Takes an event stream (WHATWG HTML, §9.2.6) apart, whatever the split of its bytes. An event whose last
/// byte is a CR waits for the next byte, because an LF there would still belong to it. No copying where an
/// event lies wholly in the bytes fed and has one data line. One thread.
///
///     parser.feed(bytes);
///     while (const auto event = parser.next()) { … }
class SseParser
{
public:
    static constexpr std::size_t kMaxEventBytes = 8 * 1024 * 1024;
    explicit SseParser(std::size_t maxEventBytes = kMaxEventBytes) : m_maxEventBytes(maxEventBytes) {}

    /// `bytes` must stay valid until next() has returned nothing.
    void feed(std::string_view bytes);
    /// The next whole event; its views hold until the next call of any function.
    std::optional<SseEvent> next();
    /// At the end of the stream, after next() has returned nothing: what stood there without its blank line.
    std::optional<SseEvent> finish();
    /// An event went over the limit: the rest of the stream is not looked at.
    bool tooLarge() const { return m_tooLarge; }

private:
    struct Span {
        std::size_t at = 0;
        std::size_t size = 0;
    };
    std::optional<std::size_t> nextLineEnd(std::string_view block);
    void takeLine(std::string_view block, Span line);
    SseEvent takeEvent(std::size_t size);
    void startBlock();

    std::size_t m_maxEventBytes;
    CarryBuffer m_input;
    std::string m_joined;
    Span m_name; ///< spans count from the start of the block, which may move in memory
    Span m_data;
    int m_dataLines = 0;
    std::size_t m_lineStart = 0;
    std::size_t m_scanned = 0; ///< no line end before this one since m_lineStart
    std::size_t m_lineSize = 0;
    bool m_first = true;
    bool m_tooLarge = false;
};

} // namespace signalbox::http
