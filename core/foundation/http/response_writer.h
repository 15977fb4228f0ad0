// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"

namespace signalbox::http {

/// How the end of a response's body is told.
enum class BodyFraming : std::uint8_t {
    Length,     ///< Content-Length
    Chunked,    ///< HTTP/1.1
    UntilClose, ///< HTTP/1.0
    None,       ///< the status has no body (204, 304)
};

struct ResponseFraming {
    BodyFraming body = BodyFraming::Length;
    std::uint64_t length = 0;
    bool close = false;    ///< the connection ends after this response
    std::string_view date; ///< a httpDate(); empty: no Date field
};

/// Appends status line, `headers` and the framing's own fields to `out`. Content-Length, Transfer-Encoding,
/// Connection, Keep-Alive and Date among `headers` are left out. False, and nothing appended, when a name or
/// value could break out of its line.
[[nodiscard]] bool appendResponseHead(std::string &out, int status, const Headers &headers,
                                      const ResponseFraming &framing);
/// One chunk; nothing for no bytes, since an empty chunk would end the body.
void appendChunk(std::string &out, std::string_view bytes);
void appendLastChunk(std::string &out);

std::string_view reasonPhrase(int status);
/// "Fri, 20 Nov 2026 12:00:00 GMT", whatever the locale (RFC 9110 §5.6.7).
std::string httpDate(base::WallTime at);

} // namespace signalbox::http
