// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/language.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace signalbox::routing {

namespace {
constexpr std::size_t kRead = 4096;

struct Language {
    std::string_view name;
    std::string_view words; ///< the commonest, each between blanks
};

// Words that two of them share are left out, or count for both.
constexpr std::array<Language, 4> kLatin{{
    {"en",
     " the of and to is in that it for you with on are this what how my can do please be not have from write "
     "i a me your which an at was does why "},
    {"de",
     " der die das und ist nicht ein eine einen zu den mit für auf von dem wie ich du wir kann bitte im des "
     "sich auch was sie es als aus bei oder mir einer schreibe hat "},
    {"fr",
     " le la les des et est une un pour dans que qui pas vous je avec sur ce il du au nous comment plus en "
     "être moi quel cette sont écris "},
    {"es", " el la los las y es una un para en que por con no se del cómo al lo qué más pero me mi como está "
           "escribe son este "},
}};

/// The next character; what is no UTF-8 comes out as one byte.
std::uint32_t next(std::string_view text, std::size_t &at)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t lead = byte(at);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length == 1 || at + length > text.size()) {
        return byte(at++);
    }
    std::uint32_t point = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        point = point << 6 | (byte(at + i) & 0x3F);
    }
    at += length;
    return point;
}

/// How many characters of each script there are.
struct Scripts {
    int latin = 0;
    int cyrillic = 0;
    int ukrainian = 0; ///< letters that Russian has not
    int han = 0;
    int kana = 0;
    int hangul = 0;

    void add(std::uint32_t c)
    {
        latin += (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? 1 : 0;
        cyrillic += c >= 0x400 && c <= 0x4FF ? 1 : 0;
        ukrainian += c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491 ? 1 : 0;
        han += (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ? 1 : 0;
        kana += c >= 0x3041 && c <= 0x30FF ? 1 : 0;
        hangul += c >= 0xAC00 && c <= 0xD7A3 ? 1 : 0;
    }
};

bool isLetter(char c)
{
    const auto lower = static_cast<unsigned char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

std::string byWords(std::string_view text)
{
    std::array<int, kLatin.size()> found{};
    for (std::size_t at = 0; at < text.size();) {
        if (!isLetter(text[at])) {
            ++at;
            continue;
        }
        std::string word = " ";
        while (at < text.size() && isLetter(text[at])) {
            const char c = text[at++];
            word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
        word += ' ';
        for (std::size_t i = 0; word.size() < 20 && i < kLatin.size(); ++i) {
            found[i] += kLatin[i].words.find(word) != std::string_view::npos ? 1 : 0;
        }
    }
    const auto best = std::ranges::max_element(found);
    const bool isClear = *best >= 2 && std::ranges::count(found, *best) == 1;
    return isClear ? std::string(kLatin[static_cast<std::size_t>(best - found.begin())].name) : std::string();
}
} // namespace

std::string language(std::string_view text)
{
    text = text.substr(0, kRead);
    Scripts scripts;
    for (std::size_t at = 0; at < text.size();) {
        scripts.add(next(text, at));
    }
    // A Chinese or Korean text quotes more Latin letters (names, code) than the other way round, and one of
    // its characters says more.
    const int asian = 3 * (scripts.han + scripts.kana + scripts.hangul);
    if (asian > scripts.latin && asian > scripts.cyrillic) {
        if (scripts.hangul > scripts.han + scripts.kana) {
            return "ko";
        }
        return scripts.kana * 5 > scripts.han ? "ja" : "zh";
    }
    if (scripts.cyrillic > scripts.latin) {
        return scripts.ukrainian * 50 > scripts.cyrillic ? "" : "ru";
    }
    return byWords(text);
}

} // namespace signalbox::routing
