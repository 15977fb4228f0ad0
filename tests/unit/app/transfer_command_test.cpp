// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/transfer/transfer_command.h"

#include <QFile>
#include <QFileInfo>

#include "app/commands/check_command.h"
#include "app/commands/commands.h"
#include "core/foundation/config/file/default_config.h"
#include "core/foundation/json/document.h"
#include "core/foundation/secrets/memory_secret_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"
#include "tests/unit/transfer/import_bench.h"

using namespace signalbox;
using namespace signalbox::test;

namespace {
/// Takes the first few keys, then refuses, and remembers what it holds.
class BreakingStore final : public secrets::SecretStore
{
public:
    explicit BreakingStore(std::size_t takes) : m_takes(takes) {}
    void read(const std::string &, Read) override {}
    void write(const std::string &name, base::SecretString, Done done) override
    {
        if (held.size() == m_takes) {
            done(base::fail(base::ErrorCode::Unavailable, "there is no keychain"));
            return;
        }
        held.push_back(name);
        done({});
    }
    void remove(const std::string &name, Done done) override
    {
        std::erase(held, name);
        done({});
    }
    std::vector<std::string> held;

private:
    std::size_t m_takes;
};

struct Bench {
    TempProfile profile;
    FakeClock clock;
    config::ConfigStore store{clock, profile.configFile(), app::shippedPresets()};

    Bench() { store.load(); }

    transfer::Merged merged(const std::string &fixture) const
    {
        return *transfer::merge(*store.current(), imported(fixture), shippedPresetList());
    }
    base::Result<app::ImportOutcome> apply(secrets::SecretStore &keychain, const transfer::Merged &merged)
    {
        std::optional<base::Result<app::ImportOutcome>> answer;
        app::applyImport(store, keychain, merged,
                         [&](base::Result<app::ImportOutcome> result) { answer = std::move(result); });
        return QTest::qWaitFor([&] { return answer.has_value(); })
                   ? *answer
                   : base::fail(base::ErrorCode::Timeout, "never");
    }
    app::CommandLine line(app::CommandLine::Command command, const std::string &argument) const
    {
        app::CommandLine out;
        out.command = command;
        out.profile = profile.dir();
        out.argument = argument;
        return out;
    }
};

using Command = app::CommandLine::Command;
} // namespace

class TransferCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keysGoToTheKeychainAndTheConfigurationIsWrittenWithACopy()
    {
        Bench bench;
        const std::string before = bench.profile.read("config.json");
        secrets::MemorySecretStore keychain;
        const transfer::Merged merged = bench.merged("litellm.yaml");
        const auto outcome = bench.apply(keychain, merged);
        QVERIFY(outcome);
        QVERIFY(outcome->written);
        QCOMPARE(bench.profile.read("config.json.before-import"), before);
        const auto mode = QFileInfo(QString::fromStdString(outcome->backup)).permissions();
        QVERIFY(!(mode & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
        const std::string after = bench.profile.read("config.json");
        QVERIFY(after.find("sk-test") == std::string::npos);
        QVERIFY(after.find("provider/openai") != std::string::npos);
        QVERIFY(app::checkFile(bench.profile.configFile(), app::shippedPresets()).ok);
        std::string stored;
        keychain.read("provider/openai",
                      [&](const auto &secret) { stored = secret ? std::string(secret->reveal()) : "none"; });
        QTRY_COMPARE(stored, std::string("sk-test-litellm-openai-0001"));
    }

    void whereTheKeychainFailsNothingIsLeft()
    {
        for (const std::size_t takes : {std::size_t{0}, std::size_t{2}}) {
            Bench bench;
            const std::string before = bench.profile.read("config.json");
            BreakingStore keychain(takes);
            const transfer::Merged merged = bench.merged("one_api.json");
            QVERIFY(merged.secrets.size() > takes);
            const auto outcome = bench.apply(keychain, merged);
            QVERIFY(!outcome);
            QVERIFY(outcome.error().message.find("there is no keychain; nothing was changed")
                    != std::string::npos);
            QVERIFY(keychain.held.empty());
            QCOMPARE(bench.profile.read("config.json"), before);
            QVERIFY(!QFileInfo::exists(
                QString::fromStdString(bench.profile.dir() + "/config.json.before-import")));
        }
    }

    void whereTheConfigurationCannotBeSavedTheKeysGoAgain()
    {
        Bench bench;
        const std::string before = bench.profile.read("config.json");
        BreakingStore keychain(100);
        transfer::Merged merged = bench.merged("one_api.json");
        merged.config.chains.back().steps.clear();
        QVERIFY(!bench.apply(keychain, merged));
        QVERIFY(keychain.held.empty());
        QCOMPARE(bench.profile.read("config.json"), before);
    }

    void aDryRunWritesNothing()
    {
        Bench bench;
        const std::string before = bench.profile.read("config.json");
        for (const std::string &fixture : importFixtures()) {
            app::CommandLine line = bench.line(Command::Import, SIGNALBOX_TEST_DATA "/import/" + fixture);
            line.dryRun = true;
            line.json = true;
            QCOMPARE(app::runImport(line), 0);
        }
        QCOMPARE(bench.profile.read("config.json"), before);
        QVERIFY(
            !QFileInfo::exists(QString::fromStdString(bench.profile.dir() + "/config.json.before-import")));
    }

    void variablesNeedNoKeychain()
    {
        Bench bench;
        QCOMPARE(app::runImport(bench.line(Command::Import, SIGNALBOX_TEST_DATA "/import/variables.env")), 0);
        const std::string after = bench.profile.read("config.json");
        QVERIFY(after.find("\"env\": \"GROQ_API_KEY\"") != std::string::npos);
        QVERIFY(after.find("sk-test") == std::string::npos);
    }

    void whatCannotBeReadIsAnError()
    {
        Bench bench;
        bench.profile.write("nobody.yaml", "a: [1\n");
        QCOMPARE(app::runImport(bench.line(Command::Import, bench.profile.dir() + "/nobody.yaml")),
                 app::kFailed);
        QCOMPARE(app::runImport(bench.line(Command::Import, bench.profile.dir() + "/missing.yaml")),
                 app::kFailed);
        QCOMPARE(app::runImport(bench.line(Command::Import, bench.profile.dir())), app::kFailed);
    }

    void theReportHoldsNoKeyAndTheJsonIsSound()
    {
        Bench bench;
        for (const std::string &fixture : importFixtures()) {
            const transfer::Merged merged = bench.merged(fixture);
            const std::string text = app::importAsText(transfer::Format::LiteLlm, merged, {});
            const std::string json =
                app::importAsJson(transfer::Format::LiteLlm, merged, {true, "/p/config.json.before-import"});
            QVERIFY2(text.find("sk-test") == std::string::npos && json.find("sk-test") == std::string::npos,
                     text.c_str());
            QVERIFY2(json::parseDocument(json), json.c_str());
            QVERIFY(text.find("nothing was written") != std::string::npos);
        }
    }

    void anExportGoesToAFileThatIsNotTheConfiguration()
    {
        Bench bench;
        const std::string before = bench.profile.read("config.json");
        const std::string file = bench.profile.dir() + "/export.json";
        QCOMPARE(app::runExport(bench.line(Command::Export, file)), 0);
        QVERIFY(config::readConfig(bench.profile.read("export.json")).config == config::defaultConfig());
        QCOMPARE(app::runExport(bench.line(Command::Export, bench.profile.configFile())), app::kFailed);
        QCOMPARE(bench.profile.read("config.json"), before);
        QCOMPARE(app::runImport(bench.line(Command::Import, file)), 0);
        QCOMPARE(bench.profile.read("config.json"), before); // all of it is there already
    }
};

SIGNALBOX_TEST(TransferCommandTest)
#include "transfer_command_test.moc"
