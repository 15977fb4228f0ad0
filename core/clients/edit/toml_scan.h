// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/json/splice.h"

namespace signalbox::edit {

/// A line of TOML that says something: a table's heading, or a key with its value (which may go over several
/// lines).
struct TomlLine {
    bool isHeading = false;
    bool isList = false;            ///< [[heading]]
    std::vector<std::string> table; ///< the heading itself, or the one it stands under
    std::vector<std::string> key;   ///< dotted keys have several parts; empty for headings
    json::Span value;
    json::Span line; ///< whole lines, with the last one's line break

    std::vector<std::string> path() const;
};

/// Where the lines of a document are that a parser has found to be TOML (toml.io/en/v1.0.0). Of other texts
/// the answer means nothing, but no byte beyond the end is read.
std::vector<TomlLine> scanToml(std::string_view text);

} // namespace signalbox::edit
