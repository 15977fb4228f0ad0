// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/ledger/migrations.h"

#include <QFile>
#include <QTemporaryDir>

#include "core/record/ledger/database.h"
#include "core/record/ledger/ledger.h"
#include "core/record/ledger/ledger_file.h"
#include "tests/support/registry.h"
#include "tests/unit/record/ledger/ledger_fixture.h"

using namespace signalbox;

class MigrationsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;

    /// A ledger as version 1 of the format left it.
    void restoreVersion1()
    {
        QFile fixture(QStringLiteral(SIGNALBOX_SOURCE_DIR "/tests/data/ledger/version1.sql"));
        QVERIFY(fixture.open(QIODevice::ReadOnly));
        auto database = ledger::Database::open(m_file, ledger::Database::Mode::Write);
        QVERIFY(database);
        const auto restored = (*database)->execute(fixture.readAll().toStdString());
        QVERIFY2(restored, restored ? "" : restored.error().message.c_str());
    }
    std::string schema() { return test::textIn(m_file, "SELECT group_concat(sql, ';') FROM sqlite_schema"); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("ledger.db")).toStdString();
    }

    void theShippedStepsCountUpFromOne()
    {
        const auto steps = ledger::shippedMigrations();
        QVERIFY(!steps.empty());
        for (std::size_t i = 0; i < steps.size(); ++i) {
            QCOMPARE(steps[i].version, static_cast<int>(i) + 1);
            QVERIFY(!steps[i].sql.empty());
        }
    }

    void aNewLedgerHasTheNewestVersionAndNoCopyBesideIt()
    {
        const auto steps = ledger::shippedMigrations();
        QVERIFY(ledger::openLedger(m_file, steps, test::noon()));
        QCOMPARE(test::numberIn(m_file, "PRAGMA user_version"), steps.back().version);
        QCOMPARE(test::numberIn(m_file, "PRAGMA application_id"), 0x53424F58);
        QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("ledger.pre-v1.db"))));
    }

    void aLedgerOfVersion1IsReadAndWritten()
    {
        restoreVersion1();
        ledger::Ledger ledger({.file = m_file, .wallNow = test::noon, .onNotice = {}});
        for (const auto &event : test::wholeRequest(5)) {
            ledger.record(event);
        }
        const auto rows = test::rowsOf(ledger);
        QVERIFY(rows);
        QCOMPARE(rows->size(), 2U);
        const auto old = test::detailOf(ledger, base::RequestId::fromText("01KAGW40000000000000000001"));
        QVERIFY(old);
        QCOMPARE(old->attempts.size(), 2U);
        QCOMPARE(old->attempts[1].cost->nano, 4'200'000);
        QCOMPARE(old->request.ended->outcome, events::RequestOutcome::AnsweredByFallback);
        QCOMPARE(old->attempts[0].kind, events::AttemptKind::First);
        QCOMPARE(old->attempts[1].kind, events::AttemptKind::Fallback);
        QVERIFY(old->attempts[1].drill.empty() && old->attempts[1].note.empty());
        QVERIFY(old->request.started.rule.empty() && !old->request.started.isPrivate);
        const auto fresh = test::detailOf(ledger, test::requestId(5));
        QVERIFY(fresh);
        QCOMPARE(fresh->attempts[0].note, "12 turns dropped to fit");
        QCOMPARE(fresh->request.started.complexity, "hard: 14 files, tools");
    }

    void theSchemaOfVersion1IsFrozen()
    {
        // Released steps never change: what they make is what the fixture holds.
        restoreVersion1();
        const std::string frozen = schema();
        const std::string fixtureFile = std::exchange(m_file, m_file + ".new");
        const auto steps = ledger::shippedMigrations();
        QVERIFY(ledger::openLedger(m_file, std::span(steps).first(1), test::noon()));
        QCOMPARE(schema(), frozen);
    }

    void aStepIsTakenAfterACopyWasMade()
    {
        restoreVersion1();
        const std::vector<ledger::Migration> steps = {{1, ""},
                                                      {2, "ALTER TABLE requests ADD COLUMN note TEXT"},
                                                      {3, "CREATE INDEX by_note ON requests (note)"}};
        QVERIFY(ledger::openLedger(m_file, steps, test::noon()));
        QCOMPARE(test::numberIn(m_file, "PRAGMA user_version"), 3);
        QCOMPARE(test::numberIn(m_file, "SELECT count(*) FROM requests WHERE note IS NULL"), 1);
        const std::string copy = m_folder->filePath(QStringLiteral("ledger.pre-v2.db")).toStdString();
        QCOMPARE(test::numberIn(copy, "PRAGMA user_version"), 1);
        QCOMPARE(test::numberIn(copy, "SELECT count(*) FROM attempts"), 2);
        QCOMPARE(QFile::permissions(QString::fromStdString(copy)) & 0x77, QFileDevice::Permissions());
    }

    void aStepThatFailsLeavesTheVersionBefore()
    {
        restoreVersion1();
        const std::vector<ledger::Migration> steps = {
            {1, ""},
            {2, "ALTER TABLE requests ADD COLUMN note TEXT"},
            {3, "CREATE TABLE extra (a INTEGER); INSERT INTO nowhere VALUES (1)"}};
        QVERIFY(!ledger::openLedger(m_file, steps, test::noon()));
        QCOMPARE(test::numberIn(m_file, "PRAGMA user_version"), 2);
        QCOMPARE(test::numberIn(m_file, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"), 0);
        QCOMPARE(test::numberIn(m_file, "SELECT count(*) FROM requests"), 1);
    }

    void aNewerVersionIsRefused()
    {
        restoreVersion1();
        const std::vector<ledger::Migration> none;
        const auto opened = ledger::openLedger(m_file, none, test::noon());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, base::ErrorCode::Unsupported);
    }

    void aCopyLeftHalfDoneIsMadeAgain()
    {
        restoreVersion1();
        QFile partial(m_folder->filePath(QStringLiteral("ledger.pre-v2.db.partial")));
        QVERIFY(partial.open(QIODevice::WriteOnly));
        partial.write("half");
        partial.close();
        const std::vector<ledger::Migration> steps = {{1, ""},
                                                      {2, "ALTER TABLE requests ADD COLUMN note TEXT"}};
        QVERIFY(ledger::openLedger(m_file, steps, test::noon()));
        QVERIFY(!partial.exists());
        QVERIFY(QFile::exists(m_folder->filePath(QStringLiteral("ledger.pre-v2.db"))));
    }
};

SIGNALBOX_TEST(MigrationsTest)
#include "migrations_test.moc"
