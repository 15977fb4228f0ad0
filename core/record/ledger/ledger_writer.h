// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/foundation/base/error.h"
#include "core/record/events/event.h"
#include "core/record/ledger/attempts_table.h"
#include "core/record/ledger/events_table.h"
#include "core/record/ledger/requests_table.h"
#include "core/record/ledger/skips_table.h"
#include "core/record/ledger/spend_table.h"

namespace signalbox::ledger {

/// The requests whose end has not been written yet, as they started. Outlives the database, which may have to
/// be opened anew while requests run.
using OpenRequests = std::unordered_map<std::string, events::RequestStarted>;

/// Writes events in batches, each in one transaction. A request that starts and ends within a batch is
/// written once, complete; the same event written twice changes nothing, so that a batch whose commit went
/// wrong may be written again. Ledger thread.
class LedgerWriter
{
public:
    LedgerWriter(Database &database, OpenRequests &open);

    base::Result<void> write(std::span<const events::Event> batch);
    /// Ends what an earlier run left open. How many requests.
    base::Result<int> closeInterrupted();

private:
    struct Facts {
        const events::RequestStarted *started = nullptr;
        const events::RequestEnded *ended = nullptr;
        std::vector<const events::AttemptStarted *> running;
        std::vector<const events::AttemptEnded *> attempts;
        std::vector<const events::StepSkipped *> skipped;
    };
    using Batch = std::unordered_map<std::string_view, Facts>;

    base::Result<void> writeAll(std::span<const events::Event> batch, const Batch &requests);
    base::Result<void> writeRequest(std::string_view id, const Facts &facts);
    base::Result<void> writeAttempts(const Facts &facts, const events::RequestStarted &request);
    events::RequestStarted known(std::string_view id, const Facts &facts);

    Database &m_database;
    OpenRequests &m_open;
    RequestsTable m_requests;
    AttemptsTable m_attempts;
    SkipsTable m_skips;
    EventsTable m_events;
    SpendTable m_spend;
};

} // namespace signalbox::ledger
