// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/splice.h"

#include <algorithm>
#include <utility>

namespace signalbox::json {

void putInOrder(std::vector<Replacement> &replacements)
{
    const auto before = [](const Replacement &a, const Replacement &b) {
        return std::pair(a.at.begin, a.at.end) < std::pair(b.at.begin, b.at.end);
    };
    for (auto at = replacements.begin(); at != replacements.end(); ++at) {
        std::rotate(std::upper_bound(replacements.begin(), at, *at, before), at, at + 1);
    }
}

std::string splice(std::string_view text, const std::vector<Replacement> &replacements)
{
    std::size_t size = text.size();
    for (const Replacement &one : replacements) {
        size += one.text.size() - one.at.size();
    }
    std::string out;
    out.reserve(size);
    std::size_t done = 0;
    for (const Replacement &one : replacements) {
        out.append(text, done, one.at.begin - done);
        out.append(one.text);
        done = one.at.end;
    }
    out.append(text, done);
    return out;
}

std::string quoted(std::string_view text)
{
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    out.reserve(text.size() + 2);
    out.push_back('"');
    for (const char c : text) {
        switch (c) {
        case '"':
            out.append("\\\"");
            break;
        case '\\':
            out.append("\\\\");
            break;
        case '\n':
            out.append("\\n");
            break;
        case '\r':
            out.append("\\r");
            break;
        case '\t':
            out.append("\\t");
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                out.append("\\u00");
                out.push_back(kHex[(c >> 4) & 0xf]);
                out.push_back(kHex[c & 0xf]);
            } else {
                out.push_back(c);
            }
        }
    }
    out.push_back('"');
    return out;
}

} // namespace signalbox::json
