// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::responses {

/// The request for a provider. What comes from another dialect is not to be stored there (`store` is true
/// unless it is said), and thoughts are handed back only to the dialect that made them. `accepts` knows
/// "reasoning.encrypted_content" (ask for it) and "prompt_cache_breakpoint".
/// InvalidArgument: sound or film, which would be missing from what the user asks.
base::Result<neutral::Written> writeRequest(const neutral::Conversation &conversation,
                                            const neutral::RequestContext &context);

/// The text of `instructions`: a first system message that is nothing but text. Null: there is none.
const std::string *instructionsOf(const neutral::Conversation &conversation);
/// `text.format`; an empty object if none was asked for.
json::Value formatOf(const neutral::Conversation &conversation);

} // namespace signalbox::responses
