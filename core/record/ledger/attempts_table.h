// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/events/event.h"
#include "core/record/ledger/statement.h"

namespace signalbox::ledger {

/// The table `attempts`: one row per try of a step, written at the latest with the batch it started in and
/// completed when it ends.
class AttemptsTable
{
public:
    explicit AttemptsTable(Database &database);

    /// Notes an attempt that is under way; `at` is when its request started.
    base::Result<void> putStarted(const events::AttemptStarted &started, base::WallTime at);
    /// True: the row was written or completed just now; false: it had been complete before.
    base::Result<bool> putEnded(const events::AttemptEnded &ended);
    /// Ends the rows an earlier run left open: cut off, ambiguous, their cost unknown.
    base::Result<void> closeInterrupted();

    /// The attempts of a request that have ended, in order.
    base::Result<std::vector<events::AttemptEnded>> of(const std::string &requestId);

private:
    Database &m_database;
    Statement m_putStarted;
    Statement m_putEnded;
};

} // namespace signalbox::ledger
