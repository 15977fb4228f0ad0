// SPDX-License-Identifier: GPL-3.0-or-later
// Each tool against a settings file as its users have it: tests/data/clients/TOOL.before and .after.
#include <QFile>

#include "core/clients/plan.h"
#include "core/clients/undo.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace signalbox::clients;

namespace {
Endpoint endpoint()
{
    Endpoint out = endpointOn(8377);
    out.token = "sk-signalbox-0123456789";
    out.chain = "coding";
    return out;
}

std::string dataFile(const std::string &name)
{
    return SIGNALBOX_TEST_DATA "/clients/" + name;
}

std::string dataText(const std::string &name)
{
    QFile file(QString::fromStdString(dataFile(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : "missing: " + name;
}

/// The tool's files, of which only the one the fixture is of is there.
std::vector<FileText> filesOf(const Tool &tool, std::size_t there, const std::string &text)
{
    std::vector<FileText> out;
    for (std::size_t i = 0; i < tool.files.size(); ++i) {
        const bool is = i == there;
        out.push_back({"/home/u/file" + std::to_string(i), is, is ? text : std::string()});
    }
    return out;
}

Journal journalOf(const Tool &tool, const Plan &plan)
{
    Journal out;
    for (const FilePlan &file : plan.files) {
        out.tools[tool.id].push_back(file.journal);
    }
    return out;
}
} // namespace

class ToolTableTest : public QObject
{
    Q_OBJECT

    Catalogue m_catalogue = Catalogue::shipped();

private Q_SLOTS:
    void aFileOfItsUsersKeepsAllTheRest_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<int>("file");
        const auto row = [](const char *id, int file = 0) { QTest::newRow(id) << QByteArray(id) << file; };
        row("claude-code");
        row("codex");
        row("opencode");
        row("continue");
        row("aider");
        row("zed");
        row("qwen-code");
        row("crush");
        row("droid");
        row("goose", 1);
        row("vscode");
        row("kilo");
        row("roo", 1);
    }

    void aFileOfItsUsersKeepsAllTheRest()
    {
        QFETCH(QByteArray, id);
        QFETCH(int, file);
        const Tool *const tool = m_catalogue.find(id.toStdString());
        QVERIFY(tool);
        const auto at = static_cast<std::size_t>(file);
        const std::string before = dataText(tool->id + ".before");
        const auto plan = planConnect(*tool, filesOf(*tool, at, before), endpoint(), {});
        QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
        const FilePlan &written = plan->files.at(at);
        QVERIFY(written.diff.find("sk-signalbox-0123456789") == std::string::npos);
        QCOMPARE(QByteArray::fromStdString(written.after),
                 QByteArray::fromStdString(dataText(tool->id + ".after")));

        // Once more: nothing. Taken back: every byte, and key by key when the text has changed since.
        auto now = filesOf(*tool, at, written.after);
        for (std::size_t i = 0; i < now.size(); ++i) {
            now[i] = {now[i].path, true, plan->files[i].after};
        }
        const auto again = planConnect(*tool, now, endpoint(), journalOf(*tool, *plan));
        QVERIFY(again && !again->writes());
        const auto undone = planUndo(written.journal, now[at], [&](const std::string &) { return before; });
        QVERIFY(undone && undone->leftAlone.empty());
        QCOMPARE(QByteArray::fromStdString(undone->after), QByteArray::fromStdString(before));
        JournalFile touched = written.journal;
        touched.hashAfter = "somebody wrote in between";
        const auto byKey = planUndo(touched, now[at], [&](const std::string &) { return before; });
        QVERIFY(byKey && byKey->leftAlone.empty());
        QCOMPARE(QByteArray::fromStdString(byKey->after), QByteArray::fromStdString(before));
    }

    void everyToolCanBeGivenFilesThatAreNotThere()
    {
        for (const Tool &tool : m_catalogue.tools()) {
            if (tool.files.empty()) {
                continue;
            }
            const auto plan = planConnect(tool, filesOf(tool, 99, ""), endpoint(), {});
            QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
            std::string all;
            for (const FilePlan &file : plan->files) {
                QVERIFY2(file.writes(), tool.id.c_str());
                all += file.after;
                const auto undone = planUndo(file.journal, {file.now.path, true, file.after},
                                             [](const std::string &) { return std::string(); });
                QVERIFY2(undone && undone->removeFile, tool.id.c_str());
            }
            QVERIFY2(all.find("http://127.0.0.1:8377") != std::string::npos, tool.id.c_str());
            QVERIFY2(all.find('{' + std::string("token}")) == std::string::npos, tool.id.c_str());
            QVERIFY2(tool.showToken || all.find("sk-signalbox-0123456789") != std::string::npos,
                     tool.id.c_str());
        }
    }

    void noToolIsPointedAtAnotherAddress()
    {
        Endpoint elsewhere = endpoint();
        elsewhere.origin = "https://api.example.com";
        for (const Tool &tool : m_catalogue.tools()) {
            QVERIFY(!planConnect(tool, filesOf(tool, 99, ""), elsewhere, {}));
        }
    }
};

SIGNALBOX_TEST(ToolTableTest)
#include "tool_table_test.moc"
