// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/file/connector.h"

#include <unistd.h>

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include "core/clients/file/tool_file.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;
using namespace signalbox::clients;

namespace {
const char *const kClaude = "{\n  // my own\n  \"env\": {\"FOO\": \"1\"},\n  \"model\": \"opus\"\n}\n";

Endpoint endpoint(const char *token = "sk-signalbox-0123456789")
{
    Endpoint out = endpointOn(8377);
    out.token = token;
    out.chain = "coding";
    return out;
}

/// A home and a profile that go with it.
struct Home {
    test::TempProfile home;
    test::TempProfile profile;
    Catalogue catalogue = Catalogue::shipped();
    Connector connector{{{home.dir(), home.dir() + "/.config", {}}, profile.dir() + "/state"}};

    const Tool &tool(const char *id = "claude-code") const { return *catalogue.find(id); }
    QString path(const std::string &name) const { return QString::fromStdString(home.dir() + "/" + name); }
    void write(const std::string &name, std::string_view text)
    {
        QDir().mkpath(QFileInfo(path(name)).absolutePath());
        home.write(name, text);
    }
    std::string read(const std::string &name) const { return home.read(name); }
    bool has(const std::string &name) const { return QFileInfo::exists(path(name)); }
    base::Result<void> connect(const char *id = "claude-code", const Endpoint &to = endpoint())
    {
        const auto plan = connector.plan(tool(id), to);
        return plan ? connector.apply(tool(id), *plan) : std::unexpected(plan.error());
    }
    base::Result<Connector::Undo> undo(const char *id = "claude-code")
    {
        auto plan = connector.planUndo(tool(id));
        if (plan) {
            if (const auto done = connector.undo(tool(id), *plan); !done) {
                return std::unexpected(done.error());
            }
        }
        return plan;
    }
    Standing standing(const char *id = "claude-code") const
    {
        return connector.state(tool(id)).tool.standing;
    }
    void replace(const std::string &name, const std::string &what, const std::string &with)
    {
        std::string text = read(name);
        QVERIFY(text.find(what) != std::string::npos);
        text.replace(text.find(what), what.size(), with);
        home.write(name, text);
    }
};

constexpr auto kOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther
                         | QFileDevice::WriteOther | QFileDevice::ExeOther | QFileDevice::ExeGroup;
const char *const kFile = ".claude/settings.json";
} // namespace

class ToolConnectorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsConnectedComesBackToTheByte()
    {
        Home home;
        home.write(kFile, kClaude);
        QVERIFY(home.connect());
        QVERIFY(home.read(kFile).find("http://127.0.0.1:8377") != std::string::npos);
        QVERIFY(home.read(kFile).find("// my own") != std::string::npos);
        QVERIFY(home.standing() == Standing::Connected);
        QVERIFY(home.undo());
        QCOMPARE(home.read(kFile), std::string(kClaude));
        QVERIFY(home.standing() == Standing::NotConnected);
        QVERIFY(!home.undo()); // there is nothing more to take back
    }

    void aSecondTimeWritesNothing()
    {
        Home home;
        home.write(kFile, kClaude);
        QVERIFY(home.connect());
        const auto again = home.connector.plan(home.tool(), endpoint());
        QVERIFY(again && !again->writes());
        const std::string journal = home.profile.read("state/clients.json");
        QVERIFY(home.connect());
        QCOMPARE(home.profile.read("state/clients.json"), journal);
    }

    void aNewTokenKeepsTheWayBack()
    {
        Home home;
        home.write(kFile, kClaude);
        QVERIFY(home.connect());
        QVERIFY(home.connect("claude-code", endpoint("sk-signalbox-another")));
        QVERIFY(home.read(kFile).find("sk-signalbox-another") != std::string::npos);
        QVERIFY(home.undo());
        QCOMPARE(home.read(kFile), std::string(kClaude));
    }

    void aFileThatWasNotThereGoesAgain()
    {
        Home home;
        QVERIFY(home.connect());
        QVERIFY(home.has(kFile));
        QVERIFY(!(QFileInfo(home.path(kFile)).permissions() & kOthers));
        QVERIFY(home.undo());
        QVERIFY(!home.has(kFile));
    }

    void aNewFileThatSomebodyElseWroteInStays()
    {
        Home home;
        QVERIFY(home.connect());
        home.replace(kFile, "{", "{\"theirs\": true,");
        QVERIFY(home.undo());
        QVERIFY(home.has(kFile));
        QVERIFY(home.read(kFile).find("theirs") != std::string::npos);
        QVERIFY(home.read(kFile).find("ANTHROPIC") == std::string::npos);
    }

    void whatTheUserChangedSinceIsToldAndLeft()
    {
        Home home;
        home.write(kFile, kClaude);
        QVERIFY(home.connect());
        home.replace(kFile, "http://127.0.0.1:8377", "https://elsewhere.example");
        const auto state = home.connector.state(home.tool());
        QVERIFY(state.tool.standing == Standing::Drifted);
        QCOMPARE(state.tool.drifted.size(), std::size_t{1});
        const auto undone = home.undo();
        QVERIFY(undone);
        QCOMPARE(undone->files.at(0).leftAlone.size(), std::size_t{1});
        QVERIFY(home.read(kFile).find("https://elsewhere.example") != std::string::npos);
        QVERIFY(home.read(kFile).find("sk-signalbox") == std::string::npos);
        QVERIFY(home.read(kFile).find("// my own") != std::string::npos);
    }

    void whatOthersAddedSinceSurvivesTheUndo()
    {
        Home home;
        home.write(kFile, kClaude);
        QVERIFY(home.connect());
        home.replace(kFile, "opus", "sonnet");
        QVERIFY(home.standing() == Standing::Connected);
        QVERIFY(home.undo());
        std::string expected = kClaude;
        expected.replace(expected.find("opus"), 4, "sonnet");
        QCOMPARE(home.read(kFile), expected);
    }

    void aValueThatStoodThereComesBack()
    {
        Home home;
        const std::string before = "{\"env\": {\"ANTHROPIC_AUTH_TOKEN\": \"sk-ant-their-own\", "
                                   "\"ANTHROPIC_BASE_URL\": \"https://gate.example\"}}\n";
        home.write(kFile, before);
        QVERIFY(home.connect());
        const std::string journal = home.profile.read("state/clients.json");
        QVERIFY(journal.find("sk-ant-their-own") == std::string::npos);
        QVERIFY(journal.find("sk-signalbox") == std::string::npos);
        home.replace(kFile, "{\"env\"", "{\"x\": 1, \"env\""); // so that the bytes alone do not do it
        QVERIFY(home.undo());
        QVERIFY(home.read(kFile).find("sk-ant-their-own") != std::string::npos);
        QVERIFY(home.read(kFile).find("https://gate.example") != std::string::npos);
    }

    void aFileThatChangedBetweenPlanAndWriteIsLeftAlone()
    {
        Home home;
        home.write(kFile, kClaude);
        const auto plan = home.connector.plan(home.tool(), endpoint());
        QVERIFY(plan);
        home.write(kFile, "{\"other\": 1}\n");
        const auto applied = home.connector.apply(home.tool(), *plan);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, base::ErrorCode::Conflict);
        QCOMPARE(home.read(kFile), std::string("{\"other\": 1}\n"));
        QVERIFY(home.standing() == Standing::NotConnected);
    }

    void modeAndSymlinkStayAndBackupsAreForTheUserAlone()
    {
        Home home;
        home.write("dotfiles/claude.json", kClaude);
        const auto mode = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadGroup;
        QVERIFY(QFile::setPermissions(home.path("dotfiles/claude.json"), mode));
        QDir().mkpath(home.path(".claude"));
        QVERIFY(QFile::link(home.path("dotfiles/claude.json"), home.path(kFile)));
        QVERIFY(home.connect());
        QVERIFY(QFileInfo(home.path(kFile)).isSymLink());
        QVERIFY(home.read("dotfiles/claude.json").find("127.0.0.1:8377") != std::string::npos);
        const auto after = QFileInfo(home.path("dotfiles/claude.json")).permissions();
        QVERIFY((after & QFileDevice::ReadGroup) && !(after & QFileDevice::ReadOther));
        int backups = 0;
        QDirIterator at(QString::fromStdString(home.profile.dir() + "/state"), QDir::Files,
                        QDirIterator::Subdirectories);
        while (at.hasNext()) {
            at.next();
            QVERIFY2(!(at.fileInfo().permissions() & kOthers), qPrintable(at.filePath()));
            QFile file(at.filePath());
            QVERIFY(file.open(QIODevice::ReadOnly));
            backups += file.readAll() == kClaude ? 1 : 0;
        }
        QCOMPARE(backups, 1);
        QVERIFY(home.undo());
        QCOMPARE(home.read("dotfiles/claude.json"), std::string(kClaude));
        QVERIFY(QFileInfo(home.path(kFile)).isSymLink());
    }

    void aSymlinkOutOfTheHomeFolderIsRefused()
    {
        Home home;
        test::TempProfile elsewhere;
        elsewhere.write("settings.json", kClaude);
        QDir().mkpath(home.path(".claude"));
        QVERIFY(QFile::link(QString::fromStdString(elsewhere.dir() + "/settings.json"), home.path(kFile)));
        const auto connected = home.connect();
        QVERIFY(!connected);
        QCOMPARE(connected.error().code, base::ErrorCode::Denied);
        QCOMPARE(elsewhere.read("settings.json"), std::string(kClaude));
    }

    void aFileThatIsNoneOrTooLargeIsRefused()
    {
        Home home;
        QDir().mkpath(home.path(kFile));
        QVERIFY(!home.connect());
        QDir().rmdir(home.path(kFile));
        home.write(kFile, std::string(kMaxToolFileBytes + 1, ' '));
        const auto connected = home.connect();
        QVERIFY(!connected);
        QCOMPARE(connected.error().code, base::ErrorCode::TooLarge);
    }

    void aBrokenFileIsNamedAndLeftAlone()
    {
        Home home;
        home.write(kFile, "{\"env\": {\n");
        const auto connected = home.connect();
        QVERIFY(!connected);
        QVERIFY(connected.error().message.find("settings.json") != std::string::npos);
        QCOMPARE(home.read(kFile), std::string("{\"env\": {\n"));
        QVERIFY(!QFileInfo::exists(QString::fromStdString(home.profile.dir() + "/state/clients.json")));
    }

    void whenTheSecondFileCannotBeWrittenTheFirstComesBack()
    {
        Home home;
        home.write(".qwen/.env", "# mine\nFOO=1\n");
        home.write(".qwen/settings.json", "{}\n");
        const auto plan = home.connector.plan(home.tool("qwen-code"), endpoint());
        QVERIFY(plan);
        QVERIFY(plan->files.at(0).writes() && plan->files.at(1).writes());
        home.write(".qwen/settings.json", "{\"newer\": 1}\n");
        QVERIFY(!home.connector.apply(home.tool("qwen-code"), *plan));
        QCOMPARE(home.read(".qwen/.env"), std::string("# mine\nFOO=1\n"));
        QCOMPARE(home.read(".qwen/settings.json"), std::string("{\"newer\": 1}\n"));
        QVERIFY(home.standing("qwen-code") == Standing::NotConnected);
        QVERIFY(!home.undo("qwen-code"));
    }

    void aFirstFileThatWasNewGoesWhenTheSecondFails()
    {
        Home home;
        home.write(".qwen/settings.json", "{}\n");
        const auto plan = home.connector.plan(home.tool("qwen-code"), endpoint());
        QVERIFY(plan);
        home.write(".qwen/settings.json", "{\"newer\": 1}\n");
        QVERIFY(!home.connector.apply(home.tool("qwen-code"), *plan));
        QVERIFY(!home.has(".qwen/.env"));
    }

    void aJournalThatCannotBeReadStopsEverything()
    {
        Home home;
        home.write(kFile, kClaude);
        QVERIFY(home.connect());
        const std::string connected = home.read(kFile);
        home.profile.write("state/clients.json", "{");
        QVERIFY(!home.connect("claude-code", endpoint("sk-signalbox-another")));
        QVERIFY(!home.undo());
        QVERIFY(!home.connector.state(home.tool()).problem.empty());
        QCOMPARE(home.read(kFile), connected);
    }

    void aTokenInAFileThatOthersReadIsTold()
    {
        Home home;
        home.write(kFile, kClaude);
        const auto mode = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
        QFile::setPermissions(home.path(kFile), mode | QFileDevice::ReadOther);
        const auto plan = home.connector.plan(home.tool(), endpoint());
        QVERIFY(plan && plan->notes.size() == 1);
        QVERIFY(plan->notes[0].find("chmod 600") != std::string::npos);
        QFile::setPermissions(home.path(kFile), mode);
        QVERIFY(home.connector.plan(home.tool(), endpoint())->notes.empty());
    }

    void anOlderFileOfContinueIsNotOvertaken()
    {
        Home home;
        home.write(".continue/config.json", "{}");
        const auto connected = home.connect("continue");
        QVERIFY(!connected);
        QVERIFY(!home.has(".continue/config.yaml"));
    }

    void aFolderNamedByAVariableIsTheOnlyOne()
    {
        Home home;
        const std::string own = home.home.dir() + "/own";
        Connector connector({{home.home.dir(), home.home.dir() + "/.config",
                              [&](const char *name) {
                                  return std::string_view(name) == "CODEX_HOME" ? std::optional(own)
                                                                                : std::nullopt;
                              }},
                             home.profile.dir() + "/state"});
        home.write(".codex/config.toml", "model = \"x\"\n");
        const auto plan = connector.plan(home.tool("codex"), endpoint());
        QVERIFY(plan && connector.apply(home.tool("codex"), *plan));
        QVERIFY(home.has("own/config.toml"));
        QCOMPARE(home.read(".codex/config.toml"), std::string("model = \"x\"\n"));
    }
};

SIGNALBOX_TEST(ToolConnectorTest)
#include "tool_connector_test.moc"
