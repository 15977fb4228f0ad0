// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"
#include "core/record/events/event.h"
#include "core/request/dialect/neutral/answer.h"

namespace signalbox::chain {

/// One line of a request's story: a step tried or passed over.
struct StepRecord {
    int step = 0; ///< from 1
    std::string provider;
    std::string model;
    std::optional<events::Outcome> outcome;    ///< tried
    std::optional<events::SkipReason> skipped; ///< or not
    bool running = false;                      ///< the attempt whose answer is being relayed
    int status = 0;
    std::string detail;
    base::Duration took{};
    std::optional<base::Duration> retryAfter; ///< how long until it may be asked again
    bool rateLimited = false;                 ///< the reason is a rate limit
    events::Phases phases;
    std::optional<base::Money> cost;
    bool costKnown = false;    ///< else it cannot be said, or not yet
    std::string breakerBefore; ///< "closed", "open", "half-open"; empty: not said
    std::string breakerAfter;
    events::AttemptKind kind = events::AttemptKind::First;
    std::string drill; ///< the fault it was made to have; empty: none
};

/// The story as the compact JSON of x-signalbox-route: one object per step tried or skipped, for example
///
///     {"step":1,"provider":"a","model":"m","outcome":"RateLimited","status":429,"ms":83,
///      "phases":{"queue":0.1,"connect":12.5,"wait":70.0},"costUsd":"0.00","breaker":"closed->open"}
///     {"step":2,"provider":"b","model":"n","skipped":"Paused","why":"by hand"}
///
/// Phases are milliseconds; "firstToken" counts from the request written, as "wait" (the head) does, "stream"
/// from the first token. "costUsd" is null where it is not known; "kind" stands where it is neither First nor
/// Fallback, "drill" where there is one. Pure ASCII, at most 4 KiB: what would be longer loses the details of
/// all steps first, then the phases, then the last steps.
std::string routeJson(const std::vector<StepRecord> &records);

/// The attempt whose answer the client gets; null: there is none yet, or none at all.
const StepRecord *servedBy(const std::vector<StepRecord> &records);
/// What an answered request is counted as.
events::RequestOutcome answeredOutcome(const std::vector<StepRecord> &records);
/// Would every step have to say the same? Then the provider's own words help more than ours. `direct`: the
/// client named the provider itself.
bool isClientsFault(const std::vector<StepRecord> &records, bool direct);

/// "a, b" of the names of what got lost; for people and for a header field.
std::string joined(const std::vector<std::string> &names);

/// An answer made by us.
struct FinalAnswer {
    neutral::Failure failure{.status = 503, .message = {}, .type = "server_error", .code = {}, .param = {}};
    std::optional<base::Duration> retryAfter;
};

/// The truthful end of a request no step could answer: 400 if it asks for what no step can do, 429 if every
/// step was rate limited, else 503; what was tried is told in words.
FinalAnswer exhausted(const std::string &chain, const std::vector<StepRecord> &records);

} // namespace signalbox::chain
