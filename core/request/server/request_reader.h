// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/foundation/http/content_coding.h"
#include "core/foundation/http/request_parser.h"

class QIODevice;

namespace signalbox::server {

/// Takes requests off a socket: parses, removes the content coding, keeps what belongs to the next one.
/// Engine thread; owned by the connection.
class RequestReader
{
public:
    enum class Event : std::uint8_t {
        WantsBytes, ///< nothing more to read for now
        Head,       ///< the head is known: judge it, and set the coding, before going on
        Request,    ///< the whole request is there
        Refused,
    };
    /// What it waits for after WantsBytes.
    enum class Progress : std::uint8_t { NextRequest, Head, Body };

    explicit RequestReader(http::RequestLimits limits);

    Event advance(QIODevice &from);
    void setCoding(http::ContentCoding coding);

    http::RequestHead &head() { return m_parser.head(); }
    std::string takeBody();
    const http::Refusal &refusal() const { return m_refusal; }

    Progress progress() const;
    bool isWhole() const { return m_parser.state() == http::RequestParser::State::Complete; }
    bool keepAlive() const { return isWhole() && m_parser.keepAlive(); } ///< and nothing of it is left unread
    bool expectsBody() const { return m_parser.hasBody(); }
    bool hasInput() const { return !m_input.empty(); }
    std::uint64_t bodyBytesRead() const { return m_bodyBytes; } ///< of the present request, for an idle limit

    void next(); ///< forgets the present request
    void trim(); ///< gives memory back while nothing is going on

private:
    bool readMore(QIODevice &from);
    bool decode();

    http::RequestParser m_parser;
    http::RequestLimits m_limits;
    http::Refusal m_refusal;
    std::string m_input; ///< bytes read and not yet used
    std::optional<http::ContentDecoder> m_decoder;
    std::string m_decoded;
    std::uint64_t m_bodyBytes = 0;
};

} // namespace signalbox::server
