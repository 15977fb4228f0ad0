// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox::base {

/// The languages in which clients ask and providers answer.
enum class Dialect : std::uint8_t {
    Chat,        ///< OpenAI Chat Completions
    Responses,   ///< OpenAI Responses
    Messages,    ///< Anthropic Messages
    Gemini,      ///< Google generateContent; only providers speak it
    Completions, ///< OpenAI's legacy text completions; never translated
    Embeddings,  ///< OpenAI embeddings; never translated
};

constexpr std::array<std::string_view, 6> kDialectNames{"chat",   "responses",   "messages",
                                                        "gemini", "completions", "embeddings"};

/// The word for it in the configuration and in presets.
constexpr std::string_view toText(Dialect dialect)
{
    return kDialectNames[static_cast<std::size_t>(dialect)];
}

constexpr std::optional<Dialect> dialectFromText(std::string_view text)
{
    for (std::size_t i = 0; i < kDialectNames.size(); ++i) {
        if (kDialectNames[i] == text) {
            return static_cast<Dialect>(i);
        }
    }
    return std::nullopt;
}

/// A conversation, which any other of these can take over; the rest only go where their own dialect is
/// spoken.
constexpr bool isConversation(Dialect dialect)
{
    return dialect <= Dialect::Gemini;
}

} // namespace signalbox::base
