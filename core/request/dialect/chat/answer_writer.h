// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/neutral/drop_list.h"

namespace signalbox::chat {

neutral::Written writeAnswer(const neutral::Answer &answer, const neutral::AnswerContext &context);

/// A `tool_calls` entry, whole.
json::Value writtenCall(const neutral::ToolCall &call);

/// {"type":"image_url",…} as clients of OpenRouter read it from `images`; null, and reported: not an image.
json::Value writtenImage(const neutral::Media &media, neutral::DropList &drops);

} // namespace signalbox::chat
