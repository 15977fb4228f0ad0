// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/answer.h"

// The words that requests, answers and streams have in common.
namespace signalbox::gemini {

/// Takes the place of a thought signature that a history made elsewhere cannot have. Documented by Google.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

/// Models from Gemini 3 on think by level, not by budget, and want each turn's calls signed. Names without a
/// number ("gemini-flash-latest") are of the newest.
bool thinksByLevel(std::string_view model);

/// Of a finishReason. Unknown ones are failures: Google adds hardly anything else.
neutral::Stop stopOf(std::string_view finishReason);
std::string_view finishReasonOf(neutral::Stop stop);

/// usageMetadata: thoughts stand beside candidates, cached tokens within the prompt.
std::optional<events::TokenUsage> usageIn(const json::Value &root);
json::Value usageOf(const events::TokenUsage &usage);

/// {"error":{"code","message","status"}}, also as the only item of an array.
std::optional<neutral::Failure> failureIn(const json::Value &root);
std::string failureBody(const neutral::Failure &failure);

} // namespace signalbox::gemini
