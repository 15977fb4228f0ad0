// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace signalbox::clients {

/// Which program a User-Agent field speaks of.
struct ClientName {
    std::string name;      ///< of known tools the id of the catalogue; empty if the field says nothing
    bool specific = false; ///< false: only a library that any program may use, or nothing
    bool operator==(const ClientName &) const = default;
};

/// By a table of known tools, then of known libraries; of others the first product's name, at most 64 plain
/// characters.
ClientName clientNameOf(std::string_view userAgent);

} // namespace signalbox::clients
