// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/requests_table.h"

#include <utility>

#include "core/record/ledger/database.h"

namespace signalbox::ledger {

namespace {
constexpr const char *kStartColumns =
    "id, started_at, client, endpoint, model_asked, chain, chain_version, stream, rule, complexity, private";
constexpr int kEndColumnCount = 20;

std::string endColumns()
{
    return std::string(
               "ended_at, outcome, status, attempts, served_step, served_by, total_us, first_token_us, "
               "overhead_us, ")
           + kTokenColumns + ", cost_nano, error";
}

/// `text` as a JSON string.
void appendQuoted(std::string &out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            constexpr char kHex[] = "0123456789abcdef";
            out += "\\u00";
            out += kHex[static_cast<unsigned char>(c) >> 4];
            out += kHex[c & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

std::string readColumns()
{
    std::string columns = kStartColumns;
    columns += ", ";
    columns += endColumns();
    return columns;
}

void bindEnd(Statement &row, const events::RequestEnded &ended)
{
    row.bind(ended.at).bind(events::toText(ended.outcome)).bind(ended.status).bind(ended.attempts);
    row.bind(ended.servedStep).bind(ended.servedBy);
    row.bind(ended.total).bind(ended.firstToken).bind(ended.overhead);
    row.bind(ended.usage).bind(ended.cost).bind(ended.error);
}
} // namespace

RequestsTable::RequestsTable(Database &database)
    : m_database(database),
      m_put(database, "INSERT INTO requests (" + readColumns() + ", skipped) VALUES ("
                          + marks(12 + kEndColumnCount) + ") ON CONFLICT (id) DO UPDATE SET (" + endColumns()
                          + ", skipped) = (" + qualified(endColumns(), "excluded.")
                          + ", ifnull(excluded.skipped, skipped)) WHERE requests.outcome IS NULL"),
      m_finish(database, "UPDATE requests SET (" + endColumns() + ") = (" + marks(kEndColumnCount)
                             + ") WHERE id = ? AND outcome IS NULL"),
      m_addSkipped(
          database,
          "UPDATE requests SET skipped = json_insert(ifnull(skipped, '[]'), '$[#]', json_object('step', ?, "
          "'provider', ?, 'model', ?, 'reason', ?, 'detail', ?)) WHERE id = ?")
{}

base::Result<void> RequestsTable::put(const events::RequestStarted &started,
                                      const events::RequestEnded *ended, const std::string &skipped)
{
    m_put.start().bind(started.id.view()).bind(started.at).bind(started.client).bind(started.endpoint);
    m_put.bind(started.modelAsked).bind(started.chain).bind(started.chainVersion).bind(started.stream);
    m_put.bind(started.rule).bind(started.complexity).bind(started.isPrivate);
    if (ended) {
        bindEnd(m_put, *ended);
    } else {
        m_put.bindNull(kEndColumnCount);
    }
    if (skipped.empty()) {
        return m_put.bindNull().run();
    }
    const std::string list = "[" + skipped + "]";
    return m_put.bind(list).run();
}

base::Result<bool> RequestsTable::finish(const events::RequestEnded &ended)
{
    m_finish.start();
    bindEnd(m_finish, ended);
    if (auto done = m_finish.bind(ended.id.view()).run(); !done) {
        return std::unexpected(done.error());
    }
    return m_database.changes() > 0;
}

base::Result<void> RequestsTable::addSkipped(const events::StepSkipped &skipped)
{
    m_addSkipped.start().bind(skipped.step).bind(skipped.provider).bind(skipped.model);
    return m_addSkipped.bind(events::toText(skipped.reason))
        .bind(skipped.detail)
        .bind(skipped.request.view())
        .run();
}

base::Result<int> RequestsTable::closeInterrupted()
{
    Statement close(
        m_database,
        "UPDATE requests SET outcome = ?, error = 'Signalbox ended while this request was running',"
        " attempts = (SELECT count(*) FROM attempts WHERE request_id = id) WHERE outcome IS NULL");
    if (auto done = close.start().bind(events::toText(events::RequestOutcome::Unknown)).run(); !done) {
        return std::unexpected(done.error());
    }
    return m_database.changes();
}

base::Result<std::vector<RequestRow>> RequestsTable::list(const RequestQuery &query)
{
    std::string where;
    const auto add = [&where](const char *condition) {
        where += (where.empty() ? " WHERE " : " AND ") + std::string(condition);
    };
    if (!query.before.empty()) {
        add("id < ?");
    }
    if (!query.chain.empty()) {
        add("chain = ?");
    }
    if (!query.client.empty()) {
        add("client = ?");
    }
    Statement rows(m_database,
                   "SELECT " + readColumns() + " FROM requests" + where + " ORDER BY id DESC LIMIT ?");
    rows.start();
    for (const std::string_view value :
         {query.before.view(), std::string_view(query.chain), std::string_view(query.client)}) {
        if (!value.empty()) {
            rows.bind(value);
        }
    }
    rows.bind(query.limit);
    std::vector<RequestRow> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        found.push_back(read(rows));
    }
}

base::Result<std::optional<RequestRow>> RequestsTable::find(const std::string &id)
{
    Statement rows(m_database, "SELECT " + readColumns() + " FROM requests WHERE id = ?");
    const auto row = rows.start().bind(id).next();
    if (!row) {
        return std::unexpected(row.error());
    }
    return *row ? std::optional(read(rows)) : std::nullopt;
}

base::Result<std::vector<events::StepSkipped>> RequestsTable::skippedOf(const std::string &id)
{
    Statement rows(m_database,
                   "SELECT value ->> 'step', value ->> 'provider', value ->> 'model', value ->> 'reason', "
                   "value ->> 'detail' FROM requests, json_each(requests.skipped) WHERE requests.id = ? "
                   "ORDER BY value ->> 'step'");
    rows.start().bind(id);
    std::vector<events::StepSkipped> found;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return found;
        }
        events::StepSkipped skipped;
        skipped.request = base::RequestId::fromText(id);
        skipped.step = rows.small();
        skipped.provider = rows.text();
        skipped.model = rows.text();
        skipped.reason = events::skipReasonFromText(rows.text()).value_or(events::SkipReason::NotNeeded);
        skipped.detail = rows.text();
        found.push_back(std::move(skipped));
    }
}

base::Result<std::vector<std::string>> RequestsTable::idsFrom(const std::string &prefix, int limit)
{
    // Ids are upper-case letters and digits, all of them below '~'.
    const std::string end = prefix + "~";
    Statement rows(m_database, "SELECT id FROM requests WHERE id >= ? AND id < ? ORDER BY id LIMIT ?");
    rows.start().bind(prefix).bind(end).bind(limit);
    std::vector<std::string> ids;
    for (;;) {
        const auto row = rows.next();
        if (!row) {
            return std::unexpected(row.error());
        }
        if (!*row) {
            return ids;
        }
        ids.push_back(rows.text());
    }
}

void appendSkipped(std::string &list, const events::StepSkipped &skipped)
{
    list += list.empty() ? R"({"step":)" : R"(,{"step":)";
    list += std::to_string(skipped.step);
    list += R"(,"provider":)";
    appendQuoted(list, skipped.provider);
    list += R"(,"model":)";
    appendQuoted(list, skipped.model);
    list += R"(,"reason":)";
    appendQuoted(list, events::toText(skipped.reason));
    list += R"(,"detail":)";
    appendQuoted(list, skipped.detail);
    list += '}';
}

RequestRow RequestsTable::read(Statement &row)
{
    RequestRow found;
    events::RequestStarted &started = found.started;
    started.id = base::RequestId::fromText(row.text());
    started.at = row.time();
    started.client = row.text();
    started.endpoint = row.text();
    started.modelAsked = row.text();
    started.chain = row.text();
    started.chainVersion = row.small();
    started.stream = row.integer() != 0;
    started.rule = row.text();
    started.complexity = row.text();
    started.isPrivate = row.integer() != 0;
    // An interrupted request has an outcome, but nobody saw when it ended.
    const bool sawTheEnd = !row.isNull();
    const base::WallTime endedAt = row.time();
    if (row.isNull()) {
        return found;
    }
    events::RequestEnded ended;
    ended.id = started.id;
    ended.at = sawTheEnd ? endedAt : started.at;
    ended.outcome = events::requestOutcomeFromText(row.text()).value_or(events::RequestOutcome::Unknown);
    ended.status = row.small();
    ended.attempts = row.small();
    ended.servedStep = row.small();
    ended.servedBy = row.text();
    ended.total = row.duration();
    ended.firstToken = row.duration();
    ended.overhead = row.duration();
    ended.usage = row.usage();
    ended.cost = row.money();
    ended.error = row.text();
    found.ended = std::move(ended);
    return found;
}

} // namespace signalbox::ledger
