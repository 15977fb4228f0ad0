// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox::events {

/// Why an attempt was made. The names stand in ledger, headers and window alike.
enum class AttemptKind : std::uint8_t {
    First,    ///< the request's first
    Repeat,   ///< the same step again
    Fallback, ///< another step, because the one before failed
    Hedge,    ///< another step, because the one before is slow; both run
    Race,     ///< several steps at once, from the start
    Continue, ///< goes on with an answer that broke off in the middle
};

std::string_view toText(AttemptKind kind);
std::optional<AttemptKind> attemptKindFromText(std::string_view text);

} // namespace signalbox::events
