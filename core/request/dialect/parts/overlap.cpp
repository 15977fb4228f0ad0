// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/overlap.h"

#include <algorithm>

namespace signalbox::parts {

namespace {
constexpr int kFewest = 12;
constexpr int kMost = 400;
constexpr int kSureRestart = 200;

bool startsCharacter(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::ptrdiff_t characters(std::string_view text)
{
    return std::ranges::count_if(text, startsCharacter);
}

/// Where the last `count` characters begin; 0 if there are no more.
std::size_t lastCharacters(std::string_view text, int count)
{
    std::size_t at = text.size();
    while (at > 0 && count > 0) {
        count -= startsCharacter(text[--at]) ? 1 : 0;
    }
    return at;
}
} // namespace

Overlap::Overlap(std::string_view said)
{
    m_fromTheStart = said.size() <= kMostWhole;
    m_said = m_fromTheStart ? said : said.substr(lastCharacters(said, kMost));
    const std::size_t first = lastCharacters(m_said, kMost);
    if (m_fromTheStart && first > 0) {
        m_candidates.push_back(0);
    }
    int left = static_cast<int>(characters(std::string_view(m_said).substr(first)));
    for (std::size_t at = first; at < m_said.size(); ++at) {
        if (!startsCharacter(m_said[at])) {
            continue;
        }
        if (left >= kFewest || (m_fromTheStart && at == 0)) {
            m_candidates.push_back(at);
        }
        --left;
    }
}

void Overlap::feed(std::string_view more)
{
    const std::string_view said = m_said;
    std::erase_if(m_candidates, [&](std::size_t begin) {
        const std::string_view expected = said.substr(begin + m_fed);
        const std::size_t length = std::min(expected.size(), more.size());
        if (expected.substr(0, length) == more.substr(0, length)) {
            const bool whole = length == expected.size();
            m_repeated = whole ? std::max(m_repeated, said.size() - begin) : m_repeated;
            return whole;
        }
        if (begin == 0 && m_fromTheStart) {
            const auto [differs, ignored] = std::ranges::mismatch(expected, more);
            const auto followed = m_fed + static_cast<std::size_t>(differs - expected.begin());
            m_restarted = characters(said.substr(0, followed)) >= kSureRestart;
        }
        return true;
    });
    m_fed += more.size();
    m_restarted &= m_repeated == 0;
}

void Overlap::end()
{
    m_candidates.clear();
}

} // namespace signalbox::parts
