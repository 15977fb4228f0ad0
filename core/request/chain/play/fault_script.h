// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/chain/play/attempt_script.h"
#include "core/request/provider/fault.h"

namespace signalbox::chain {

/// How a provider answers when all is well, and what its failures look like.
struct UsualAnswer {
    base::Duration firstToken = std::chrono::milliseconds(800);
    int pieces = 40; ///< a token each
    base::Duration gap = std::chrono::milliseconds(25);
    std::int64_t promptTokens = 500;
    base::Duration refusal = std::chrono::milliseconds(200); ///< until an error comes, or a handshake fails
    int cutAfter = 20;                                       ///< pieces, before a cut or a stall
    base::Duration slowBy = std::chrono::seconds(10);
};

AttemptScript usualScript(const UsualAnswer &usual);
/// The same words as a drill in live traffic uses.
AttemptScript faultScript(provider::Fault fault, const UsualAnswer &usual);

} // namespace signalbox::chain
