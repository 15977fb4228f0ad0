// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/base/money.h"

#include <limits>

namespace signalbox::base {

namespace {
constexpr std::int64_t kNano = 1'000'000'000;
}

Result<Money> parseDollars(std::string_view text)
{
    const auto bad = [&] {
        return fail(ErrorCode::InvalidArgument,
                    "'" + std::string(text)
                        + "' is not an amount in dollars: write it like 2.5, with at most 9 decimals");
    };
    const std::size_t dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const std::string_view fraction =
        dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
    if (whole.empty() || fraction.size() > 9 || (dot != std::string_view::npos && fraction.empty())) {
        return bad();
    }
    std::int64_t dollars = 0;
    for (const char c : whole) {
        if (c < '0' || c > '9' || dollars > std::numeric_limits<std::int64_t>::max() / kNano / 10 - 10) {
            return bad();
        }
        dollars = dollars * 10 + (c - '0');
    }
    std::int64_t nano = 0;
    std::int64_t place = kNano / 10;
    for (const char c : fraction) {
        if (c < '0' || c > '9') {
            return bad();
        }
        nano += (c - '0') * place;
        place /= 10;
    }
    return Money{dollars * kNano + nano};
}

std::string formatDollars(Money amount)
{
    const bool negative = amount.nano < 0;
    const std::uint64_t value =
        negative ? 0 - static_cast<std::uint64_t>(amount.nano) : static_cast<std::uint64_t>(amount.nano);
    std::string fraction = std::to_string(value % kNano);
    fraction.insert(0, 9 - fraction.size(), '0');
    while (fraction.size() > 2 && fraction.back() == '0') {
        fraction.pop_back();
    }
    return (negative ? "-" : "") + std::to_string(value / kNano) + "." + fraction;
}

} // namespace signalbox::base
