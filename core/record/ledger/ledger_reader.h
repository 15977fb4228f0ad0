// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/ledger/rows.h"

namespace signalbox::ledger {

class Database;

/// Everything that can be asked of a ledger. One thread. Either over the writer's connection, in its thread,
/// or over one of its own, for another process (the command line): that one changes nothing and never
/// checkpoints, so it may read while the application writes.
class LedgerReader
{
public:
    explicit LedgerReader(Database &database);
    /// NotFound: there is no such file. Unsupported: another version of the program has written it.
    static base::Result<LedgerReader> open(const std::string &file);
    ~LedgerReader();
    LedgerReader(LedgerReader &&) noexcept;

    base::Result<std::vector<RequestRow>> requests(const RequestQuery &query);
    /// NotFound: there is no such request.
    base::Result<RequestDetail> request(const base::RequestId &id);
    /// The one request whose id begins with `prefix`, in either case. NotFound, or Conflict: there are
    /// several.
    base::Result<RequestDetail> requestFrom(const std::string &prefix);
    /// Per day (UTC, both included) and provider.
    base::Result<std::vector<SpendRow>> spend(const std::string &firstDay, const std::string &lastDay);
    /// Per provider, `day` empty; for hours and local days. Reads every attempt since then.
    base::Result<std::vector<SpendRow>> spendSince(base::WallTime from);
    /// What attempts cost that started since then: by minute since `fineFrom`, by quarter of an hour before.
    base::Result<std::vector<CostRow>> costsSince(base::WallTime from, base::WallTime fineFrom);
    /// BreakerChanged and Notice, newest first.
    base::Result<std::vector<events::Event>> events(int limit);

private:
    explicit LedgerReader(std::unique_ptr<Database> own);

    std::unique_ptr<Database> m_own;
    Database *m_database;
};

} // namespace signalbox::ledger
