// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/ledger/rows.h"
#include "core/record/ledger/statement.h"

namespace signalbox::ledger {

/// The table `spend_daily`: the attempts of each day (UTC, by their start) summed, so that years of spend are
/// read in no time. Kept in the same transactions as `attempts`.
class SpendTable
{
public:
    explicit SpendTable(Database &database);

    /// Adds an attempt to the sums that flush() writes.
    void add(const events::AttemptEnded &ended, const std::string &chain, const std::string &client);
    base::Result<void> flush();
    void forget() { m_sums.clear(); } ///< after a rollback
    /// Adds the open attempts of an earlier run, before they are closed: they count as unpriced.
    base::Result<void> addInterrupted();

    /// By day and provider, both days included.
    base::Result<std::vector<SpendRow>> between(const std::string &firstDay, const std::string &lastDay);
    /// By provider, from the attempts themselves; for hours and local days, which the sums do not know.
    base::Result<std::vector<SpendRow>> since(base::WallTime from);
    /// The same by minute or quarter of an hour, and by all that the sums know.
    base::Result<std::vector<CostRow>> costsSince(base::WallTime from, base::WallTime fineFrom);

private:
    struct Key {
        std::string day;
        std::string provider;
        std::string model;
        std::string chain;
        std::string client;
        auto operator<=>(const Key &) const = default;
    };
    struct Sum {
        std::int64_t attempts = 0;
        std::int64_t unpriced = 0;
        events::TokenUsage usage;
        base::Money cost;
    };

    Database &m_database;
    Statement m_add;
    std::map<Key, Sum> m_sums;
    std::chrono::sys_days m_day{}; ///< the day m_dayText names
    std::string m_dayText = "1970-01-01";
};

/// "2026-11-20"
std::string dayOf(base::WallTime at);

} // namespace signalbox::ledger
