// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/events_table.h"

#include <utility>

namespace signalbox::ledger {

namespace {
events::BreakerChanged readBreaker(Statement &row, base::WallTime at)
{
    events::BreakerChanged changed;
    changed.at = at;
    changed.provider = row.text();
    changed.model = row.text();
    changed.from = row.text();
    changed.to = row.text();
    changed.cause = events::outcomeFromText(row.text()).value_or(events::Outcome::Answered);
    if (!row.isNull()) {
        changed.until = row.time();
    }
    return changed;
}
} // namespace

EventsTable::EventsTable(Database &database)
    : m_database(database),
      m_putBreaker(database,
                   "INSERT INTO events (at, kind, provider, model, from_state, to_state, cause, until) "
                   "VALUES (?, 'BreakerChanged', ?, ?, ?, ?, ?, ?)"),
      m_putNotice(database, "INSERT INTO events (at, kind, subject, text) VALUES (?, ?, ?, ?)")
{}

base::Result<void> EventsTable::put(const events::BreakerChanged &changed)
{
    m_putBreaker.start().bind(changed.at).bind(changed.provider).bind(changed.model);
    m_putBreaker.bind(changed.from).bind(changed.to).bind(events::toText(changed.cause));
    if (changed.until) {
        m_putBreaker.bind(*changed.until);
    } else {
        m_putBreaker.bindNull();
    }
    return m_putBreaker.run();
}

base::Result<void> EventsTable::put(const events::Notice &notice)
{
    m_putNotice.start().bind(notice.at).bind(events::toText(notice.kind));
    return m_putNotice.bind(notice.subject).bind(notice.text).run();
}

base::Result<std::vector<events::Event>> EventsTable::latest(int limit)
{
    Statement rows(m_database,
                   "SELECT at, kind, subject, text, provider, model, from_state, to_state, cause, until "
                   "FROM events ORDER BY id DESC LIMIT ?");
    rows.start().bind(limit);
    std::vector<events::Event> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        const base::WallTime at = rows.time();
        const auto notice = events::noticeKindFromText(rows.text());
        std::string subject = rows.text();
        std::string text = rows.text();
        if (notice) {
            found.emplace_back(events::Notice{at, *notice, std::move(subject), std::move(text)});
        } else {
            found.emplace_back(readBreaker(rows, at));
        }
    }
}

} // namespace signalbox::ledger
