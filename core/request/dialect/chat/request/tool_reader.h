// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::chat {

/// `tools`, and `functions` as they were before those. What the provider itself carries out is Foreign.
std::vector<neutral::Tool> readTools(const json::Value &request);

/// `tool_choice`, or `function_call` as it was before that.
neutral::ToolChoice readToolChoice(const json::Value &request);

} // namespace signalbox::chat
