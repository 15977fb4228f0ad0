// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/events/token_usage.h"

#include <algorithm>
#include <array>

namespace signalbox::events {

namespace {
constexpr std::array<std::string_view, 4> kConfidences = {"Reported", "Computed", "Estimated", "Unknown"};
constexpr std::array kClasses = {
    &TokenUsage::input,        &TokenUsage::cachedInput, &TokenUsage::cacheWrite,
    &TokenUsage::cacheWrite1h, &TokenUsage::output,      &TokenUsage::reasoning,
    &TokenUsage::audioInput,   &TokenUsage::audioOutput, &TokenUsage::imageInput};
} // namespace

TokenUsage &TokenUsage::operator+=(const TokenUsage &other)
{
    for (const auto tokens : kClasses) {
        this->*tokens += other.*tokens;
    }
    return *this;
}

TokenUsage clamped(const TokenUsage &usage)
{
    TokenUsage sound;
    for (const auto tokens : kClasses) {
        sound.*tokens = std::clamp<std::int64_t>(usage.*tokens, 0, kMostTokens);
    }
    return sound;
}

std::string_view toText(Confidence confidence)
{
    return kConfidences[static_cast<std::size_t>(confidence)];
}

std::optional<Confidence> confidenceFromText(std::string_view text)
{
    const auto *const found = std::ranges::find(kConfidences, text);
    if (found == kConfidences.end()) {
        return std::nullopt;
    }
    return static_cast<Confidence>(found - kConfidences.begin());
}

} // namespace signalbox::events
