// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signalbox::json {

/// The length of the well-formed character at `at` (Unicode 15, table 3-7); 0: there is none.
std::size_t utf8LengthAt(std::string_view text, std::size_t at);

/// Puts '?' in the place of each byte that is not UTF-8. Nothing is moved.
void repairUtf8(std::string &text);

} // namespace signalbox::json
