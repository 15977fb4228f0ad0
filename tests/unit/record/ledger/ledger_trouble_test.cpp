// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger does when its file is not as it should be.
#include <csignal>
#include <mutex>

#include <sys/resource.h>
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/record/ledger/database.h"
#include "core/record/ledger/ledger.h"
#include "tests/support/registry.h"
#include "tests/unit/record/ledger/ledger_fixture.h"

using namespace signalbox;

class LedgerTroubleTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::string m_file;
    std::mutex m_mutex;
    std::vector<std::string> m_notices;

    std::unique_ptr<ledger::Ledger> open()
    {
        return std::make_unique<ledger::Ledger>(ledger::Ledger::Deps{
            .file = m_file, .wallNow = test::noon, .onNotice = [this](events::Notice notice) {
                const std::lock_guard lock(m_mutex);
                m_notices.push_back(notice.text);
            }});
    }
    std::vector<std::string> notices()
    {
        const std::lock_guard lock(m_mutex);
        return m_notices;
    }
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    void write(const QByteArray &bytes) const
    {
        QFile file(QString::fromStdString(m_file));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    QByteArray bytes(const QString &name) const
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void keepsRequests(ledger::Ledger &ledger, int count)
    {
        const auto rows = test::rowsOf(ledger);
        QVERIFY2(rows, rows ? "" : rows.error().message.c_str());
        QCOMPARE(static_cast<int>(rows->size()), count);
    }
    void makeSoundLedger(int requests)
    {
        const auto ledger = open();
        for (int n = 0; n < requests; ++n) {
            for (const auto &event : test::wholeRequest(n)) {
                ledger->record(event);
            }
        }
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = path("ledger.db").toStdString();
        m_notices.clear();
    }

    void theFileIsItsOwnersAlone()
    {
        const mode_t before = ::umask(0);
        m_file = path("new/folder/ledger.db").toStdString();
        {
            const auto ledger = open();
            ledger->record(test::started(1));
            keepsRequests(*ledger, 1);
            for (const char *const part : {"", "-wal", "-shm"}) {
                struct stat facts{};
                QCOMPARE(::stat((m_file + part).c_str(), &facts), 0);
                QCOMPARE(facts.st_mode & 0777, static_cast<mode_t>(0600));
            }
        }
        ::umask(before);
    }

    void aDamagedFileIsMovedAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text")
            << QByteArray("this is not a database at all, whatever its name says\n").repeated(100);
        QTest::newRow("one byte") << QByteArray("S");
        QTest::newRow("header, then noise")
            << "SQLite format 3" + QByteArray(1, '\0') + QByteArray(5000, 'x');
    }
    void aDamagedFileIsMovedAside()
    {
        QFETCH(QByteArray, content);
        write(content);
        {
            const auto ledger = open();
            ledger->record(test::started(1));
            keepsRequests(*ledger, 1);
            QCOMPARE(ledger->lost(), 0);
        }
        QCOMPARE(bytes(path("ledger.corrupt-20261120T120000Z.db")), content);
        QCOMPARE(notices().size(), 1U);
    }

    void damageInTheMiddleIsFoundAtTheStart()
    {
        makeSoundLedger(200);
        QByteArray content = bytes(path("ledger.db"));
        QVERIFY(content.size() > 40'000);
        content.replace(4096 * 3, 20'000, QByteArray(20'000, '\x5a'));
        write(content);
        const auto ledger = open();
        ledger->record(test::started(1));
        keepsRequests(*ledger, 1);
        QCOMPARE(bytes(path("ledger.corrupt-20261120T120000Z.db")), content);
        QCOMPARE(notices().size(), 1U);
    }

    void anotherProgramsDatabaseIsMovedAsideUntouched()
    {
        {
            auto database = ledger::Database::open(m_file, ledger::Database::Mode::Write);
            QVERIFY((*database)->execute(
                "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')"));
        }
        const auto ledger = open();
        keepsRequests(*ledger, 0);
        QCOMPARE(test::textIn(path("ledger.corrupt-20261120T120000Z.db").toStdString(),
                              "SELECT name FROM recipes"),
                 std::string("soup"));
    }

    void anEmptyFileIsTaken()
    {
        write({});
        const auto ledger = open();
        ledger->record(test::started(1));
        keepsRequests(*ledger, 1);
        QVERIFY(notices().empty());
    }

    void aNewerProgramsLedgerIsLeftAlone()
    {
        makeSoundLedger(1);
        {
            auto database = ledger::Database::open(m_file, ledger::Database::Mode::Write);
            QVERIFY((*database)->execute("PRAGMA user_version=9"));
        }
        const QByteArray before = bytes(path("ledger.db"));
        {
            const auto ledger = open();
            for (int n = 1; n <= 3; ++n) {
                ledger->record(test::started(n));
                const auto rows = test::rowsOf(*ledger);
                QVERIFY(!rows);
                QCOMPARE(rows.error().code, base::ErrorCode::Unsupported);
            }
            QCOMPARE(ledger->lost(), 3);
        }
        QCOMPARE(bytes(path("ledger.db")), before);
        QCOMPARE(notices().size(), 1U);
        QVERIFY(notices().front().find("newer") != std::string::npos);
    }

    void rowsWaitUntilTheFileCanBeWritten()
    {
        // A file stands where the folder should be.
        QFile blocker(path("data"));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        m_file = path("data/ledger.db").toStdString();
        const auto ledger = open();
        for (const auto &event : test::wholeRequest(1)) {
            ledger->record(event);
        }
        QCOMPARE(test::rowsOf(*ledger).error().code, base::ErrorCode::Io);
        QCOMPARE(notices().size(), 1U);
        QVERIFY(blocker.remove());
        keepsRequests(*ledger, 1);
        QCOMPARE(ledger->lost(), 0);
        QCOMPARE(notices().size(), 2U); // "recorded again"
    }

    void whatDoesNotFitIsCountedAndTheUserIsToldOnce()
    {
        QFile blocker(path("data"));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        m_file = path("data/ledger.db").toStdString();
        const auto ledger = open();
        QVERIFY(!test::rowsOf(*ledger));
        constexpr int kOver = 25;
        for (int n = 0; n < static_cast<int>(ledger::kMostWaitingRows) + kOver; ++n) {
            ledger->record(test::started(n));
        }
        QCOMPARE(ledger->lost(), kOver);
        QCOMPARE(notices().size(), 1U);
        QVERIFY(blocker.remove());
        QVERIFY(test::rowsOf(*ledger));
        QCOMPARE(test::numberIn(m_file, "SELECT count(*) FROM requests"),
                 static_cast<std::int64_t>(ledger::kMostWaitingRows));
        QVERIFY(notices().back().find(std::to_string(kOver)) != std::string::npos);
    }

    void aFullDiskCostsNothingButTime()
    {
        const auto ledger = open();
        ledger->record(test::started(0));
        keepsRequests(*ledger, 1);
        // The closest a test comes to a full disk: no file may grow any more.
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit tight{.rlim_cur = 4096, .rlim_max = before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &tight), 0);
        for (int n = 1; n <= 50; ++n) {
            for (const auto &event : test::wholeRequest(n)) {
                ledger->record(event);
            }
        }
        static_cast<void>(test::rowsOf(*ledger)); // the commit before it fails
        const std::size_t told = notices().size();
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, handler);
        QCOMPARE(told, 1U);
        keepsRequests(*ledger, 51);
        QCOMPARE(ledger->lost(), 0);
        QCOMPARE(test::numberIn(m_file, "SELECT attempts FROM spend_daily"), 50);
        QCOMPARE(test::textIn(m_file, "PRAGMA integrity_check"), std::string("ok"));
    }

    void aFileThatDisappearsIsMadeAnew()
    {
        const auto ledger = open();
        ledger->record(test::started(1));
        keepsRequests(*ledger, 1);
        QVERIFY(QFile::remove(path("ledger.db")));
        ledger->record(test::ended(1)); // its start is in the file that is gone
        const auto detail = test::detailOf(*ledger, test::requestId(1));
        QVERIFY(detail && detail->request.ended);
        QCOMPARE(detail->request.started.client, std::string("aider"));
        QCOMPARE(notices().size(), 1U);
    }

    void aFilePutInItsPlaceIsUsedAsItIs()
    {
        makeSoundLedger(5);
        QVERIFY(QFile::rename(path("ledger.db"), path("backup.db")));
        const auto ledger = open();
        for (int n = 100; n < 120; ++n) {
            ledger->record(test::started(n));
        }
        keepsRequests(*ledger, 20);
        QVERIFY(QFile::remove(path("ledger.db")));
        QVERIFY(QFile::rename(path("backup.db"), path("ledger.db")));
        ledger->record(test::started(200));
        keepsRequests(*ledger, 6);
        QCOMPARE(test::textIn(m_file, "PRAGMA integrity_check"), std::string("ok"));
    }
};

SIGNALBOX_TEST(LedgerTroubleTest)
#include "ledger_trouble_test.moc"
