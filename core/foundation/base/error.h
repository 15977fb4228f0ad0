// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace signalbox::base {

enum class ErrorCode : std::uint8_t {
    InvalidArgument, ///< what was given cannot be right, whatever the state
    NotFound,
    Conflict,    ///< right in itself, but not now: in use, taken, already there
    Unavailable, ///< a service we need does not answer
    Locked,      ///< it is there, but the user has to unlock it
    Denied,      ///< it is there and refuses us
    Timeout,
    TooLarge,
    Unsupported,
    Corrupt,
    Io,
    Cancelled,
};

/// What went wrong, for people (`message`: what is wrong and what to do, no trailing full stop) and for code
/// (`code`).
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    std::string message;
};

template<typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return std::unexpected(Error{code, std::move(message)});
}

} // namespace signalbox::base
