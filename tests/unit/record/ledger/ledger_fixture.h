// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <future>
#include <string>
#include <vector>

#include "core/record/events/event.h"
#include "core/record/ledger/ledger.h"

namespace signalbox::test {

/// Noon of 2026-11-20 UTC.
base::WallTime noon();
/// The id of the n-th request of a test; ids sort by n.
base::RequestId requestId(int n);

events::RequestStarted started(int n);
events::RequestEnded ended(int n);
events::AttemptEnded attemptEnded(int n, int attempt);
/// A request as events in the order they happen: started, one attempt, ended.
std::vector<events::Event> wholeRequest(int n);

/// Asks the ledger and waits for its answer.
template<typename T, typename Ask>
base::Result<T> answerOf(Ask ask)
{
    std::promise<base::Result<T>> promise;
    auto future = promise.get_future();
    ask([&promise](base::Result<T> result) { promise.set_value(std::move(result)); });
    return future.get();
}
base::Result<std::vector<ledger::RequestRow>> rowsOf(ledger::Ledger &ledger, ledger::RequestQuery query = {});
base::Result<ledger::RequestDetail> detailOf(ledger::Ledger &ledger, const base::RequestId &id);

/// One number straight from the file, through a connection of its own; -1 if it cannot be read.
std::int64_t numberIn(const std::string &file, const std::string &sql);
/// The same for text.
std::string textIn(const std::string &file, const std::string &sql);

} // namespace signalbox::test
