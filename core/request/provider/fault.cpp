// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/fault.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace signalbox::provider {

namespace {
constexpr std::array<std::string_view, kFaultCount> kTexts{"429", "quota", "500",   "hang",    "slow",
                                                           "cut", "stall", "empty", "garbage", "tls"};
} // namespace

std::string_view toText(Fault fault)
{
    return kTexts.at(static_cast<std::size_t>(fault));
}

std::optional<Fault> faultFromText(std::string_view text)
{
    const auto found = std::ranges::find(kTexts, text);
    return found == kTexts.end() ? std::nullopt : std::optional(static_cast<Fault>(found - kTexts.begin()));
}

bool reachesProvider(Fault fault)
{
    return fault == Fault::SlowFirstToken || fault == Fault::CutAfter || fault == Fault::Stall;
}

} // namespace signalbox::provider
