// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/conversation.h"
#include "core/request/dialect/request_traits.h"

namespace signalbox::neutral {

/// What routing wants to know of a conversation, in whatever dialect it came: the same that
/// dialect::ChatTraitsReader tells of a chat request, the session too (where Chat is written without blanks:
/// the size of an image's JSON is part of it). What only one dialect can say is text like any other, but not
/// in the system's, where it changes with every request. Pure, any thread.
dialect::RequestTraits traitsOf(const Conversation &conversation);

} // namespace signalbox::neutral
