// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/model_catalogue.h"

#include "tests/support/registry.h"

using namespace signalbox;
using dialect::ContinueStyle;
using routing::ModelCatalogue;
using routing::ModelFacts;

namespace {
const ModelCatalogue &shipped()
{
    static const ModelCatalogue catalogue = ModelCatalogue::shipped();
    return catalogue;
}

ModelFacts facts(const char *preset, const char *model, bool local = false)
{
    return shipped().factsFor(preset, model, {}, local);
}

QByteArray styleName(const std::optional<ContinueStyle> &style)
{
    constexpr const char *kNames[] = {"plain", "prefix", "partial", "vllm"};
    return style ? kNames[static_cast<std::size_t>(*style)] : "none";
}

QByteArray mistakeIn(const char *json)
{
    const auto read = ModelCatalogue::fromJson(json);
    return read ? QByteArray() : QByteArray::fromStdString(read.error().message);
}
} // namespace

class ModelCatalogueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isShipped() { QVERIFY(!shipped().date().empty()); }

    void knowsWhatSomeModelsCannotTake()
    {
        QVERIFY(!facts("groq", "openai/gpt-oss-120b").images);
        QVERIFY(!facts("groq", "openai/gpt-oss-120b").audio);
        QVERIFY(!facts("anthropic", "claude-sonnet-5-5").audio);
        QVERIFY(facts("anthropic", "claude-sonnet-5-5").images);
        QVERIFY(facts("gemini", "gemini-3.8-flash").audio);
        QVERIFY(facts("openai", "gpt-4o-audio-preview").audio);
        QVERIFY(facts("any", "never-heard-of").images);
    }

    void findsModelsByName_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<int>("context");
        const auto row = [](const char *preset, const char *model, int context) {
            QTest::addRow("%s %s", preset, model) << QByteArray(preset) << QByteArray(model) << context;
        };
        row("openai", "gpt-5.6-sol", 1'050'000);
        row("openai", "gpt-5.6-sol-2026-08-01", 1'050'000);
        row("openai", "gpt-5-mini-20250807", 400'000);
        row("openrouter", "openai/gpt-4o", 128'000);
        row("openrouter", "openai/gpt-4o-2024-08-06", 128'000);
        row("fireworks", "accounts/fireworks/models/deepseek-v4-pro-0813", 1'000'000);
        row("fireworks", "accounts/fireworks/models/minimax-m3", 512'000);
        row("minimax", "MiniMax-M3", 1'000'000);
        row("together", "zai-org/GLM-5.2", 512'000);
        row("zai", "glm-5.2", 1'000'000);
        row("vertex", "claude-sonnet-4-5@20250929", 200'000);
        row("bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 200'000);
        row("bedrock", "openai.gpt-5.6-terra", 1'050'000);
        row("perplexity", "perplexity/sonar", 128'000);
        row("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", 131'072);
        row("openai", "gpt-5.9-unheard-of", 0);
        row("openai", "something", 0);
        row("openai", "", 0);
        row("", "", 0);
    }
    void findsModelsByName()
    {
        QFETCH(QByteArray, preset);
        QFETCH(QByteArray, model);
        QFETCH(int, context);
        QCOMPARE(facts(preset.constData(), model.constData()).contextTokens, std::int64_t(context));
    }

    void knowsWhoThinksSilently_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("silently");
        for (const char *model : {"gpt-5.6-sol", "gpt-5.9-unheard-of", "gpt-6.2", "o3", "o4-mini",
                                  "o3-2025-04-16", "openai/o1-preview", "claude-opus-5-5", "grok-4.6"}) {
            QTest::newRow(model) << QByteArray(model) << true;
        }
        for (const char *model : {"gpt-4o", "gpt-5.2-chat-latest", "gpt-oss-120b", "kimi-k3", "opus",
                                  "olmo-3", "claude-sonnet-4-5", "whatever"}) {
            QTest::newRow(model) << QByteArray(model) << false;
        }
    }
    void knowsWhoThinksSilently()
    {
        QFETCH(QByteArray, model);
        QFETCH(bool, silently);
        QCOMPARE(facts("openai", model.constData()).thinksSilently, silently);
        QVERIFY(!facts("openai-compatible", model.constData(), true).thinksSilently);
    }

    void knowsHowToGoOn_data()
    {
        QTest::addColumn<QByteArray>("preset");
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("style");
        const auto row = [](const char *preset, const char *model, const char *style) {
            QTest::addRow("%s %s", preset, model)
                << QByteArray(preset) << QByteArray(model) << QByteArray(style);
        };
        row("mistral", "mistral-large-4-0", "prefix");
        row("mistral", "never-heard-of", "prefix");
        row("moonshot", "kimi-k3", "partial");
        row("vllm", "qwen/qwen3.6-27b", "vllm");
        row("sglang", "x", "vllm");
        row("llamacpp", "x", "plain");
        row("openrouter", "mistralai/mistral-large-2512", "plain");
        row("openrouter", "anthropic/claude-opus-5-5", "none");
        row("anthropic", "claude-sonnet-4-5", "plain");
        row("anthropic", "claude-opus-4-6", "none");
        row("anthropic", "claude-next", "none");
        row("openai", "gpt-4o", "none");
        row("openai-compatible", "x", "none");
    }
    void knowsHowToGoOn()
    {
        QFETCH(QByteArray, preset);
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, style);
        QCOMPARE(styleName(facts(preset.constData(), model.constData()).continues), style);
    }

    void theUserKnowsBetter()
    {
        const ModelFacts theirs = shipped().factsFor(
            "openai", "gpt-5", {.contextTokens = 8000, .tools = false, .images = false, .jsonSchema = false},
            false);
        QCOMPARE(theirs.contextTokens, std::int64_t{8000});
        QCOMPARE(theirs.maxPrompt, std::int64_t{0});
        QCOMPARE(theirs.maxOutput, std::int64_t{128'000});
        QVERIFY(!theirs.tools && !theirs.images && !theirs.jsonSchema && theirs.thinksSilently);
        const auto catalogue =
            ModelCatalogue::fromJson("{\"date\": \"2026-11-20\", \"models\": {\"m\": {\"tools\": false}}}");
        QVERIFY(!catalogue->factsFor("", "m", {}, false).tools);
        QVERIFY(catalogue->factsFor("", "m", {.tools = true}, false).tools);
    }

    void unknownModelsLackNothing()
    {
        QCOMPARE(facts("openai", "never-heard-of"), ModelFacts{});
        QCOMPARE(ModelCatalogue().factsFor("vllm", "x", {}, false), ModelFacts{});
    }

    void saysWhatIsWrongWithAFile_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("mistake");
        const auto row = [](const char *json, const char *mistake) {
            QTest::addRow("%s", mistake) << QByteArray(json) << QByteArray(mistake);
        };
        row("{}", "line 1: it has no date");
        row("{\"date\":\"2026-11-20\",\n\"model\":{}}", "line 2: unknown member model");
        row("{\"date\":\"2026-11-20\",\n\"models\":{\"m\":{\"context\":\"8k\"}}}",
            "line 2: m.context is not known, or not such a value");
        row("{\"date\":\"2026-11-20\",\"models\":{\"m\":\n{\"context\":-1}}}",
            "line 2: m.context is not known, or not such a value");
        row("{\"date\":\"2026-11-20\",\"models\":{\"m\":{\"size\":1}}}",
            "line 1: m.size is not known, or not such a value");
        row("{\"date\":\"2026-11-20\",\"presets\":{\"p\":{\"continues\":\"somehow\"}}}",
            "line 1: p.continues is not known");
    }
    void saysWhatIsWrongWithAFile()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, mistake);
        QCOMPARE(mistakeIn(json.constData()), mistake);
        QVERIFY(!mistakeIn("{").isEmpty());
    }
};

SIGNALBOX_TEST(ModelCatalogueTest)
#include "model_catalogue_test.moc"
