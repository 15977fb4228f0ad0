// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/walk_words.h"

#include <algorithm>

namespace signalbox::chain {

std::string whyClosed(const health::View &view, events::SkipReason reason, base::SteadyTime now)
{
    if (reason != events::SkipReason::BreakerOpen) {
        return {};
    }
    if (view.forced) {
        return "held open by hand";
    }
    std::string cause(events::toText(view.cause));
    if (view.misconfigured) {
        cause += ", its certificate does not hold";
    }
    if (view.openUntil == base::SteadyTime::max()) {
        return cause + ", until the key is changed";
    }
    const auto left = std::max(view.openUntil - now, base::Duration{});
    return cause + ", tried again in " + std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count())
           + " s";
}

} // namespace signalbox::chain
