// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/limits.h"

#include <algorithm>

namespace signalbox::chain {

base::Duration shareOf(base::Duration own, base::Duration left, std::span<const base::Duration> later)
{
    const base::Duration equal = left / static_cast<std::int64_t>(later.size() + 1);
    base::Duration reserved{};
    for (const base::Duration one : later) {
        reserved += std::min(one, equal);
    }
    return std::max(std::min(own, std::max(left - reserved, equal)), base::Duration{});
}

} // namespace signalbox::chain
