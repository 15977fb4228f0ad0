// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/health/breaker.h"

#include <algorithm>

namespace signalbox::health {

using events::Outcome;
using namespace std::chrono_literals;

namespace {
constexpr std::size_t kRemembered = 20;
constexpr std::size_t kEnoughToJudge = 5;
constexpr base::Duration kWindow = 60s;
constexpr double kFailuresInRow = 3;
constexpr double kJitterShare = 0.2; ///< added on top: never earlier than the provider asked for

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
    default:
        return 0;
    }
}

bool opensAtOnce(Outcome outcome)
{
    return outcome == Outcome::RateLimited || outcome == Outcome::QuotaSpent || outcome == Outcome::KeyRefused
           || outcome == Outcome::ModelMissing;
}

/// The target did its work, whatever became of the request.
bool isSuccess(Outcome outcome)
{
    return outcome == Outcome::Answered || outcome == Outcome::Refused || outcome == Outcome::BadRequest
           || outcome == Outcome::ContextTooLong;
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
    const auto time = openTime(result.outcome, breaker.openings, result.retryAfter);
    const auto spread =
        time ? std::chrono::duration_cast<base::Duration>(*time * (kJitterShare * jitter)) : base::Duration{};
    breaker.openUntil = time ? now + *time + spread : base::SteadyTime::max();
    breaker.cause = result.outcome;
    ++breaker.openings;
    breaker.recent.clear();
    breaker.failuresInRow = 0;
    change(breaker, BreakerState::Open);
}

void close(Breaker &breaker)
{
    breaker.failuresInRow = 0;
    breaker.openings = 0;
    change(breaker, BreakerState::Closed);
}

bool tripped(const Breaker &breaker)
{
    if (breaker.failuresInRow >= kFailuresInRow) {
        return true;
    }
    const auto failed = std::ranges::count_if(breaker.recent, &Breaker::Past::failed);
    return breaker.recent.size() >= kEnoughToJudge
           && static_cast<std::size_t>(failed) * 2 >= breaker.recent.size();
}

void remember(Breaker &breaker, bool failed, base::SteadyTime now)
{
    breaker.recent.push_back({now, failed});
    while (breaker.recent.size() > kRemembered || breaker.recent.front().at + kWindow < now) {
        breaker.recent.pop_front();
    }
}
} // namespace

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

std::optional<base::Duration> openTime(Outcome outcome, int openings,
                                       std::optional<base::Duration> retryAfter)
{
    const auto growing = [&](base::Duration first, base::Duration most) {
        return std::min(first * (std::int64_t{1} << std::min(openings, 10)), most);
    };
    switch (outcome) {
    case Outcome::DnsFailed:
    case Outcome::ConnectFailed:
    case Outcome::TlsFailed:
        return growing(5s, 60s);
    case Outcome::RateLimited:
        return retryAfter ? *retryAfter : growing(15s, 5min);
    case Outcome::QuotaSpent:
        return retryAfter ? *retryAfter : base::Duration(1h);
    case Outcome::KeyRefused:
        return std::nullopt;
    case Outcome::ModelMissing:
        return 10min;
    default:
        return std::max(growing(30s, 5min), retryAfter.value_or(0s));
    }
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
    const double failure = weight(result.outcome);
    if (breaker.state == BreakerState::HalfOpen) {
        if (!result.probe) {
            return;
        }
        if (failure > 0 || opensAtOnce(result.outcome)) {
            open(breaker, result, now, jitter);
        } else if (isSuccess(result.outcome)) {
            close(breaker);
        } else {
            breaker.probeRunning = false; // nothing learnt: the next request probes
        }
        return;
    }
    if (opensAtOnce(result.outcome)) {
        open(breaker, result, now, jitter);
    } else if (failure > 0) {
        if (result.firstOfRequest) {
            breaker.failuresInRow += failure;
            remember(breaker, failure >= 1, now);
        }
        if (tripped(breaker)) {
            open(breaker, result, now, jitter);
        }
    } else if (isSuccess(result.outcome)) {
        breaker.failuresInRow = 0;
        breaker.openings = 0;
        remember(breaker, false, now);
    }
}

} // namespace signalbox::health
