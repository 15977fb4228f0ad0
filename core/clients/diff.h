// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace signalbox::clients {

/// A unified diff with three lines of context; empty if the texts are the same. Carriage returns are left
/// out.
std::string unifiedDiff(std::string_view before, std::string_view after, std::string_view path, bool isNew);

/// A secret as people may see it: its last four characters at most.
std::string masked(std::string_view secret);
/// `text` with every occurrence of `secret` masked.
std::string withMasked(std::string text, std::string_view secret);

} // namespace signalbox::clients
