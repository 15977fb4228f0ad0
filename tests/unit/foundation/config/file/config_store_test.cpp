// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/file/store.h"

#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>

#include "core/foundation/config/document.h"
#include "core/foundation/config/file/default_config.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using config::Config;
using config::ConfigStore;

namespace {
std::string contents(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

void writeInPlace(const std::string &path, const std::string &text)
{
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(QByteArray::fromStdString(text));
}

/// As most editors do.
void replaceFile(const std::string &path, const std::string &text)
{
    writeInPlace(path + ".tmp", text);
    QVERIFY(::rename((path + ".tmp").c_str(), path.c_str()) == 0);
}

unsigned modeOf(const std::string &path)
{
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0;
}

Config onPort(std::uint16_t port)
{
    Config out = config::defaultConfig();
    out.server.port = port;
    return out;
}

/// One profile folder with a store on it.
struct Bench {
    QTemporaryDir temp;
    std::string path = temp.path().toStdString() + "/profile/config.json";
    test::FakeClock clock;
    ConfigStore store{clock, path};
    QSignalSpy changed{&store, &ConfigStore::changed};
    config::Mistakes rejected;
    int rejections = 0;

    Bench()
    {
        QObject::connect(&store, &ConfigStore::rejected, &store, [this](const config::Mistakes &mistakes) {
            rejected = mistakes;
            ++rejections;
        });
    }
    explicit Bench(const std::string &text) : Bench()
    {
        QDir().mkpath(QFileInfo(QString::fromStdString(path)).absolutePath());
        writeInPlace(path, text);
    }
    /// Waits until the watcher has noticed something, then lets it settle.
    bool noticed()
    {
        const bool seen = QTest::qWaitFor([this] { return clock.soonest().has_value(); });
        clock.advance(1s);
        return seen;
    }
};
} // namespace

class ConfigStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFirstStartWritesTheDefault()
    {
        Bench bench;
        const mode_t before = ::umask(0);
        const config::Mistakes mistakes = bench.store.load();
        ::umask(before);
        QVERIFY(mistakes.empty());
        QVERIFY(*bench.store.current() == config::defaultConfig());
        QVERIFY(config::readConfig(contents(bench.path)).config == config::defaultConfig());
        QCOMPARE(modeOf(bench.path), 0600U);
        QCOMPARE(modeOf(QFileInfo(QString::fromStdString(bench.path)).absolutePath().toStdString()), 0700U);
    }

    void aWrongFileIsLeftAloneAndNamed()
    {
        const std::string nonsense = "{\n \"schemaVersion\": 1,\n \"sever\": {}\n}";
        Bench bench(nonsense);
        const config::Mistakes mistakes = bench.store.load();
        QCOMPARE(mistakes.size(), 1U);
        QCOMPARE(mistakes[0].line, 3);
        QVERIFY(*bench.store.current() == config::defaultConfig());
        QCOMPARE(contents(bench.path), nonsense);
    }

    void savingOverAWrongFileKeepsACopy()
    {
        Bench bench("nonsense");
        QVERIFY(config::hasErrors(bench.store.load()));
        QVERIFY(bench.store.save(onPort(1234)));
        QCOMPARE(contents(bench.path + ".bak"), std::string("nonsense"));
        QCOMPARE(modeOf(bench.path + ".bak"), 0600U);
        QCOMPARE(config::readConfig(contents(bench.path)).config.server.port, 1234);
    }

    void savingAFileThatWeKnowKeepsNoCopy()
    {
        Bench bench;
        bench.store.load();
        QVERIFY(bench.store.save(onPort(1234)));
        QVERIFY(bench.store.save(onPort(1235)));
        QVERIFY(!QFileInfo::exists(QString::fromStdString(bench.path + ".bak")));
    }

    void savingKeepsTheHintForEditors()
    {
        Bench bench("{\"$schema\": \"./config.schema.json\", \"schemaVersion\": 1}");
        QVERIFY(bench.store.load().empty());
        QVERIFY(bench.store.save(onPort(2)));
        QVERIFY(contents(bench.path)
                    .starts_with("{\n  \"$schema\": \"./config.schema.json\",\n  \"schemaVersion\": 1,"));
    }

    void savingTightensTheModeAndIsNotAnEdit()
    {
        Bench bench(config::writeConfig(onPort(1)));
        ::chmod(bench.path.c_str(), 0644);
        QVERIFY(bench.store.load().empty());
        QVERIFY(bench.store.save(onPort(2)));
        QCOMPARE(modeOf(bench.path), 0600U);
        QCOMPARE(bench.store.current()->server.port, 2);
        QVERIFY(bench.noticed());
        QCOMPARE(bench.changed.count(), 0);
        QCOMPARE(bench.rejections, 0);
    }

    void aWrongConfigurationIsNotSaved()
    {
        Bench bench;
        bench.store.load();
        const std::string before = contents(bench.path);
        Config wrong = config::defaultConfig();
        wrong.chains[0].steps[0].provider = "nobody";
        const auto saved = bench.store.save(wrong);
        QVERIFY(!saved);
        QVERIFY(saved.error().message.find("chains[0].steps[0].provider") != std::string::npos);
        QCOMPARE(contents(bench.path), before);
        QVERIFY(*bench.store.current() == config::defaultConfig());
    }

    void aFailedWriteLeavesEverythingAsItWas()
    {
        if (::geteuid() == 0) {
            // Modes do not stop root: a folder in the way of the file does.
            Bench bench;
            bench.store.load();
            QVERIFY(QFile::remove(QString::fromStdString(bench.path)));
            QVERIFY(QDir().mkpath(QString::fromStdString(bench.path + "/x")));
            QVERIFY(!bench.store.save(onPort(9)));
            QCOMPARE(bench.store.current()->server.port, 8377);
            return;
        }
        Bench bench;
        bench.store.load();
        const std::string before = contents(bench.path);
        const std::string folder = QFileInfo(QString::fromStdString(bench.path)).absolutePath().toStdString();
        ::chmod(folder.c_str(), 0500);
        const auto saved = bench.store.save(onPort(9));
        ::chmod(folder.c_str(), 0700);
        QVERIFY(!saved);
        QCOMPARE(contents(bench.path), before);
        QCOMPARE(bench.store.current()->server.port, 8377);
    }

    void handEditsAreTakenOver_data()
    {
        QTest::addColumn<bool>("inPlace");
        QTest::newRow("replaced") << false;
        QTest::newRow("written in place") << true;
    }

    void handEditsAreTakenOver()
    {
        QFETCH(bool, inPlace);
        const auto edit = inPlace ? writeInPlace : replaceFile;
        Bench bench;
        bench.store.load();
        for (const std::uint16_t port : {1111, 2222, 3333}) { // the watch survives each of them
            edit(bench.path, config::writeConfig(onPort(port)));
            QVERIFY(bench.noticed());
            QCOMPARE(bench.store.current()->server.port, port);
        }
        QCOMPARE(bench.changed.count(), 3);
        QCOMPARE(bench.rejections, 0);
    }

    void aBadEditKeepsWhatRunsAndNamesTheLine()
    {
        Bench bench;
        bench.store.load();
        replaceFile(bench.path, "{\n \"schemaVersion\": 1,\n \"server\": {\"port\": \"x\"}\n}");
        QVERIFY(bench.noticed());
        QCOMPARE(bench.rejections, 1);
        QCOMPARE(bench.rejected.at(0).line, 3);
        QVERIFY(*bench.store.current() == config::defaultConfig());
        QCOMPARE(bench.changed.count(), 0);
        replaceFile(bench.path, config::writeConfig(config::defaultConfig())); // put right again
        QVERIFY(bench.noticed());
        QCOMPARE(bench.changed.count(), 1);
    }

    void aFileThatVanishesKeepsWhatRunsAndComesBack()
    {
        Bench bench;
        bench.store.load();
        QVERIFY(QFile::remove(QString::fromStdString(bench.path)));
        QVERIFY(bench.noticed());
        QCOMPARE(bench.rejections, 1);
        replaceFile(bench.path, config::writeConfig(onPort(7)));
        QVERIFY(bench.noticed());
        QCOMPARE(bench.store.current()->server.port, 7);
    }

    void aHalfWrittenFileIsWaitedFor()
    {
        Bench bench;
        bench.store.load();
        const std::string text = config::writeConfig(onPort(4321));
        writeInPlace(bench.path, text.substr(0, text.size() / 2));
        QVERIFY(QTest::qWaitFor([&] { return bench.clock.soonest().has_value(); }));
        bench.clock.advance(100ms); // the rest comes before it has settled
        writeInPlace(bench.path, text);
        QVERIFY(bench.noticed());
        QCOMPARE(bench.rejections, 0);
        QCOMPARE(bench.store.current()->server.port, 4321);
    }

    void aSymlinkStaysAndItsTargetIsWatched()
    {
        Bench bench;
        const std::string target = bench.temp.path().toStdString() + "/dotfiles/signalbox.json";
        QDir().mkpath(bench.temp.path() + QStringLiteral("/dotfiles"));
        QDir().mkpath(bench.temp.path() + QStringLiteral("/profile"));
        writeInPlace(target, config::writeConfig(onPort(1)));
        QVERIFY(::symlink(target.c_str(), bench.path.c_str()) == 0);
        QVERIFY(bench.store.load().empty());
        QVERIFY(bench.store.save(onPort(2)));
        QVERIFY(QFileInfo(QString::fromStdString(bench.path)).isSymLink());
        QCOMPARE(config::readConfig(contents(target)).config.server.port, 2);
        QVERIFY(bench.noticed()); // our own writing
        replaceFile(target, config::writeConfig(onPort(3)));
        QVERIFY(bench.noticed());
        QCOMPARE(bench.store.current()->server.port, 3);
    }
};

SIGNALBOX_TEST(ConfigStoreTest)
#include "config_store_test.moc"
