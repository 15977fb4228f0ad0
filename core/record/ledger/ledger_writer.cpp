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
      m_events(database),
      m_spend(database)
{}

LedgerWriter::Facts &LedgerWriter::Batch::of(const base::RequestId &id)
{
    const auto [place, isNew] = places.try_emplace(id.view(), requests.size());
    if (isNew) {
        requests.emplace_back().id = id.view();
    }
    return requests[place->second];
}

void LedgerWriter::Batch::append(Facts &facts, const events::Event &event)
{
    (facts.last == kNone ? facts.first : others[facts.last].next) = others.size();
    facts.last = others.size();
    others.push_back({&event});
}

void LedgerWriter::Batch::add(const events::Event &event)
{
    std::visit(Overloaded{
                   [&](const events::RequestStarted &e) { of(e.id).started = &e; },
                   [&](const events::RequestEnded &e) { of(e.id).ended = &e; },
                   [&](const events::AttemptStarted &e) { append(of(e.request), event); },
                   [&](const events::AttemptEnded &e) { append(of(e.request), event); },
                   [&](const events::StepSkipped &e) { append(of(e.request), event); },
                   [](const events::BreakerChanged &) {},
                   [](const events::Notice &) {},
               },
               event);
}

template<typename T>
const T *LedgerWriter::nextOf(std::size_t &place) const
{
    while (place != kNone) {
        const Other &other = m_batch.others[place];
        place = other.next;
        if (const T *const event = std::get_if<T>(other.event)) {
            return event;
        }
    }
    return nullptr;
}

base::Result<void> LedgerWriter::write(std::span<const events::Event> events)
{
    m_batch.requests.clear();
    m_batch.others.clear();
    m_batch.places.clear();
    for (const events::Event &event : events) {
        m_batch.add(event);
    }
    auto done = m_database.execute("BEGIN IMMEDIATE");
    if (done) {
        done = writeAll(events);
    }
    if (done) {
        done = m_database.execute("COMMIT");
    }
    if (!done) {
        static_cast<void>(m_database.execute("ROLLBACK")); // there may be nothing to roll back any more
        m_spend.forget();
        return done;
    }
    for (const Facts &facts : m_batch.requests) {
        if (facts.ended) {
            if (!facts.started) {
                m_open.erase(std::string(facts.id));
            }
        } else if (facts.started) {
            m_open.emplace(facts.id, *facts.started);
        }
    }
    return {};
}

base::Result<void> LedgerWriter::writeAll(std::span<const events::Event> events)
{
    base::Result<void> done;
    for (const events::Event &event : events) {
        if (const auto *const changed = std::get_if<events::BreakerChanged>(&event)) {
            done = m_events.put(*changed);
        } else if (const auto *const notice = std::get_if<events::Notice>(&event)) {
            done = m_events.put(*notice);
        }
        if (!done) {
            return done;
        }
    }
    for (const Facts &facts : m_batch.requests) {
        done = writeRequest(facts);
        if (!done) {
            return done;
        }
    }
    return m_spend.flush();
}

/// What is known of how a request started; a request whose start was lost still gets a row.
events::RequestStarted LedgerWriter::known(const Facts &facts)
{
    if (const auto found = m_open.find(std::string(facts.id)); found != m_open.end()) {
        return found->second;
    }
    if (auto row = m_requests.find(std::string(facts.id)); row && *row) {
        return (*row)->started;
    }
    events::RequestStarted started;
    started.id = base::RequestId::fromText(facts.id);
    if (facts.ended) {
        started.at = facts.ended->at - std::chrono::floor<std::chrono::microseconds>(facts.ended->total);
    } else {
        std::size_t place = facts.first;
        if (const auto *const attempt = nextOf<events::AttemptEnded>(place)) {
            started.at = attempt->at;
        }
    }
    return started;
}

base::Result<void> LedgerWriter::writeRequest(const Facts &facts)
{
    if (facts.started) {
        std::string skips;
        std::size_t place = facts.first;
        while (const auto *const skipped = nextOf<events::StepSkipped>(place)) {
            appendSkipped(skips, *skipped);
        }
        if (auto done = m_requests.put(*facts.started, facts.ended, skips); !done) {
            return done;
        }
        return writeAttempts(facts, *facts.started);
    }
    const events::RequestStarted request = known(facts);
    base::Result<bool> finished = false;
    if (facts.ended) {
        finished = m_requests.finish(*facts.ended);
        if (!finished) {
            return std::unexpected(finished.error());
        }
    }
    if (!*finished) {
        if (auto done = m_requests.put(request, facts.ended, {}); !done) {
            return done;
        }
    }
    std::size_t place = facts.first;
    while (const auto *const skipped = nextOf<events::StepSkipped>(place)) {
        if (auto done = m_requests.addSkipped(*skipped); !done) {
            return done;
        }
    }
    return writeAttempts(facts, request);
}

bool LedgerWriter::hasEnded(const Facts &facts, int attempt) const
{
    std::size_t place = facts.first;
    while (const auto *const ended = nextOf<events::AttemptEnded>(place)) {
        if (ended->attempt == attempt) {
            return true;
        }
    }
    return false;
}

base::Result<void> LedgerWriter::writeAttempts(const Facts &facts, const events::RequestStarted &request)
{
    std::size_t place = facts.first;
    while (const auto *const started = nextOf<events::AttemptStarted>(place)) {
        if (hasEnded(facts, started->attempt)) {
            continue;
        }
        if (auto done = m_attempts.putStarted(*started, request.at); !done) {
            return done;
        }
    }
    place = facts.first;
    while (const auto *const ended = nextOf<events::AttemptEnded>(place)) {
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
