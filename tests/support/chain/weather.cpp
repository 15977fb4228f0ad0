// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/weather.h"

#include <algorithm>
#include <set>

namespace signalbox::test {

using namespace std::chrono_literals;

Weather::Weather(base::SteadyTime from, base::Duration length, double bad, base::Random &random)
{
    const auto lasting = [&](base::Duration least, base::Duration most) {
        return least + std::chrono::duration_cast<base::Duration>((most - least) * random.unit());
    };
    const std::set<Mood> onceADay{Mood::KeyRefused, Mood::QuotaSpent}; // both keep it shut for an hour
    std::set<Mood> had;
    int next = static_cast<int>(random.next() % kMoodCount);
    for (base::SteadyTime at = from; at < from + length;) {
        m_phases.push_back({at, Mood::Well});
        at += std::chrono::duration_cast<base::Duration>(lasting(1min, 15min) * (1 - bad));
        next = next % (kMoodCount - 1) + 1; // each has its turn
        auto mood = static_cast<Mood>(next);
        if (onceADay.contains(mood) && !had.insert(mood).second) {
            mood = Mood::Cuts;
        }
        m_phases.push_back({at, mood});
        at += mood == Mood::KeyRefused ? base::Duration(1h)
                                       : std::chrono::duration_cast<base::Duration>(lasting(20s, 9min) * bad);
    }
}

Mood Weather::at(base::SteadyTime time) const
{
    const auto after = std::ranges::upper_bound(m_phases, time, {}, &Phase::from);
    return after == m_phases.begin() ? Mood::Well : std::prev(after)->mood;
}

} // namespace signalbox::test
