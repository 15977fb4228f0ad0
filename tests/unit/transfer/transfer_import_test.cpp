// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/registry.h"
#include "tests/unit/transfer/import_bench.h"

using namespace signalbox;
using namespace signalbox::test;
using config::KeySource;
using config::Strategy;
using transfer::Format;
using Kind = transfer::ReportLine::Kind;

namespace {
std::string revealed(const transfer::Import &import, const std::string &entry)
{
    const auto found = import.secrets.find(entry);
    return found == import.secrets.end() ? std::string() : std::string(found->second.reveal());
}
} // namespace

class TransferImportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFormatIsSeenInTheDocument_data()
    {
        QTest::addColumn<QString>("fixture");
        QTest::addColumn<QString>("format");
        const std::vector<std::string> formats = {"litellm",   "portkey", "portkey",
                                                  "one-api",   "new-api", "claude-code-router",
                                                  "cc-switch", "env",     "signalbox"};
        for (std::size_t i = 0; i < formats.size(); ++i) {
            QTest::addRow("%s", importFixtures()[i].c_str())
                << QString::fromStdString(importFixtures()[i]) << QString::fromStdString(formats[i]);
        }
    }
    void theFormatIsSeenInTheDocument()
    {
        QFETCH(QString, fixture);
        QFETCH(QString, format);
        const std::string text = importFixture(fixture.toStdString());
        QVERIFY(!text.empty());
        const auto seen = transfer::detectFormat(text);
        QVERIFY(seen);
        QCOMPARE(transfer::nameOf(*seen), std::string_view(format.toStdString()));
        QCOMPARE(transfer::formatFromName(format.toStdString()), seen);
    }

    void aDocumentOfNobodyNamesTheFormats()
    {
        for (const char *text : {"{}", "[]", "hello there", "a: 1\n", "{\"chains\": 3}", "[1, 2]", ""}) {
            const auto read = transfer::importText(text, {}, shippedPresetList());
            QVERIFY2(!read, text);
            QVERIFY2(read.error().message.find("litellm, portkey, one-api") != std::string::npos,
                     read.error().message.c_str());
        }
    }

    void noFixtureLetsAKeyIntoConfigurationOrReport()
    {
        for (const std::string &name : importFixtures()) {
            const transfer::Import import = imported(name);
            QVERIFY2(!import.report.empty() || !import.providers.empty(), name.c_str());
            for (const std::string &text : {reportText(import.report), configText(import)}) {
                for (const char *secret : {"sk-test", "AIzaTest", "0123456789abcdef"}) {
                    QVERIFY2(text.find(secret) == std::string::npos, (name + ": " + text).c_str());
                }
            }
        }
    }

    void everyKeyFoundHasAProviderThatNamesIt()
    {
        for (const std::string &name : importFixtures()) {
            const transfer::Import import = imported(name);
            for (const auto &[entry, secret] : import.secrets) {
                QVERIFY2(std::any_of(import.providers.begin(), import.providers.end(),
                                     [&, e = entry, s = secret](const auto &one) {
                                         return one.key == KeySource{KeySource::Kind::Keychain, e, s.last4()};
                                     }),
                         (name + " " + entry).c_str());
                QVERIFY(!secret.empty());
            }
        }
    }

    void litellmGroupsDeploymentsAndAppendsFallbacks()
    {
        const transfer::Import import = imported("litellm.yaml");
        QCOMPARE(stepsOf(chainIn(import, "gpt-4o")),
                 std::string("openai/gpt-4o@1*60 azure/gpt-4o-eu@1*120 deepseek/deepseek-chat@2*1"));
        const config::ChainConfig *chain = chainIn(import, "gpt-4o");
        QCOMPARE(chain->strategy, Strategy::Weighted);
        QCOMPARE(chain->aliases, std::vector<std::string>{"gpt-4"});
        const config::StepConfig &step = chain->steps[0];
        QCOMPARE(step.tries, 3);
        QCOMPARE(step.answer, config::Ms(45'000));
        QCOMPARE(step.set.at("temperature").text(), std::string("0.2"));
        QCOMPARE(step.traits.contextTokens, 128'000);
        QCOMPARE(step.traits.images, std::optional(true));
        QVERIFY(chainIn(import, "my-local"));
        QCOMPARE(chainIn(import, "my-local")->aliases, std::vector<std::string>{"my/local"});
        QCOMPARE(stepsOf(chainIn(import, "claude")),
                 std::string("deepseek/deepseek-chat@1*1 ollama_chat/qwen3:32b@2*1"));
    }

    void litellmKeysAndAddresses()
    {
        const transfer::Import import = imported("litellm.yaml");
        QCOMPARE(revealed(import, "provider/openai"), std::string("sk-test-litellm-openai-0001"));
        QCOMPARE(providerIn(import, "openai")->key,
                 (KeySource{KeySource::Kind::Keychain, "provider/openai", "0001"}));
        QCOMPARE(providerIn(import, "azure")->key,
                 (KeySource{KeySource::Kind::Environment, "AZURE_API_KEY", ""}));
        QCOMPARE(providerIn(import, "azure")->baseUrl,
                 std::string("https://acme-eu.openai.azure.com/openai/v1"));
        QCOMPARE(providerIn(import, "deepseek")->key,
                 (KeySource{KeySource::Kind::Environment, "DEEPSEEK_API_KEY", ""}));
        QCOMPARE(providerIn(import, "deepseek")->prices.at("deepseek-chat").base.input->nanoPerMillion,
                 280'000'000);
        QCOMPARE(providerIn(import, "openai")->limits.requestsPerMinute, 60);
        QCOMPARE(providerIn(import, "ollama_chat")->baseUrl, std::string());
        QVERIFY(reports(import.report, Kind::NotTaken, "http:// would send the key unprotected"));
        for (const char *part : {"master_key", "drop_params", "LANGFUSE_SECRET_KEY", "'nothing'",
                                 "openrouter/MODEL", "extra_headers", "api_version", "redis_password"}) {
            QVERIFY2(reports(import.report, Kind::NotTaken, part), part);
        }
        const auto line = std::find_if(import.report.begin(), import.report.end(), [](const auto &one) {
            return one.place == "general_settings.master_key";
        });
        QVERIFY(line != import.report.end());
        QVERIFY(line->line > 40);
    }

    void litellmStrategiesHaveAWordHere_data()
    {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<int>("strategy");
        QTest::newRow("none") << QByteArray("simple-shuffle") << static_cast<int>(Strategy::Weighted);
        QTest::newRow("busy") << QByteArray("least-busy") << static_cast<int>(Strategy::LeastBusy);
        QTest::newRow("latency") << QByteArray("latency-based-routing")
                                 << static_cast<int>(Strategy::Fastest);
        QTest::newRow("cost") << QByteArray("cost-based-routing") << static_cast<int>(Strategy::Cheapest);
        QTest::newRow("usage") << QByteArray("usage-based-routing-v2")
                               << static_cast<int>(Strategy::LeastBusy);
        QTest::newRow("unknown") << QByteArray("coin-toss") << static_cast<int>(Strategy::Weighted);
    }
    void litellmStrategiesHaveAWordHere()
    {
        QFETCH(QByteArray, word);
        QFETCH(int, strategy);
        const std::string text =
            "router_settings: {routing_strategy: " + word.toStdString()
            + "}\nmodel_list:\n"
              "  - {model_name: m, litellm_params: {model: openai/a, api_key: sk-test-aaaaaaaaaaaa}}\n"
              "  - {model_name: m, litellm_params: {model: groq/b, order: 2}}\n";
        const auto import = transfer::importText(text, {}, shippedPresetList());
        QVERIFY(import);
        QCOMPARE(static_cast<int>(chainIn(*import, "m")->strategy), strategy);
        QCOMPARE(stepsOf(chainIn(*import, "m")), std::string("openai/a@1*1 groq/b@2*1"));
    }

    void portkeyTargetsBecomeTiers()
    {
        const transfer::Import import = imported("portkey.json");
        QCOMPARE(
            stepsOf(chainIn(import, "pc-main")),
            std::string(
                "openai/gpt-4o@1*70 azure-openai/gpt-4o-eu@1*30 together-ai/meta-llama/Llama-3.3-70B@3*100"));
        const config::ChainConfig *chain = chainIn(import, "pc-main");
        QCOMPARE(chain->strategy, Strategy::Weighted);
        QCOMPARE(chain->steps[0].tries, 3);
        QCOMPARE(chain->steps[0].answer, config::Ms(30'000));
        QCOMPARE(chain->steps[2].set.at("max_tokens").text(), std::string("512"));
        QCOMPARE(chain->steps[2].set.at("temperature").text(), std::string("0.1"));
        QCOMPARE(providerIn(import, "azure-openai")->baseUrl,
                 std::string("https://acme.openai.azure.com/openai/v1"));
        QCOMPARE(revealed(import, "provider/together-ai"), std::string("sk-test-portkey-together-0002"));
        QVERIFY(reports(import.report, Kind::NotTaken, "virtual key is kept by Portkey"));
        QVERIFY(reports(import.report, Kind::NotTaken, "keeps no answers"));
        QVERIFY(reports(import.report, Kind::NotTaken, "the model that the tool asks for"));
        QVERIFY(reports(import.report, Kind::Changed, "on_status_codes"));
    }

    void portkeyConditionsAreReportedAndTheirTargetsAreChains()
    {
        const transfer::Import import = imported("portkey_conditional.json");
        QCOMPARE(stepsOf(chainIn(import, "portkey-best")), std::string("openai/gpt-4o@1*1"));
        QCOMPARE(stepsOf(chainIn(import, "portkey-cheap")), std::string("groq/llama-3.1-8b-instant@1*1"));
        QVERIFY(reports(import.report, Kind::NotTaken, "'best'"));
        QVERIFY(reports(import.report, Kind::NotTaken, "'cheap'"));
    }

    void channelsShareModelsByPriorityAndWeight()
    {
        const transfer::Import import = imported("one_api.json");
        QCOMPARE(
            stepsOf(chainIn(import, "gpt-4o")),
            std::string("openai-main/gpt-4o@1*3 openai-main-2/gpt-4o@1*3 reseller/gpt-4o-2024-08-06@2*1"));
        QCOMPARE(chainIn(import, "gpt-4o")->strategy, Strategy::Weighted);
        QCOMPARE(revealed(import, "provider/openai-main-2"), std::string("sk-test-oneapi-b-0002"));
        QCOMPARE(providerIn(import, "openai-main")->name, std::string("OpenAI main"));
        QCOMPARE(providerIn(import, "reseller")->baseUrl, std::string("https://relay.example.com/v1"));
        QCOMPARE(providerIn(import, "groq")->preset, std::string("groq"));
        QVERIFY(!providerIn(import, "groq")->enabled);
        QVERIFY(!chainIn(import, "llama-3.3-70b-versatile")->steps[0].enabled);
        QCOMPARE(providerIn(import, "deepseek")->preset, std::string("deepseek"));
        QVERIFY(reports(import.report, Kind::NotTaken, "'Coze' is of type 34"));
        QVERIFY(reports(import.report, Kind::NotTaken, "1 channels came without a key"));
        QVERIFY(reports(import.report, Kind::NotTaken, "'vip,default'"));
    }

    void newApiHasOtherNumbers()
    {
        const transfer::Import import = imported("new_api.json");
        QCOMPARE(import.format, Format::NewApi);
        QCOMPARE(providerIn(import, "provider")->preset, std::string("deepseek"));
        QCOMPARE(providerIn(import, "mistral")->preset, std::string("mistral"));
        QCOMPARE(providerIn(import, "siliconflow")->baseUrl, std::string("https://api.siliconflow.cn/v1"));
        QCOMPARE(chainIn(import, "deepseek-chat")->strategy, Strategy::Weighted);
        QVERIFY(reports(import.report, Kind::NotTaken, "param_override"));
        QCOMPARE(providerIn(imported("new_api.json", Format::OneApi), "siliconflow")->baseUrl,
                 std::string("https://ark.cn-beijing.volces.com/api/v3"));
    }

    void routesOfClaudeCodeRouterAreChains()
    {
        const transfer::Import import = imported("claude_code_router.json");
        QCOMPARE(stepsOf(chainIn(import, "ccr-default")),
                 std::string("deepseek/deepseek-chat@1*1 openrouter/anthropic/claude-sonnet-4@2*1"));
        QCOMPARE(stepsOf(chainIn(import, "ccr-background")), std::string("ollama/qwen2.5-coder:7b@1*1"));
        QCOMPARE(stepsOf(chainIn(import, "ccr-long-context")),
                 std::string("openrouter/google/gemini-2.5-pro-preview@1*1"));
        QVERIFY(!chainIn(import, "ccr-web-search"));
        QCOMPARE(providerIn(import, "openrouter")->key,
                 (KeySource{KeySource::Kind::Environment, "OPENROUTER_API_KEY", ""}));
        QCOMPARE(providerIn(import, "openrouter")->baseUrl, std::string());
        QCOMPARE(providerIn(import, "ollama")->key, KeySource());
        QCOMPARE(providerIn(import, "volcengine")->baseUrl,
                 std::string("https://ark.cn-beijing.volces.com/api/v3"));
        QCOMPARE(providerIn(import, "deepseek")->models.size(), std::size_t{2});
        for (const char *part : {"'tooluse'", "'openrouter'", "router's own key", "'gone,model'",
                                 "is a placeholder", "promptTokens"}) {
            QVERIFY2(reports(import.report, Kind::NotTaken, part), part);
        }
    }

    void ccSwitchProvidersBecomeAChainForEachTool()
    {
        const transfer::Import import = imported("cc_switch.json");
        QCOMPARE(stepsOf(chainIn(import, "cc-switch-codex")),
                 std::string("relay/gpt-5-codex@1*1 by-variable/openai/gpt-5@2*1"));
        QCOMPARE(stepsOf(chainIn(import, "cc-switch-gemini")), std::string("gemini/gemini-2.5-pro@1*1"));
        QCOMPARE(providerIn(import, "gemini")->preset, std::string("gemini"));
        QCOMPARE(providerIn(import, "relay")->baseUrl, std::string("https://relay.example.com/v1"));
        QCOMPARE(revealed(import, "provider/relay"), std::string("sk-test-ccs-relay-0002"));
        QCOMPARE(providerIn(import, "by-variable")->key.name, std::string("OPENROUTER_API_KEY"));
        if (shippedPresetList().find("anthropic-compatible")) {
            QCOMPARE(stepsOf(chainIn(import, "cc-switch-claude")), std::string("deepseek/deepseek-chat@1*1"));
            QCOMPARE(providerIn(import, "deepseek")->baseUrl,
                     std::string("https://api.deepseek.com/anthropic"));
        } else {
            QVERIFY(reports(import.report, Kind::NotTaken, "no preset for"));
        }
        for (const char *part :
             {"tool's own login", "is CC Switch itself", "this is not TOML", "http_headers"}) {
            QVERIFY2(reports(import.report, Kind::NotTaken, part), part);
        }
    }

    void rowsOfCcSwitchHoldTheirSettingsAsText()
    {
        const char *rows =
            "[{\"id\": \"1\", \"app_type\": \"gemini\", \"name\": \"G\", \"settings_config\": "
            "\"{\\\"env\\\": {\\\"GEMINI_API_KEY\\\": \\\"$G_KEY\\\", \\\"GEMINI_MODEL\\\": \\\"m\\\"}}\"},"
            "{\"id\": \"2\", \"app_type\": \"gemini\", \"name\": \"H\", \"settings_config\": \"{\"}]";
        const auto import = transfer::importText(rows, {}, shippedPresetList());
        QVERIFY(import);
        QCOMPARE(import->format, Format::CcSwitch);
        QCOMPARE(stepsOf(chainIn(*import, "cc-switch-gemini")), std::string("g/m@1*1"));
        QVERIFY(reports(import->report, Kind::NotTaken, "are not JSON"));
    }

    void variablesStayWhereTheyAre()
    {
        const transfer::Import import = imported("variables.env");
        QVERIFY(import.secrets.empty());
        QCOMPARE(import.providers.size(), std::size_t{2});
        QCOMPARE(providerIn(import, "openai")->preset, std::string("openai-compatible"));
        QCOMPARE(providerIn(import, "openai")->baseUrl, std::string("https://relay.example.com/v1"));
        QCOMPARE(providerIn(import, "openai")->key,
                 (KeySource{KeySource::Kind::Environment, "OPENAI_API_KEY", ""}));
        QCOMPARE(providerIn(import, "groq")->key.name, std::string("GROQ_API_KEY"));
        QVERIFY(reports(import.report, Kind::NotTaken, "no variable with its key"));
    }

    void oneAccountIsOneProvider()
    {
        const auto import = transfer::importText(
            "model_list:\n"
            "  - {model_name: a, litellm_params: {model: openai/a, api_key: sk-test-aaaaaaaaaaaa, rpm: 5}}\n"
            "  - {model_name: b, litellm_params: {model: openai/b, api_key: sk-test-aaaaaaaaaaaa, rpm: 5}}\n"
            "  - {model_name: c, litellm_params: {model: openai/c, api_key: sk-test-bbbbbbbbbbbb}}\n",
            {}, shippedPresetList());
        QVERIFY(import);
        QCOMPARE(import->providers.size(), std::size_t{2});
        QCOMPARE(import->secrets.size(), std::size_t{2});
        QCOMPARE(import->providers[1].id, std::string("openai-2"));
        QCOMPARE(import->providers[0].limits.requestsPerMinute, 0);
        QVERIFY(reports(import->report, Kind::NotTaken, "rpm and tpm"));
    }
};

SIGNALBOX_TEST(TransferImportTest)
#include "transfer_import_test.moc"
