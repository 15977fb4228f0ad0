// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::gemini {

/// A body for generateContent and streamGenerateContent; model and streaming stand in the path. Of
/// RequestContext::accepts it knows "function_call_id" (calls and results keep their ids) and
/// "openapi_schema" (schemas are cut down to what older endpoints read). InvalidArgument: there is nothing to
/// say, or media that Gemini cannot be given.
base::Result<neutral::Written> writeRequest(const neutral::Conversation &conversation,
                                            const neutral::RequestContext &context);

} // namespace signalbox::gemini
