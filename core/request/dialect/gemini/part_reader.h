// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/request/dialect/neutral/conversation.h"

namespace signalbox::gemini {

/// A part of a `content`, of a request or an answer; calls and results without the ids that Gemini leaves
/// out. Empty texts are Text without text.
neutral::Part readPart(const json::Value &value);

/// Its thoughtSignature, unless it is the one that stands for none.
std::string signatureOf(const json::Value &part);

} // namespace signalbox::gemini
