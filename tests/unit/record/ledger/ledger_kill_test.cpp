// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>

#include "core/foundation/base/random.h"
#include "core/record/ledger/ledger.h"
#include "core/record/ledger/ledger_reader.h"
#include "tests/support/registry.h"
#include "tests/unit/record/ledger/ledger_fixture.h"

using namespace signalbox;

class LedgerKillTest : public QObject
{
    Q_OBJECT

    /// Writes requests for ever, and says down the pipe up to which one they are safe.
    [[noreturn]] static void writeUntilKilled(const std::string &file, int first, int pipe)
    {
        ledger::Ledger ledger({.file = file, .wallNow = test::noon, .onNotice = {}});
        for (int n = first;; ++n) {
            for (const auto &event : test::wholeRequest(n)) {
                ledger.record(event);
            }
            if (n % 40 == 0) {
                if (!test::rowsOf(ledger, {.limit = 1, .before = {}, .chain = {}, .client = {}})
                    || ::write(pipe, &n, sizeof n) != sizeof n) {
                    ::_exit(1);
                }
            }
        }
    }

    /// Lets a child get as far as `acknowledgements`, kills it, and gives the last request it called safe.
    static int runAndKill(const std::string &file, int first, int acknowledgements)
    {
        int ends[2];
        if (::pipe(ends) != 0) {
            return -1;
        }
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            writeUntilKilled(file, first, ends[1]);
        }
        ::close(ends[1]);
        int safe = -1;
        for (int i = 0; i < acknowledgements; ++i) {
            if (::read(ends[0], &safe, sizeof safe) != sizeof safe) {
                break;
            }
        }
        ::kill(child, SIGKILL);
        int n = 0;
        while (::read(ends[0], &n, sizeof n) == sizeof n) {
            safe = n;
        }
        ::close(ends[0]);
        ::waitpid(child, nullptr, 0);
        return safe;
    }

private Q_SLOTS:
    void committedRowsSurviveBeingKilled()
    {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("ledger.db")).toStdString();
        base::Random random(20261120);
        int first = 1;
        for (int round = 0; round < 12; ++round) {
            const int safe = runAndKill(file, first, 1 + static_cast<int>(random.next() % 12));
            QVERIFY(safe >= first);
            ledger::Ledger reopened({.file = file, .wallNow = test::noon, .onNotice = {}});
            const auto newest = test::rowsOf(reopened, {.limit = 1, .before = {}, .chain = {}, .client = {}});
            QVERIFY(newest);
            QCOMPARE(test::textIn(file, "PRAGMA integrity_check"), std::string("ok"));
            const std::int64_t kept = test::numberIn(file, "SELECT count(*) FROM requests");
            QVERIFY(kept >= safe);
            // Nothing but what was in the queue can be gone: the rows are the first `kept`, without a gap.
            QCOMPARE(newest->front().started.id, test::requestId(static_cast<int>(kept)));
            QCOMPARE(test::numberIn(file, "SELECT count(*) FROM requests WHERE outcome IS NULL"), 0);
            QCOMPARE(test::numberIn(file, "SELECT sum(attempts) FROM spend_daily"),
                     test::numberIn(file, "SELECT count(*) FROM attempts"));
            QCOMPARE(test::numberIn(file, "SELECT sum(cost_nano) FROM spend_daily"),
                     test::numberIn(file, "SELECT sum(cost_nano) FROM attempts"));
            first = static_cast<int>(kept) + 1;
        }
    }
};

SIGNALBOX_TEST(LedgerKillTest)
#include "ledger_kill_test.moc"
