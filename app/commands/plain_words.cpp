// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/plain_words.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace signalbox::app {

using events::Outcome;
using events::SkipReason;

std::string plain(std::string text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // The second control block is two bytes in UTF-8: C2 80 … C2 9F.
        const bool second =
            c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (c < 0x20 || c == 0x7f) {
            text[i] = ' ';
        } else if (second) {
            text[i] = text[i + 1] = ' ';
        }
    }
    return text;
}

std::string took(base::Duration duration)
{
    const double ms = base::toMs(duration);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(),
                  ms >= 1000 ? "%.2f s"
                  : ms >= 10 ? "%.0f ms"
                             : "%.2f ms",
                  ms >= 1000 ? ms / 1000 : ms);
    std::string out = text.data();
    std::ranges::replace(out, ',', '.'); // whatever the locale
    return out;
}

std::string money(std::optional<base::Money> amount)
{
    return amount ? std::string("$").append(base::formatDollars(*amount)) : "unknown";
}

const char *words(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Answered:
        return "answered";
    case Outcome::DnsFailed:
        return "the provider's name was not found";
    case Outcome::ConnectFailed:
        return "no connection";
    case Outcome::TlsFailed:
        return "no secure connection";
    case Outcome::FirstTokenTimeout:
        return "nothing came within the first-token limit";
    case Outcome::IdleTimeout:
        return "it fell silent in the middle";
    case Outcome::TotalTimeout:
        return "it took longer than allowed";
    case Outcome::RateLimited:
        return "rate limited";
    case Outcome::QuotaSpent:
        return "the account's quota is spent";
    case Outcome::KeyRefused:
        return "the key was refused";
    case Outcome::ModelMissing:
        return "the provider does not have this model";
    case Outcome::ContextTooLong:
        return "the prompt is too long for this model";
    case Outcome::BadRequest:
        return "the provider refused the request itself";
    case Outcome::Refused:
        return "the model declined to answer";
    case Outcome::ServerFailed:
        return "the provider failed";
    case Outcome::Garbled:
        return "the answer made no sense";
    case Outcome::Empty:
        return "the answer was empty";
    case Outcome::CutOff:
        return "the answer was cut off";
    case Outcome::Looping:
        return "the answer repeated itself";
    case Outcome::BrokenToolCall:
        return "a tool call was broken";
    case Outcome::ClientGone:
        return "the client went away";
    case Outcome::Superseded:
        return "another attempt answered first";
    default:
        return "failed";
    }
}

std::string words(SkipReason reason)
{
    switch (reason) {
    case SkipReason::Disabled:
        return "the step is switched off";
    case SkipReason::ProviderDisabled:
        return "the provider is switched off";
    case SkipReason::ProviderMissing:
        return "the provider is not configured";
    case SkipReason::BreakerOpen:
        return "it failed lately and rests";
    case SkipReason::ProbeRunning:
        return "another request is finding out whether it works again";
    case SkipReason::NotNeeded:
        return "not needed, an earlier step answered";
    case SkipReason::FinalAnswer:
        return "an earlier step's answer was final";
    case SkipReason::DeadlineSpent:
        return "no time was left";
    case SkipReason::NotSupported:
        return "it cannot serve this kind of request";
    case SkipReason::KeyUnavailable:
        return "its key is not available";
    case SkipReason::Condition:
        return "its condition is not met";
    case SkipReason::ContextTooSmall:
        return "its context is too small for the prompt";
    case SkipReason::Capability:
        return "the model cannot do what the request needs";
    case SkipReason::Private:
        return "the request is private and the step is not local";
    case SkipReason::Paused:
        return "it is paused by hand";
    case SkipReason::LocalLimit:
        return "the limit set for the provider is reached";
    case SkipReason::CostLimit:
        return "it may cost more than is allowed";
    case SkipReason::Offline:
        return "this machine has no network";
    }
    return std::string(events::toText(reason));
}

} // namespace signalbox::app
