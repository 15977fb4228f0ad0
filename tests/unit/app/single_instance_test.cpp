// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/instance/single_instance.h"

#include <sys/stat.h>
#include <thread>

#include <QDir>
#include <QFile>
#include <QLocalSocket>
#include <QSignalSpy>
#include <QSysInfo>
#include <QTemporaryDir>

#include "tests/support/registry.h"

using namespace signalbox;
using app::SingleInstance;

namespace {
struct Profile {
    QTemporaryDir folder;
    config::ProfilePaths paths;

    explicit Profile(bool runtime = true)
    {
        const std::string root = folder.path().toStdString();
        paths = {root + "/config.json", root + "/ledger.db", root + "/state", runtime ? root + "/run" : ""};
        (void)config::createFolders(paths);
    }
};

/// A second start is another process; here another thread, so that the first one can answer.
base::Result<bool> secondStart(const config::ProfilePaths &paths)
{
    std::optional<base::Result<bool>> result;
    std::atomic<bool> done = false;
    std::thread other([&] {
        SingleInstance second(paths);
        result = second.start();
        done = true;
    });
    const bool ended = QTest::qWaitFor([&] { return done.load(); }, 20'000);
    other.join();
    return ended ? *result : base::fail(base::ErrorCode::Timeout, "the second start never ended");
}
} // namespace

class SingleInstanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSecondStartRaisesTheFirst_data()
    {
        QTest::addColumn<bool>("runtime");
        QTest::newRow("with a runtime folder") << true;
        QTest::newRow("without") << false;
    }

    void aSecondStartRaisesTheFirst()
    {
        QFETCH(bool, runtime);
        Profile profile(runtime);
        SingleInstance first(profile.paths);
        QSignalSpy raised(&first, &SingleInstance::raiseRequested);
        QCOMPARE(first.start().value_or(false), true);
        qputenv("XDG_ACTIVATION_TOKEN", "token-1");
        const auto second = secondStart(profile.paths);
        qunsetenv("XDG_ACTIVATION_TOKEN");
        QVERIFY2(second, second ? "" : second.error().message.c_str());
        QCOMPARE(*second, false);
        QCOMPARE(raised.count(), 1);
        QCOMPARE(raised.at(0).at(0).toString(), QStringLiteral("token-1"));
        QCOMPARE(*secondStart(profile.paths), false); // and again
        QCOMPARE(raised.count(), 2);
        QCOMPARE(raised.at(1).at(0).toString(), QString());
    }

    void theSocketIsForThisUserOnly()
    {
        Profile profile;
        SingleInstance first(profile.paths);
        QVERIFY(*first.start());
        struct stat info = {};
        QCOMPARE(::stat(first.socketPath().c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0077U, 0U);
        QVERIFY(first.socketPath().starts_with(profile.paths.runtime + "/"));
    }

    void profilesDoNotDisturbEachOther()
    {
        Profile one;
        Profile other;
        SingleInstance first(one.paths);
        SingleInstance second(other.paths);
        QVERIFY(*first.start());
        QVERIFY(*second.start());
        QVERIFY(first.socketPath() != second.socketPath());
    }

    void whatACrashLeavesBehindIsCleanedUp()
    {
        Profile profile;
        {
            // The lock of a process that is gone, and a socket nobody listens on.
            QFile lock(QString::fromStdString(profile.paths.state) + QStringLiteral("/signalbox.lock"));
            QVERIFY(lock.open(QIODevice::WriteOnly));
            lock.write("4194305\nsignalbox\n" + QSysInfo::machineHostName().toUtf8() + "\n");
            SingleInstance crashed(profile.paths);
            QFile socket(QString::fromStdString(crashed.socketPath()));
            QVERIFY(socket.open(QIODevice::WriteOnly));
        }
        SingleInstance first(profile.paths);
        const auto started = first.start();
        QVERIFY2(started, started ? "" : started.error().message.c_str());
        QVERIFY(*started);
        QCOMPARE(*secondStart(profile.paths), false);
    }

    void aHolderThatDoesNotAnswerIsNamed()
    {
        Profile profile;
        QLockFile holder(QString::fromStdString(profile.paths.state) + QStringLiteral("/signalbox.lock"));
        QVERIFY(holder.tryLock());
        const auto second = secondStart(profile.paths);
        QVERIFY(!second);
        QCOMPARE(second.error().code, base::ErrorCode::Conflict);
        QVERIFY(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
    }

    void nonsenseOnTheSocketRaisesNothing()
    {
        Profile profile;
        SingleInstance first(profile.paths);
        QSignalSpy raised(&first, &SingleInstance::raiseRequested);
        QVERIFY(*first.start());
        for (const QByteArray &text :
             {QByteArray("shutdown\n"), QByteArray("raised\n"), QByteArray(5000, 'x')}) {
            QLocalSocket socket;
            socket.connectToServer(QString::fromStdString(first.socketPath()));
            QVERIFY(socket.waitForConnected());
            socket.write(text);
            QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState);
        }
        QCOMPARE(raised.count(), 0);
    }
};

SIGNALBOX_TEST(SingleInstanceTest)
#include "single_instance_test.moc"
