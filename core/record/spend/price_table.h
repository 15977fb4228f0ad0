// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"

namespace signalbox::spend {

/// A price and where it is from.
struct Quote {
    config::TieredPrice price;
    std::string version; ///< date of the table ("2026-11-20"), or "config"
};

/// What models cost: the user's own prices, then the shipped table. Names are never guessed from a family: a
/// model that is not listed has no price. Immutable after reading; any thread.
class PriceTable
{
public:
    PriceTable() = default; ///< knows no model
    /// The table shipped in resources/prices/prices.json.
    static PriceTable shipped();
    /// InvalidArgument: what is wrong, and where.
    static base::Result<PriceTable> fromJson(std::string_view json);

    const std::string &date() const { return m_date; }
    /// The price of `model` for a request made at `at`: the user's own (`provider.prices`) by exact name,
    /// then by the longest name with a `*`; then the table's for `preset`, in the same order. Nothing:
    /// unknown.
    std::optional<Quote> lookup(std::string_view preset, std::string_view model,
                                const config::ProviderConfig &provider, base::WallTime at) const;

private:
    struct Period {
        base::WallTime from;
        config::TieredPrice price;
    };
    using Models = std::map<std::string, std::vector<Period>, std::less<>>; ///< periods in order of time

    friend class PriceTableParser;
    std::string m_date;
    std::map<std::string, Models, std::less<>> m_presets;
};

} // namespace signalbox::spend
