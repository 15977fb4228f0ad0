// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/foundation/base/error.h"

struct sqlite3;

namespace signalbox::ledger {

/// One connection to a SQLite file. Belongs to the thread that opened it; statements must not outlive it.
/// Settings are those of README.md. Errors: Corrupt (damaged, or no database at all), Io (disk full, I/O
/// error, read-only), Unavailable (locked by another program for over 5 s), NotFound (no such file),
/// Conflict (the statement itself was refused).
class Database
{
public:
    enum class Mode : std::uint8_t {
        Write, ///< the only writer there is; checkpoints
        Read,  ///< of a file another process may be writing: changes nothing and never checkpoints
    };
    static base::Result<std::unique_ptr<Database>> open(const std::string &file, Mode mode);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    /// Runs one or more statements that give no rows.
    base::Result<void> execute(const std::string &sql);
    /// The first column of the first row of `sql`; 0 where there is none.
    base::Result<std::int64_t> number(const std::string &sql);
    base::Result<std::string> text(const std::string &sql);
    /// Rows changed by the last statement.
    int changes() const;
    /// Closing will leave the files beside the database as they are: after its file was taken away.
    void leaveFilesAlone();

    sqlite3 *handle() const { return m_handle; }
    base::Error error(int code) const;

private:
    explicit Database(sqlite3 *handle) : m_handle(handle) {}
    base::Result<void> configure(Mode mode);

    sqlite3 *m_handle = nullptr;
};

} // namespace signalbox::ledger
