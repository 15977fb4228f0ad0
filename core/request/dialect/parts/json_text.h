// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace signalbox::parts {

/// What a JSON string stands for; empty if the value is none. Where simdjson refuses it (half a surrogate
/// pair in an escape, as servers write that cut UTF-16 apart), U+FFFD stands for what is wrong and the text
/// is kept in `spare`. Valid as long as the parser's document and `spare`.
std::string_view stringText(simdjson::ondemand::value value, std::deque<std::string> &spare);

/// Puts '?' in the place of each byte that is not UTF-8, so that the JSON around it can be read. Nothing is
/// moved.
void repairUtf8(std::string &text);

} // namespace signalbox::parts
