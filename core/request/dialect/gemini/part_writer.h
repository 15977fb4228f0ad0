// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/request/dialect/neutral/conversation.h"
#include "core/request/dialect/neutral/drop_list.h"

namespace signalbox::gemini {

/// A part of a `content`; results of tools are not for here. Nothing, and reported, where Gemini has no words
/// for it. `ids`: calls keep their ids.
std::optional<json::Value> writePart(const neutral::Part &part, bool ids, neutral::DropList &drops);
std::optional<json::Value> writeMedia(const neutral::Media &media, neutral::DropList &drops);

json::Value textPart(const std::string &text);

} // namespace signalbox::gemini
