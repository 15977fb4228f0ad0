// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/clients/connect_command.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "app/commands/check_command.h"
#include "app/commands/commands.h"
#include "core/foundation/json/document.h"
#include "core/foundation/secrets/environment_secret_store.h"
#include "core/foundation/secrets/memory_secret_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;
using namespace signalbox::test;
using config::KeySource;

namespace {
const char *const kSettings = "{\n  // mine\n  \"env\": {\"FOO\": \"1\"}\n}\n";

/// Fails at what it is told to.
class FailingStore final : public secrets::SecretStore
{
public:
    std::optional<base::ErrorCode> reading;
    std::optional<base::ErrorCode> writing;
    std::map<std::string, std::string> held;

    void read(const std::string &name, Read done) override
    {
        if (reading || !held.contains(name)) {
            done(base::fail(reading.value_or(base::ErrorCode::NotFound), "it cannot be read"));
            return;
        }
        done(base::SecretString(std::string(held[name])));
    }
    void write(const std::string &name, base::SecretString secret, Done done) override
    {
        if (writing) {
            done(base::fail(*writing, "there is no keychain here"));
            return;
        }
        held[name] = std::string(secret.reveal());
        done({});
    }
    void remove(const std::string &name, Done done) override
    {
        held.erase(name);
        done({});
    }
};

/// A profile and a home of their own.
struct Bench {
    TempProfile profile;
    TempProfile homeFolder;
    FakeClock clock;
    config::ConfigStore store{clock, profile.configFile(), app::shippedPresets()};
    FailingStore keychain;
    secrets::EnvironmentSecretStore environment{[](const std::string &) { return std::nullopt; }};
    clients::Connector connector{
        {{homeFolder.dir(), homeFolder.dir() + "/.config", {}}, profile.dir() + "/state"}};
    clients::Catalogue catalogue = clients::Catalogue::shipped();

    Bench()
    {
        store.load();
        QDir(QString::fromStdString(homeFolder.dir())).mkpath(QStringLiteral(".claude"));
        homeFolder.write(".claude/settings.json", kSettings);
    }
    const clients::Tool &tool(const char *id = "claude-code") const { return *catalogue.find(id); }
    base::Result<app::Connected> connect(app::ConnectWish wish = {}, const char *id = "claude-code")
    {
        return app::connectTool({store, keychain, environment, connector}, tool(id), wish);
    }
    void edit(const std::function<void(config::Config &)> &change)
    {
        config::Config next = *store.current();
        change(next);
        QVERIFY(store.save(next));
    }
    std::string settings() const { return homeFolder.read(".claude/settings.json"); }
    std::string config() const { return profile.read("config.json"); }
    bool leftNothing(const std::string &configBefore) const
    {
        return settings() == kSettings && config() == configBefore && keychain.held.empty();
    }
};
} // namespace

class ConnectCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aToolGetsAClientATokenAndItsSettings()
    {
        Bench bench;
        const auto done = bench.connect();
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        QVERIFY(done->newClient && done->newToken && done->plan.writes());
        const config::ClientConfig *const client = bench.store.current()->client("claude-code");
        QVERIFY(client);
        QVERIFY(client->token.kind == KeySource::Kind::Keychain);
        QCOMPARE(client->token.name, std::string("client/claude-code"));
        QCOMPARE(client->chain, bench.store.current()->chains[0].id);
        const std::string token = bench.keychain.held.at("client/claude-code");
        QVERIFY(token.starts_with("sk-signalbox-"));
        QVERIFY(bench.settings().find(token) != std::string::npos);
        QVERIFY(bench.settings().find("// mine") != std::string::npos);
        QVERIFY(bench.config().find(token) == std::string::npos);
        QVERIFY(bench.profile.read("state/clients.json").find(token) == std::string::npos);
    }

    void aSecondTimeChangesNothing()
    {
        Bench bench;
        QVERIFY(bench.connect());
        const std::string settings = bench.settings();
        const std::string config = bench.config();
        const auto again = bench.connect();
        QVERIFY(again);
        QVERIFY(!again->newClient && !again->newToken && !again->plan.writes());
        QCOMPARE(bench.settings(), settings);
        QCOMPARE(bench.config(), config);
    }

    void aDryRunShowsTheDifferenceAndWritesNothing()
    {
        Bench bench;
        const std::string config = bench.config();
        const auto shown = bench.connect({.dryRun = true});
        QVERIFY(shown);
        QVERIFY(bench.leftNothing(config));
        QVERIFY(!QFileInfo::exists(QString::fromStdString(bench.profile.dir() + "/state/clients.json")));
        const std::string text = app::connectedAsText(bench.tool(), *shown, true);
        QVERIFY2(text.find("+++ ") != std::string::npos, text.c_str());
        QVERIFY(text.find("ANTHROPIC_BASE_URL") != std::string::npos);
        QVERIFY(text.find(shown->endpoint.token) == std::string::npos);
        QVERIFY(text.find("Nothing was written.") != std::string::npos);
    }

    void withoutAKeychainNothingIsChanged()
    {
        Bench bench;
        const std::string config = bench.config();
        bench.keychain.writing = base::ErrorCode::Unavailable;
        const auto done = bench.connect();
        QVERIFY(!done);
        QVERIFY(done.error().message.find("there is no keychain here; nothing was changed")
                != std::string::npos);
        QVERIFY(bench.leftNothing(config));
    }

    void whenTheFileCannotBeWrittenClientAndTokenGoAgain()
    {
        Bench bench;
        const std::string config = bench.config();
        // The folder of backups cannot be made where a file stands.
        QVERIFY(QDir(QString::fromStdString(bench.profile.dir())).mkpath(QStringLiteral("state")));
        bench.profile.write("state/client-backups", "in the way");
        QVERIFY(!bench.connect());
        QVERIFY(bench.leftNothing(config));
    }

    void whatCannotBePlannedTouchesNothing()
    {
        Bench bench;
        const std::string config = bench.config();
        bench.homeFolder.write(".claude/settings.json", "{\"env\": [1}");
        const auto done = bench.connect();
        QVERIFY(!done);
        QVERIFY(done.error().message.find("settings.json") != std::string::npos);
        QVERIFY(bench.keychain.held.empty());
        QCOMPARE(bench.config(), config);
    }

    void aLockedKeychainDoesNotCostTheTokenThatIsThere()
    {
        Bench bench;
        QVERIFY(bench.connect());
        const std::string token = bench.keychain.held.at("client/claude-code");
        bench.keychain.reading = base::ErrorCode::Locked;
        const auto done = bench.connect();
        QVERIFY(!done);
        QCOMPARE(done.error().code, base::ErrorCode::Locked);
        QCOMPARE(bench.keychain.held.at("client/claude-code"), token);
        QVERIFY(bench.connect({.dryRun = true}));
    }

    void aTokenThatIsGoneIsMadeAnew()
    {
        Bench bench;
        QVERIFY(bench.connect());
        const std::string old = bench.keychain.held.at("client/claude-code");
        bench.keychain.held.clear();
        const auto done = bench.connect();
        QVERIFY(done && done->newToken && !done->newClient);
        const std::string token = bench.keychain.held.at("client/claude-code");
        QVERIFY(token != old);
        QVERIFY(bench.settings().find(token) != std::string::npos);
        QVERIFY(bench.settings().find(old) == std::string::npos);
    }

    void theChainIsTheOneAskedForAndMustBeThere()
    {
        Bench bench;
        bench.edit([](config::Config &config) {
            config.chains.push_back(config.chains[0]);
            config.chains.back().id = "second";
            config.chains.back().aliases.clear();
        });
        const std::string before = bench.config();
        const auto wrong = bench.connect({.chain = "third"});
        QVERIFY(!wrong);
        QVERIFY(wrong.error().message.find("second") != std::string::npos);
        QVERIFY(bench.leftNothing(before));
        QVERIFY(bench.connect({.chain = "second"}));
        QCOMPARE(bench.store.current()->client("claude-code")->chain, std::string("second"));
        QVERIFY(bench.connect()); // its own chain stays
        QCOMPARE(bench.store.current()->client("claude-code")->chain, std::string("second"));
    }

    void aPortThatChangesIsNoAddress()
    {
        Bench bench;
        bench.edit([](config::Config &config) { config.server.port = 0; });
        const std::string before = bench.config();
        QVERIFY(!bench.connect());
        QVERIFY(bench.leftNothing(before));
    }

    void aToolThatCannotUseSignalboxIsRefused()
    {
        Bench bench;
        const std::string before = bench.config();
        const auto done = bench.connect({}, "cursor");
        QVERIFY(!done);
        QVERIFY(done.error().message.find("127.0.0.1") != std::string::npos);
        QVERIFY(bench.leftNothing(before));
    }

    void aToolThatIsOnlyShownGetsAClientAndItsText()
    {
        Bench bench;
        const auto done = bench.connect({}, "cline");
        QVERIFY(done);
        QVERIFY(done->plan.files.empty());
        const std::string text = app::connectedAsText(bench.tool("cline"), *done, false);
        QVERIFY(text.find(bench.keychain.held.at("client/cline")) != std::string::npos);
        const auto dry = bench.connect({.dryRun = true}, "jetbrains");
        const std::string shown = app::connectedAsText(bench.tool("jetbrains"), *dry, true);
        QVERIFY(shown.find("<token>") != std::string::npos);
        QVERIFY(shown.find(dry->endpoint.token) == std::string::npos);
    }

    void whatIsPrintedHoldsNoTokenAndIsSound()
    {
        Bench bench;
        const auto done = bench.connect();
        const std::string &token = done->endpoint.token;
        const std::string text = app::connectedAsText(bench.tool(), *done, false);
        QVERIFY(text.find(token) == std::string::npos);
        QVERIFY(text.find("connect claude-code --undo") != std::string::npos);
        const std::string mask = "********" + token.substr(token.size() - 4);
        QVERIFY2(text.find(mask + "\n") != std::string::npos, text.c_str());
        const std::string json = app::connectedAsJson(bench.tool(), *done, false);
        QVERIFY(json.find(token) == std::string::npos);
        QVERIFY2(json::parseDocument(json), json.c_str());
        const auto undo = bench.connector.planUndo(bench.tool());
        QVERIFY(undo);
        const std::string undone = app::undoneAsJson(bench.tool(), *undo, true);
        QVERIFY(undone.find(token) == std::string::npos);
        QVERIFY2(json::parseDocument(undone), undone.c_str());
    }

    void theListTellsHowEachToolStands()
    {
        Bench bench;
        const auto stateOf = [&](const std::string &id) {
            for (const app::ToolRow &row : app::toolRows(bench.catalogue, bench.connector)) {
                if (row.id == id) {
                    return row.state;
                }
            }
            return std::string("missing");
        };
        QCOMPARE(stateOf("claude-code"), std::string("absent"));
        QCOMPARE(stateOf("codex"), std::string("not-installed"));
        QCOMPARE(stateOf("cline"), std::string("show-only"));
        QCOMPARE(stateOf("cursor"), std::string("refused"));
        QVERIFY(bench.connect());
        QCOMPARE(stateOf("claude-code"), std::string("connected"));
        std::string text = bench.settings();
        const std::string ours = "http://127.0.0.1:8377";
        text.replace(text.find(ours), ours.size(), "https://elsewhere.example");
        bench.homeFolder.write(".claude/settings.json", text);
        QCOMPARE(stateOf("claude-code"), std::string("drifted"));
        const std::string json = app::toolsAsJson(app::toolRows(bench.catalogue, bench.connector));
        QVERIFY2(json::parseDocument(json), json.c_str());
    }

    void anUnknownToolIsWrongUse()
    {
        const TempProfile profile;
        app::CommandLine line;
        line.command = app::CommandLine::Command::Connect;
        line.profile = profile.dir();
        line.argument = "claud-code";
        QCOMPARE(app::runConnect(line), app::kWrongUsage);
        QCOMPARE(app::runLaunch(line), app::kWrongUsage);
        const std::string text = app::unknownTool(clients::Catalogue::shipped(), "claud-code");
        QVERIFY(text.find("did you mean 'claude-code'") != std::string::npos);
        QVERIFY(text.find("opencode") != std::string::npos);
        line.argument = "claude-code";
        QCOMPARE(app::runConnect(line), app::kFailed); // no configuration yet, and none is made
        QVERIFY(!QFileInfo::exists(QString::fromStdString(profile.configFile())));
    }
};

SIGNALBOX_TEST(ConnectCommandTest)
#include "connect_command_test.moc"
