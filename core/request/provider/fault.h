// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/foundation/base/clock.h"

namespace signalbox::provider {

/// What a drill makes of an attempt. The texts stand in commands, headers, ledger and window alike.
enum class Fault : std::uint8_t {
    RateLimited,    ///< "429"
    QuotaSpent,     ///< "quota"
    ServerError,    ///< "500"
    Hang,           ///< "hang": not even a head
    SlowFirstToken, ///< "slow": head and body come late
    CutAfter,       ///< "cut": the connection breaks in the middle
    Stall,          ///< "stall": silence in the middle
    Empty,          ///< "empty": a whole answer that says nothing
    Garbage,        ///< "garbage": a success that is a web page
    TlsError,       ///< "tls": no secure connection
};

constexpr int kFaultCount = 10;

struct FaultPlan {
    Fault fault = Fault::RateLimited;
    int pieces = 3;                                  ///< events of the stream before it is cut or stalls
    base::Duration delay = std::chrono::seconds(10); ///< of a slow first token, on top of the provider's own

    bool operator==(const FaultPlan &) const = default;
};

std::string_view toText(Fault fault);
std::optional<Fault> faultFromText(std::string_view text);

/// Whether an attempt with this fault goes to the provider at all; if not, nothing can be billed for it.
bool reachesProvider(Fault fault);

} // namespace signalbox::provider
