// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox::events {

/// How an attempt ended. The names stand in ledger, headers and window alike.
enum class Outcome : std::uint8_t {
    Answered,
    DnsFailed,
    ConnectFailed,
    TlsFailed,
    FirstTokenTimeout,
    IdleTimeout,
    TotalTimeout,
    RateLimited,
    QuotaSpent,
    KeyRefused,
    ModelMissing,
    ContextTooLong,
    BadRequest,
    Refused,
    ServerFailed,
    Garbled,
    Empty,
    CutOff,
    Looping,        ///< the same output again and again
    BrokenToolCall, ///< a tool call whose arguments are not JSON at the end
    ClientGone,
    Superseded, ///< another attempt of the same request answered first: a race or hedge was lost
};

/// Why a step was not tried at all.
enum class SkipReason : std::uint8_t {
    Disabled,
    ProviderDisabled,
    ProviderMissing,
    BreakerOpen,
    ProbeRunning, ///< half-open, and the one probe is another request's
    NotNeeded,    ///< an earlier step answered
    FinalAnswer,  ///< an earlier step's outcome ends the request (BadRequest and the like)
    DeadlineSpent,
    NotSupported,   ///< the provider cannot serve this kind of request
    KeyUnavailable, ///< the keychain did not hand the key over
    Condition,      ///< the step's own condition is not met
    ContextTooSmall,
    Capability, ///< the model lacks something the request needs: tools, images, a JSON schema, a continuation
    Private,    ///< the request is private, and the step is not local
    Paused,     ///< by hand
    LocalLimit, ///< the provider's limit that the user set is reached
    CostLimit,  ///< it may cost more than the step or the request is allowed to
    Offline,    ///< this machine has no network
};

/// What the client got in the end.
enum class RequestOutcome : std::uint8_t {
    Answered,
    AnsweredByFallback,
    Refused,     ///< a final 4xx/5xx answer was sent, no content
    Interrupted, ///< content was sent, then an error event in the client's dialect
    Cancelled,   ///< the client went away
    Unknown,     ///< the program ended while the request was running
};

std::string_view toText(Outcome outcome);
std::string_view toText(SkipReason reason);
std::string_view toText(RequestOutcome outcome);
std::optional<Outcome> outcomeFromText(std::string_view text);
std::optional<SkipReason> skipReasonFromText(std::string_view text);
std::optional<RequestOutcome> requestOutcomeFromText(std::string_view text);

} // namespace signalbox::events
