// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/foundation/http/message.h"

namespace signalbox::http {

struct RequestLimits {
    std::size_t headBytes = 64 * 1024;
    std::size_t targetBytes = 8 * 1024;
    std::size_t headers = 100;
    std::uint64_t bodyBytes = 64 * 1024 * 1024; ///< without the chunked coding, before any content coding
};

/// Why a request is not served, ready to be answered.
struct Refusal {
    int status = 400;
    std::string code;    ///< for programs: "bad_request", "head_too_large"
    std::string message; ///< for people: what is wrong, and what to do
    bool mustClose = true;
};

/// Reads one HTTP/1.1 request after the other from bytes in any split; the outcome does not depend on the
/// split. Strict: what two readers could understand differently is refused. Any thread; no I/O.
class RequestParser
{
public:
    enum class State : std::uint8_t {
        Head,     ///< wants more of the head
        Body,     ///< the head is known, wants more of the body
        Complete, ///< the whole request is known; what was not used belongs to the next one
        Refused,
    };

    explicit RequestParser(RequestLimits limits = {});
    ~RequestParser();

    /// Uses up to all of `input` and says how much; what is left must be given again together with what comes
    /// after it. Stops behind the head, so that the caller can look at it before the body is read.
    std::size_t consume(std::string_view input);
    State state() const;

    /// Known unless the state is Head or Refused. The target is in origin form ("/v1/models?x=1") or "*". May
    /// be moved from.
    RequestHead &head();
    /// The body so far, chunked coding removed; may be moved from at any time.
    std::string &body();
    bool keepAlive() const; ///< the client will send another request
    bool hasBody() const;   ///< a body of at least one byte, or of unknown length, was announced
    const Refusal &refusal() const;

    void reset(); ///< ready for the next request

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::http
