// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::messages {

/// The signature under which a client of this dialect gets to keep what another dialect's model thought:
///
///     signalbox:DIALECT:ID:KIND:PAYLOAD      KIND: e encrypted, s signed, y a summary, or several
///
/// The client hands it back with the next turn, and so the provider that it came from gets its own proof
/// back. Anthropic would refuse it: a writer leaves such thoughts out.
std::string markOf(const neutral::Reasoning &reasoning);

/// Origin, id and proof as they were before; nothing if it is no such signature.
std::optional<neutral::Reasoning> readMark(std::string_view signature);

/// A request of this dialect without the thoughts that no Anthropic model signed, for where bytes would
/// otherwise go through as they are. Where `thinking` cannot stay on without them, it goes too. Nothing:
/// there are none.
std::optional<std::string> withoutMarkedThinking(std::string_view body);

} // namespace signalbox::messages
