// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/answer.h"

// The words that answers and streams have in common.
namespace signalbox::chat {

/// Of a finish_reason, also of those that vendors made up. Unknown ones are an end like any other.
neutral::Stop stopOf(std::string_view finishReason);
/// `refused`: the answer holds a refusal text, which OpenAI calls a usual end.
std::string finishReasonOf(neutral::Stop stop, bool refused);

/// The failure that an answer or a chunk tells of, in any of the places vendors put it. Nothing: it tells of
/// none.
std::optional<neutral::Failure> failureIn(const json::Value &root);
std::string failureBody(const neutral::Failure &failure);

/// The usage of an answer or a chunk, in any of the places vendors put it.
std::optional<events::TokenUsage> usageIn(const json::Value &root);
json::Value usageOf(const events::TokenUsage &usage);

/// A provider's id, if it is one of this dialect; else one made from the request's.
std::string answerId(const std::string &given, const std::string &request);

/// Annotations as Chat has them: Responses keeps the members of a url_citation beside its type.
json::Value annotationOf(const json::Value &annotation);

} // namespace signalbox::chat
