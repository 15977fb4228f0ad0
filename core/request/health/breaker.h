// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/record/events/outcome.h"

// The circuit breaker as values: what it knows, whether it admits a try, what an outcome makes of it. Pure;
// the book of all breakers is health_book.h. Rules and times are those of core/request/health/README.md.
namespace signalbox::health {

enum class BreakerState : std::uint8_t { Closed, Open, HalfOpen };
std::string_view toText(BreakerState state);

/// Good and bad outcomes of the last minute, at most 20. A plain value of fixed size.
class Recent
{
public:
    enum class Kind : std::uint8_t { Good, LocalFailure, UpstreamFailure };
    void remember(Kind kind, base::SteadyTime now);
    /// At least five outcomes, failures of the other kind aside, and half of them or more of this kind.
    bool mostly(Kind failure, base::SteadyTime now) const;
    void clear() { m_size = 0; }

private:
    struct Past {
        base::SteadyTime at;
        Kind kind = Kind::Good;
    };
    std::array<Past, 20> m_ring{};
    std::uint8_t m_next = 0;
    std::uint8_t m_size = 0;
};

struct Breaker {
    BreakerState state = BreakerState::Closed;
    bool probeRunning = false;
    bool misconfigured = false; ///< opened by a certificate that does not hold: not down, but not to be used
    bool named = false;         ///< the provider itself said how long; otherwise openUntil is our guess
    events::Outcome cause = events::Outcome::Answered; ///< what opened it last
    base::SteadyTime openUntil{};                      ///< max(): until somebody acts
    std::uint64_t generation = 0; ///< counts the changes of state: results of an older one do not count
    double failuresInRow = 0;     ///< of the provider itself; an empty answer counts half
    int localInRow = 0;           ///< name look-up, connection, TLS; kept while open, unlike the row above
    int openings = 0;             ///< in a row, without a success between: the open time grows
    Recent recent;
};

enum class Admission : std::uint8_t {
    Allowed,
    AllowedAsProbe,
    Open,
    ProbeRunning,
    Paused,  ///< by hand
    Offline, ///< this machine has no network, and the target is not on it
};
constexpr bool lets(Admission admission)
{
    return admission == Admission::Allowed || admission == Admission::AllowedAsProbe;
}

/// Would a try be let through now?
Admission wouldAdmit(const Breaker &breaker, base::SteadyTime now);
/// Notes that a try has begun. `admission` is what wouldAdmit() said at the same `now`.
void begin(Breaker &breaker, Admission admission);

/// How a try ended. `generation` and `probe` are the book's to fill in.
struct Result {
    events::Outcome outcome = events::Outcome::Answered;
    std::optional<base::Duration> retryAfter; ///< as the provider said
    std::uint64_t generation = 0;             ///< of the breaker when the try began
    bool probe = false;
    bool firstOfRequest = true;               ///< tries of one request on one target count once
    bool misconfigured = false;               ///< TlsFailed because of the certificate
    std::optional<base::Duration> firstToken; ///< from the start of the try, if content came
    std::optional<base::Duration> total; ///< of an answer that did not stream, or of a try without content
    std::size_t promptBytes = 0;
};

/// What the result makes of the breaker. `jitter` in [0, 1).
void finish(Breaker &breaker, const Result &result, base::SteadyTime now, double jitter);
/// Closed, with nothing known; results of tries that are under way no longer count.
void reset(Breaker &breaker);

/// Longest time a breaker with this cause is ever open; no value: until somebody acts.
std::optional<base::Duration> longestOpenTime(events::Outcome cause, bool named);
/// The target did not do its work, for whatever reason.
bool isFailure(events::Outcome outcome);
/// A failure that a change of network or a sleep of this machine explains as well.
bool mayBeOurs(events::Outcome outcome);

} // namespace signalbox::health
