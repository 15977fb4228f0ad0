// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/record/events/event.h"

// What the ledger gives back. Rows are the events as they were recorded.
namespace signalbox::ledger {

struct RequestRow {
    events::RequestStarted started;
    std::optional<events::RequestEnded> ended; ///< none: still running, or the program ended before it did
};

struct RequestDetail {
    RequestRow request;
    std::vector<events::AttemptEnded> attempts; ///< in order of attempt
    std::vector<events::StepSkipped> skipped;   ///< in order of step
};

/// Newest first. Paging is by key: pass the last id of a page as `before`.
struct RequestQuery {
    int limit = 100;
    base::RequestId before; ///< empty: from the newest
    std::string chain;      ///< empty: any
    std::string client;
};

/// What attempts cost that started about then, and whom they were for.
struct CostRow {
    base::WallTime at; ///< the beginning of their minute or quarter of an hour
    std::string client;
    std::string chain;
    std::string provider;
    std::string model;
    base::Money cost;
};

/// Costs as budgets count them.
struct CostsAnswer {
    std::vector<CostRow> rows; ///< oldest first
    std::uint64_t later =
        0; ///< of the events recorded since the question, so many are in it, from the first on
};

/// Spend of one provider on one day (UTC).
struct SpendRow {
    std::string day; ///< "2026-11-20"
    std::string provider;
    std::int64_t attempts = 0;
    std::int64_t unpriced = 0; ///< attempts whose cost is unknown: not in `cost`
    events::TokenUsage usage;
    base::Money cost;
};

} // namespace signalbox::ledger
