// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/database.h"

#include <utility>

#include <sqlite3.h>

#include "core/record/ledger/statement.h"

namespace signalbox::ledger {

namespace {
base::ErrorCode kindOf(int code)
{
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return base::ErrorCode::Corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return base::ErrorCode::Unavailable;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
    case SQLITE_NOLFS:
        return base::ErrorCode::Io;
    default:
        return base::ErrorCode::Conflict;
    }
}
} // namespace

base::Result<std::unique_ptr<Database>> Database::open(const std::string &file, Mode mode)
{
    // Counting memory takes a lock at every allocation. Refused once SQLite is in use, which does no harm.
    static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(configured);
    sqlite3 *handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
                      | (mode == Mode::Write ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    std::unique_ptr<Database> database(new Database(handle));
    if (code != SQLITE_OK) {
        return std::unexpected(database->error(code));
    }
    if (auto configured = database->configure(mode); !configured) {
        return std::unexpected(configured.error());
    }
    return database;
}

Database::~Database()
{
    sqlite3_close_v2(m_handle);
}

base::Result<void> Database::configure(Mode mode)
{
    sqlite3_busy_timeout(m_handle, 5000);
    for (const auto &[option, value] :
         {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
          std::pair{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == Mode::Read ? 1 : 0}}) {
        sqlite3_db_config(m_handle, option, value, nullptr);
    }
    std::string pragmas = "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
                          "PRAGMA mmap_size=0;";
    if (mode == Mode::Read) {
        return execute(pragmas + "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0;");
    }
    // Where WAL cannot work (network file systems) SQLite keeps the mode it had; DELETE is then asked for.
    const auto journal = text("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL");
    if (!journal) {
        return std::unexpected(journal.error());
    }
    if (*journal != "wal") {
        pragmas += "PRAGMA journal_mode=DELETE;";
    }
    return execute(pragmas
                   + "PRAGMA synchronous=FULL; PRAGMA fullfsync=1; PRAGMA checkpoint_fullfsync=1;"
                     "PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=1000;");
}

base::Result<void> Database::execute(const std::string &sql)
{
    const int code = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return std::unexpected(error(code));
    }
    return {};
}

base::Result<std::int64_t> Database::number(const std::string &sql)
{
    Statement query(*this, sql);
    const auto row = query.start().next();
    if (!row) {
        return std::unexpected(row.error());
    }
    return *row ? query.integer() : 0;
}

base::Result<std::string> Database::text(const std::string &sql)
{
    Statement query(*this, sql);
    const auto row = query.start().next();
    if (!row) {
        return std::unexpected(row.error());
    }
    return *row ? query.text() : std::string();
}

int Database::changes() const
{
    return sqlite3_changes(m_handle);
}

void Database::leaveFilesAlone()
{
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

base::Error Database::error(int code) const
{
    const char *const message =
        m_handle && sqlite3_errcode(m_handle) != SQLITE_OK ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code);
    return {kindOf(code), message};
}

} // namespace signalbox::ledger
