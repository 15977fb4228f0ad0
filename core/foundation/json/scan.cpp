// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/scan.h"

#include <algorithm>
#include <cstring>

namespace signalbox::json {

namespace {
bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

std::size_t skipSpace(std::string_view text, std::size_t at)
{
    while (at < text.size() && isSpace(text[at])) {
        ++at;
    }
    return at;
}

/// Behind the closing quote of the string whose opening quote is at `at`.
std::size_t skipString(std::string_view text, std::size_t at)
{
    for (std::size_t from = at + 1; from < text.size();) {
        const void *const found = std::memchr(text.data() + from, '"', text.size() - from);
        if (!found) {
            break;
        }
        const auto quote = static_cast<std::size_t>(static_cast<const char *>(found) - text.data());
        std::size_t slashes = 0;
        while (quote - slashes > from && text[quote - slashes - 1] == '\\') {
            ++slashes;
        }
        if (slashes % 2 == 0) {
            return quote + 1;
        }
        from = quote + 1;
    }
    return text.size();
}

std::size_t skipContainer(std::string_view text, std::size_t at)
{
    for (std::size_t depth = 0; at < text.size();) {
        switch (text[at]) {
        case '"':
            at = skipString(text, at);
            continue;
        case '{':
        case '[':
            ++depth;
            break;
        case '}':
        case ']':
            if (--depth == 0) {
                return at + 1;
            }
            break;
        default:
            break;
        }
        ++at;
    }
    return at;
}

std::size_t skipValue(std::string_view text, std::size_t at)
{
    if (at >= text.size()) {
        return at;
    }
    if (text[at] == '"') {
        return skipString(text, at);
    }
    if (text[at] == '{' || text[at] == '[') {
        return skipContainer(text, at);
    }
    return std::min(text.find_first_of(",]} \n\t\r", at), text.size());
}

/// The place of the first value behind the bracket, or behind the comma at `at`. Nothing: the end.
std::optional<std::size_t> nextAt(std::string_view text, std::size_t at)
{
    at = skipSpace(text, at);
    if (at < text.size() && text[at] == ',') {
        at = skipSpace(text, at + 1);
    }
    if (at >= text.size() || text[at] == ']' || text[at] == '}') {
        return std::nullopt;
    }
    return at;
}

void appendUtf8(std::string &out, std::uint32_t point)
{
    const auto add = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xc0 | (point >> 6));
        add(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        add(0xe0 | (point >> 12));
        add(0x80 | ((point >> 6) & 0x3f));
        add(0x80 | (point & 0x3f));
    } else {
        add(0xf0 | (point >> 18));
        add(0x80 | ((point >> 12) & 0x3f));
        add(0x80 | ((point >> 6) & 0x3f));
        add(0x80 | (point & 0x3f));
    }
}

/// The number behind a `\u` at `at`.
std::uint32_t fourHex(std::string_view text, std::size_t at)
{
    std::uint32_t number = 0;
    for (const char c : text.substr(std::min(at, text.size()), 4)) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : ((c | 0x20) - 'a' + 10) & 0xf;
        number = number << 4 | static_cast<std::uint32_t>(digit);
    }
    return number;
}

/// Appends what the `\u` at `at` means; the place behind it.
std::size_t takeUnicode(std::string_view text, std::size_t at, std::string &out)
{
    constexpr std::uint32_t kReplacement = 0xfffd;
    const std::uint32_t first = fourHex(text, at + 2);
    if (first < 0xd800 || first > 0xdfff) {
        appendUtf8(out, first);
        return at + 6;
    }
    const std::uint32_t second =
        text.substr(std::min(at + 6, text.size())).starts_with("\\u") ? fourHex(text, at + 8) : 0;
    if (first > 0xdbff || second < 0xdc00 || second > 0xdfff) {
        appendUtf8(out, kReplacement);
        return at + 6;
    }
    appendUtf8(out, 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
    return at + 12;
}
} // namespace

Span rootAt(std::string_view text)
{
    const std::size_t begin = skipSpace(text, 0);
    return {begin, skipValue(text, begin)};
}

Span valueAt(std::string_view text, std::size_t begin)
{
    return {begin, skipValue(text, begin)};
}

std::vector<MemberAt> membersAt(std::string_view text, Span object)
{
    std::vector<MemberAt> members;
    if (object.begin >= text.size() || text[object.begin] != '{') {
        return members;
    }
    for (auto at = nextAt(text, object.begin + 1); at && text[*at] == '"';) {
        MemberAt member{.name = {*at, skipString(text, *at)}, .value = {}};
        const std::size_t colon = skipSpace(text, member.name.end);
        member.value.begin = skipSpace(text, std::min(colon + 1, text.size()));
        member.value.end = skipValue(text, member.value.begin);
        members.push_back(member);
        at = nextAt(text, member.value.end);
    }
    return members;
}

std::optional<Span> memberAt(std::string_view text, Span object, std::string_view name)
{
    std::optional<Span> found;
    for (const MemberAt &member : membersAt(text, object)) {
        if (says(text, member.name, name)) {
            found = member.value;
        }
    }
    return found;
}

std::vector<Span> elementsAt(std::string_view text, Span array)
{
    std::vector<Span> elements;
    if (array.begin >= text.size() || text[array.begin] != '[') {
        return elements;
    }
    for (auto at = nextAt(text, array.begin + 1); at;) {
        const std::size_t end = skipValue(text, *at);
        if (end == *at) {
            break; // not JSON
        }
        elements.push_back({*at, end});
        at = nextAt(text, end);
    }
    return elements;
}

std::string_view slice(std::string_view text, Span at)
{
    return text.substr(std::min(at.begin, text.size()), at.size());
}

bool says(std::string_view text, Span string, std::string_view wanted)
{
    const std::string_view token = slice(text, string);
    if (token.size() < 2 || token.front() != '"') {
        return false;
    }
    const std::string_view inside = token.substr(1, token.size() - 2);
    return inside == wanted || (inside.find('\\') != inside.npos && unescaped(token) == wanted);
}

std::string unescaped(std::string_view string)
{
    std::string out;
    if (string.empty() || string.front() != '"') {
        return out;
    }
    for (std::size_t at = 1; at < string.size() && string[at] != '"';) {
        if (string[at] != '\\') {
            const std::size_t end = std::min(string.find_first_of("\"\\", at), string.size());
            out.append(string, at, end - at);
            at = end;
            continue;
        }
        const char what = at + 1 < string.size() ? string[at + 1] : '"';
        if (what == 'u') {
            at = takeUnicode(string, at, out);
            continue;
        }
        constexpr std::string_view kLetters = "bfnrt";
        constexpr std::string_view kMeanings = "\b\f\n\r\t";
        const std::size_t letter = kLetters.find(what);
        out.push_back(letter == kLetters.npos ? what : kMeanings[letter]);
        at += 2;
    }
    return out;
}

} // namespace signalbox::json
