// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace signalbox::base {

/// Does `text` match `pattern`, in which `*` stands for any run of characters?
bool matchesWildcard(std::string_view pattern, std::string_view text);

} // namespace signalbox::base
