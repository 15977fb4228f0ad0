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

    base::Result<void> write(std::span<const events::Event> events);
    /// Ends what an earlier run left open. How many requests.
    base::Result<int> closeInterrupted();

private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    /// What a batch says about one request.
    struct Facts {
        std::string_view id;
        const events::RequestStarted *started = nullptr;
        const events::RequestEnded *ended = nullptr;
        std::size_t first = kNone; ///< of its other events, see Batch::others
        std::size_t last = kNone;
    };
    struct Other {
        const events::Event *event;
        std::size_t next = kNone;
    };
    /// In order of appearance, which is nearly the order of the keys: rows are appended.
    struct Batch {
        std::vector<Facts> requests;
        std::vector<Other>
            others; ///< a linked list per request, so that a request needs no memory of its own
        std::unordered_map<std::string_view, std::size_t> places;

        void add(const events::Event &event);
        Facts &of(const base::RequestId &id);
        void append(Facts &facts, const events::Event &event);
    };
    base::Result<void> writeAll(std::span<const events::Event> events);
    base::Result<void> writeRequest(const Facts &facts);
    base::Result<void> writeAttempts(const Facts &facts, const events::RequestStarted &request);
    events::RequestStarted known(const Facts &facts);
    /// The next event of that kind from `place` on; moves `place` behind it.
    template<typename T>
    const T *nextOf(std::size_t &place) const;
    bool hasEnded(const Facts &facts, int attempt) const;

    Database &m_database;
    OpenRequests &m_open;
    RequestsTable m_requests;
    AttemptsTable m_attempts;
    EventsTable m_events;
    SpendTable m_spend;
    Batch m_batch; ///< kept for its memory
};

} // namespace signalbox::ledger
