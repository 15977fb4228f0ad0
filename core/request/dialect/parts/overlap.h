// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::parts {

/// Finds how much of a continuation repeats what was said already: the longest end of the old text, of 12 to
/// 400 characters, that the new text begins with, or the whole old text if it begins with that. Takes the new
/// text as it comes and decides as soon as nothing longer can match. Characters are never cut.
class Overlap
{
public:
    /// An old text longer than this is looked at only from its end.
    static constexpr std::size_t kMostWhole = 64 * 1024;

    explicit Overlap(std::string_view said);

    void feed(std::string_view more);
    /// No more text comes: what is there decides.
    void end();
    bool decided() const { return m_candidates.empty(); }
    /// Once decided: how many bytes at the beginning of the new text say nothing new.
    std::size_t repeated() const { return m_repeated; }
    /// The new text began all over again, word for word for at least 200 characters, and then went another
    /// way: it does not continue the old one.
    bool restarted() const { return m_restarted; }

private:
    std::string m_said;                    ///< what of the old text can match
    bool m_fromTheStart = false;           ///< that is all of it
    std::vector<std::size_t> m_candidates; ///< where in it a match may begin
    std::size_t m_fed = 0;
    std::size_t m_repeated = 0;
    bool m_restarted = false;
};

} // namespace signalbox::parts
