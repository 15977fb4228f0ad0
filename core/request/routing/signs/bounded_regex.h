// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include <QRegularExpression>

namespace signalbox::signs {

/// A regular expression of the user that cannot hang a request: it is not compiled to machine code, where
/// PCRE's limits do not count every step, and gives up after 10,000 steps at one place of the text. An
/// expression cannot lift the limit itself: PCRE takes the lowest. Immutable; any thread.
class BoundedRegex
{
public:
    static constexpr qsizetype kMostCharacters = 2048; ///< of a text that is searched at once

    enum class Found : std::uint8_t { No, Yes, GaveUp };

    explicit BoundedRegex(const std::string &pattern);
    bool isValid() const { return m_regex.isValid(); }
    /// In `text` from `at` on, which is not longer than kMostCharacters from there.
    Found find(QStringView text, qsizetype at = 0) const;

private:
    QRegularExpression m_regex;
};

} // namespace signalbox::signs
