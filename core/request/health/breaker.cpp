// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/breaker.h"

#include <algorithm>

namespace signalbox::health {

using events::Outcome;
using namespace std::chrono_literals;

namespace {
constexpr int kEnoughToJudge = 5;
constexpr base::Duration kWindow = 60s;
constexpr double kFailuresInRow = 3;
constexpr double kJitterShare = 0.2;        ///< added on top: never earlier than the provider asked for
constexpr base::Duration kMostJitter = 30s; ///< an hour's wait is not to become one of 72 minutes
constexpr base::Duration kLongestRetryAfter = 1h;
constexpr base::Duration kLongestReset = 31 * 24h; ///< quotas are given by the month at most

bool isLocal(Outcome outcome)
{
    return outcome == Outcome::DnsFailed || outcome == Outcome::ConnectFailed
           || outcome == Outcome::TlsFailed;
}

/// How much an outcome weighs against its target: 0 is neutral.
double weight(Outcome outcome)
{
    switch (outcome) {
    case Outcome::DnsFailed:
    case Outcome::ConnectFailed:
    case Outcome::TlsFailed:
    case Outcome::FirstTokenTimeout:
    case Outcome::IdleTimeout:
    case Outcome::TotalTimeout:
    case Outcome::ServerFailed:
    case Outcome::Garbled:
    case Outcome::CutOff:
        return 1;
    case Outcome::Empty:
        return 0.5;
    case Outcome::Answered:
    case Outcome::RateLimited: // these four open at once
    case Outcome::QuotaSpent:
    case Outcome::KeyRefused:
    case Outcome::ModelMissing:
    case Outcome::ContextTooLong: // the rest says something of the request, not of the target
    case Outcome::BadRequest:
    case Outcome::Refused:
    case Outcome::Looping:
    case Outcome::BrokenToolCall:
    case Outcome::ClientGone:
    case Outcome::Superseded:
        break;
    }
    return 0;
}

bool opensAtOnce(Outcome outcome)
{
    return outcome == Outcome::RateLimited || outcome == Outcome::QuotaSpent || outcome == Outcome::KeyRefused
           || outcome == Outcome::ModelMissing;
}

/// A refusal is a whole answer of the model: the target works.
bool endsProbeWell(Outcome outcome)
{
    return outcome == Outcome::Answered || outcome == Outcome::Refused;
}

base::Duration growing(base::Duration first, base::Duration most, int doublings)
{
    return std::min(first * (std::int64_t{1} << std::clamp(doublings, 0, 10)), most);
}

/// Without jitter; no value: until somebody acts.
std::optional<base::Duration> openTime(const Breaker &breaker, const Result &result)
{
    const auto asked = [&](base::Duration most) {
        return std::clamp(result.retryAfter.value_or(base::Duration{}), base::Duration{}, most);
    };
    switch (result.outcome) {
    case Outcome::DnsFailed:
    case Outcome::ConnectFailed:
    case Outcome::TlsFailed:
        // Doubles with every failure, those that were let through while it was closed included: a target that
        // refuses for a minute would otherwise be tried six times in it.
        return growing(5s, 60s, std::max(breaker.openings, breaker.localInRow - 1));
    case Outcome::RateLimited:
        if (!result.retryAfter) {
            return growing(15s, 5min, breaker.openings);
        }
        // Refused again right after the time it had named: its word alone will not do.
        return std::max(asked(kLongestRetryAfter),
                        breaker.openings == 0 ? base::Duration{} : growing(15s, 5min, breaker.openings - 1));
    case Outcome::QuotaSpent:
        return result.retryAfter ? asked(kLongestReset) : base::Duration(1h);
    case Outcome::KeyRefused:
        return std::nullopt;
    case Outcome::ModelMissing:
        return 10min;
    default:
        return std::max(growing(30s, 5min, breaker.openings), asked(kLongestRetryAfter));
    }
}

void change(Breaker &breaker, BreakerState state)
{
    if (breaker.state != state) {
        breaker.state = state;
        ++breaker.generation;
    }
    breaker.probeRunning = false;
}

void open(Breaker &breaker, const Result &result, base::SteadyTime now, double jitter)
{
    const auto time = openTime(breaker, result);
    const auto spread = [&](base::Duration d) {
        return std::min(std::chrono::duration_cast<base::Duration>(d * (kJitterShare * jitter)), kMostJitter);
    };
    breaker.openUntil = time ? now + *time + spread(*time) : base::SteadyTime::max();
    breaker.cause = result.outcome;
    breaker.misconfigured = result.misconfigured;
    breaker.named = result.retryAfter
                    && (result.outcome == Outcome::RateLimited || result.outcome == Outcome::QuotaSpent);
    ++breaker.openings;
    breaker.recent.clear();
    breaker.failuresInRow = 0;
    change(breaker, BreakerState::Open);
}

void noteSuccess(Breaker &breaker)
{
    breaker.failuresInRow = 0;
    breaker.localInRow = 0;
    breaker.openings = 0;
}

void countInRow(Breaker &breaker, Outcome outcome)
{
    if (isLocal(outcome)) {
        ++breaker.localInRow;
    } else {
        breaker.failuresInRow += weight(outcome);
    }
}

void endProbe(Breaker &breaker, const Result &result, base::SteadyTime now, double jitter)
{
    if (result.misconfigured || opensAtOnce(result.outcome) || weight(result.outcome) > 0) {
        countInRow(breaker, result.outcome);
        open(breaker, result, now, jitter);
    } else if (endsProbeWell(result.outcome)) {
        noteSuccess(breaker);
        breaker.misconfigured = false;
        change(breaker, BreakerState::Closed);
    } else {
        breaker.probeRunning = false; // nothing learnt: the next request probes
    }
}

bool tripped(const Breaker &breaker, base::SteadyTime now)
{
    return breaker.failuresInRow >= kFailuresInRow || breaker.localInRow >= kFailuresInRow
           || breaker.recent.mostly(Recent::Kind::LocalFailure, now)
           || breaker.recent.mostly(Recent::Kind::UpstreamFailure, now);
}
} // namespace

void Recent::remember(Kind kind, base::SteadyTime now)
{
    m_ring[m_next] = {now, kind};
    m_next = static_cast<std::uint8_t>((m_next + 1) % m_ring.size());
    m_size = static_cast<std::uint8_t>(std::min<std::size_t>(m_size + 1U, m_ring.size()));
}

bool Recent::mostly(Kind failure, base::SteadyTime now) const
{
    int failed = 0;
    int counted = 0;
    for (std::size_t i = 1; i <= m_size; ++i) {
        const Past &past = m_ring[(m_next + m_ring.size() - i) % m_ring.size()];
        if (past.at + kWindow < now) {
            break;
        }
        failed += past.kind == failure ? 1 : 0;
        counted += past.kind == failure || past.kind == Kind::Good ? 1 : 0;
    }
    return counted >= kEnoughToJudge && failed * 2 >= counted;
}

std::string_view toText(BreakerState state)
{
    switch (state) {
    case BreakerState::Closed:
        return "closed";
    case BreakerState::Open:
        return "open";
    case BreakerState::HalfOpen:
        break;
    }
    return "half-open";
}

Admission wouldAdmit(const Breaker &breaker, base::SteadyTime now)
{
    switch (breaker.state) {
    case BreakerState::Closed:
        return Admission::Allowed;
    case BreakerState::Open:
        return now >= breaker.openUntil ? Admission::AllowedAsProbe : Admission::Open;
    case BreakerState::HalfOpen:
        break;
    }
    return breaker.probeRunning ? Admission::ProbeRunning : Admission::AllowedAsProbe;
}

void begin(Breaker &breaker, Admission admission)
{
    if (admission == Admission::AllowedAsProbe) {
        change(breaker, BreakerState::HalfOpen);
        breaker.probeRunning = true;
    }
}

void finish(Breaker &breaker, const Result &result, base::SteadyTime now, double jitter)
{
    if (result.generation != breaker.generation) {
        return;
    }
    if (breaker.state != BreakerState::Closed) {
        if (result.probe) {
            endProbe(breaker, result, now, jitter);
        }
        return;
    }
    const double failure = weight(result.outcome);
    if (result.misconfigured || opensAtOnce(result.outcome)) {
        countInRow(breaker, result.outcome);
        open(breaker, result, now, jitter);
    } else if (failure > 0 && result.firstOfRequest) {
        countInRow(breaker, result.outcome);
        if (failure >= 1) {
            breaker.recent.remember(
                isLocal(result.outcome) ? Recent::Kind::LocalFailure : Recent::Kind::UpstreamFailure, now);
        }
        if (tripped(breaker, now)) {
            open(breaker, result, now, jitter);
        }
    } else if (result.outcome == Outcome::Answered) {
        noteSuccess(breaker);
        breaker.recent.remember(Recent::Kind::Good, now);
    }
}

void reset(Breaker &breaker)
{
    breaker = Breaker{.generation = breaker.generation + 1};
}

std::optional<base::Duration> longestOpenTime(Outcome cause, bool named)
{
    switch (cause) {
    case Outcome::KeyRefused:
        return std::nullopt;
    case Outcome::QuotaSpent:
        return (named ? kLongestReset : base::Duration(1h)) + kMostJitter;
    case Outcome::ModelMissing:
        return 10min + kMostJitter;
    case Outcome::DnsFailed:
    case Outcome::ConnectFailed:
    case Outcome::TlsFailed:
        return 60s + kMostJitter;
    default:
        return kLongestRetryAfter + kMostJitter;
    }
}

bool isFailure(Outcome outcome)
{
    return weight(outcome) > 0 || opensAtOnce(outcome);
}

bool mayBeOurs(Outcome outcome)
{
    return isLocal(outcome) || outcome == Outcome::FirstTokenTimeout || outcome == Outcome::IdleTimeout
           || outcome == Outcome::TotalTimeout || outcome == Outcome::CutOff;
}

} // namespace signalbox::health
