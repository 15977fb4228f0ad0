// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/command_line.h"

#include <QFile>
#include <QTemporaryDir>

#include "app/commands/check_command.h"
#include "tests/support/registry.h"

using namespace signalbox;
using app::CommandLine;
using Command = CommandLine::Command;

namespace {
base::Result<CommandLine> parse(const QByteArray &words)
{
    std::vector<std::string> text;
    for (const QByteArray &word : words.split(' ')) {
        if (!word.isEmpty()) {
            text.push_back(word.toStdString());
        }
    }
    const std::vector<std::string_view> views(text.begin(), text.end());
    return app::parseCommandLine(views);
}

std::string written(const QTemporaryDir &folder, const QByteArray &text)
{
    QFile file(folder.filePath(QStringLiteral("config.json")));
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName().toStdString()
                                                                              : "";
}
} // namespace

class CommandLineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingOpensTheWindow()
    {
        const auto line = parse("");
        QVERIFY(line);
        QCOMPARE(line->command, Command::Run);
        QVERIFY(!line->headless && !line->background && !line->port && line->profile.empty());
    }

    void importAndExportAreRead()
    {
        const auto import = parse("import litellm.yaml --format litellm --dry-run --json");
        QVERIFY(import);
        QCOMPARE(import->command, Command::Import);
        QCOMPARE(import->argument, std::string("litellm.yaml"));
        QCOMPARE(import->format, std::string("litellm"));
        QVERIFY(import->dryRun && import->json);
        QCOMPARE(parse("import -")->argument, std::string("-"));
        QVERIFY(!parse("import") && !parse("import f --format yaml") && !parse("export --dry-run"));
        QCOMPARE(parse("export")->command, Command::Export);
        QVERIFY(app::helpText().find("import FILE|env") != std::string::npos);
    }

    void optionsAreRead()
    {
        const auto line = parse("--headless --profile /p --port 0");
        QVERIFY(line);
        QVERIFY(line->headless);
        QCOMPARE(line->profile, std::string("/p"));
        QCOMPARE(line->port, std::optional<std::uint16_t>(0));
        const auto joined = parse("--background --profile=/a=b --port=65535");
        QVERIFY(joined && joined->background);
        QCOMPARE(joined->profile, std::string("/a=b"));
        QCOMPARE(joined->port, std::optional<std::uint16_t>(65535));
    }

    void commandsAreRead()
    {
        QCOMPARE(parse("check")->command, Command::Check);
        QCOMPARE(parse("check some.json --profile /p")->argument, std::string("some.json"));
        const auto requests = parse("requests --json --limit 5");
        QCOMPARE(requests->command, Command::Requests);
        QVERIFY(requests->json);
        QCOMPARE(requests->limit, 5);
        QCOMPARE(parse("requests")->limit, 20);
        const auto explain = parse("--profile /p explain 01ABC --json");
        QCOMPARE(explain->command, Command::Explain);
        QCOMPARE(explain->argument, std::string("01ABC"));
        const auto keys = parse("keys set openai");
        QCOMPARE(keys->command, Command::KeysSet);
        QCOMPARE(keys->argument, std::string("openai"));
        const auto scorecard = parse("drill coding --whole --json");
        QCOMPARE(scorecard->command, Command::Drill);
        QCOMPARE(scorecard->argument, std::string("coding"));
        QVERIFY(scorecard->whole && !scorecard->stream && scorecard->json && !scorecard->live);
        QCOMPARE(parse("--version")->command, Command::Version);
        QVERIFY(parse("breakers")->action.empty());
        const auto open = parse("breakers open sim/demo --minutes 5");
        QCOMPARE(open->command, Command::Breakers);
        QCOMPARE(open->action + " " + open->argument, std::string("open sim/demo"));
        QCOMPARE(open->minutes, 5);
        const auto drill = parse("drill coding --live --step 2 --fault stall --requests 3");
        QCOMPARE(drill->command, Command::Drill);
        QCOMPARE(drill->argument + " " + drill->fault, std::string("coding stall"));
        QCOMPARE(drill->step * 10 + drill->requests, 23);
        QVERIFY(parse("drill --stop")->stop);
        for (const char *const bad :
             {"drill", "drill coding --step 1", "drill coding --live --json", "drill --stop --whole",
              "drill coding --minutes 2", "drill coding --live --step 1",
              "drill coding --live --step 0 --fault 429", "drill coding --live --step 1 --fault fire",
              "drill coding --stop", "breakers reset", "breakers burn x", "breakers reset a --minutes 3",
              "breakers --step 1", "breakers open a/b --minutes 1441"}) {
            QVERIFY2(!parse(bad), bad);
        }
        QCOMPARE(parse("-h")->command, Command::Help);
        QCOMPARE(parse("requests --help")->command, Command::Help);
    }

    void connectAndLaunchAreRead()
    {
        const auto connect = app::parseCommandLine(
            std::vector<std::string_view>{"connect", "codex", "--chain", "coding", "--dry-run", "--json"});
        QVERIFY(connect && connect->command == Command::Connect);
        QCOMPARE(connect->argument, std::string("codex"));
        QCOMPARE(connect->chain, std::string("coding"));
        QVERIFY(connect->dryRun && connect->json && !connect->undo);
        const auto launch = app::parseCommandLine(std::vector<std::string_view>{
            "launch", "codex", "--profile=/p", "--", "exec", "--json", "--", "-x"});
        QVERIFY(launch && launch->command == Command::Launch);
        QCOMPARE(launch->profile, std::string("/p"));
        QCOMPARE(launch->rest, (std::vector<std::string>{"exec", "--json", "--", "-x"}));
        QVERIFY(!launch->json);
    }

    void wrongWordsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *words, const char *says) {
            QTest::newRow(words) << QByteArray(words) << QByteArray(says);
        };
        row("--headles", "unknown option '--headles'; did you mean '--headless'?");
        row("--zzz", "unknown option '--zzz'; see --help");
        row("-x", "unknown option '-x'");
        row("--port", "option '--port' needs a value");
        row("--port 65536", "option '--port' needs a number from 0 to 65535, not '65536'");
        row("--port -1", "not '-1'");
        row("--port 80x", "not '80x'");
        row("--profile=", "option '--profile' needs a folder");
        row("--headless=yes", "'--headless' takes no value");
        row("--headless --background", "'--background' does not go with '--headless'");
        row("chek", "unknown command 'chek'; did you mean 'check'?");
        row("check a b", "'b' is too much behind 'check'");
        row("connect --dry-run", "need a TOOL");
        row("connect codex --undo --chain c", "'--chain' does not go with '--undo'");
        row("launch", "'launch' needs a TOOL");
        row("launch codex exec", "the tool's own arguments stand behind '--'");
        row("connect codex -- x", "unknown option '--'");
        row("launch codex --dry-run -- x", "'--dry-run' does not belong to 'launch'");
        row("requests 5", "'5' is too much behind 'requests'");
        row("requests --limit 0", "option '--limit' needs a number from 1 on, not '0'");
        row("check --json", "option '--json' does not belong to 'check'");
        row("explain --port 1 x", "option '--port' does not belong to 'explain'");
        row("--limit 3", "option '--limit' does not belong to a start without a command");
        row("explain", "'explain' needs a REQUEST_ID");
        row("keys", "'keys' needs a second word");
        row("keys get openai", "unknown command 'keys get'; did you mean 'keys set'?");
        row("keys set", "'keys set' needs a PROVIDER");
        row("drill", "'drill' needs a CHAIN");
        row("drill a --stream --whole", "'--stream' does not go with '--whole'");
        row("check --whole", "option '--whole' does not belong to 'check'");
        row("keys set openai sk-not-a-real-key", "reads it from standard input");
    }

    void wrongWordsAreNamed()
    {
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, says);
        const auto line = parse(words);
        QVERIFY(!line);
        QVERIFY2(QByteArray::fromStdString(line.error().message).contains(says),
                 line.error().message.c_str());
    }

    void aKeyOnTheCommandLineIsNotRepeated()
    {
        const auto line = parse("keys set openai sk-not-a-real-key");
        QVERIFY(line.error().message.find("sk-not") == std::string::npos);
    }

    void theHelpNamesEverything()
    {
        const std::string help = app::helpText();
        for (const char *word :
             {"--headless", "--background", "--profile DIR", "--port N", "--version", "--help",
              "check [FILE]", "requests [--json] [--limit N]", "explain REQUEST_ID [--json]",
              "keys set PROVIDER", "drill CHAIN [--json] [--stream|--whole]", "export [FILE]",
              "connect TOOL [--chain NAME] [--dry-run] [--json]", "connect TOOL --undo",
              "launch TOOL [--chain NAME] [-- ARGUMENTS]"}) {
            QVERIFY2(help.find(word) != std::string::npos, word);
        }
        QVERIFY(app::versionText().find(SIGNALBOX_VERSION) != std::string::npos);
    }

    void checkPrintsFileLinePathAndMessage()
    {
        QTemporaryDir folder;
        const std::string file =
            written(folder, "{\n\"schemaVersion\": 1,\n\"server\": {\"port\": \"x\"}\n}");
        const app::CheckResult result = app::checkFile(file);
        QVERIFY(!result.ok);
        QCOMPARE(result.text, file + ":3: server.port: must be a number, not a text in quotes\n");
    }

    void checkPassesWarnings()
    {
        QTemporaryDir folder;
        const std::string file =
            written(folder, "{\"schemaVersion\": 1,\n \"budgets\": [{\"period\": \"day\", "
                            "\"limitUsd\": \"5\", \"atLimit\": \"stop\"}]}");
        const app::CheckResult result = app::checkFile(file);
        QVERIFY2(result.ok, result.text.c_str());
        QVERIFY(result.text.starts_with(file + ":2: budgets: warning: "));
    }

    void checkNamesAFileThatIsNotThere()
    {
        QTemporaryDir folder;
        const app::CheckResult result = app::checkFile(folder.path().toStdString() + "/none.json");
        QVERIFY(!result.ok);
        QVERIFY(result.text.find("/none.json: cannot be read") != std::string::npos);
        QVERIFY(!app::checkFile(folder.path().toStdString()).ok);
    }
};

SIGNALBOX_TEST(CommandLineTest)
#include "command_line_test.moc"
