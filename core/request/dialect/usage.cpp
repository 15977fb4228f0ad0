// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/usage.h"

#include <algorithm>
#include <string_view>

namespace signalbox::dialect {

namespace {
namespace ondemand = simdjson::ondemand;

constexpr std::int64_t kMostTokens = 1'000'000'000'000;

struct Raw {
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t total = 0;
    std::int64_t cached = 0;
    std::int64_t cacheWrite = 0;
    std::int64_t reasoning = 0;
    std::int64_t audioIn = 0;
    std::int64_t audioOut = 0;
    std::int64_t imageIn = 0;
};

std::int64_t number(ondemand::value value)
{
    std::int64_t n = 0;
    if (!value.get_int64().get(n)) {
        return std::clamp<std::int64_t>(n, 0, kMostTokens);
    }
    double real = 0;
    if (!value.get_double().get(real) && real > 0) {
        return real < static_cast<double>(kMostTokens) ? static_cast<std::int64_t>(real) : kMostTokens;
    }
    return 0;
}

template<typename Visit>
void members(ondemand::object object, Visit visit)
{
    for (auto entry : object) {
        ondemand::field field;
        std::string_view key;
        if (std::move(entry).get(field) || field.unescaped_key().get(key)) {
            return;
        }
        visit(key, field.value());
    }
}

template<typename Visit>
void inside(ondemand::value value, Visit visit)
{
    ondemand::object object;
    if (!value.get_object().get(object)) {
        members(object, visit);
    }
}

void promptDetail(Raw &raw, std::string_view key, ondemand::value value)
{
    if (key == "cached_tokens") {
        raw.cached = number(value);
    } else if (key == "cache_write_tokens") {
        raw.cacheWrite = number(value);
    } else if (key == "audio_tokens") {
        raw.audioIn = number(value);
    } else if (key == "image_tokens") {
        raw.imageIn = number(value);
    }
}

void completionDetail(Raw &raw, std::string_view key, ondemand::value value)
{
    if (key == "reasoning_tokens") {
        raw.reasoning = number(value);
    } else if (key == "audio_tokens") {
        raw.audioOut = number(value);
    }
}

void member(Raw &raw, std::string_view key, ondemand::value value)
{
    if (key == "prompt_tokens") {
        raw.prompt = number(value);
    } else if (key == "completion_tokens") {
        raw.completion = number(value);
    } else if (key == "total_tokens") {
        raw.total = number(value);
    } else if (key == "prompt_cache_hit_tokens" || key == "num_cached_tokens" || key == "cached_tokens") {
        raw.cached = std::max(raw.cached, number(value)); // DeepSeek, Mistral, Moonshot
    } else if (key == "prompt_tokens_details") {
        inside(value, [&](std::string_view k, ondemand::value v) { promptDetail(raw, k, v); });
    } else if (key == "completion_tokens_details") {
        inside(value, [&](std::string_view k, ondemand::value v) { completionDetail(raw, k, v); });
    }
}
} // namespace

events::TokenUsage readChatUsage(ondemand::object usage)
{
    Raw raw;
    members(usage, [&](std::string_view key, ondemand::value value) { member(raw, key, value); });

    events::TokenUsage out;
    out.cachedInput = std::min(raw.cached, raw.prompt);
    out.cacheWrite = std::min(raw.cacheWrite, raw.prompt - out.cachedInput);
    out.input = raw.prompt - out.cachedInput - out.cacheWrite;
    out.output = std::max(raw.completion, raw.total - raw.prompt);
    out.reasoning = std::min(raw.reasoning, out.output);
    out.audioInput = std::min(raw.audioIn, out.input);
    out.imageInput = std::min(raw.imageIn, out.input);
    out.audioOutput = std::min(raw.audioOut, out.output);
    return out;
}

} // namespace signalbox::dialect
