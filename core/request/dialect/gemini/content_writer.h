// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"
#include "core/request/dialect/neutral/drop_list.h"

namespace signalbox::gemini {

struct Contents {
    json::Value system;   ///< systemInstruction; null: none
    json::Value contents; ///< the array
};

/// Writes the messages. A system message after the first word of the user keeps its place as the user's:
/// Gemini has one place only. Results of tools get the names of their calls.
Contents writeContents(const neutral::Conversation &conversation, const neutral::RequestContext &context,
                       neutral::DropList &drops);

} // namespace signalbox::gemini
