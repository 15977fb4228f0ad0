// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/random.h"
#include "core/foundation/config/config.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::provider {

/// What a simulated provider will say, and when: its body in pieces, the first after `first`, each next one
/// `interval` later.
struct SimulatedAnswer {
    enum class Ending : std::uint8_t { Complete, CutOff, Hang };

    http::ResponseHead head;
    std::string body;
    std::vector<std::size_t> ends; ///< where each piece of `body` ends
    base::Duration first{};
    base::Duration interval{};
    Ending ending = Ending::Complete; ///< a hang sends not even the head
};

/// Pure but for `random`, which decides about faults. Speaks OpenAI Chat: streamed and whole answers, usage
/// counted from the request (a token per four bytes), the list of models. Faults by name (the share of
/// requests each befalls): an HTTP status, "quota", "timeout" (hangs), "cut" (ends in the middle), "empty",
/// "garbled".
SimulatedAnswer simulatedAnswer(const upstream::WireRequest &request, const config::SimulateConfig &config,
                                base::Random &random, base::WallTime now);

} // namespace signalbox::provider
