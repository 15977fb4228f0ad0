// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/request/health/target.h"

namespace signalbox::health {

/// What of one breaker survives a restart: that it is open and until when, and what was done by hand. Times
/// are wall time, the only one that means anything to the next run.
struct SavedBreaker {
    /// Without a model: the breaker of the key. With nothing but a provider: the provider itself (`paused`).
    Target target;
    bool open = false;                       ///< half-open counts as open and due
    std::optional<base::WallTime> openUntil; ///< none: until somebody acts
    events::Outcome cause = events::Outcome::Answered;
    bool misconfigured = false;
    bool named = false; ///< the provider said how long
    int localInRow = 0;
    int openings = 0;
    bool paused = false;
    bool forced = false;
    std::optional<base::WallTime> forcedUntil; ///< none, and forced: until it is reset
    bool operator==(const SavedBreaker &) const = default;
};

} // namespace signalbox::health
