// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/ledger_file.h"

#include <utility>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

#include "core/record/ledger/database.h"

namespace signalbox::ledger {

namespace {
constexpr std::int64_t kApplicationId = 1396854616; // "SBOX", set by the first migration
// A check of the whole file takes about a second per gigabyte; above this it would delay the first rows.
constexpr qint64 kCheckedAtStart = 16 * 1024 * 1024;
constexpr auto kOwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QString pathOf(const std::string &file)
{
    return QString::fromStdString(file);
}

base::Result<void> prepare(const std::string &file)
{
    const QFileInfo info(pathOf(file));
    if (!info.exists()) {
        if (!QDir().mkpath(info.absolutePath())) {
            return base::fail(base::ErrorCode::Io,
                              "its folder cannot be made: " + info.absolutePath().toStdString());
        }
        return createPrivately(file);
    }
    QFile::setPermissions(pathOf(file), kOwnerOnly);
    // SQLite would take a file shorter than a page for an empty database, and write over it.
    constexpr QByteArrayView kMagic("SQLite format 3");
    QFile existing(pathOf(file));
    if (info.size() > 0 && existing.open(QIODevice::ReadOnly)
        && !existing.read(kMagic.size()).startsWith(kMagic)) {
        return base::fail(base::ErrorCode::Corrupt, "it is not a database");
    }
    return {};
}

/// Corrupt unless this is a sound database of ours, or an empty one.
base::Result<void> inspect(Database &database, const std::string &file)
{
    const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
    if (!tables) {
        return std::unexpected(tables.error());
    }
    const auto application = database.number("PRAGMA application_id");
    if (!application) {
        return std::unexpected(application.error());
    }
    if (*tables > 0 && *application != kApplicationId) {
        return base::fail(base::ErrorCode::Corrupt, "it is not a ledger of Signalbox");
    }
    if (QFileInfo(pathOf(file)).size() > kCheckedAtStart) {
        return {};
    }
    const auto verdict = database.text("PRAGMA quick_check(1)");
    if (!verdict) {
        return std::unexpected(verdict.error());
    }
    if (*verdict != "ok") {
        return base::fail(base::ErrorCode::Corrupt, *verdict);
    }
    return {};
}

base::Result<std::unique_ptr<Database>> openOnce(const std::string &file, std::span<const Migration> steps)
{
    if (auto prepared = prepare(file); !prepared) {
        return std::unexpected(prepared.error());
    }
    auto database = Database::open(file, Database::Mode::Write);
    if (!database) {
        return database;
    }
    auto ready = inspect(**database, file);
    if (ready) {
        ready = migrate(**database, file, steps);
    }
    if (!ready) {
        (*database)->leaveFilesAlone();
        return std::unexpected(ready.error());
    }
    return database;
}
} // namespace

FileIdentity identityOf(const std::string &file)
{
#ifdef Q_OS_UNIX
    struct stat facts;
    if (::stat(file.c_str(), &facts) != 0) {
        return {};
    }
    return {static_cast<std::uint64_t>(facts.st_dev), static_cast<std::uint64_t>(facts.st_ino)};
#else
    // An open file cannot be removed or replaced there.
    return {1, QFileInfo::exists(pathOf(file)) ? 1U : 0U};
#endif
}

std::string siblingOf(const std::string &file, const std::string &mark)
{
    const QFileInfo info(pathOf(file));
    const QString suffix = info.suffix().isEmpty() ? QString() : QLatin1Char('.') + info.suffix();
    return (info.path() + QLatin1Char('/') + info.completeBaseName() + QString::fromStdString(mark) + suffix)
        .toStdString();
}

base::Result<void> createPrivately(const std::string &file)
{
    QFile made(pathOf(file));
    if (!made.open(QIODevice::WriteOnly | QIODevice::NewOnly, kOwnerOnly) && !made.exists()) {
        return base::fail(base::ErrorCode::Io, made.errorString().toStdString());
    }
    return {};
}

base::Result<std::string> moveAside(const std::string &file, const std::string &mark, base::WallTime now,
                                    bool withDatabase)
{
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
    const std::string time = QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC)
                                 .toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"))
                                 .toStdString();
    std::string target = siblingOf(file, "." + mark + "-" + time);
    for (int n = 2; QFileInfo::exists(pathOf(target)) || QFileInfo::exists(pathOf(target + "-wal")); ++n) {
        target = siblingOf(file, "." + mark + "-" + time + "-" + std::to_string(n));
    }
    // The log first: were the database gone and the log still there, the log would be applied to the next
    // one.
    for (const char *const part : {"-wal", "-shm", "-journal", ""}) {
        if (*part == '\0' && !withDatabase) {
            continue;
        }
        const QString from = pathOf(file + part);
        if (QFileInfo::exists(from) && !QFile::rename(from, pathOf(target + part))) {
            return base::fail(base::ErrorCode::Io, "it cannot be moved to " + target);
        }
    }
    return target;
}

base::Result<OpenedLedger> openLedger(const std::string &file, std::span<const Migration> steps,
                                      base::WallTime now)
{
    auto database = openOnce(file, steps);
    if (database) {
        return OpenedLedger{std::move(*database), {}};
    }
    if (database.error().code != base::ErrorCode::Corrupt) {
        return std::unexpected(database.error());
    }
    auto moved = moveAside(file, "corrupt", now);
    if (!moved) {
        return std::unexpected(moved.error());
    }
    database = openOnce(file, steps);
    if (!database) {
        return std::unexpected(database.error());
    }
    return OpenedLedger{std::move(*database), std::move(*moved)};
}

} // namespace signalbox::ledger
