// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/http/message.h"
#include "core/record/events/outcome.h"

namespace signalbox::dialect {

/// A provider's refusal in whatever shape it came, brought into one.
struct ProviderError {
    std::string message; ///< never empty; plain text, at most 500 bytes
    std::string type;
    std::string code; ///< numbers as text
    std::string param;
    std::string signs; ///< what else names the cause: gRPC status, inner codes, quota names, upstream text
    std::string retryDelay;   ///< the wait that a field of the body names: "34s", or seconds
    std::string resetTime;    ///< the moment that a field of the body names: epoch seconds or milliseconds
    int statusInBody = 0;     ///< where `code` is an HTTP status, as OpenRouter writes it
};

/// Takes any body: JSON of any shape, HTML, text, nothing. `headers` of the answer, for providers that name
/// the error there.
ProviderError readProviderError(std::string_view body, const http::Headers &headers = {});

/// What the refusal means. `status` is that of the answer; 200 for an error inside a success.
events::Outcome classify(int status, const ProviderError &error);

} // namespace signalbox::dialect
