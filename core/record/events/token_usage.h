// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox::events {

/// Tokens of one attempt by the class they are billed in. The first five are disjoint; the others are parts
/// of them, kept because people ask.
struct TokenUsage {
    std::int64_t input = 0; ///< uncached, not written to a cache
    std::int64_t cachedInput = 0;
    std::int64_t cacheWrite = 0; ///< 5 minutes
    std::int64_t cacheWrite1h = 0;
    std::int64_t output = 0;      ///< reasoning included
    std::int64_t reasoning = 0;   ///< part of output
    std::int64_t audioInput = 0;  ///< part of input
    std::int64_t audioOutput = 0; ///< part of output
    std::int64_t imageInput = 0;  ///< part of input

    std::int64_t prompt() const { return input + cachedInput + cacheWrite + cacheWrite1h; }
    TokenUsage &operator+=(const TokenUsage &other);
    bool operator==(const TokenUsage &) const = default;
};

/// More tokens than any request has; a provider that reports more, or less than none, is wrong.
constexpr std::int64_t kMostTokens = 1'000'000'000;
/// `usage` with every class brought into 0 … kMostTokens, so that sums and costs stay whole numbers.
TokenUsage clamped(const TokenUsage &usage);

/// How far a token count or a cost can be trusted.
enum class Confidence : std::uint8_t {
    Reported,  ///< the provider said so
    Computed,  ///< from reported tokens and our price table
    Estimated, ///< tokens counted by us: the provider never said
    Unknown,
};

std::string_view toText(Confidence confidence);
std::optional<Confidence> confidenceFromText(std::string_view text);

} // namespace signalbox::events
