// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/price_table.h"

#include <utility>

#include <QFile>

#include "core/foundation/base/log.h"
#include "core/foundation/base/wildcard.h"
#include "core/record/spend/price_table_parser.h"

// Q_INIT_RESOURCE has to stand outside of any namespace.
static void initialisePriceResources()
{
    Q_INIT_RESOURCE(signalbox_prices);
}

namespace signalbox::spend {

namespace {
/// The entry for `name`: of that very name, else the longest with a `*` that matches; the end if there is
/// none.
template<typename Map>
auto find(const Map &entries, std::string_view name)
{
    const auto exact = entries.find(std::string(name));
    if (exact != entries.end()) {
        return exact;
    }
    auto best = entries.end();
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        const std::string &pattern = entry->first;
        if (pattern.find('*') != std::string::npos && base::matchesWildcard(pattern, name)
            && (best == entries.end() || pattern.size() > best->first.size())) {
            best = entry;
        }
    }
    return best;
}
} // namespace

PriceTable PriceTable::shipped()
{
    initialisePriceResources();
    QFile file(QStringLiteral(":/signalbox/prices/prices.json"));
    auto table = file.open(QIODevice::ReadOnly) ? fromJson(file.readAll().toStdString())
                                                : base::fail(base::ErrorCode::NotFound, "it is missing");
    if (!table) {
        base::logWarning("prices", "the shipped price table cannot be used: " + table.error().message);
        return {};
    }
    return std::move(*table);
}

base::Result<PriceTable> PriceTable::fromJson(std::string_view json)
{
    return PriceTableParser::parse(json);
}

std::optional<Quote> PriceTable::lookup(std::string_view preset, std::string_view model,
                                        const config::ProviderConfig &provider, base::WallTime at) const
{
    if (const auto own = find(provider.prices, model); own != provider.prices.end()) {
        return Quote{own->second, "config"};
    }
    const auto models = m_presets.find(preset);
    if (models == m_presets.end()) {
        return std::nullopt;
    }
    const auto entry = find(models->second, model);
    if (entry == models->second.end()) {
        return std::nullopt;
    }
    const Period *valid = nullptr;
    for (const Period &period : entry->second) {
        if (period.from <= at) {
            valid = &period;
        }
    }
    return valid ? std::optional(Quote{valid->price, m_date}) : std::nullopt;
}

} // namespace signalbox::spend
