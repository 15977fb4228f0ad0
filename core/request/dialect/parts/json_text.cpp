// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/json_text.h"

#include "core/foundation/json/scan.h"

namespace signalbox::parts {

std::string_view stringText(simdjson::ondemand::value value, std::deque<std::string> &spare)
{
    const std::string_view token = value.raw_json_token(); // with the white space behind it
    const std::size_t end = token.rfind('"');
    if (end == token.npos || end == 0) {
        return {};
    }
    const std::string_view inside = token.substr(1, end - 1);
    if (inside.find('\\') == inside.npos) {
        return inside;
    }
    std::string_view text;
    return value.get_string().get(text) ? spare.emplace_back(json::unescaped(token)) : text;
}

} // namespace signalbox::parts
