// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/signs/secret_shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace signalbox::signs {

namespace {
bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What keys are made of.
bool isKeyCharacter(char c)
{
    return isDigit(c) || isLetter(c) || c == '_' || c == '-';
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

template<typename Is>
std::size_t runEnd(std::string_view text, std::size_t at, Is is)
{
    while (at < text.size() && is(text[at])) {
        ++at;
    }
    return at;
}

struct KeyShape {
    std::string_view prefix;
    std::size_t shortest; ///< characters behind the prefix
};

constexpr KeyShape kKeyShapes[] = {
    {"sk-", 20},   {"sk_live_", 16}, {"sk_test_", 16}, {"rk_live_", 16},    {"ghp_", 30},   {"gho_", 30},
    {"ghu_", 30},  {"ghs_", 30},     {"ghr_", 30},     {"github_pat_", 22}, {"AKIA", 16},   {"ASIA", 16},
    {"xoxb-", 10}, {"xoxp-", 10},    {"xoxa-", 10},    {"xoxr-", 10},       {"xoxs-", 10},  {"xapp-", 10},
    {"AIza", 35},  {"glpat-", 20},   {"hf_", 30},      {"gsk_", 40},        {"nvapi-", 40}, {"xai-", 40},
    {"npm_", 36},  {"pypi-", 50},    {"dop_v1_", 60},  {"whsec_", 24},      {"shpat_", 32}, {"r8_", 36},
    {"csk-", 40},  {"pplx-", 40},    {"fw_", 20},      {"sntrys_", 40},     {"sgp_", 40},
};

/// Somewhere ten letters and digits in a row with both among them: names of things put together by dashes
/// have none such.
bool looksDrawn(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = runEnd(text, at, [](char c) { return isDigit(c) || isLetter(c); });
        const std::string_view run = text.substr(at, end - at);
        if (run.size() >= 10 && std::ranges::any_of(run, isDigit) && std::ranges::any_of(run, isLetter)) {
            return true;
        }
        at = end + 1;
    }
    return false;
}

bool isKey(std::string_view token)
{
    return std::ranges::any_of(kKeyShapes, [&](const KeyShape &shape) {
        if (!token.starts_with(shape.prefix) || token.size() < shape.prefix.size() + shape.shortest) {
            return false;
        }
        const std::string_view rest = token.substr(shape.prefix.size());
        if (shape.prefix == "AKIA" || shape.prefix == "ASIA") {
            return rest.size() == 16 && std::ranges::none_of(rest, [](char c) {
                       return !isDigit(c) && !(c >= 'A' && c <= 'Z');
                   });
        }
        return looksDrawn(rest);
    });
}

/// `token` begins at `at`: three parts of base64url, the first two of them beginning like `{"`.
bool isJwt(std::string_view text, std::size_t at)
{
    for (int part = 0; part < 3; ++part) {
        const std::size_t end = runEnd(text, at, isKeyCharacter);
        if (end - at < 10 || (part < 2 && !text.substr(at).starts_with("eyJ"))) {
            return false;
        }
        if (part < 2 && (end == text.size() || text[end] != '.')) {
            return false;
        }
        at = end + 1;
    }
    return true;
}

/// Bits per character, by the text's own frequencies.
double entropy(std::string_view text)
{
    std::array<int, 256> counts{};
    for (const char c : text) {
        ++counts[static_cast<unsigned char>(c)];
    }
    double bits = 0;
    for (const int count : counts) {
        const double share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= count > 0 ? share * std::log2(share) : 0;
    }
    return bits;
}

bool isSecretWord(std::string_view token)
{
    constexpr std::string_view kEndings[] = {"key",    "secret",     "token",      "password", "passwd",
                                             "pwd",    "passphrase", "credential", "passwort", "kennwort",
                                             "bearer", "keys",       "credentials"};
    const std::string name = lower(token.substr(token.size() - std::min<std::size_t>(token.size(), 16)));
    return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

/// What follows a word like "password" at `at`: signs of assignment, perhaps "is", then something drawn.
bool isSecretAfter(std::string_view text, std::size_t at)
{
    const auto skipSigns = [&] {
        const std::size_t most = std::min(text.size(), at + 8);
        while (at < most && std::string_view(" \t\n:=\"'`>").find(text[at]) != std::string_view::npos) {
            ++at;
        }
    };
    skipSigns();
    for (const std::string_view word : {"is ", "ist ", "Bearer "}) {
        if (text.substr(at).starts_with(word)) {
            at += word.size();
            skipSigns();
        }
    }
    const std::string_view near =
        text.substr(std::min(at, text.size()), 256); // linear also in "key.key.key…"
    const std::string_view value = near.substr(
        0, runEnd(near, 0, [](char c) {
            return isKeyCharacter(c) || std::string_view("+/=.").find(c) != std::string_view::npos;
        }));
    return value.size() >= 32 && looksDrawn(value) && entropy(value) >= 3.2;
}

bool holdsPrivateKey(std::string_view text)
{
    constexpr std::string_view kBegin = "-----BEGIN ";
    for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at + 1)) {
        if (text.substr(at, 50).find("PRIVATE KEY-----") != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

bool isExampleDomain(const std::string &domain)
{
    constexpr std::string_view kNames[] = {"example.com", "example.org", "example.net"};
    constexpr std::string_view kEndings[] = {".example", ".test", ".invalid", ".localhost"};
    return std::ranges::any_of(kNames,
                               [&](std::string_view name) {
                                   return domain == name || domain.ends_with("." + std::string(name));
                               })
           || std::ranges::any_of(kEndings, [&](std::string_view end) { return domain.ends_with(end); });
}

bool isEmail(std::string_view text, std::size_t sign)
{
    std::size_t begin = sign;
    while (begin > 0 && sign - begin < 64
           && (isKeyCharacter(text[begin - 1])
               || std::string_view(".+%").find(text[begin - 1]) != std::string_view::npos)) {
        --begin;
    }
    const std::size_t end = std::min(
        runEnd(text, sign + 1, [](char c) { return isDigit(c) || isLetter(c) || c == '-' || c == '.'; }),
        sign + 256);
    std::string domain = lower(text.substr(sign + 1, end - sign - 1));
    while (!domain.empty() && (domain.back() == '.' || domain.back() == '-')) {
        domain.pop_back();
    }
    const std::size_t dot = domain.rfind('.');
    if (begin == sign || dot == std::string::npos || dot == 0 || domain.find("..") != std::string::npos) {
        return false;
    }
    const std::string top = domain.substr(dot + 1);
    constexpr std::string_view kFiles[] = {"png", "jpg", "jpeg", "gif", "svg", "webp"};
    const bool isGit = text.substr(begin, sign - begin) == "git" && end < text.size() && text[end] == ':';
    return top.size() >= 2 && std::ranges::all_of(top, isLetter) && !isGit && !isExampleDomain(domain)
           && std::ranges::find(kFiles, top) == std::end(kFiles);
}

bool hasCheckDigit(std::string_view digits)
{
    int sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        int value = digits[digits.size() - 1 - i] - '0';
        if (i % 2 == 1) {
            value = value > 4 ? 2 * value - 9 : 2 * value;
        }
        sum += value;
    }
    return sum % 10 == 0;
}

struct Issuer {
    int from; ///< the first four digits
    int to;
    std::size_t shortest;
    std::size_t longest;
};

/// Visa, Mastercard (two ranges), Amex (two), Diners (three), JCB, Discover (two), UnionPay, Maestro (four).
constexpr Issuer kIssuers[] = {
    {4000, 4999, 13, 19}, {5100, 5599, 16, 16}, {2221, 2720, 16, 16}, {3400, 3499, 15, 15},
    {3700, 3799, 15, 15}, {3000, 3059, 14, 19}, {3600, 3699, 14, 19}, {3800, 3899, 14, 19},
    {3528, 3589, 16, 19}, {6011, 6011, 16, 19}, {6440, 6599, 16, 19}, {6200, 6299, 16, 19},
    {5018, 5018, 12, 19}, {5020, 5020, 12, 19}, {6304, 6304, 12, 19}, {6759, 6763, 12, 19},
};

bool isCard(std::string_view digits)
{
    if (digits.size() < 12 || digits.size() > 19) {
        return false;
    }
    const int start =
        (digits[0] - '0') * 1000 + (digits[1] - '0') * 100 + (digits[2] - '0') * 10 + digits[3] - '0';
    const bool isVisa = digits[0] == '4';
    return std::ranges::any_of(kIssuers,
                               [&](const Issuer &issuer) {
                                   return start >= issuer.from && start <= issuer.to
                                          && digits.size() >= issuer.shortest
                                          && digits.size() <= issuer.longest;
                               })
           && (!isVisa || digits.size() % 3 == 1) && hasCheckDigit(digits);
}

/// Groups of digits from `first` on: 4 4 4 4, perhaps with a shorter one behind, or 4 6 5 and 4 6 4.
bool isGroupedCard(const std::vector<std::string_view> &groups, std::size_t first)
{
    const auto size = [&](std::size_t i) { return first + i < groups.size() ? groups[first + i].size() : 0; };
    std::size_t count = 0;
    if (size(0) == 4 && size(1) == 6 && (size(2) == 5 || size(2) == 4)) {
        count = 3;
    } else if (size(0) == 4 && size(1) == 4 && size(2) == 4 && size(3) == 4) {
        count = 4;
    }
    std::string digits;
    for (std::size_t i = 0; i < count; ++i) {
        digits += groups[first + i];
    }
    return count > 0
           && (isCard(digits)
               || (size(count) < 4
                   && isCard(digits + std::string(size(count) > 0 ? groups[first + count] : ""))));
}
} // namespace

bool holdsKey(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = runEnd(text, at, isKeyCharacter);
        if (end == at) {
            ++at;
            continue;
        }
        const std::string_view token = text.substr(at, end - at);
        if (isKey(token) || isJwt(text, at) || (isSecretWord(token) && isSecretAfter(text, end))) {
            return true;
        }
        at = end;
    }
    for (const std::string_view word : {"密码", "密钥", "口令", "Schlüssel"}) {
        for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
            if (isSecretAfter(text, at + word.size())) {
                return true;
            }
        }
    }
    return holdsPrivateKey(text);
}

bool holdsEmail(std::string_view text)
{
    for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        if (isEmail(text, at)) {
            return true;
        }
    }
    return false;
}

bool holdsCard(std::string_view text)
{
    const auto isBorder = [&](std::size_t i) {
        return i >= text.size()
               || (!isDigit(text[i]) && !isLetter(text[i]) && text[i] != '_'
                   && !(text[i] == '.' && i + 1 < text.size() && isDigit(text[i + 1])));
    };
    for (std::size_t at = 0; at < text.size();) {
        if (!isDigit(text[at])
            || (at > 0 && (!isBorder(at - 1) || (at > 1 && text[at - 1] == '.' && isDigit(text[at - 2]))))) {
            ++at;
            continue;
        }
        std::vector<std::string_view> groups;
        std::size_t end = at;
        char separator = 0;
        for (;;) {
            const std::size_t groupEnd = runEnd(text, end, isDigit);
            groups.push_back(text.substr(end, groupEnd - end));
            end = groupEnd;
            const bool goesOn = end + 1 < text.size() && (text[end] == ' ' || text[end] == '-')
                                && isDigit(text[end + 1]) && (separator == 0 || separator == text[end]);
            if (!goesOn) {
                break;
            }
            separator = text[end++];
        }
        for (std::size_t i = 0; isBorder(end) && i < groups.size(); ++i) {
            if (isCard(groups[i]) || isGroupedCard(groups, i)) {
                return true;
            }
        }
        at = end;
    }
    return false;
}

} // namespace signalbox::signs
