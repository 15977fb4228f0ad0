// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/spend_table.h"

#include <array>
#include <cstdio>

#include "core/foundation/base/request_id.h"
#include "core/record/ledger/database.h"

namespace signalbox::ledger {

namespace {
constexpr const char *kKeyColumns = "day, provider, model, chain, client";

std::string valueColumns()
{
    return std::string("attempts, unpriced, ") + kTokenColumns + ", cost_nano";
}

/// "a, b" -> PATTERN with each name in place of '#', joined by ", "
std::string forEach(const std::string &columns, const std::string &pattern)
{
    std::string out;
    std::size_t from = 0;
    while (from <= columns.size()) {
        const std::size_t comma = std::min(columns.find(", ", from), columns.size());
        std::string term = pattern;
        for (std::size_t at = term.find('#'); at != std::string::npos; at = term.find('#')) {
            term.replace(at, 1, columns, from, comma - from);
        }
        out += (out.empty() ? "" : ", ") + term;
        from = comma + 2;
    }
    return out;
}

std::string upsert()
{
    return std::string(" ON CONFLICT (") + kKeyColumns + ") DO UPDATE SET "
           + forEach(valueColumns(), "# = spend_daily.# + excluded.#");
}

base::Result<std::vector<SpendRow>> readAll(Statement &rows)
{
    std::vector<SpendRow> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        SpendRow &sum = found.emplace_back();
        sum.day = rows.text();
        sum.provider = rows.text();
        sum.attempts = rows.integer();
        sum.unpriced = rows.integer();
        sum.usage = rows.usage();
        sum.cost = {rows.integer()};
    }
}
/// Rows are found by the time in their request's id; no request runs for longer than an hour.
std::string firstIdOf(base::WallTime from)
{
    return base::RequestId::lowest(from - std::chrono::hours(1)).text();
}
} // namespace

std::string dayOf(base::WallTime at)
{
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return std::string(text.data(), static_cast<std::size_t>(length));
}

SpendTable::SpendTable(Database &database)
    : m_database(database),
      m_add(database, std::string("INSERT INTO spend_daily (") + kKeyColumns + ", " + valueColumns()
                          + ") VALUES (" + marks(17) + ")" + upsert())
{}

void SpendTable::add(const events::AttemptEnded &ended, const std::string &chain, const std::string &client)
{
    const auto days = std::chrono::floor<std::chrono::days>(ended.at);
    if (days != m_day) {
        m_day = days;
        m_dayText = dayOf(ended.at);
    }
    Sum &sum = m_sums[{m_dayText, ended.provider, ended.model, chain, client}];
    ++sum.attempts;
    sum.unpriced += ended.cost ? 0 : 1;
    sum.usage += events::clamped(ended.usage);
    sum.cost += ended.cost.value_or(base::Money());
}

base::Result<void> SpendTable::flush()
{
    for (const auto &[key, sum] : m_sums) {
        m_add.start().bind(key.day).bind(key.provider).bind(key.model).bind(key.chain).bind(key.client);
        m_add.bind(sum.attempts).bind(sum.unpriced);
        for (const auto tokens :
             {&events::TokenUsage::input, &events::TokenUsage::cachedInput, &events::TokenUsage::cacheWrite,
              &events::TokenUsage::cacheWrite1h, &events::TokenUsage::output, &events::TokenUsage::reasoning,
              &events::TokenUsage::audioInput, &events::TokenUsage::audioOutput,
              &events::TokenUsage::imageInput}) {
            m_add.bind(sum.usage.*tokens); // a sum of many attempts may be over what one can have
        }
        if (auto done = m_add.bind(sum.cost.nano).run(); !done) {
            return done;
        }
    }
    m_sums.clear();
    return {};
}

base::Result<void> SpendTable::addInterrupted()
{
    return m_database.execute(
        std::string("INSERT INTO spend_daily (") + kKeyColumns + ", " + valueColumns()
        + ") SELECT strftime('%Y-%m-%d', a.started_at / 1000000, 'unixepoch'), a.provider, a.model, "
          "ifnull(r.chain, ''), ifnull(r.client, ''), count(*), count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 "
          "FROM attempts a LEFT JOIN requests r ON r.id = a.request_id WHERE a.outcome IS NULL "
          "GROUP BY 1, 2, 3, 4, 5"
        + upsert());
}

base::Result<std::vector<SpendRow>> SpendTable::between(const std::string &firstDay,
                                                        const std::string &lastDay)
{
    Statement rows(m_database,
                   "SELECT day, provider, " + forEach(valueColumns(), "sum(#)")
                       + " FROM spend_daily WHERE day BETWEEN ? AND ? GROUP BY day, provider ORDER BY day, "
                         "provider");
    rows.start().bind(firstDay).bind(lastDay);
    return readAll(rows);
}

base::Result<std::vector<SpendRow>> SpendTable::since(base::WallTime from)
{
    const std::string first = firstIdOf(from);
    Statement rows(
        m_database,
        std::string("SELECT '', provider, count(*), sum(cost_nano IS NULL), ")
            + forEach(kTokenColumns, "sum(ifnull(#, 0))")
            + ", ifnull(sum(cost_nano), 0) FROM attempts WHERE request_id >= ? AND started_at >= ? "
              "AND outcome IS NOT NULL GROUP BY provider ORDER BY provider");
    rows.start().bind(first).bind(from);
    return readAll(rows);
}

base::Result<std::vector<CostRow>> SpendTable::costsSince(base::WallTime from, base::WallTime fineFrom)
{
    const std::string first = firstIdOf(from);
    Statement rows(
        m_database,
        "SELECT a.started_at - a.started_at % (CASE WHEN a.started_at >= ? THEN 60000000 ELSE 900000000 "
        "END), ifnull(r.client, ''), ifnull(r.chain, ''), a.provider, a.model, sum(a.cost_nano) "
        "FROM attempts a LEFT JOIN requests r ON r.id = a.request_id "
        "WHERE a.request_id >= ? AND a.started_at >= ? AND a.cost_nano IS NOT NULL "
        "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1");
    rows.start().bind(fineFrom).bind(first).bind(from);
    std::vector<CostRow> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        CostRow &cost = found.emplace_back();
        cost.at = rows.time();
        cost.client = rows.text();
        cost.chain = rows.text();
        cost.provider = rows.text();
        cost.model = rows.text();
        cost.cost = {rows.integer()};
    }
}

} // namespace signalbox::ledger
