// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/foundation/http/message.h"
#include "core/record/events/outcome.h"
#include "core/request/dialect/refusal/provider_error.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::chain {

/// Which of our own limits ended the attempt.
enum class LimitHit : std::uint8_t { None, FirstToken, Answer, Idle, Total };

/// All that is known of an attempt when it has ended.
struct AttemptFacts {
    bool stream = false; ///< the client asked for one
    LimitHit limit = LimitHit::None;
    upstream::WireResult wire; ///< meaningful when no limit was hit
    bool written = false;      ///< the request left us
    int status = 0;            ///< 0: no head came
    bool readable = true;      ///< everything that came could be read
    bool content = false;
    bool complete = false; ///< the end marker came
    bool refusal = false;
    bool looping = false;           ///< its text repeats itself
    bool loopEndedIt = false;       ///< and was not waited for any longer
    bool brokenToolCall = false;    ///< arguments that are not JSON
    bool error = false;             ///< an error inside a success
    dialect::ProviderError problem; ///< for an error status or an error inside a success
};

struct Judgement {
    events::Outcome outcome = events::Outcome::Answered;
    std::string detail;     ///< one line for people
    bool ambiguous = false; ///< the provider may have worked on it, and may bill it
};

/// What an attempt's end means. Pure.
Judgement judge(const AttemptFacts &facts);

} // namespace signalbox::chain
