// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace signalbox::config {

/// What is wrong with a configuration, where, and what to do about it.
struct Mistake {
    int line = 0;     ///< counts from 1; 0: the configuration does not come from a file
    std::string path; ///< "chains[0].steps[1].provider"; empty: the whole document
    std::string message;
    bool warning = false; ///< worth a word, but the configuration is taken
    bool operator==(const Mistake &) const = default;
};

using Mistakes = std::vector<Mistake>;

inline bool hasErrors(const Mistakes &mistakes)
{
    return std::any_of(mistakes.begin(), mistakes.end(), [](const Mistake &m) { return !m.warning; });
}

} // namespace signalbox::config
