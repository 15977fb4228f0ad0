// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transfer/export.h"

#include "core/foundation/config/file/default_config.h"
#include "tests/support/registry.h"
#include "tests/unit/transfer/import_bench.h"

using namespace signalbox;
using namespace signalbox::test;
using config::KeySource;
using Kind = transfer::ReportLine::Kind;

namespace {
config::Config withSecretsEverywhere()
{
    config::Config config = config::defaultConfig();
    config::ProviderConfig provider;
    provider.id = "relay";
    provider.name = "sk-test-name-0001";
    provider.preset = "openai-compatible";
    provider.baseUrl = "https://me:sk-test-url-0002@relay.example.com/v1?key=sk-test-query-0003";
    provider.key = {KeySource::Kind::Keychain, "provider/relay", "0004"};
    provider.headers = {
        {"X-Gateway-Token", "short"}, {"X-Note", "sk-test-header-0005"}, {"X-Title", "Signalbox"}};
    config.providers.push_back(provider);
    config::ProviderConfig path = provider;
    path.id = "path";
    path.baseUrl = "https://relay.example.com/sk-test-path-0006/v1";
    config.providers.push_back(path);
    config::ClientConfig client;
    client.id = "editor";
    client.token = {KeySource::Kind::Keychain, "client/editor", "0007"};
    config.clients.push_back(client);
    config::StepConfig step;
    step.provider = "relay";
    step.model = "gpt-4o";
    step.set = {{"user", json::Value::string("sk-test-set-0008")},
                {"temperature", json::Value::number("0.5")}};
    step.when = {config::Condition::Op::Equal, "metadata.team", {"sk-test-when-0009"}, {}};
    config::ChainConfig chain;
    chain.id = "best";
    chain.aliases = {"sk-test-alias-0010", "gpt-4o"};
    chain.steps = {step};
    config.chains.push_back(chain);
    config.rules.push_back({"secret", true, step.when, "best"});
    return config;
}
} // namespace

class TransferExportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noSecretAndNoPartOfOneIsInIt()
    {
        const transfer::Exported exported = transfer::exportConfig(withSecretsEverywhere());
        for (const char *part : {"sk-test", "0004", "0007", "last4", "short", "//me"}) {
            QVERIFY2(exported.text.find(part) == std::string::npos,
                     (std::string(part) + "\n" + exported.text).c_str());
            QVERIFY2(reportText(exported.report).find(part) == std::string::npos, part);
        }
        for (const char *part : {"providers.relay.headers", "'X-Gateway-Token'", "providers.relay.baseUrl",
                                 "steps[0].set", "chains.best.aliases", "rules.secret", "steps[0].when"}) {
            QVERIFY2(reports(exported.report, Kind::NotTaken, part), part);
        }
    }

    void whatIsNoSecretStays()
    {
        const transfer::Exported exported = transfer::exportConfig(withSecretsEverywhere());
        for (const char *part : {"\"X-Title\": \"Signalbox\"", "https://relay.example.com/v1",
                                 "provider/relay", "client/editor", "\"temperature\": 0.5", "\"gpt-4o\""}) {
            QVERIFY2(exported.text.find(part) != std::string::npos,
                     (std::string(part) + "\n" + exported.text).c_str());
        }
        QVERIFY(config::readConfig(exported.text).ok());
    }

    void aConfigurationWithoutSecretsIsExportedWhole()
    {
        const transfer::Exported exported = transfer::exportConfig(config::defaultConfig());
        QVERIFY(exported.report.empty());
        QVERIFY(config::readConfig(exported.text).config == config::defaultConfig());
    }

    void anExportIsImportedAgain()
    {
        config::Config here = config::defaultConfig();
        const auto first = transfer::merge(here, imported("one_api.json"), shippedPresetList());
        QVERIFY(first);
        const transfer::Exported exported = transfer::exportConfig(first->config);
        const auto import = transfer::importText(exported.text, {}, shippedPresetList());
        QVERIFY(import);
        QCOMPARE(import->format, transfer::Format::Signalbox);
        const auto elsewhere = transfer::merge(here, *import, shippedPresetList());
        QVERIFY(elsewhere);
        QCOMPARE(elsewhere->newProviders, first->newProviders);
        QCOMPARE(elsewhere->newChains, first->newChains);
        QVERIFY(elsewhere->config.chains == first->config.chains);
        QVERIFY(elsewhere->secrets.empty());
    }
};

SIGNALBOX_TEST(TransferExportTest)
#include "transfer_export_test.moc"
