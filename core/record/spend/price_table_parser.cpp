// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/spend/price_table_parser.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <simdjson.h>

namespace signalbox::spend {

namespace {
using simdjson::ondemand::object;
using simdjson::ondemand::value;

base::Result<void> bad(const std::string &what)
{
    return base::fail(base::ErrorCode::InvalidArgument, what);
}

base::Result<base::WallTime> readDay(std::string_view text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int length = 0;
    const std::string copy(text);
    const bool read = std::sscanf(copy.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &length) == 3
                      && static_cast<std::size_t>(length) == text.size();
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!read || !date.ok()) {
        return base::fail(base::ErrorCode::InvalidArgument,
                          "'" + copy + "' is not a day: write it like 2026-11-20");
    }
    return base::WallTime(std::chrono::sys_days(date));
}

base::Result<void> readAmount(value amount, std::optional<base::TokenPrice> &into)
{
    std::string_view text = amount.raw_json_token();
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    const auto dollars = base::parseDollars(text);
    if (!dollars) {
        return std::unexpected(dollars.error());
    }
    into = base::TokenPrice{dollars->nano};
    return {};
}

/// Takes `key` if it is a class of tokens; false if it is something else.
base::Result<bool> readClass(std::string_view key, value amount, config::ModelPrice &into)
{
    constexpr std::pair<std::string_view, std::optional<base::TokenPrice> config::ModelPrice::*> kClasses[] =
        {{"input", &config::ModelPrice::input},
         {"cachedInput", &config::ModelPrice::cachedInput},
         {"cacheWrite", &config::ModelPrice::cacheWrite},
         {"cacheWrite1h", &config::ModelPrice::cacheWrite1h},
         {"output", &config::ModelPrice::output}};
    for (const auto &[name, price] : kClasses) {
        if (key == name) {
            if (auto read = readAmount(amount, into.*price); !read) {
                return std::unexpected(read.error());
            }
            return true;
        }
    }
    return false;
}

/// Calls `take(key, value)` for each member of an object.
template<typename Take>
base::Result<void> eachMember(value from, const std::string &where, Take take)
{
    object members;
    if (from.get_object().get(members) != simdjson::SUCCESS) {
        return bad(where + " is not an object");
    }
    for (auto field : members) {
        std::string_view key;
        value member;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS
            || field.value().get(member) != simdjson::SUCCESS) {
            return bad(where + " is not JSON");
        }
        const std::string name(key);
        if (auto taken = take(name, member); !taken) {
            return taken;
        }
    }
    return {};
}

base::Result<void> readTier(value from, const std::string &where, config::TieredPrice &into)
{
    auto read = eachMember(from, where, [&](const std::string &key, value member) -> base::Result<void> {
        if (key == "tokens") {
            return member.get_int64().get(into.aboveTokens) == simdjson::SUCCESS && into.aboveTokens > 0
                       ? base::Result<void>()
                       : bad(where + ".tokens is not a number of tokens");
        }
        const auto taken = readClass(key, member, into.above);
        return taken ? base::Result<void>() : bad(where + "." + key + ": " + taken.error().message);
    });
    return !read || into.aboveTokens > 0 ? read : bad(where + " has no tokens");
}

template<typename Period>
base::Result<void> readPeriod(value from, const std::string &where, Period &into)
{
    return eachMember(from, where, [&](const std::string &key, value member) -> base::Result<void> {
        if (key == "above") {
            return readTier(member, where + ".above", into.price);
        }
        if (key == "from") {
            std::string_view text;
            const auto day =
                member.get_string().get(text) == simdjson::SUCCESS ? readDay(text) : readDay("?");
            if (!day) {
                return bad(where + ".from: " + day.error().message);
            }
            into.from = *day;
            return {};
        }
        const auto taken = readClass(key, member, into.price.base);
        return taken ? base::Result<void>() : bad(where + "." + key + ": " + taken.error().message);
    });
}

template<typename Periods>
base::Result<void> readModel(value from, const std::string &where, Periods &into)
{
    simdjson::ondemand::json_type type;
    if (from.type().get(type) != simdjson::SUCCESS) {
        return bad(where + " is not JSON");
    }
    if (type != simdjson::ondemand::json_type::array) {
        return readPeriod(from, where, into.emplace_back());
    }
    simdjson::ondemand::array list;
    if (from.get_array().get(list) != simdjson::SUCCESS) {
        return bad(where + " is not JSON");
    }
    for (auto element : list) {
        value period;
        if (element.get(period) != simdjson::SUCCESS) {
            return bad(where + " is not JSON");
        }
        if (auto read = readPeriod(period, where, into.emplace_back()); !read) {
            return read;
        }
    }
    std::ranges::sort(into, {}, [](const auto &period) { return period.from; });
    return {};
}
} // namespace

base::Result<PriceTable> PriceTableParser::parse(std::string_view json)
{
    PriceTable table;
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(json);
    simdjson::ondemand::document document;
    value root;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS
        || document.get_value().get(root) != simdjson::SUCCESS) {
        return base::fail(base::ErrorCode::InvalidArgument, "it is not JSON");
    }
    auto read =
        eachMember(root, "the table", [&](const std::string &key, value member) -> base::Result<void> {
            if (key == "date") {
                std::string_view text;
                if (member.get_string().get(text) != simdjson::SUCCESS || !readDay(text)) {
                    return bad("date is not a day like 2026-11-20");
                }
                table.m_date = text;
                return {};
            }
            if (key != "providers") {
                return {};
            }
            return eachMember(member, key, [&](const std::string &preset, value models) {
                return eachMember(models, preset, [&](const std::string &model, value price) {
                    return readModel(price, preset + "." + model, table.m_presets[preset][model]);
                });
            });
        });
    if (read && table.m_date.empty()) {
        read = bad("it has no date");
    }
    if (!read) {
        return std::unexpected(read.error());
    }
    return table;
}

} // namespace signalbox::spend
