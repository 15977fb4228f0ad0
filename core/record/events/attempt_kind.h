// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace signalbox::events {

/// Why an attempt was begun.
enum class AttemptKind : std::uint8_t {
    First,
    Repeat,   ///< the same step once more
    Fallback, ///< an earlier step failed
    Hedge,    ///< an earlier step is slow
    Race,
    Continue, ///< goes on with a broken-off answer
};

} // namespace signalbox::events
