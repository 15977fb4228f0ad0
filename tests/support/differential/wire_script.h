// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/request/chain/play/attempt_script.h"

namespace signalbox::test {

/// Something a scripted provider does at its time, counted from the start of the attempt.
struct WireStep {
    base::Duration at{};
    std::string bytes;
    std::size_t body = 0; ///< bytes of it that are the answer's own, without head and chunk sizes
    bool head = false;    ///< the head is among them
    bool ends = false;    ///< the client has all it needs to end the attempt
    bool closes = false;  ///< the connection
};

/// What both sides know of one attempt: time may move only while they agree.
struct WirePlay {
    std::vector<WireStep> steps;
    bool refused = false; ///< nothing listens
    // said by the server
    bool arrived = false; ///< the request
    bool sentHead = false;
    bool sentEnd = false;
    std::size_t sentBody = 0;
    // said by the attempt
    bool written = false;
    bool gotHead = false;
    bool ended = false;
    bool gone = false; ///< destroyed
    std::size_t gotBody = 0;
};

/// The label that every piece of the attempt's answer carries.
std::string laneLabel(int lane);
/// The script as bytes of OpenAI's dialect. `streams`: the request asked for a stream. Pure.
std::vector<WireStep> wireSteps(const chain::AttemptScript &script, bool streams, int lane);

} // namespace signalbox::test
