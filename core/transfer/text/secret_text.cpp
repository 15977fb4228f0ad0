// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/text/secret_text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace signalbox::transfer {

namespace {
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isHex(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

/// A run of letters and digits without a break that no model or host name has: 20 and more with both in it.
bool hasLongRun(std::string_view text)
{
    std::size_t length = 0;
    std::size_t digits = 0;
    for (const char c : text) {
        if (!isDigit(c) && !isLetter(c)) {
            length = digits = 0;
            continue;
        }
        ++length;
        digits += isDigit(c) ? 1 : 0;
        if (length >= 20 && digits >= 3 && digits < length) {
            return true;
        }
    }
    return false;
}

/// An UUID, or 32 and more hexadecimal digits.
bool isHexKey(std::string_view text)
{
    const auto digits = std::count_if(text.begin(), text.end(), isHex);
    const auto dashes = std::count(text.begin(), text.end(), '-');
    return digits >= 32 && dashes <= 4 && static_cast<std::size_t>(digits + dashes) == text.size();
}

/// One of the customary beginnings, at the word's own or behind a '-': names are put together with it.
bool beginsLikeKey(std::string_view word)
{
    static constexpr std::array<std::string_view, 25> kBeginnings = {
        "sk-",    "sk_",   "pk-",  "rk-",  "gsk_", "AIza",        "AQ.",    "xai-", "hf_",
        "nvapi-", "pplx-", "r8_",  "ghp_", "gho_", "github_pat_", "glpat-", "AKIA", "ASIA",
        "ABSK",   "eyJ",   "csk-", "tgp_", "fw_",  "xoxb-",       "ya29."};
    for (std::size_t at = 0; at < word.size(); at = std::min(word.find('-', at), word.size() - 1) + 1) {
        const std::string_view rest = word.substr(at);
        if (std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](std::string_view one) {
                return rest.size() >= one.size() + 6 && rest.starts_with(one);
            })) {
            return true;
        }
    }
    return false;
}
} // namespace

bool looksLikeSecret(std::string_view text)
{
    std::size_t begin = 0;
    while (begin < text.size()) { // word by word: "Bearer sk-…", "key=sk-…", "a,b"
        const std::size_t end = std::min(text.find_first_of(" \t\r\n,;=:\"'/?&@", begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        if (beginsLikeKey(word) || hasLongRun(word) || isHexKey(word)) {
            return true;
        }
        begin = end + 1;
    }
    const std::string small = lower(text.substr(0, 8));
    return (small.starts_with("bearer ") || small.starts_with("basic ")) && text.size() > 12;
}

bool isPlaceholder(std::string_view key)
{
    static constexpr std::array<std::string_view, 17> kWords = {
        "none",        "null",      "dummy", "empty",         "anything", "not-needed",
        "no-key",      "nokey",     "x",     "fake",          "fake-key", "test",
        "placeholder", "undefined", "local", "proxy_managed", "changeme"};
    const std::string small = lower(key);
    if (small.empty() || std::find(kWords.begin(), kWords.end(), small) != kWords.end()
        || small.starts_with("your") || small.starts_with("<") || small.starts_with("sk-your")
        || small.find("***") != std::string::npos || small.find("...") != std::string::npos) {
        return true;
    }
    const std::string_view rest = std::string_view(small).substr(small.rfind('-') + 1);
    return rest.size() >= 3 && rest.find_first_not_of("x") == std::string_view::npos;
}

bool isVariableName(std::string_view name)
{
    return !name.empty() && name.size() <= 128 && !isDigit(name[0])
           && std::all_of(name.begin(), name.end(),
                          [](char c) { return isDigit(c) || isLetter(c) || c == '_'; });
}

std::optional<std::string> environmentReference(std::string_view key)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kForms = {
        {{"os.environ/", ""}, {"${", "}"}, {"{env:", "}"}, {"env.", ""}, {"$", ""}}};
    for (const auto &[before, after] : kForms) {
        if (key.size() > before.size() + after.size() && key.starts_with(before) && key.ends_with(after)) {
            key.remove_prefix(before.size());
            key.remove_suffix(after.size());
            return isVariableName(key) ? std::optional(std::string(key)) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::string shown(std::string_view text)
{
    if (looksLikeSecret(text)) {
        return "(hidden: it looks like a key)";
    }
    constexpr std::size_t kLongest = 80;
    std::string out = "'" + std::string(text.substr(0, kLongest));
    while (text.size() > kLongest && out.size() > 1
           && (static_cast<unsigned char>(out.back()) & 0x80U) != 0) {
        out.pop_back(); // half a character
    }
    std::replace_if(out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    return out + (text.size() > kLongest ? "…'" : "'");
}

} // namespace signalbox::transfer
