// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/foundation/base/random.h"

namespace signalbox::chain {

/// What counts when one of several keys is chosen.
struct KeyChance {
    int weight = 1;
    bool admitted = true; ///< its breaker lets a request through
};

/// In which order keys are tried: those that are admitted before the others, among equals by chance, each as
/// often the first as its weight says. Pure but for `random`, which is not asked where there is no choice.
std::vector<std::size_t> keyOrder(std::span<const KeyChance> keys, base::Random &random);

} // namespace signalbox::chain
