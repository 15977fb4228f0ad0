// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/key_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace signalbox::chain {

std::vector<std::size_t> keyOrder(std::span<const KeyChance> keys, base::Random &random)
{
    std::vector<std::size_t> order(keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (keys.size() < 2) {
        return order;
    }
    // Exponential waits whose rates are the weights: the order of their ends is that of drawing by weight
    // without putting back.
    std::vector<double> waits;
    for (const KeyChance &key : keys) {
        waits.push_back(-std::log1p(-random.unit()) / key.weight);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::tuple(!keys[i].admitted, waits[i], i); });
    return order;
}

} // namespace signalbox::chain
