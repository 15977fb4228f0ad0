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
    /// `skipped` is what appendSkipped() makes.
    base::Result<void> put(const events::RequestStarted &started, const events::RequestEnded *ended,
                           const std::string &skipped);
    /// Completes a row. False: there is none that is open.
    base::Result<bool> finish(const events::RequestEnded &ended);
    /// Adds a skipped step to a row that is there.
    base::Result<void> addSkipped(const events::StepSkipped &skipped);
    /// Marks the rows an earlier run left open as Unknown. How many.
    base::Result<int> closeInterrupted();

    base::Result<std::vector<RequestRow>> list(const RequestQuery &query);
    base::Result<std::optional<RequestRow>> find(const std::string &id);
    base::Result<std::vector<events::StepSkipped>> skippedOf(const std::string &id);
    /// Ids that begin with `prefix`, in order, at most `limit`.
    base::Result<std::vector<std::string>> idsFrom(const std::string &prefix, int limit);

private:
    static RequestRow read(Statement &row);

    Database &m_database;
    Statement m_put;
    Statement m_finish;
    Statement m_addSkipped;
};

/// Appends a step to the elements of the JSON array that the column `skipped` holds.
void appendSkipped(std::string &list, const events::StepSkipped &skipped);

} // namespace signalbox::ledger
