// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::messages {

/// Reads the body of POST /v1/messages, and of /v1/messages/count_tokens: `max_tokens` may be missing. Errors
/// are InvalidArgument with the path of the member. Pure, any thread.
base::Result<neutral::Conversation> readRequest(std::string_view body);

} // namespace signalbox::messages
