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
    ClientGone,
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
