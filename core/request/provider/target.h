// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/foundation/base/dialect.h"
#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"
#include "core/foundation/http/message.h"
#include "core/request/provider/preset.h"

namespace signalbox::provider {

/// One dialect a provider answers in, and where. "{model}" in a path stands for the model's name.
struct Speaks {
    base::Dialect dialect = base::Dialect::Chat;
    std::string path;       ///< from the origin: "/v1/chat/completions"
    std::string streamPath; ///< where a stream is asked for at another place; empty: the same
    KeyField key = {};
    http::Headers headers = {};            ///< unless the client or `extraHeaders` says otherwise
    std::vector<std::string> forward = {}; ///< names of client fields this provider may see
    std::vector<std::string> models = {};  ///< as in DialectEntry
    std::vector<std::string> accepts = {}; ///< as in DialectEntry

    bool serves(std::string_view model) const;
};

/// Where and how requests for one configured provider are sent: made once per configuration, shared by all
/// requests under it.
struct Target {
    std::string providerId;
    http::Origin origin;
    std::vector<Speaks> speaks; ///< the first is the one it knows best
    std::string modelsPath;     ///< "/v1/models"; empty: the provider has no list
    KeyField modelsKey;         ///< how the list of models wants the key
    http::Headers modelsHeaders;
    http::Headers extraHeaders; ///< the preset's, then the user's; never credentials
    bool needsKey = true;
    bool takesKey = true;
    KeyKind keyKind = KeyKind::Plain;
    bool simulated = false;
    config::SimulateConfig simulate; ///< only for simulated ones

    /// Null: it does not speak that.
    const Speaks *speaking(base::Dialect dialect) const;
    /// … or not for that model.
    const Speaks *speaking(base::Dialect dialect, std::string_view model) const;
};

/// Pure. InvalidArgument says what is wrong with the configuration: a missing or ill-formed base URL, plain
/// http to another machine, user info in it, a header that may not be set.
base::Result<Target> makeTarget(const config::ProviderConfig &provider, const Preset &preset);

} // namespace signalbox::provider
