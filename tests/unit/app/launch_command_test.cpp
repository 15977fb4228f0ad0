// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/clients/launch_command.h"

#include <sys/wait.h>
#include <unistd.h>

#include <QFile>

#include "app/commands/clients/connect_tool.h"
#include "app/commands/commands.h"
#include "core/clients/plan.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;

namespace {
clients::Endpoint endpoint()
{
    clients::Endpoint out = clients::endpointOn(8377);
    out.token = "sk-signalbox-test";
    out.chain = "coding";
    return out;
}

const clients::Tool &tool(const char *id)
{
    static const clients::Catalogue catalogue = clients::Catalogue::shipped();
    return *catalogue.find(id);
}

std::string valueOf(const app::Launch &launch, const std::string &name)
{
    for (const auto &[variable, value] : launch.set) {
        if (variable == name) {
            return value;
        }
    }
    return "unset";
}

/// What a process that becomes the tool exits with.
int exitCode(const std::function<void()> &inChild)
{
    const pid_t child = ::fork();
    if (child == 0) {
        inChild();
        ::_exit(99);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A folder with a program that writes down how it was started.
struct Fake {
    test::TempProfile folder;
    explicit Fake(const std::string &name)
    {
        folder.write(name,
                     "#!/bin/sh\n{ echo \"base=$ANTHROPIC_BASE_URL\"; echo \"key=${ANTHROPIC_API_KEY-none}\";"
                     " for a in \"$@\"; do echo \"arg=$a\"; done; } > '"
                         + folder.dir() + "/started'\nexit 7\n");
        QFile::setPermissions(QString::fromStdString(folder.dir() + "/" + name),
                              QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }
    void takePath() const
    {
        ::setenv("PATH", (folder.dir() + ":/usr/bin:/bin").c_str(), 1);
        ::setenv("HOME", folder.dir().c_str(), 1);
        ::setenv("ANTHROPIC_BASE_URL", "https://own.example", 1);
        ::setenv("ANTHROPIC_API_KEY", "own", 1);
    }
};
} // namespace

class LaunchCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aToolIsGivenSignalboxByItsEnvironment()
    {
        const clients::Endpoint to = endpoint();
        const auto launch = app::planLaunch(tool("claude-code"), &to, {"-p", "hi there"}, false);
        QVERIFY(launch);
        QCOMPARE(launch->programs, std::vector<std::string>{"claude"});
        QCOMPARE(launch->arguments, (std::vector<std::string>{"-p", "hi there"}));
        QCOMPARE(valueOf(*launch, "ANTHROPIC_BASE_URL"), std::string("http://127.0.0.1:8377"));
        QCOMPARE(valueOf(*launch, "ANTHROPIC_AUTH_TOKEN"), std::string("sk-signalbox-test"));
        QCOMPARE(launch->unset, std::vector<std::string>{"ANTHROPIC_API_KEY"});
    }

    void theToolsArgumentsStandBeforeTheUsers()
    {
        const clients::Endpoint to = endpoint();
        const auto launch = app::planLaunch(tool("codex"), &to, {"exec"}, false);
        QVERIFY(launch->arguments.size() > 3);
        QCOMPARE(launch->arguments.front(), std::string("-c"));
        QCOMPARE(launch->arguments.back(), std::string("exec"));
        for (const std::string &argument : launch->arguments) { // every program can see them
            QVERIFY2(argument.find(to.token) == std::string::npos, argument.c_str());
        }
    }

    void aToolIsToldTheChainWhereItsClientHasNone()
    {
        const clients::Endpoint to = endpoint();
        const auto claude = app::planLaunch(tool("claude-code"), &to, {}, true);
        QCOMPARE(valueOf(*claude, "ANTHROPIC_MODEL"), std::string("coding"));
        QCOMPARE(valueOf(*claude, "ANTHROPIC_DEFAULT_HAIKU_MODEL"), std::string("coding"));
        QCOMPARE(valueOf(*claude, "CLAUDE_CODE_AUTO_COMPACT_WINDOW"), std::string("128000"));
        const auto codex = app::planLaunch(tool("codex"), &to, {"exec"}, true);
        const std::string model = "model=" + std::string(1, char(34)) + "coding" + std::string(1, char(34));
        QVERIFY(std::ranges::find(codex->arguments, model) != codex->arguments.end());
        QCOMPARE(codex->arguments.back(), std::string("exec"));
        const auto ofItsOwn = app::planLaunch(tool("claude-code"), &to, {}, false);
        QCOMPARE(valueOf(*ofItsOwn, "ANTHROPIC_MODEL"), std::string("unset"));
    }

    void aChainIsAsLargeAsItsLargestStep()
    {
        config::Config config;
        config.providers = {{.id = "anthropic", .preset = "anthropic"}, {.id = "sim", .preset = "simulated"}};
        config.chains = {{.id = "known",
                          .steps = {{.provider = "sim", .model = "unheard-of"},
                                    {.provider = "anthropic", .model = "claude-haiku-4-5"}}},
                         {.id = "unknown", .steps = {{.provider = "sim", .model = "unheard-of"}}}};
        const clients::Endpoint known = app::endpointOf(config, 8377, "known");
        QCOMPARE(known.context, 200'000);
        QCOMPARE(known.output, 64'000);
        QCOMPARE(known.chain, std::string("known"));
        QCOMPARE(app::endpointOf(config, 8377, "unknown").context, clients::Endpoint().context);
        config.chains[0].steps[1].enabled = false;
        QCOMPARE(app::endpointOf(config, 8377, "known").context, clients::Endpoint().context);
    }

    void withoutSignalboxNothingIsSet()
    {
        const auto launch = app::planLaunch(tool("codex"), nullptr, {"exec"}, true);
        QVERIFY(launch->set.empty() && launch->unset.empty());
        QCOMPARE(launch->arguments, std::vector<std::string>{"exec"});
    }

    void aLibraryNeedsAProgram()
    {
        const clients::Endpoint to = endpoint();
        QVERIFY(!app::planLaunch(tool("openai-sdk"), &to, {}, false));
        const auto launch = app::planLaunch(tool("openai-sdk"), &to, {"python3", "a.py"}, false);
        QCOMPARE(launch->programs, std::vector<std::string>{"python3"});
        QCOMPARE(launch->arguments, std::vector<std::string>{"a.py"});
    }

    void noPlaceholderIsLeft()
    {
        const clients::Endpoint to = endpoint();
        const clients::Catalogue catalogue = clients::Catalogue::shipped();
        for (const clients::Tool &one : catalogue.tools()) {
            if (!one.launch.possible()) {
                continue;
            }
            const auto launch = app::planLaunch(one, &to, {"program"}, true);
            for (const auto &[name, value] : launch->set) {
                for (const char *const word : {"{origin}", "{base}", "{token}", "{chain}", "{context}"}) {
                    QVERIFY2(value.find(word) == std::string::npos, (one.id + " " + name).c_str());
                }
            }
        }
    }

    void theToolTakesThisProcessesPlace()
    {
        const Fake fake("claude");
        const int code = exitCode([&] {
            fake.takePath();
            const clients::Endpoint to = endpoint();
            app::execute(*app::planLaunch(tool("claude-code"), &to, {"-p", "a b"}, false));
        });
        QCOMPARE(code, 7);
        QCOMPARE(fake.folder.read("started"),
                 std::string("base=http://127.0.0.1:8377\nkey=none\narg=-p\narg=a b\n"));
    }

    void whereNoSignalboxRunsTheToolKeepsItsSettings()
    {
        const Fake fake("claude");
        const test::TempProfile profile;
        const int code = exitCode([&] {
            fake.takePath();
            app::CommandLine line;
            line.command = app::CommandLine::Command::Launch;
            line.profile = profile.dir();
            line.argument = "claude-code";
            line.rest = {"--resume"};
            app::runLaunch(line);
        });
        QCOMPARE(code, 7);
        QCOMPARE(fake.folder.read("started"),
                 std::string("base=https://own.example\nkey=own\narg=--resume\n"));
        QVERIFY(profile.read("config.json").empty());
    }

    void aToolThatIsNotThereIsTold()
    {
        app::Launch launch;
        launch.programs = {"no-such-tool-1", "no-such-tool-2"};
        const base::Error error = app::execute(launch);
        QCOMPARE(error.code, base::ErrorCode::NotFound);
        QVERIFY(error.message.find("'no-such-tool-1', 'no-such-tool-2'") != std::string::npos);
    }
};

SIGNALBOX_TEST(LaunchCommandTest)
#include "launch_command_test.moc"
