// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/events/outcome.h"

#include <array>
#include <cstddef>

namespace signalbox::events {

namespace {
constexpr std::array<std::string_view, 22> kOutcomes = {
    "Answered",     "DnsFailed",      "ConnectFailed", "TlsFailed",  "FirstTokenTimeout",
    "IdleTimeout",  "TotalTimeout",   "RateLimited",   "QuotaSpent", "KeyRefused",
    "ModelMissing", "ContextTooLong", "BadRequest",    "Refused",    "ServerFailed",
    "Garbled",      "Empty",          "CutOff",        "Looping",    "BrokenToolCall",
    "ClientGone",   "Superseded"};
constexpr std::array<std::string_view, 18> kSkips = {
    "Disabled",    "ProviderDisabled", "ProviderMissing", "BreakerOpen",    "ProbeRunning", "NotNeeded",
    "FinalAnswer", "DeadlineSpent",    "NotSupported",    "KeyUnavailable", "Condition",    "ContextTooSmall",
    "Capability",  "Private",          "Paused",          "LocalLimit",     "CostLimit",    "Offline"};
constexpr std::array<std::string_view, 6> kRequests = {"Answered",    "AnsweredByFallback", "Refused",
                                                       "Interrupted", "Cancelled",          "Unknown"};

template<typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N> &names, std::string_view text)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == text) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}
} // namespace

std::string_view toText(Outcome outcome)
{
    return kOutcomes[static_cast<std::size_t>(outcome)];
}
std::string_view toText(SkipReason reason)
{
    return kSkips[static_cast<std::size_t>(reason)];
}
std::string_view toText(RequestOutcome outcome)
{
    return kRequests[static_cast<std::size_t>(outcome)];
}
std::optional<Outcome> outcomeFromText(std::string_view text)
{
    return find<Outcome>(kOutcomes, text);
}
std::optional<SkipReason> skipReasonFromText(std::string_view text)
{
    return find<SkipReason>(kSkips, text);
}
std::optional<RequestOutcome> requestOutcomeFromText(std::string_view text)
{
    return find<RequestOutcome>(kRequests, text);
}

} // namespace signalbox::events
