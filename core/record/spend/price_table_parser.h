// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "core/foundation/base/error.h"
#include "core/record/spend/price_table.h"

namespace signalbox::spend {

/// Reads a price table. Amounts are taken as decimal text, never through a double. Stateless; any thread.
///
///     {"date": "2026-11-20",
///      "providers": {PRESET: {MODEL: price | [price, …]}}}
///     price: {"from": "2027-01-01", "input": 2.5, "cachedInput": …, "cacheWrite": …, "cacheWrite1h": …,
///             "output": 10, "above": {"tokens": 200000, "input": 5, …}, "seen": DATE}
///
/// `from` is the first day (UTC) of a price, missing for one that always held; other members are ignored.
class PriceTableParser
{
public:
    static base::Result<PriceTable> parse(std::string_view json);
};

} // namespace signalbox::spend
