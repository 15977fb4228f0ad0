// SPDX-License-Identifier: GPL-3.0-or-later
// stream = [ BOM ] *event
// event  = *( comment / field ) end-of-line
// comment = ":" *any end-of-line
// field  = name [ ":" [ SP ] *any ] end-of-line
// end-of-line = CR LF / LF / CR
#include "core/foundation/http/sse_parser.h"

#include <algorithm>
#include <cstring>

namespace signalbox::http {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::size_t findByte(std::string_view text, char byte, std::size_t from, std::size_t end)
{
    const void *found = std::memchr(text.data() + from, byte, end - from);
    return found ? static_cast<std::size_t>(static_cast<const char *>(found) - text.data()) : end;
}

} // namespace

void SseParser::feed(std::string_view bytes)
{
    if (!m_tooLarge) {
        m_input.feed(bytes);
    }
}

std::optional<SseEvent> SseParser::next()
{
    const std::string_view block = m_input.rest();
    while (const auto end = nextLineEnd(block)) {
        const Span line{m_lineStart, m_lineSize};
        m_lineStart = m_scanned = *end;
        if (line.size == 0 || (m_first && line.at == 0 && block.substr(0, line.size) == kBom)) {
            if (*end > m_maxEventBytes) {
                break;
            }
            return takeEvent(*end);
        }
        takeLine(block, line);
    }
    if (block.size() > m_maxEventBytes) {
        m_tooLarge = true;
        m_input.clear();
    } else if (!m_tooLarge) {
        m_input.carry();
    }
    return std::nullopt;
}

std::optional<SseEvent> SseParser::finish()
{
    const std::string_view block = m_input.rest();
    if (m_tooLarge || block.empty()) {
        return std::nullopt;
    }
    Span line{m_lineStart, block.size() - m_lineStart};
    if (block.back() == '\r' && line.size > 0) {
        --line.size; // the CR that waited for an LF was a line end of its own
    }
    if (line.size > 0) {
        takeLine(block, line);
    }
    return takeEvent(block.size());
}

/// Where the line after the current one starts; sets m_lineSize. Nothing: the line end has not come yet, or
/// is a CR as last byte.
std::optional<std::size_t> SseParser::nextLineEnd(std::string_view block)
{
    if (m_scanned >= block.size()) {
        return std::nullopt;
    }
    const std::size_t lf = findByte(block, '\n', m_scanned, block.size());
    const std::size_t cr = findByte(block, '\r', m_scanned, lf);
    if (cr + 1 >= block.size() && cr != lf) {
        m_scanned = cr;
        return std::nullopt;
    }
    if (cr == lf && lf == block.size()) {
        m_scanned = lf;
        return std::nullopt;
    }
    m_lineSize = cr - m_lineStart;
    return cr + (block[cr] == '\r' && block[cr + 1] == '\n' ? 2 : 1);
}

void SseParser::takeLine(std::string_view block, Span span)
{
    if (m_first && span.at == 0 && block.starts_with(kBom)) {
        span.at += kBom.size();
        span.size -= kBom.size();
    }
    const std::string_view line = block.substr(span.at, span.size);
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view field = line.substr(0, colon);
    std::size_t skip = std::min(colon + 1, line.size());
    if (skip < line.size() && line[skip] == ' ') {
        ++skip;
    }
    const Span value{span.at + skip, span.size - skip};
    if (field == "data") {
        if (m_dataLines == 1) {
            m_joined.assign(block.substr(m_data.at, m_data.size));
        }
        if (++m_dataLines > 1) {
            m_joined.push_back('\n');
            m_joined.append(block.substr(value.at, value.size));
        }
        m_data = value;
    } else if (field == "event") {
        m_name = value;
    }
}

SseEvent SseParser::takeEvent(std::size_t size)
{
    const std::string_view block = m_input.rest();
    SseEvent event;
    event.raw = block.substr(0, size);
    event.name = block.substr(m_name.at, m_name.size);
    event.hasData = m_dataLines > 0;
    if (m_dataLines == 1) {
        event.data = block.substr(m_data.at, m_data.size);
    } else if (m_dataLines > 1) {
        event.data = m_joined;
    }
    m_input.consume(size);
    startBlock();
    return event;
}

void SseParser::startBlock()
{
    m_name = m_data = {};
    m_dataLines = 0;
    m_lineStart = m_scanned = 0;
    m_first = false;
}

} // namespace signalbox::http
