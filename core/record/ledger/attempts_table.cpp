// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/attempts_table.h"

#include "core/record/ledger/database.h"

namespace signalbox::ledger {

namespace {
constexpr int kEndColumnCount = 33;

std::string endColumns()
{
    return std::string("started_at, outcome, status, model_answered, detail, ambiguous, simulated, queue_us, "
                       "dns_us, connect_us, tls_us, first_byte_us, first_token_us, total_us, reused, ")
           + kTokenColumns
           + ", usage_confidence, cost_nano, cost_confidence, price_version, breaker_before, breaker_after, "
             "kind, drill, note";
}

events::AttemptEnded read(Statement &row, const std::string &requestId)
{
    events::AttemptEnded ended;
    ended.request = base::RequestId::fromText(requestId);
    ended.attempt = row.small();
    ended.step = row.small();
    ended.provider = row.text();
    ended.model = row.text();
    ended.at = row.time();
    ended.outcome = events::outcomeFromText(row.text()).value_or(events::Outcome::CutOff);
    ended.status = row.small();
    ended.modelAnswered = row.text();
    ended.detail = row.text();
    ended.ambiguous = row.integer() != 0;
    ended.simulated = row.integer() != 0;
    ended.phases.queue = row.duration();
    ended.phases.dns = row.duration();
    ended.phases.connect = row.duration();
    ended.phases.tls = row.duration();
    ended.phases.firstByte = row.duration();
    ended.phases.firstToken = row.duration();
    ended.phases.total = row.duration();
    ended.phases.reused = row.integer() != 0;
    ended.usage = row.usage();
    ended.usageConfidence = events::confidenceFromText(row.text()).value_or(events::Confidence::Unknown);
    ended.cost = row.money();
    ended.costConfidence = events::confidenceFromText(row.text()).value_or(events::Confidence::Unknown);
    ended.priceVersion = row.text();
    ended.breakerBefore = row.text();
    ended.breakerAfter = row.text();
    const bool first = ended.attempt <= 1; // version 1 did not write why
    ended.kind = events::attemptKindFromText(row.text())
                     .value_or(first ? events::AttemptKind::First : events::AttemptKind::Fallback);
    ended.drill = row.text();
    ended.note = row.text();
    return ended;
}
} // namespace

AttemptsTable::AttemptsTable(Database &database)
    : m_database(database),
      m_putStarted(database,
                   "INSERT INTO attempts (request_id, attempt, step, provider, model, started_at, kind) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
      m_putEnded(database, "INSERT INTO attempts (request_id, attempt, step, provider, model, " + endColumns()
                               + ") VALUES (" + marks(5 + kEndColumnCount)
                               + ") ON CONFLICT (request_id, attempt) DO UPDATE SET (" + endColumns()
                               + ") = (" + qualified(endColumns(), "excluded.")
                               + ") WHERE attempts.outcome IS NULL")
{}

base::Result<void> AttemptsTable::putStarted(const events::AttemptStarted &started, base::WallTime at)
{
    m_putStarted.start().bind(started.request.view()).bind(started.attempt).bind(started.step);
    return m_putStarted.bind(started.provider)
        .bind(started.model)
        .bind(at)
        .bind(events::toText(started.kind))
        .run();
}

base::Result<bool> AttemptsTable::putEnded(const events::AttemptEnded &ended)
{
    Statement &row = m_putEnded.start();
    row.bind(ended.request.view()).bind(ended.attempt).bind(ended.step).bind(ended.provider);
    row.bind(ended.model).bind(ended.at).bind(events::toText(ended.outcome)).bind(ended.status);
    row.bind(ended.modelAnswered).bind(ended.detail).bind(ended.ambiguous).bind(ended.simulated);
    const events::Phases &phases = ended.phases;
    row.bind(phases.queue).bind(phases.dns).bind(phases.connect).bind(phases.tls).bind(phases.firstByte);
    row.bind(phases.firstToken).bind(phases.total).bind(phases.reused);
    row.bind(ended.usage).bind(events::toText(ended.usageConfidence));
    row.bind(ended.cost).bind(events::toText(ended.costConfidence)).bind(ended.priceVersion);
    row.bind(ended.breakerBefore).bind(ended.breakerAfter);
    row.bind(events::toText(ended.kind)).bind(ended.drill).bind(ended.note);
    if (auto done = row.run(); !done) {
        return std::unexpected(done.error());
    }
    return m_database.changes() > 0;
}

base::Result<void> AttemptsTable::closeInterrupted()
{
    Statement close(m_database,
                    "UPDATE attempts SET outcome = ?, ambiguous = 1, simulated = ifnull(simulated, 0),"
                    " detail = 'Signalbox ended while this attempt was running' WHERE outcome IS NULL");
    return close.start().bind(events::toText(events::Outcome::CutOff)).run();
}

base::Result<std::vector<events::AttemptEnded>> AttemptsTable::of(const std::string &requestId)
{
    Statement rows(m_database,
                   "SELECT attempt, step, provider, model, " + endColumns()
                       + " FROM attempts WHERE request_id = ? AND outcome IS NOT NULL ORDER BY attempt");
    rows.start().bind(requestId);
    std::vector<events::AttemptEnded> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        found.push_back(read(rows, requestId));
    }
}

} // namespace signalbox::ledger
