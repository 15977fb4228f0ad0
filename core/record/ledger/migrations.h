// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/foundation/base/error.h"

namespace signalbox::ledger {

class Database;

/// A numbered step forward; the numbers count up from 1 without a gap.
struct Migration {
    int version = 0;
    std::string sql;
};

/// The steps this program knows: resources/sql/NNNN_name.sql in order.
std::vector<Migration> shippedMigrations();

/// Brings the database to the newest version, each step in a transaction of its own, so that being killed in
/// the middle leaves a whole older version. A database that holds rows is first copied to
/// `ledger.pre-vN.db` beside `file`. Unsupported: a newer program has written it; nothing was touched.
base::Result<void> migrate(Database &database, const std::string &file, std::span<const Migration> steps);

} // namespace signalbox::ledger
