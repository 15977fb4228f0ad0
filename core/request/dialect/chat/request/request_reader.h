// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::chat {

/// A Chat Completions request, with what vendors and old clients do otherwise than the specification. Errors
/// are InvalidArgument and name the member.
base::Result<neutral::Conversation> readRequest(std::string_view body);

} // namespace signalbox::chat
