// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/events/attempt_kind.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace signalbox::events {

namespace {
constexpr std::array<std::string_view, 6> kKinds = {"First", "Repeat", "Fallback",
                                                    "Hedge", "Race",   "Continue"};
}

std::string_view toText(AttemptKind kind)
{
    return kKinds[static_cast<std::size_t>(kind)];
}

std::optional<AttemptKind> attemptKindFromText(std::string_view text)
{
    const auto found = std::ranges::find(kKinds, text);
    return found == kKinds.end() ? std::nullopt
                                 : std::optional(static_cast<AttemptKind>(found - kKinds.begin()));
}

} // namespace signalbox::events
