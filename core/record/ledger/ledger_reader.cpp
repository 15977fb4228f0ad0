// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/ledger_reader.h"

#include <algorithm>
#include <utility>

#include <QFileInfo>

#include "core/record/ledger/attempts_table.h"
#include "core/record/ledger/database.h"
#include "core/record/ledger/events_table.h"
#include "core/record/ledger/migrations.h"
#include "core/record/ledger/requests_table.h"
#include "core/record/ledger/spend_table.h"

namespace signalbox::ledger {

LedgerReader::LedgerReader(Database &database) : m_database(&database) {}
LedgerReader::LedgerReader(std::unique_ptr<Database> own) : m_own(std::move(own)), m_database(m_own.get()) {}
LedgerReader::~LedgerReader() = default;
LedgerReader::LedgerReader(LedgerReader &&) noexcept = default;

base::Result<LedgerReader> LedgerReader::open(const std::string &file)
{
    const QFileInfo info(QString::fromStdString(file));
    if (!info.exists() || info.size() == 0) {
        return base::fail(base::ErrorCode::NotFound,
                          "there is no ledger yet at " + file + ": it is made when Signalbox first runs");
    }
    auto database = Database::open(file, Database::Mode::Read);
    if (!database) {
        return std::unexpected(database.error());
    }
    const auto version = (*database)->number("PRAGMA user_version");
    if (!version) {
        return std::unexpected(version.error());
    }
    const int known = shippedMigrations().back().version;
    if (*version != known) {
        return base::fail(base::ErrorCode::Unsupported,
                          "the ledger " + file + " is of version " + std::to_string(*version)
                              + ", this program reads version " + std::to_string(known)
                              + (*version < known ? ": start Signalbox once to bring it up to date"
                                                  : ": update Signalbox"));
    }
    return LedgerReader(std::move(*database));
}

base::Result<std::vector<RequestRow>> LedgerReader::requests(const RequestQuery &query)
{
    return RequestsTable(*m_database).list(query);
}

base::Result<RequestDetail> LedgerReader::request(const base::RequestId &id)
{
    auto row = RequestsTable(*m_database).find(id.text());
    if (!row) {
        return std::unexpected(row.error());
    }
    if (!*row) {
        return base::fail(base::ErrorCode::NotFound, "the ledger has no request " + id.text());
    }
    auto attempts = AttemptsTable(*m_database).of(id.text());
    if (!attempts) {
        return std::unexpected(attempts.error());
    }
    auto skipped = RequestsTable(*m_database).skippedOf(id.text());
    if (!skipped) {
        return std::unexpected(skipped.error());
    }
    return RequestDetail{std::move(**row), std::move(*attempts), std::move(*skipped)};
}

base::Result<RequestDetail> LedgerReader::requestFrom(const std::string &prefix)
{
    std::string upper = prefix;
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const auto ids = RequestsTable(*m_database).idsFrom(upper, 2);
    if (!ids) {
        return std::unexpected(ids.error());
    }
    if (ids->empty()) {
        return base::fail(base::ErrorCode::NotFound,
                          "the ledger has no request whose id begins with '" + prefix + "'");
    }
    if (ids->size() > 1 && ids->front() != upper) {
        return base::fail(base::ErrorCode::Conflict, "several requests begin with '" + prefix + "', such as "
                                                         + ids->front() + " and " + ids->back()
                                                         + ": give more of the id");
    }
    return request(base::RequestId::fromText(ids->front()));
}

base::Result<std::vector<SpendRow>> LedgerReader::spend(const std::string &firstDay,
                                                        const std::string &lastDay)
{
    return SpendTable(*m_database).between(firstDay, lastDay);
}

base::Result<std::vector<SpendRow>> LedgerReader::spendSince(base::WallTime from)
{
    return SpendTable(*m_database).since(from);
}

base::Result<std::vector<CostRow>> LedgerReader::costsSince(base::WallTime from, base::WallTime fineFrom)
{
    return SpendTable(*m_database).costsSince(from, fineFrom);
}

base::Result<std::vector<events::Event>> LedgerReader::events(int limit)
{
    return EventsTable(*m_database).latest(limit);
}

} // namespace signalbox::ledger
