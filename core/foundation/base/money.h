// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/foundation/base/error.h"

namespace signalbox::base {

/// US dollars as whole nano-dollars; sums are exact. An amount that is not known is `std::optional<Money>`
/// without a value, never zero.
struct Money {
    std::int64_t nano = 0;

    auto operator<=>(const Money &) const = default;
    Money &operator+=(Money other)
    {
        nano += other.nano;
        return *this;
    }
    friend Money operator+(Money a, Money b) { return {a.nano + b.nano}; }
};

/// A price: nano-dollars per million tokens.
struct TokenPrice {
    std::int64_t nanoPerMillion = 0;
    auto operator<=>(const TokenPrice &) const = default;
};

/// Reads dollars as decimal text ("2.5", "0.0375") without going through a double. Up to 9 decimals; more, a
/// sign or an exponent is InvalidArgument.
Result<Money> parseDollars(std::string_view text);
/// "1.84", "0.0312", "0.0000015": at least two decimals, as many as needed, '.' whatever the locale.
std::string formatDollars(Money amount);

} // namespace signalbox::base
