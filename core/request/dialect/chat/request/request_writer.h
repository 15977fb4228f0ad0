// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/request/dialect/neutral/codec.h"

namespace signalbox::chat {

/// A Chat Completions request by the specification, and beyond it what the context says the provider takes.
/// What a model or provider does not take is for the layer behind this one.
base::Result<neutral::Written> writeRequest(const neutral::Conversation &conversation,
                                            const neutral::RequestContext &context);

} // namespace signalbox::chat
