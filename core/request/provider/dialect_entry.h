// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/dialect.h"
#include "core/foundation/http/message.h"

namespace signalbox::provider {

/// The field a key is shown in, and what stands before it there.
struct KeyField {
    std::string name = "Authorization";
    std::string prefix = "Bearer ";
    bool operator==(const KeyField &) const = default;
};

/// A dialect as a kind of provider speaks it: one entry of "dialects" in a preset. "{model}" in a path stands
/// for the model's name.
struct DialectEntry {
    base::Dialect dialect = base::Dialect::Chat;
    std::string path;
    std::string streamPath; ///< where a stream is asked for at another place; empty: the same
    bool fromRoot = false;  ///< the paths begin at the origin, not at the base URL
    KeyField key;
    http::Headers headers;            ///< unless the client or the user says otherwise
    std::vector<std::string> forward; ///< what of the client's header is understood beside the preset's list
    std::vector<std::string> models;  ///< only these, with `*`; after a `!` not these
    std::vector<std::string> accepts; ///< what its protocol alone does not promise, as the codecs call it
};

/// How a provider speaks a dialect of which nothing else is known. The protocols' own defaults: where it is
/// asked for below the base URL, in which field the key stands, which version it must be given.
DialectEntry usualEntry(base::Dialect dialect);

/// `path` below `base`. What people often give twice counts once: ".../v1" and "/v1/messages" make
/// ".../v1/messages".
std::string joinedPath(std::string_view base, std::string_view path);

} // namespace signalbox::provider
