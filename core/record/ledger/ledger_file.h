// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/record/ledger/migrations.h"

namespace signalbox::ledger {

class Database;

/// Which file a path stands for at the moment; two files are never the same. Zero: there is none.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    bool operator==(const FileIdentity &) const = default;
};
FileIdentity identityOf(const std::string &file);

/// "ledger.db", ".pre-v2" -> "ledger.pre-v2.db", in the same folder.
std::string siblingOf(const std::string &file, const std::string &mark);
/// Makes an empty file that only its owner may read, where there is none.
base::Result<void> createPrivately(const std::string &file);
/// Renames the database and what stands beside it to `ledger.MARK-TIME.db`; nothing is ever deleted. Gives
/// the new name. `withDatabase` false: only what stands beside it, where the database is not the one that
/// belongs to it.
base::Result<std::string> moveAside(const std::string &file, const std::string &mark, base::WallTime now,
                                    bool withDatabase = true);

struct OpenedLedger {
    std::unique_ptr<Database> database;
    std::string movedAside; ///< where a damaged file was moved to; empty: it was sound
};

/// Opens the ledger to write: makes it (0600) where there is none, moves a damaged one aside and starts
/// afresh, brings an older one up to date. Errors: Unsupported (a newer program's), Io, Unavailable.
base::Result<OpenedLedger> openLedger(const std::string &file, std::span<const Migration> steps,
                                      base::WallTime now);

} // namespace signalbox::ledger
