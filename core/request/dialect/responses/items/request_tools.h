// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

// The tools of a request and which of them may be called. Pure, any thread.
namespace signalbox::responses {

/// Takes `tools` and `tool_choice` out of the request, the latter only if a Conversation can hold it.
base::Result<void> readTools(json::Value &request, neutral::Conversation &out);

/// The list of tools; what is not written is added to `dropped`.
json::Value toolList(const neutral::Conversation &conversation, std::vector<std::string> &dropped);
/// Null if none was asked for.
json::Value toolChoice(const neutral::Conversation &conversation);

/// The tool of that name; null if there is none.
const neutral::Tool *findTool(const neutral::Conversation &conversation, std::string_view name);
/// It is the client's local_shell, which has items of its own.
bool isLocalShell(const neutral::Tool *tool);

} // namespace signalbox::responses
