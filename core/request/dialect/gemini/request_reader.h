// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::gemini {

/// The body of a generateContent request; the model is not in it. Calls without ids get some, in their order.
/// Errors are InvalidArgument and name the member.
base::Result<neutral::Conversation> readRequest(std::string_view body);

} // namespace signalbox::gemini
