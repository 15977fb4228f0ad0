// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/answer.h"

namespace signalbox::messages {

/// Anthropic's name for it: invalid_request_error, rate_limit_error, overloaded_error …
std::string errorType(const neutral::Failure &failure);

/// {"type":"error","error":{"type","message"},"request_id":null}. A prompt that is too long is told in
/// Anthropic's words, at which Claude Code makes it shorter.
std::string failureBody(const neutral::Failure &failure);
std::string failureEvent(const neutral::Failure &failure);

/// What an error object of a stream says, in OpenAI's words; nothing if it is none.
std::optional<neutral::Failure> readFailure(const json::Value &data);

} // namespace signalbox::messages
