// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::responses {

/// What a client asks for. `instructions` become a first system message; what has no place in a Conversation
/// goes to `rest`, and so does what has a type that cannot be right.
base::Result<neutral::Conversation> readRequest(std::string_view body);

} // namespace signalbox::responses
