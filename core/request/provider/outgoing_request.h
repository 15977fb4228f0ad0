// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/http/message.h"
#include "core/request/provider/target.h"
#include "core/request/upstream/attempt.h"

namespace signalbox::provider {

/// What is asked for, for where it has to go.
struct Asked {
    base::Dialect dialect = base::Dialect::Chat;
    std::string_view model; ///< stands in the path of some
    bool stream = false;
};

/// The one place where a key meets a request, and always one to the key's own origin. What the client sent is
/// forwarded only as far as an allow-list goes; never its credentials, cookies, origin or hop-by-hop fields.
///
/// Denied: the target needs a key and `key` is empty. InvalidArgument: the key or a field holds what a header
/// cannot carry (the message does not show the value). Unsupported: it does not speak that dialect.
base::Result<upstream::WireRequest> apiRequest(const Target &target, const base::SecretString &key,
                                               const http::Headers &fromClient, const Asked &asked,
                                               std::string body);

/// Asks for the provider's list of models; sends no prompt.
base::Result<upstream::WireRequest> modelsRequest(const Target &target, const base::SecretString &key);

} // namespace signalbox::provider
