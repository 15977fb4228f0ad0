// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/migrations.h"

#include <QDir>
#include <QFile>

#include "core/foundation/base/log.h"
#include "core/record/ledger/database.h"
#include "core/record/ledger/ledger_file.h"

// Q_INIT_RESOURCE has to stand outside of any namespace.
static void initialiseSqlResources()
{
    Q_INIT_RESOURCE(signalbox_sql);
}

namespace signalbox::ledger {

std::vector<Migration> shippedMigrations()
{
    initialiseSqlResources();
    std::vector<Migration> steps;
    const QDir folder(QStringLiteral(":/signalbox/sql"));
    for (const QString &name : folder.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly)) {
            steps.push_back({name.left(4).toInt(), file.readAll().toStdString()});
        }
    }
    return steps;
}

namespace {
base::Result<void> backUp(Database &database, const std::string &file, int nextVersion)
{
    const QString target = QString::fromStdString(siblingOf(file, ".pre-v" + std::to_string(nextVersion)));
    const QString partial = target + QStringLiteral(".partial");
    QFile::remove(partial); // left by a run that was killed while copying
    if (auto made = createPrivately(partial.toStdString()); !made) {
        return made;
    }
    QString quoted = partial;
    quoted.replace(QLatin1Char('\''), QLatin1String("''"));
    if (auto copied = database.execute("VACUUM INTO '" + quoted.toStdString() + "'"); !copied) {
        QFile::remove(partial);
        return copied;
    }
    QFile::remove(target);
    if (!QFile::rename(partial, target)) {
        return base::fail(base::ErrorCode::Io, "the ledger could not be copied to " + target.toStdString());
    }
    base::logInfo("ledger", "copied to " + target.toStdString() + " before bringing it up to date");
    return {};
}

base::Result<void> apply(Database &database, const Migration &step)
{
    auto done = database.execute("BEGIN IMMEDIATE;" + step.sql
                                 + ";PRAGMA user_version=" + std::to_string(step.version) + ";COMMIT");
    if (!done) {
        // Nothing to roll back if the transaction never began.
        static_cast<void>(database.execute("ROLLBACK"));
    }
    return done;
}

base::Result<void> check(Database &database)
{
    const auto verdict = database.text("PRAGMA quick_check(1)");
    if (!verdict) {
        return std::unexpected(verdict.error());
    }
    if (*verdict != "ok") {
        return base::fail(base::ErrorCode::Corrupt, *verdict);
    }
    return {};
}
} // namespace

base::Result<void> migrate(Database &database, const std::string &file, std::span<const Migration> steps)
{
    const auto version = database.number("PRAGMA user_version");
    if (!version) {
        return std::unexpected(version.error());
    }
    const int newest = steps.empty() ? 0 : steps.back().version;
    if (*version > newest) {
        return base::fail(base::ErrorCode::Unsupported,
                          "a newer Signalbox has written it (version " + std::to_string(*version)
                              + "; this one knows versions up to " + std::to_string(newest)
                              + "): update Signalbox, or move the file away to start a new one");
    }
    if (*version == newest) {
        return {};
    }
    const bool existing = *version > 0;
    for (const Migration &step : steps) {
        if (step.version <= *version) {
            continue;
        }
        if (existing && step.version == *version + 1) {
            if (auto copied = backUp(database, file, step.version); !copied) {
                return copied;
            }
        }
        if (auto done = apply(database, step); !done) {
            return done;
        }
    }
    return existing ? check(database) : base::Result<void>();
}

} // namespace signalbox::ledger
