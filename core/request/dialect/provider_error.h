// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/foundation/base/clock.h"
#include "core/foundation/http/message.h"
#include "core/record/events/outcome.h"

namespace signalbox::dialect {

/// A provider's refusal in whatever shape it came, brought into one.
struct ProviderError {
    std::string message; ///< never empty; plain text, at most 500 bytes
    std::string type;
    std::string code; ///< numbers as text
    std::string param;
    int statusInBody = 0;     ///< where `code` is an HTTP status, as OpenRouter writes it
    bool openAiShape = false; ///< {"error":{"message":…}}: may go to the client as it is
};

/// Takes any body: JSON of any shape, HTML, text, nothing.
ProviderError readProviderError(std::string_view body);

/// What the refusal means. `status` is that of the answer; 200 for an error inside a success.
events::Outcome classify(int status, const ProviderError &error);

/// How long the provider asks to be left alone: `retry-after-ms`, Retry-After in seconds or as an HTTP date.
/// Garbage and negative values are no answer; more than an hour counts as an hour.
std::optional<base::Duration> retryAfter(const http::Headers &headers, base::WallTime now);

} // namespace signalbox::dialect
