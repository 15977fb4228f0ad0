// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <simdjson.h>

#include "core/record/events/token_usage.h"

namespace signalbox::dialect {

/// The `usage` object of an OpenAI chat answer, split into the classes tokens are billed in. Vendors disagree
/// on whether reasoning is part of `completion_tokens`; what is billed is the larger of it and total −
/// prompt. Negative and absurd numbers are clamped, so that they cannot make a cost.
events::TokenUsage readChatUsage(simdjson::ondemand::object usage);

/// A rough count for text nobody counted: four bytes a token.
constexpr std::int64_t estimatedTokens(std::size_t bytes)
{
    return static_cast<std::int64_t>((bytes + 3) / 4);
}

} // namespace signalbox::dialect
