// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/foundation/base/money.h"
#include "core/record/events/token_usage.h"

struct sqlite3_stmt;

namespace signalbox::ledger {

class Database;

/// One prepared statement, prepared when first used and kept. Values are bound and columns are read in order,
/// so that a table's column list is written once. Same thread as its database, which must outlive it. What is
/// bound as text must live until run() or the last next().
class Statement
{
public:
    Statement(Database &database, std::string sql) : m_database(database), m_sql(std::move(sql)) {}
    ~Statement();
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;

    Statement &start(); ///< before the first bind()
    template<std::integral T>
    Statement &bind(T value)
    {
        return bindInteger(static_cast<std::int64_t>(value));
    }
    Statement &bind(std::string_view value);
    Statement &bind(base::WallTime at) { return bindInteger(at.time_since_epoch().count()); }
    Statement &bind(base::Duration took) { return bindInteger(took.count() / 1000); } ///< whole microseconds
    Statement &bind(std::optional<base::Money> amount);
    Statement &bind(const events::TokenUsage &usage); ///< nine columns, clamped
    Statement &bindNull(int columns = 1);

    base::Result<void> run();  ///< a statement without rows
    base::Result<bool> next(); ///< false: no more rows

    bool isNull() const; ///< the column that would be read next
    std::int64_t integer();
    int small() { return static_cast<int>(integer()); }
    std::string text();
    base::WallTime time() { return base::WallTime(std::chrono::microseconds(integer())); }
    base::Duration duration() { return std::chrono::microseconds(integer()); }
    std::optional<base::Money> money();
    events::TokenUsage usage();

private:
    Statement &bindInteger(std::int64_t value);
    std::optional<std::int64_t> *slot(); ///< of the next parameter; null after an error
    base::Result<bool> step();

    Database &m_database;
    std::string m_sql;
    sqlite3_stmt *m_handle = nullptr;
    std::vector<std::optional<std::int64_t>>
        m_bound;    ///< integers bound earlier: they need not be bound again
    int m_code = 0; ///< of the first thing that went wrong since start()
    int m_parameter = 0;
    int m_column = 0;
};

/// The names of the nine token columns, in the order bind(TokenUsage) and usage() use.
extern const char *const kTokenColumns;
std::string marks(int count);                                                 ///< "?, ?, ?"
std::string qualified(const std::string &columns, const std::string &prefix); ///< "a, b" -> "t.a, t.b"

} // namespace signalbox::ledger
