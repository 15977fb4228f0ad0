// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/skips_table.h"

namespace signalbox::ledger {

SkipsTable::SkipsTable(Database &database)
    : m_database(database),
      m_put(database,
            "INSERT INTO skips (request_id, step, provider, model, reason, detail) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING")
{}

base::Result<void> SkipsTable::put(const events::StepSkipped &skipped)
{
    m_put.start().bind(skipped.request.text()).bind(skipped.step).bind(skipped.provider).bind(skipped.model);
    return m_put.bind(events::toText(skipped.reason)).bind(skipped.detail).run();
}

base::Result<std::vector<events::StepSkipped>> SkipsTable::of(const std::string &requestId)
{
    Statement rows(
        m_database,
        "SELECT step, provider, model, reason, detail FROM skips WHERE request_id = ? ORDER BY step");
    rows.start().bind(requestId);
    std::vector<events::StepSkipped> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        events::StepSkipped &skipped = found.emplace_back();
        skipped.request = base::RequestId::fromText(requestId);
        skipped.step = rows.small();
        skipped.provider = rows.text();
        skipped.model = rows.text();
        skipped.reason = events::skipReasonFromText(rows.text()).value_or(events::SkipReason::NotNeeded);
        skipped.detail = rows.text();
    }
}

} // namespace signalbox::ledger
