// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk/next_step.h"

#include <algorithm>

namespace signalbox::chain {

using events::Outcome;
using events::SkipReason;
using namespace std::chrono_literals;

namespace {
constexpr base::Duration kFirstBackOff = 500ms;
constexpr base::Duration kLongestBackOff = 8s;

/// Is it worth asking the very same target again?
bool mayPass(Outcome outcome)
{
    return outcome == Outcome::RateLimited || outcome == Outcome::ServerFailed
           || outcome == Outcome::ConnectFailed || outcome == Outcome::DnsFailed || outcome == Outcome::CutOff
           || outcome == Outcome::Garbled || outcome == Outcome::Empty;
}
} // namespace

bool leadsOn(Outcome outcome, const config::FallbackOn &on)
{
    switch (outcome) {
    case Outcome::DnsFailed:
    case Outcome::ConnectFailed:
    case Outcome::TlsFailed:
        return on.connect;
    case Outcome::FirstTokenTimeout:
    case Outcome::IdleTimeout:
    case Outcome::TotalTimeout:
        return on.timeout;
    case Outcome::RateLimited:
        return on.rateLimit;
    case Outcome::QuotaSpent:
        return on.quota;
    case Outcome::KeyRefused:
        return on.keyRefused;
    case Outcome::ModelMissing:
        return on.modelMissing;
    case Outcome::ContextTooLong:
        return on.contextTooLong;
    case Outcome::Refused:
        return on.refusal;
    case Outcome::Looping:
        return on.looping;
    case Outcome::BrokenToolCall:
        return on.brokenToolCall;
    case Outcome::ServerFailed:
        return on.serverError;
    case Outcome::Garbled:
        return on.garbled;
    case Outcome::Empty:
        return on.empty;
    case Outcome::CutOff:
        return on.cutOff;
    case Outcome::Answered:
    case Outcome::BadRequest:
    case Outcome::ClientGone:
    case Outcome::Superseded:
        break;
    }
    return false;
}

std::optional<SkipReason> wouldBar(const StepState &state)
{
    if (!state.enabled) {
        return SkipReason::Disabled;
    }
    if (!state.providerExists) {
        return SkipReason::ProviderMissing;
    }
    if (!state.providerEnabled) {
        return SkipReason::ProviderDisabled;
    }
    if (!state.usable) {
        return SkipReason::NotSupported;
    }
    return state.keyAvailable ? std::nullopt : std::optional(SkipReason::KeyUnavailable);
}

std::optional<SkipReason> wouldSkip(const health::View &view)
{
    switch (view.admission) {
    case health::Admission::Open:
        return SkipReason::BreakerOpen;
    case health::Admission::ProbeRunning:
        return SkipReason::ProbeRunning;
    case health::Admission::Paused:
        return SkipReason::Paused;
    case health::Admission::Offline:
        return SkipReason::Offline;
    case health::Admission::Allowed:
    case health::Admission::AllowedAsProbe:
        break;
    }
    return std::nullopt;
}

After afterAttempt(const Attempted &attempted, const config::StepConfig &step,
                   const config::ChainPolicy &policy, double jitter)
{
    const Outcome outcome = attempted.judgement.outcome;
    if (!leadsOn(outcome, policy.fallbackOn) || (attempted.judgement.ambiguous && !policy.afterAmbiguous)) {
        return {Next::Stop};
    }
    if (attempted.tries < step.tries && mayPass(outcome)) {
        const base::Duration ceiling =
            std::min(kFirstBackOff * (1 << std::min(attempted.tries - 1, 5)), kLongestBackOff);
        const auto backOff = std::chrono::duration_cast<base::Duration>(ceiling * jitter);
        const base::Duration wait = attempted.retryAfter.value_or(backOff);
        const bool patient = !attempted.retryAfter || *attempted.retryAfter <= step.patience;
        if (patient && wait < attempted.left) {
            return {Next::SameStep, wait};
        }
    }
    return {Next::NextStep};
}

} // namespace signalbox::chain
