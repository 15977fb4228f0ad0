// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"

namespace signalbox::upstream {

/// One request to one provider, ready for the wire.
struct WireRequest {
    http::Origin origin;
    std::string method = "POST";
    std::string target; ///< path with query
    http::Headers
        headers; ///< without Host, Content-Length, Connection, Accept-Encoding: those are the wire's own
    std::string body;
};

/// Limits the wire itself keeps. First token, idle and total are the exchange's, which knows what content is.
struct WireLimits {
    base::Duration connect = std::chrono::seconds(5); ///< name look-up and TCP connection together
    base::Duration tls = std::chrono::seconds(5);
    std::size_t maxHeadBytes = 64 * 1024;
};

/// How the exchange of bytes ended, with no judgement of what they said.
enum class WireEnd : std::uint8_t {
    Complete, ///< a whole, well-formed response
    DnsFailed,
    ConnectFailed,
    ConnectTimeout,
    TlsFailed, ///< handshake broke off
    TlsTimeout,
    CertificateRefused, ///< the provider is misconfigured, or somebody sits in between
    ProxyFailed,
    ClosedBeforeResponse, ///< connection closed or reset before a whole head came
    CutOff,               ///< closed or reset in the middle of the body
    Malformed,            ///< not HTTP, or not HTTP as it may be
    TooLarge,             ///< head over its limit
};

struct WireResult {
    WireEnd end = WireEnd::Complete;
    std::string detail; ///< one line for people, in our own words; empty when complete
};

/// How far it came and how long that took. Zero: did not happen.
struct WireTimes {
    base::Duration dns{};
    base::Duration connect{};
    base::Duration tls{};
    base::SteadyTime written{}; ///< when the request had been handed to the socket; epoch: never
    bool reused = false;
};

/// Hears the facts of one attempt. Every function may destroy the attempt; nothing is called after `onEnd` or
/// after the attempt is gone.
class AttemptObserver
{
public:
    virtual ~AttemptObserver() = default;
    /// From here on the provider may have seen the request.
    virtual void onWritten() = 0;
    virtual void onHead(const http::ResponseHead &head) = 0;
    /// Body bytes with transfer coding removed, in pieces of any size.
    virtual void onBody(std::string_view bytes) = 0;
    virtual void onEnd(const WireResult &result) = 0;
};

/// One request on the wire: started once, never re-sent. Destroying it cancels it and closes the connection
/// unless the response was complete. Engine thread; owned by the exchange.
class Attempt
{
public:
    virtual ~Attempt() = default;
    /// Facts come from the event loop, never from inside start().
    virtual void start() = 0;
    /// Stops and resumes reading, so that a slow client does not fill our memory.
    virtual void pauseReading() = 0;
    virtual void resumeReading() = 0;
    virtual WireTimes times() const = 0;
};

} // namespace signalbox::upstream
