// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/foundation/http/message.h"

namespace signalbox::http {

/// Reads HTTP/1.x responses from bytes in pieces of any size, and refuses whatever two readers could
/// understand differently: two lengths, a length beside chunks, unknown transfer codings, folded or
/// ill-formed fields. Informational responses are skipped, except 101, which nobody asked for. It asks and
/// the caller answers, so nothing is called back and it may be destroyed at any time. One thread.
///
///     parser.feed(bytes);
///     for (auto found = parser.next(); found != Found::NeedMore; found = parser.next()) { … }
class ResponseParser
{
public:
    enum class Found : std::uint8_t {
        NeedMore,
        Head,     ///< head() is there; comes once, before any body
        Body,     ///< body() is a piece of the body, transfer coding removed
        Complete, ///< the last thing found
        CutOff,   ///< only from finish(): the body is shorter than announced
        NoHead,   ///< only from finish(): not even a whole head came
        Malformed,
        TooLarge,
    };

    explicit ResponseParser(std::size_t maxHeadBytes = 64 * 1024);
    ~ResponseParser();

    /// Makes it ready for the next response. Input left over is dropped.
    void begin(std::size_t maxHeadBytes, bool answersHead = false);
    /// `bytes` must stay valid until next() has returned NeedMore.
    void feed(std::string_view bytes);
    Found next();
    /// The peer has closed; call it when next() has returned NeedMore.
    Found finish();

    const ResponseHead &head() const;
    std::string_view body() const;
    /// What is wrong, in words, after Malformed and TooLarge.
    std::string_view problem() const;
    /// After Complete: whether the connection can carry another request. Never, if bytes followed the
    /// response.
    bool canReuse() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::http
