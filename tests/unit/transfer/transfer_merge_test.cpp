// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/file/default_config.h"
#include "core/foundation/config/validate.h"
#include "tests/support/registry.h"
#include "tests/unit/transfer/import_bench.h"

using namespace signalbox;
using namespace signalbox::test;
using config::KeySource;
using Kind = transfer::ReportLine::Kind;

namespace {
template<typename T>
bool startsWith(const std::vector<T> &all, const std::vector<T> &before)
{
    return all.size() >= before.size() && std::equal(before.begin(), before.end(), all.begin());
}

config::Config withOpenAi(KeySource key)
{
    config::Config config = config::defaultConfig();
    config::ProviderConfig provider;
    provider.id = "mine";
    provider.preset = "openai";
    provider.key = std::move(key);
    config.providers.push_back(provider);
    return config;
}

transfer::Import oneOpenAi(const char *key, const char *group = "gpt-4o")
{
    return *transfer::importText("model_list:\n  - {model_name: " + std::string(group)
                                     + ", litellm_params: {model: openai/gpt-4o, api_key: " + key + "}}\n",
                                 transfer::Format::LiteLlm, shippedPresetList());
}
} // namespace

class TransferMergeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsThereStaysAndTheResultIsValid()
    {
        const config::Config before = config::defaultConfig();
        for (const std::string &name : importFixtures()) {
            const auto merged = transfer::merge(before, imported(name), shippedPresetList());
            QVERIFY2(merged, name.c_str());
            QVERIFY(merged->changes());
            QVERIFY(startsWith(merged->config.providers, before.providers));
            QVERIFY(startsWith(merged->config.chains, before.chains));
            QVERIFY(startsWith(merged->config.clients, before.clients));
            QVERIFY(startsWith(merged->config.rules, before.rules));
            QVERIFY(merged->config.server == before.server && merged->config.privacy == before.privacy);
            std::vector<std::string> ids;
            for (const auto &preset : shippedPresetList().all()) {
                ids.push_back(preset.id);
            }
            QVERIFY2(!config::hasErrors(config::validate(merged->config, ids)), name.c_str());
            const std::string text = config::writeConfig(merged->config) + reportText(merged->report);
            QVERIFY2(text.find("sk-test") == std::string::npos, name.c_str());
        }
    }

    void theSameDocumentAgainChangesNothing()
    {
        for (const std::string &name : importFixtures()) {
            const auto once = transfer::merge(config::defaultConfig(), imported(name), shippedPresetList());
            QVERIFY(once);
            const auto twice = transfer::merge(once->config, imported(name), shippedPresetList());
            QVERIFY(twice);
            QVERIFY2(!twice->changes(), (name + "\n" + reportText(twice->report)).c_str());
            QVERIFY(twice->secrets.empty());
            QVERIFY(twice->config == once->config);
        }
    }

    void aProviderThatIsThereIsUsedAgain_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("last4");
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<bool>("reused");
        const int keychain = static_cast<int>(KeySource::Kind::Keychain);
        const int variable = static_cast<int>(KeySource::Kind::Environment);
        QTest::newRow("same key") << keychain << QByteArray("provider/mine") << QByteArray("aaaa")
                                  << QByteArray("sk-test-aaaaaaaaaaaa") << true;
        QTest::newRow("other key") << keychain << QByteArray("provider/mine") << QByteArray("cccc")
                                   << QByteArray("sk-test-aaaaaaaaaaaa") << false;
        QTest::newRow("same variable") << variable << QByteArray("OPENAI_API_KEY") << QByteArray()
                                       << QByteArray("os.environ/OPENAI_API_KEY") << true;
        QTest::newRow("other variable") << variable << QByteArray("OPENAI_API_KEY") << QByteArray()
                                        << QByteArray("os.environ/OTHER") << false;
        QTest::newRow("no key given")
            << keychain << QByteArray("provider/mine") << QByteArray("cccc") << QByteArray("none") << true;
        QTest::newRow("no key there") << static_cast<int>(KeySource::Kind::None) << QByteArray()
                                      << QByteArray() << QByteArray("sk-test-aaaaaaaaaaaa") << false;
    }
    void aProviderThatIsThereIsUsedAgain()
    {
        QFETCH(int, kind);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, last4);
        QFETCH(QByteArray, key);
        QFETCH(bool, reused);
        const config::Config before =
            withOpenAi({static_cast<KeySource::Kind>(kind), name.toStdString(), last4.toStdString()});
        const auto merged = transfer::merge(before, oneOpenAi(key.constData()), shippedPresetList());
        QVERIFY(merged);
        QCOMPARE(merged->reusedProviders.size(), std::size_t(reused ? 1 : 0));
        QCOMPARE(merged->newProviders.size(), std::size_t(reused ? 0 : 1));
        QCOMPARE(merged->config.chain("gpt-4o")->steps[0].provider, std::string(reused ? "mine" : "openai"));
        QVERIFY(!reused || merged->secrets.empty());
    }

    void idsAndNamesThatAreTakenAreMadeAnew()
    {
        config::Config before = config::defaultConfig();
        before.providers.front().id = "openai";
        for (config::ChainConfig &chain : before.chains) {
            chain.aliases = {"gpt-4o"};
            for (config::StepConfig &step : chain.steps) {
                step.provider = "openai";
            }
        }
        const auto merged = transfer::merge(before, oneOpenAi("sk-test-aaaaaaaaaaaa"), shippedPresetList());
        QVERIFY(merged);
        QCOMPARE(merged->newProviders, std::vector<std::string>{"openai-2"});
        QCOMPARE(merged->newChains, std::vector<std::string>{"gpt-4o-2"});
        QCOMPARE(merged->secrets.begin()->first, std::string("provider/openai-2"));
        QCOMPARE(merged->config.provider("openai-2")->key.name, std::string("provider/openai-2"));
        QVERIFY(reports(merged->report, Kind::Changed, "comes in as the chain gpt-4o-2"));
    }

    void anAliasThatIsTakenIsLeftOut()
    {
        config::Config before = config::defaultConfig();
        before.chains.front().aliases = {"my model"};
        const auto merged =
            transfer::merge(before, oneOpenAi("sk-test-aaaaaaaaaaaa", "my model"), shippedPresetList());
        QVERIFY(merged);
        QVERIFY(merged->config.chain("my-model")->aliases.empty());
        QVERIFY(reports(merged->report, Kind::NotTaken, "'my model' already leads"));
    }

    void signalboxDoesNotAskItself()
    {
        const auto import = transfer::importText(
            "{\"Providers\": [{\"name\": \"x\", \"api_base_url\": \"http://localhost:8377/v1\", "
            "\"api_key\": \"sk-test-aaaaaaaaaaaa\", \"models\": []}], \"Router\": {\"default\": \"x,m\"}}",
            {}, shippedPresetList());
        QVERIFY(import);
        const auto merged = transfer::merge(config::defaultConfig(), *import, shippedPresetList());
        QVERIFY(merged);
        QVERIFY(!merged->changes());
        QVERIFY(merged->secrets.empty());
        QVERIFY(reports(merged->report, Kind::NotTaken, "Signalbox itself"));
    }

    void rulesAndToolsOfAnExportComeIn()
    {
        const auto merged =
            transfer::merge(config::defaultConfig(), imported("signalbox.json"), shippedPresetList());
        QVERIFY(merged);
        QCOMPARE(merged->newClients, std::vector<std::string>{"editor"});
        QCOMPARE(merged->newRules, std::vector<std::string>{"tools"});
        QCOMPARE(merged->config.client("editor")->chain, std::string("best"));
        QVERIFY(reports(merged->report, Kind::NotTaken, "keys set groq"));
        QVERIFY(reports(merged->report, Kind::NotTaken, "privacy"));
    }

    void aConfigurationWithMistakesIsNotTouched()
    {
        config::Config broken = config::defaultConfig();
        broken.chains.front().steps.clear();
        const auto merged = transfer::merge(broken, oneOpenAi("sk-test-aaaaaaaaaaaa"), shippedPresetList());
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, base::ErrorCode::Conflict);
    }

    void whatTheValidatorRefusesIsLeftOut()
    {
        transfer::Import import = oneOpenAi("sk-test-aaaaaaaaaaaa");
        config::ProviderConfig bad = import.providers.front();
        bad.id = "Bad Id";
        bad.baseUrl = "https://other.example.com/v1";
        bad.key.name = "provider/Bad Id";
        import.secrets["provider/Bad Id"] = base::SecretString(std::string("sk-test-cccccccccccc"));
        import.providers.push_back(bad);
        import.chains.push_back(import.chains.front());
        import.chains.back().id = "second";
        import.chains.back().steps.front().provider = "Bad Id";
        const auto merged = transfer::merge(config::defaultConfig(), import, shippedPresetList());
        QVERIFY(merged);
        QCOMPARE(merged->newProviders, std::vector<std::string>{"openai"});
        QCOMPARE(merged->newChains, std::vector<std::string>{"gpt-4o"});
        QCOMPARE(merged->secrets.size(), std::size_t{1});
        QVERIFY(reports(merged->report, Kind::NotTaken, "left out: provider"));
    }
};

SIGNALBOX_TEST(TransferMergeTest)
#include "transfer_merge_test.moc"
