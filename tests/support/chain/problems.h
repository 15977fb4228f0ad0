// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"

namespace signalbox::test {

/// What a simulation found to be wrong, each with the time of day and the request it is about.
class Problems
{
public:
    explicit Problems(const base::Clock &clock) : m_clock(clock) {}

    /// `request`: its number in the run; 0: none.
    void add(int request, const std::string &what);
    bool none() const { return m_count == 0; }
    /// The first two of each kind, a line each.
    std::string text() const;

private:
    const base::Clock &m_clock;
    std::vector<std::string> m_first;
    std::map<std::string, int> m_kinds; ///< by how they begin
    int m_count = 0;
};

} // namespace signalbox::test
