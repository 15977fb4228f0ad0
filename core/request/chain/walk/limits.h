// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/foundation/base/clock.h"

// How long an attempt may take. Pure.
namespace signalbox::chain {

/// The limits of one attempt, from its start.
struct AttemptLimits {
    base::Duration connect{}; ///< name look-up, connection, TLS
    base::Duration
        content{};         ///< until the first content; the whole answer, where the provider does not stream
    base::Duration idle{}; ///< between pieces of content
    base::Duration total{};
    bool operator==(const AttemptLimits &) const = default;
};

/// What an attempt gets of the time that is left: its own limit, unless that would leave the steps behind it
/// less than their own limits or an equal share, whichever is smaller. `later`: the limits of those steps.
base::Duration shareOf(base::Duration own, base::Duration left, std::span<const base::Duration> later);

} // namespace signalbox::chain
