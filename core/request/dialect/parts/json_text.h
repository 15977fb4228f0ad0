// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace signalbox::parts {

/// What a JSON string stands for; empty if the value is none. Where nothing in it is escaped that is the text
/// itself; else it is kept by the parser or, where simdjson refuses it, in `spare` (half a surrogate pair in
/// an escape, as servers write that cut UTF-16 apart, becomes U+FFFD). Valid as long as text, document and
/// `spare`.
std::string_view stringText(simdjson::ondemand::value value, std::deque<std::string> &spare);

/// A member's name; empty where it cannot be told.
inline std::string_view nameText(simdjson::ondemand::field &field)
{
    const char *const begin = field.key().raw();
    const char *end = begin;
    while (*end != '"' && *end != '\\') {
        ++end; // the parser has found the quote behind it
    }
    std::string_view name(begin, static_cast<std::size_t>(end - begin));
    if (*end == '\\' && field.unescaped_key().get(name)) {
        return {};
    }
    return name;
}

} // namespace signalbox::parts
