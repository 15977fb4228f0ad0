// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace signalbox::signs {

/// What a phrase in what is asked for says about the work. English, German, simplified Chinese.
enum class Sign : std::uint8_t {
    Brief, ///< a short answer is asked for
    Easy,  ///< mechanical: translate, rename, format
    Make,  ///< ordinary work: write, explain, summarise
    Build, ///< work with many parts: design, refactor, migrate
    Hard,  ///< what such work is about: concurrency, consistency, trade-offs
    Maths, ///< the objects of mathematics and of puzzles
    Prove, ///< reasoning is asked for: prove, derive, who tells the truth
};

struct Phrase {
    std::string_view text; ///< lower case; a blank at an end stands for the border of a word
    Sign sign;
};

/// The phrases looked for, in text that normalise() has prepared.
std::span<const Phrase> phrases();

} // namespace signalbox::signs
