// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/cost.h"

#include <limits>
#include <utility>

namespace signalbox::spend {

namespace {
__extension__ using Wide = __int128;
constexpr Wide kMillion = 1'000'000;
/// A million dollars for one attempt is a wrong count or a wrong price; sums of less cannot overflow.
constexpr Wide kMostNano = Wide(1'000'000) * 1'000'000'000;

bool isFree(const std::optional<base::TokenPrice> &price)
{
    return price && price->nanoPerMillion == 0;
}
} // namespace

std::optional<base::Money> cost(const events::TokenUsage &given, const config::TieredPrice &price)
{
    const events::TokenUsage usage = events::clamped(given);
    const bool isLong = price.aboveTokens > 0 && usage.prompt() > price.aboveTokens;
    const config::ModelPrice &rates = isLong ? price.above : price.base;
    if ((usage.audioInput > 0 && !isFree(rates.input)) || (usage.audioOutput > 0 && !isFree(rates.output))) {
        return std::nullopt;
    }
    Wide sum = 0;
    for (const auto &[tokens, rate] :
         {std::pair(usage.input, rates.input), std::pair(usage.cachedInput, rates.cachedInput),
          std::pair(usage.cacheWrite, rates.cacheWrite), std::pair(usage.cacheWrite1h, rates.cacheWrite1h),
          std::pair(usage.output, rates.output)}) {
        if (tokens == 0) {
            continue;
        }
        if (!rate) {
            return std::nullopt;
        }
        sum += Wide(tokens) * rate->nanoPerMillion;
    }
    const Wide nano = (sum + kMillion / 2) / kMillion;
    if (nano > kMostNano) {
        return std::nullopt;
    }
    return base::Money{static_cast<std::int64_t>(nano)};
}

} // namespace signalbox::spend
