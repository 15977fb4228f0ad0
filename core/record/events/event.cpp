// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/events/event.h"

#include <algorithm>
#include <array>

namespace signalbox::events {

namespace {
constexpr std::array<std::string_view, 6> kNotices = {"Info",       "ConfigApplied", "ConfigRejected",
                                                      "KeyProblem", "LedgerProblem", "ServerProblem"};
}

std::string_view toText(Notice::Kind kind)
{
    return kNotices[static_cast<std::size_t>(kind)];
}

std::optional<Notice::Kind> noticeKindFromText(std::string_view text)
{
    const auto *const found = std::ranges::find(kNotices, text);
    if (found == kNotices.end()) {
        return std::nullopt;
    }
    return static_cast<Notice::Kind>(found - kNotices.begin());
}

} // namespace signalbox::events
