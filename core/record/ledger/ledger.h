// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/record/events/event.h"
#include "core/record/ledger/rows.h"

namespace signalbox::ledger {

/// The record of every request, kept in a SQLite file by a thread of its own, named "ledger". record() is
/// called on the engine's thread and never waits; what it is given is committed within 250 ms. Whatever is
/// wrong with the file (full disk, damage, a newer program's), requests go on: rows wait in a bounded queue
/// and the user is told once. Made and owned by the composition; destroying it commits everything.
class Ledger final : public events::EventSink
{
public:
    struct Deps {
        std::string file;
        std::function<base::WallTime()> wallNow;      ///< called on the ledger's thread
        std::function<void(events::Notice)> onNotice; ///< called on the ledger's thread
    };
    explicit Ledger(Deps deps);
    ~Ledger() override;

    void record(const events::Event &event) override;
    /// Events that could not be kept. Any thread.
    std::int64_t lost() const;

    /// Called on the ledger's thread, once. It sees every event recorded before the question was asked.
    template<typename T>
    using Reply = std::function<void(base::Result<T>)>;

    // Questions, from any thread. Unavailable or Io: the file cannot be read now.
    void requests(RequestQuery query, Reply<std::vector<RequestRow>> reply);
    /// NotFound: there is no such request.
    void request(base::RequestId id, Reply<RequestDetail> reply);
    /// Per day (UTC, both included) and provider.
    void spend(std::string firstDay, std::string lastDay, Reply<std::vector<SpendRow>> reply);
    /// Per provider since a moment, `day` empty: the seed of today's spend.
    void spendSince(base::WallTime from, Reply<std::vector<SpendRow>> reply);
    /// What attempts that started since `from` cost, by minute since `fineFrom` and by quarter of an hour
    /// before. Asked on the thread that records, so that it can tell what came later.
    void costsSince(base::WallTime from, base::WallTime fineFrom, Reply<CostsAnswer> reply);

private:
    class Worker;
    std::unique_ptr<Worker> m_worker;
};

/// Rows of requests, attempts and events that wait at most; what comes then is lost, and counted.
constexpr std::size_t kMostWaitingRows = 10'000;

} // namespace signalbox::ledger
