// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::gemini {

/// A body for generateContent and streamGenerateContent; model and streaming stand in the path.
base::Result<neutral::Written> writeRequest(const neutral::Conversation &conversation,
                                            const neutral::RequestContext &context);

} // namespace signalbox::gemini
