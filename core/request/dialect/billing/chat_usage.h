// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/record/events/token_usage.h"

// The `usage` object of an OpenAI chat answer as arithmetic, whatever reads it.
namespace signalbox::billing {

/// The numbers as the provider wrote them; none is negative.
struct ChatUsage {
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t total = 0;
    std::int64_t cached = 0;
    std::int64_t cacheWrite = 0;
    std::int64_t reasoning = 0;
    std::int64_t audioIn = 0;
    std::int64_t audioOut = 0;
    std::int64_t imageIn = 0;

    static constexpr std::int64_t kMostTokens = 1'000'000'000'000;

    void take(std::string_view name, std::int64_t n)
    {
        if (name == "prompt_tokens") {
            prompt = n;
        } else if (name == "completion_tokens") {
            completion = n;
        } else if (name == "total_tokens") {
            total = n;
        } else if (name == "prompt_cache_hit_tokens" || name == "num_cached_tokens"
                   || name == "cached_tokens") {
            cached = std::max(cached, n); // DeepSeek, Mistral, Moonshot
        }
    }
    void takePromptDetail(std::string_view name, std::int64_t n)
    {
        if (name == "cached_tokens") {
            cached = n;
        } else if (name == "cache_write_tokens") {
            cacheWrite = n;
        } else if (name == "audio_tokens") {
            audioIn = n;
        } else if (name == "image_tokens") {
            imageIn = n;
        }
    }
    void takeCompletionDetail(std::string_view name, std::int64_t n)
    {
        if (name == "reasoning_tokens") {
            reasoning = n;
        } else if (name == "audio_tokens") {
            audioOut = n;
        }
    }

    /// Split into the classes tokens are billed in. Vendors disagree on whether reasoning is part of
    /// completion; what is billed is the larger of it and total − prompt.
    events::TokenUsage billed() const
    {
        events::TokenUsage out;
        out.cachedInput = std::min(cached, prompt);
        out.cacheWrite = std::min(cacheWrite, prompt - out.cachedInput);
        out.input = prompt - out.cachedInput - out.cacheWrite;
        out.output = std::max(completion, total - prompt);
        out.reasoning = std::min(reasoning, out.output);
        out.audioInput = std::min(audioIn, out.input);
        out.imageInput = std::min(imageIn, out.input);
        out.audioOutput = std::min(audioOut, out.output);
        return out;
    }
};

} // namespace signalbox::billing
