// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <iterator>

namespace signalbox::base {

/// Sorts a short list and keeps equals in their order, without memory of its own (std::stable_sort asks for
/// some, in a way that newer compilers call deprecated).
template<typename Items, typename Less>
void stableOrder(Items &items, Less less)
{
    for (auto it = std::begin(items); it != std::end(items); ++it) {
        std::rotate(std::upper_bound(std::begin(items), it, *it, less), it, std::next(it));
    }
}

} // namespace signalbox::base
