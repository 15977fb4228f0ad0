// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace signalbox::chain {

/// How the answer travels.
enum class Travel : std::uint8_t {
    Stream,
    Held,      ///< a stream that is sent only when it is whole
    Whole,     ///< neither side streams
    Assembled, ///< the provider streams, the client does not
};

} // namespace signalbox::chain
