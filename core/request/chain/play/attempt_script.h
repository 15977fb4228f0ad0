// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/request/chain/attempt_run.h"

namespace signalbox::chain {

/// How a provider behaves in one attempt, as a value. Times count from the start of the attempt.
struct AttemptScript {
    enum class Ending : std::uint8_t {
        Complete,
        CutOff, ///< the connection closes without an end marker
        Silent, ///< nothing more comes
        Error,  ///< an error event; of a whole answer, an error inside the 200
        Garbage,
        Refusal,
        BrokenToolCall,
    };
    std::optional<upstream::WireEnd> wire; ///< it fails below HTTP, `after` its start
    bool written = true;                   ///< … with the request sent
    bool silent = false;                   ///< not even a head comes
    int status = 200;
    std::string errorBody;  ///< of an error status
    base::Duration after{}; ///< until the head comes
    std::optional<base::Duration> retryAfter;
    int pieces = 1;       ///< of content; the first comes with the head
    base::Duration gap{}; ///< between them, and before the end
    Ending ending = Ending::Complete;
    std::optional<events::TokenUsage> usage;
    bool operator==(const AttemptScript &) const = default;
};

/// The conditions an attempt runs under, as an AttemptPlan says them.
struct AttemptTerms {
    Travel travel = Travel::Whole;
    AttemptLimits limits;
    bool refusalPasses = true;
    int holdBackTokens = 0;
    base::Duration holdBack{};
    base::Duration showBy{}; ///< after the start: nothing is held back for longer
    base::WallTime began{};  ///< for errors that name a moment
};

/// What an attempt would report, and when; what did not happen has no time.
struct PlayedAttempt {
    std::optional<base::Duration> content; ///< onContent
    std::optional<base::Duration> ready;   ///< onReady
    base::Duration end{};
    AttemptReport report;
};

/// Plays the script against the limits, as AttemptRun keeps them. Pure.
PlayedAttempt play(const AttemptScript &script, const AttemptTerms &terms);
/// What is known of it when it is given up at `at`, before its end.
AttemptReport playedUntil(const AttemptScript &script, const AttemptTerms &terms, base::Duration at);

} // namespace signalbox::chain
