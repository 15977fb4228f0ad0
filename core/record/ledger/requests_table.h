// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/ledger/rows.h"
#include "core/record/ledger/statement.h"

namespace signalbox::ledger {

/// The table `requests`: one row per client request, written when it starts and completed when it ends.
class RequestsTable
{
public:
    explicit RequestsTable(Database &database);

    /// Writes the row, complete if it has ended. A row that is there already is only completed, once.
    base::Result<void> put(const events::RequestStarted &started, const events::RequestEnded *ended);
    /// Completes a row. False: there is none that is open.
    base::Result<bool> finish(const events::RequestEnded &ended);
    /// Marks the rows an earlier run left open as Unknown. How many.
    base::Result<int> closeInterrupted();

    base::Result<std::vector<RequestRow>> list(const RequestQuery &query);
    base::Result<std::optional<RequestRow>> find(const std::string &id);
    /// Ids that begin with `prefix`, in order, at most `limit`.
    base::Result<std::vector<std::string>> idsFrom(const std::string &prefix, int limit);

private:
    static RequestRow read(Statement &row);

    Database &m_database;
    Statement m_put;
    Statement m_finish;
};

} // namespace signalbox::ledger
