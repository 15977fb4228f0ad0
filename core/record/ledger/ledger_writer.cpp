// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/ledger_writer.h"

#include "core/record/ledger/database.h"

namespace signalbox::ledger {

namespace {
template<typename... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
} // namespace

LedgerWriter::LedgerWriter(Database &database, OpenRequests &open)
    : m_database(database),
      m_open(open),
      m_requests(database),
      m_attempts(database),
      m_skips(database),
      m_events(database),
      m_spend(database)
{}

base::Result<void> LedgerWriter::write(std::span<const events::Event> batch)
{
    Batch requests;
    requests.reserve(batch.size() / 2);
    for (const events::Event &event : batch) {
        std::visit(
            Overloaded{
                [&](const events::RequestStarted &e) { requests[e.id.text()].started = &e; },
                [&](const events::AttemptStarted &e) { requests[e.request.text()].running.push_back(&e); },
                [&](const events::AttemptEnded &e) { requests[e.request.text()].attempts.push_back(&e); },
                [&](const events::StepSkipped &e) { requests[e.request.text()].skipped.push_back(&e); },
                [&](const events::RequestEnded &e) { requests[e.id.text()].ended = &e; },
                [](const events::BreakerChanged &) {},
                [](const events::Notice &) {},
            },
            event);
    }
    auto done = m_database.execute("BEGIN IMMEDIATE");
    if (done) {
        done = writeAll(batch, requests);
    }
    if (done) {
        done = m_database.execute("COMMIT");
    }
    if (!done) {
        static_cast<void>(m_database.execute("ROLLBACK")); // there may be nothing to roll back any more
        m_spend.forget();
        return done;
    }
    for (const auto &[id, facts] : requests) {
        if (facts.ended) {
            m_open.erase(std::string(id));
        } else if (facts.started) {
            m_open.emplace(id, *facts.started);
        }
    }
    return {};
}

base::Result<void> LedgerWriter::writeAll(std::span<const events::Event> batch, const Batch &requests)
{
    base::Result<void> done;
    for (const events::Event &event : batch) {
        if (const auto *const changed = std::get_if<events::BreakerChanged>(&event)) {
            done = m_events.put(*changed);
        } else if (const auto *const notice = std::get_if<events::Notice>(&event)) {
            done = m_events.put(*notice);
        }
        if (!done) {
            return done;
        }
    }
    for (const auto &[id, facts] : requests) {
        done = writeRequest(id, facts);
        if (!done) {
            return done;
        }
    }
    return m_spend.flush();
}

/// What is known of how a request started; a request whose start was lost still gets a row.
events::RequestStarted LedgerWriter::known(std::string_view id, const Facts &facts)
{
    if (const auto found = m_open.find(std::string(id)); found != m_open.end()) {
        return found->second;
    }
    if (auto row = m_requests.find(std::string(id)); row && *row) {
        return (*row)->started;
    }
    events::RequestStarted started;
    started.id = base::RequestId::fromText(id);
    if (facts.ended) {
        started.at = facts.ended->at - std::chrono::floor<std::chrono::microseconds>(facts.ended->total);
    } else if (!facts.attempts.empty()) {
        started.at = facts.attempts.front()->at;
    }
    return started;
}

base::Result<void> LedgerWriter::writeRequest(std::string_view id, const Facts &facts)
{
    const events::RequestStarted earlier = facts.started ? events::RequestStarted() : known(id, facts);
    const events::RequestStarted &request = facts.started ? *facts.started : earlier;
    bool written = false;
    if (facts.ended && !facts.started) {
        const auto finished = m_requests.finish(*facts.ended);
        if (!finished) {
            return std::unexpected(finished.error());
        }
        written = *finished;
    }
    if (!written) {
        if (auto done = m_requests.put(request, facts.ended); !done) {
            return done;
        }
    }
    for (const events::StepSkipped *const skipped : facts.skipped) {
        if (auto done = m_skips.put(*skipped); !done) {
            return done;
        }
    }
    return writeAttempts(facts, request);
}

base::Result<void> LedgerWriter::writeAttempts(const Facts &facts, const events::RequestStarted &request)
{
    for (const events::AttemptStarted *const started : facts.running) {
        const bool over = std::ranges::any_of(
            facts.attempts, [&](const auto *ended) { return ended->attempt == started->attempt; });
        if (over) {
            continue;
        }
        if (auto done = m_attempts.putStarted(*started, request.at); !done) {
            return done;
        }
    }
    for (const events::AttemptEnded *const ended : facts.attempts) {
        const auto fresh = m_attempts.putEnded(*ended);
        if (!fresh) {
            return std::unexpected(fresh.error());
        }
        if (*fresh) {
            m_spend.add(*ended, request.chain, request.client);
        }
    }
    return {};
}

base::Result<int> LedgerWriter::closeInterrupted()
{
    auto begun = m_database.execute("BEGIN IMMEDIATE");
    if (!begun) {
        return std::unexpected(begun.error());
    }
    base::Result<int> closed = 0;
    auto done = m_spend.addInterrupted();
    if (done) {
        done = m_attempts.closeInterrupted();
    }
    if (done) {
        closed = m_requests.closeInterrupted();
    }
    if (done && closed) {
        done = m_database.execute("COMMIT");
    }
    if (!done || !closed) {
        static_cast<void>(m_database.execute("ROLLBACK"));
        return std::unexpected(done ? closed.error() : done.error());
    }
    return closed;
}

} // namespace signalbox::ledger
