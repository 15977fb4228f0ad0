// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/token_estimate.h"

#include <array>
#include <cstddef>

namespace signalbox::parts {

namespace {
enum class Class : std::uint8_t { Blank, LineEnd, Lower, Upper, Digit, Mark, Beyond };

constexpr std::array<Class, 256> kClasses = [] {
    std::array<Class, 256> classes{};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        classes[c] = c >= 0x80                ? Class::Beyond
                     : c >= 'a' && c <= 'z'   ? Class::Lower
                     : c >= 'A' && c <= 'Z'   ? Class::Upper
                     : c >= '0' && c <= '9'   ? Class::Digit
                     : c == '\n' || c == '\r' ? Class::LineEnd
                     : c == ' ' || c == '\t'  ? Class::Blank
                                              : Class::Mark;
    }
    return classes;
}();

constexpr std::int64_t kToken = 10; ///< counted in tenths

class Walk
{
public:
    explicit Walk(std::string_view text) : m_text(text) {}

    std::int64_t tenths()
    {
        std::int64_t sum = 0;
        while (m_at < m_text.size()) {
            sum += next();
        }
        return sum;
    }

private:
    Class at(std::size_t i) const { return kClasses[static_cast<unsigned char>(m_text[i])]; }

    template<typename Is>
    std::int64_t run(Is is)
    {
        const std::size_t from = m_at++;
        while (m_at < m_text.size() && is(at(m_at))) {
            ++m_at;
        }
        return static_cast<std::int64_t>(m_at - from);
    }

    std::int64_t next()
    {
        const auto only = [](Class wanted) { return [wanted](Class c) { return c == wanted; }; };
        switch (at(m_at)) {
        case Class::Lower:
            return word(run(only(Class::Lower)));
        case Class::Upper: { // Word, WORD; wordWord is two
            const std::int64_t capitals = run(only(Class::Upper));
            const bool goesOn = m_at < m_text.size() && at(m_at) == Class::Lower;
            return word(capitals + (goesOn ? run(only(Class::Lower)) : 0));
        }
        case Class::Digit:
            return (run(only(Class::Digit)) + 2) / 3 * kToken;
        case Class::Mark:
            return marks();
        case Class::Blank:
        case Class::LineEnd: {
            const bool line = at(m_at) == Class::LineEnd;
            const std::int64_t length = run([](Class c) { return c == Class::Blank || c == Class::LineEnd; });
            return line || length > 1 ? kToken : 0;
        }
        case Class::Beyond:
            break;
        }
        return beyondAscii();
    }

    static std::int64_t word(std::int64_t letters) { return (1 + (letters - 1) / 8) * kToken; }

    /// Rules and frames of one mark cost little, however long they are.
    std::int64_t marks()
    {
        const std::size_t from = m_at++;
        std::int64_t changes = 0;
        while (m_at < m_text.size() && at(m_at) == Class::Mark) {
            changes += m_text[m_at] != m_text[m_at - 1] ? 1 : 0;
            ++m_at;
        }
        return (1 + changes / 3 + static_cast<std::int64_t>(m_at - from) / 32) * kToken;
    }

    std::int64_t beyondAscii()
    {
        const auto byte = [&](std::size_t i) {
            return m_at + i < m_text.size() ? static_cast<unsigned char>(m_text[m_at + i]) : 0U;
        };
        const unsigned first = byte(0);
        const unsigned second = byte(1);
        const bool three = first >= 0xe0 && first < 0xf0;
        m_at += first >= 0xf0 ? 4 : three ? 3 : first >= 0xc0 ? 2 : 1;
        if (first >= 0xf0) {
            return 2 * kToken; // emoji, rare ideographs
        }
        if (three) {
            const bool symbols = first == 0xe2 && second < 0xba; // dashes, quotes, arrows, frames
            const bool other = first < 0xe2;                     // Thai, Devanagari and their neighbours
            return symbols || other ? kToken / 2 : kToken;
        }
        return first < 0xc9 ? 4 : 5; // accented Latin; Greek, Cyrillic, Hebrew, Arabic
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};
} // namespace

std::int64_t estimateTokens(std::string_view text)
{
    return (Walk(text).tenths() + kToken - 1) / kToken;
}

} // namespace signalbox::parts
