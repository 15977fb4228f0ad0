// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/file/profile_paths.h"

#include <map>
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
config::Environment with(std::map<std::string, std::string> variables)
{
    return [variables = std::move(variables)](const char *name) -> std::optional<std::string> {
        const auto it = variables.find(name);
        return it == variables.end() ? std::nullopt : std::optional(it->second);
    };
}

unsigned modeOf(const std::string &path)
{
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777U : 0;
}
} // namespace

class ProfilePathsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsTheBaseDirectorySpecification()
    {
        const auto plain = config::profilePaths("", with({{"HOME", "/home/me"}}));
        QVERIFY(plain);
        QCOMPARE(plain->config, std::string("/home/me/.config/signalbox/config.json"));
        QCOMPARE(plain->ledger, std::string("/home/me/.local/share/signalbox/ledger.db"));
        QCOMPARE(plain->state, std::string("/home/me/.local/state/signalbox"));
        QCOMPARE(plain->runtime, std::string());
        QCOMPARE(plain->log(), std::string("/home/me/.local/state/signalbox/signalbox.log"));

        const auto moved = config::profilePaths("", with({{"HOME", "/home/me"},
                                                          {"XDG_CONFIG_HOME", "/c"},
                                                          {"XDG_DATA_HOME", "/d/"},
                                                          {"XDG_STATE_HOME", "relative"}, // counts as unset
                                                          {"XDG_RUNTIME_DIR", "/run/user/1"}}));
        QVERIFY(moved);
        QCOMPARE(moved->config, std::string("/c/signalbox/config.json"));
        QCOMPARE(moved->ledger, std::string("/d/signalbox/ledger.db"));
        QCOMPARE(moved->state, std::string("/home/me/.local/state/signalbox"));
        QCOMPARE(moved->runtime, std::string("/run/user/1/signalbox"));
    }

    void aProfileHoldsEverything()
    {
        const auto paths = config::profilePaths("/p/../profile/", with({}));
        QVERIFY(paths);
        QCOMPARE(paths->config, std::string("/profile/config.json"));
        QCOMPARE(paths->ledger, std::string("/profile/ledger.db"));
        QCOMPARE(paths->state, std::string("/profile/state"));
        const auto relative = config::profilePaths("here", with({}));
        QVERIFY(relative);
        QCOMPARE(relative->config, QDir::currentPath().toStdString() + "/here/config.json");
    }

    void foldersAreForThisUserOnlyWhateverTheUmask()
    {
        QTemporaryDir temp;
        const std::string folder = temp.path().toStdString() + "/a/b";
        const mode_t before = ::umask(0);
        const auto made = config::createFolders(*config::profilePaths(folder, with({})));
        ::umask(before);
        QVERIFY(made);
        QCOMPARE(modeOf(temp.path().toStdString() + "/a"), 0700U);
        QCOMPARE(modeOf(folder), 0700U);
        QCOMPARE(modeOf(folder + "/state"), 0700U);
        QVERIFY(config::createPrivateFolder(folder)); // again
    }

    void foldersThatAreThereKeepTheirMode()
    {
        QTemporaryDir temp;
        const std::string folder = temp.path().toStdString() + "/shared";
        QVERIFY(::mkdir(folder.c_str(), 0755) == 0 && ::chmod(folder.c_str(), 0755) == 0);
        QVERIFY(config::createFolders(*config::profilePaths(folder, with({}))));
        QCOMPARE(modeOf(folder), 0755U);
    }

    void saysWhatIsInTheWay()
    {
        QTemporaryDir temp;
        QFile file(temp.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const auto made = config::createPrivateFolder(temp.path().toStdString() + "/file/state");
        QVERIFY(!made);
        QVERIFY(made.error().message.find("/file'") != std::string::npos);
    }
};

SIGNALBOX_TEST(ProfilePathsTest)
#include "profile_paths_test.moc"
