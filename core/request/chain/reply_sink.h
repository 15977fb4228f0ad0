// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

#include "core/foundation/http/message.h"

namespace signalbox::chain {

/// Where an answer goes: one client request's side of the wire, implemented by the server. Engine thread.
/// The order is sendWhole(), or beginStream() streamBytes()* (endStream() | breakStream()). A client that has
/// gone is reported by the server destroying the exchange; calls made after that do nothing.
class ReplySink
{
public:
    virtual ~ReplySink() = default;
    /// A whole answer: status, fields and body. The sink adds Content-Length, Date and Connection.
    virtual void sendWhole(int status, const http::Headers &headers, std::string_view body) = 0;
    /// The head of an answer whose length is not known: chunked for HTTP/1.1, until close for 1.0.
    virtual void beginStream(int status, const http::Headers &headers) = 0;
    virtual void streamBytes(std::string_view bytes) = 0;
    virtual void endStream() = 0;
    /// Closes the connection without the end of the body: the client must see that the answer is not whole.
    virtual void breakStream() = 0;
    /// Bytes handed over and not yet taken by the client. Above kMaxPendingBytes the exchange stops reading
    /// upstream until the server calls its onDrained().
    virtual std::size_t pendingBytes() const = 0;
};

constexpr std::size_t kMaxPendingBytes = 256 * 1024;

} // namespace signalbox::chain
