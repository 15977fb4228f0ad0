// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/record/events/outcome.h"
#include "core/request/dialect/refusal/provider_error.h"

namespace signalbox::dialect {

/// The type that readProviderError() gives to MiniMax's shape: its codes are a language of their own.
inline constexpr std::string_view kMiniMaxType = "base_resp";

using OutcomeSet = std::uint32_t;

template<typename... Outcomes>
constexpr OutcomeSet oneOf(Outcomes... outcomes)
{
    return (OutcomeSet{0} | ... | (OutcomeSet{1} << static_cast<unsigned>(outcomes)));
}

/// What the error's codes and words say it is, among the outcomes that its status leaves possible. Pure.
std::optional<events::Outcome> outcomeBySigns(const ProviderError &error, OutcomeSet possible);

} // namespace signalbox::dialect
