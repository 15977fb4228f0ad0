// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace signalbox::neutral {

/// An id for a call whose provider gave it none; the same each time for the same answer.
inline std::string madeUpCallId(std::string_view answerId, std::size_t call)
{
    std::string out = "call_";
    for (const char c : answerId.substr(answerId.size() - std::min<std::size_t>(answerId.size(), 24))) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        out += plain ? std::string(1, c) : "";
    }
    return out + "_" + std::to_string(call);
}

} // namespace signalbox::neutral
