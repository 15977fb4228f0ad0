// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"
#include "core/record/events/outcome.h"
#include "core/request/dialect/refusal/provider_error.h"

namespace signalbox::dialect {

/// How long the provider asks to be left alone, from the headers and the body of its refusal. Never negative;
/// at most an hour, or 31 days for a spent quota. Garbage, moments in the past and what cannot be meant are
/// no answer. Pure.
std::optional<base::Duration> resetHint(const http::Headers &headers, const ProviderError &error,
                                        events::Outcome outcome, base::WallTime now);

} // namespace signalbox::dialect
