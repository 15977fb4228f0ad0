// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/chat/request/message_writer.h"

namespace signalbox::chat {

/// Adds `tools`, `tool_choice` and `parallel_tool_calls`, none of which may stand without tools.
void writeTools(const neutral::Conversation &conversation, const Accepts &accepts, json::Value &out,
                neutral::DropList &drops);

} // namespace signalbox::chat
