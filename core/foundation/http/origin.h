// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/base/error.h"
#include "core/foundation/http/message.h"

namespace signalbox::http {

/// A base URL taken apart: "https://api.groq.com/openai/v1" is an origin and the path "/openai/v1".
struct BaseUrl {
    Origin origin;
    std::string path; ///< empty, or starts with '/' and does not end with one
};

/// Reads an http or https URL as people type it. User info, query, fragment, a host that is not plain ASCII
/// and numbers that some readers take for an address are InvalidArgument. Whether plain http is allowed is
/// for the caller to say.
base::Result<BaseUrl> parseBaseUrl(std::string_view url);

} // namespace signalbox::http
