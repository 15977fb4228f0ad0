// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::messages {

/// Where neither the client nor the model's data say how much may be said: older models allow no more, and a
/// limit above a model's own is refused.
constexpr std::int64_t kUsualMaxTokens = 8192;

/// Writes the body of POST /v1/messages. Of RequestContext::accepts it knows
///
///     effort             output_config.effort, and thinking that the model measures out itself
///     json_schema        output_config.format
///     system_messages    role system in the middle of a conversation
///     unsigned_thinking  thinking blocks without a signature (compatible providers)
///
/// Claude models from 4.5 have json_schema and from 4.6 effort without being named. Where the provider has
/// not got it, effort becomes a budget, a schema an instruction (reported, since nothing enforces it), and
/// the system in the middle user text. Pure, any thread.
base::Result<neutral::Written> writeRequest(const neutral::Conversation &conversation,
                                            const neutral::RequestContext &context);

} // namespace signalbox::messages
