// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/document.h"

#include <QFile>

#include "core/foundation/base/random.h"
#include "core/foundation/config/file/default_config.h"
#include "core/foundation/config/migrations.h"
#include "core/foundation/config/validate.h"
#include "core/foundation/json/document.h"
#include "tests/support/registry.h"
#include "tests/unit/foundation/config/random_condition.h"

using namespace signalbox;
using config::Config;

namespace {
std::string example(const char *name)
{
    QFile file(QStringLiteral(QT_TESTCASE_SOURCEDIR "/data/config/good/%1.json").arg(QLatin1String(name)));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::string describe(const config::Mistakes &mistakes)
{
    std::string out;
    for (const config::Mistake &m : mistakes) {
        out += std::to_string(m.line) + ": " + m.path + ": " + m.message + "\n";
    }
    return out;
}

/// Configurations in which every field differs from its default now and then.
class Generator
{
public:
    explicit Generator(std::uint64_t seed) : m_random(seed) {}

    Config config()
    {
        Config out;
        out.server = {static_cast<std::uint16_t>(number(0, 65535)), coin(), {}};
        if (coin()) {
            out.server.allowedOrigins = {"http://localhost:3000", "https://tool.example"};
        }
        for (int i = number(0, 3); i > 0; --i) {
            out.providers.push_back(provider(i));
        }
        if (!out.providers.empty()) {
            for (int i = number(0, 3); i > 0; --i) {
                out.chains.push_back(chain(i, out.providers));
            }
        }
        for (int i = number(0, 3); i > 0; --i) {
            const bool bound = coin() && !out.chains.empty();
            out.clients.push_back(
                {"client-" + std::to_string(i), source(), bound ? out.chains[0].id : "", coin()});
        }
        for (int i = out.chains.empty() ? 0 : number(0, 3); i > 0; --i) {
            out.rules.push_back({"rule-" + std::to_string(i), coin(), when(), out.chains[0].id});
        }
        out.privacy = {coin(), coin(), coin(), {}};
        if (coin()) {
            out.privacy.patterns = {"(?i)secret", R"(\bcase-\d+)"};
        }
        for (int i = number(0, 2); i > 0; --i) {
            out.budgets.push_back(
                {{{"client", text()}}, coin() ? "day" : "5h", {amount()}, coin() ? "warn" : "stop"});
        }
        return out;
    }

private:
    bool coin() { return m_random.next() % 2 == 0; }
    int number(int from, int to)
    {
        return from + static_cast<int>(m_random.next() % static_cast<unsigned>(to - from + 1));
    }
    config::Ms ms() { return config::Ms(number(1, 3'600'000)); }
    std::int64_t amount() { return static_cast<std::int64_t>(m_random.next() % 1'000'000'000'000); }
    std::string text()
    {
        static const std::vector<std::string> words = {
            "gpt-5.6", "a \"quoted\" name", "größer", "qwen3:32b", "\\", "x/y"};
        return words[m_random.next() % words.size()];
    }

    config::KeySource source()
    {
        using Kind = config::KeySource::Kind;
        const Kind kind = static_cast<Kind>(number(0, 3));
        if (kind == Kind::None) {
            return {};
        }
        return {kind, kind == Kind::Environment ? "MY_KEY" : "provider/" + text(), coin() ? "" : "ab1\""};
    }

    config::ModelPrice price()
    {
        config::ModelPrice out;
        for (auto *one : {&out.input, &out.cachedInput, &out.cacheWrite, &out.cacheWrite1h, &out.output}) {
            if (coin()) {
                *one = base::TokenPrice{coin() ? 0 : amount()};
            }
        }
        return out;
    }

    config::ProviderConfig provider(int index)
    {
        config::ProviderConfig out;
        out.id = "provider-" + std::to_string(index);
        out.name = coin() ? text() : "";
        out.preset = "simulated";
        out.baseUrl = coin() ? "" : "https://api.example.com:8443/v1";
        out.enabled = coin();
        out.key = source();
        if (coin()) {
            out.headers = {{"x-team", text()}, {"x-other", ""}};
            out.tags = {"local", text()};
            out.models = {text()};
            out.dialects = {"responses", "chat"};
            using Kind = config::KeySource::Kind;
            out.keys = {{{Kind::Memory, "second", "wxyz"}, number(1, 1000)},
                        {{Kind::Environment, "THIRD_KEY", ""}, 1}};
            out.prices = {{"*", {price(), 0, {}}}, {text(), {price(), number(1, 1'000'000), price()}}};
        }
        out.simulate.firstToken = config::Ms(number(0, 1000));
        out.simulate.tokensPerSecond = 1 + m_random.unit() * 1000;
        out.simulate.answerTokens = number(1, 1000);
        out.simulate.errors = {{"429", m_random.unit() / 2}, {"503", m_random.unit() / 2}};
        out.simulate.seed = m_random.next() >> 11;
        if (coin()) {
            out.limits = {number(0, 1000), number(0, 100'000), number(0, 10)};
        }
        return out;
    }

    config::ChainConfig chain(int index, const std::vector<config::ProviderConfig> &providers)
    {
        config::ChainConfig out;
        out.id = "chain-" + std::to_string(index);
        out.version = number(1, 99);
        out.enabled = coin();
        out.aliases = {"alias-" + std::to_string(index) + "*"};
        out.strategy = static_cast<config::Strategy>(number(0, 6));
        for (int i = number(1, 4); i > 0; --i) {
            out.steps.push_back(step(providers[m_random.next() % providers.size()].id));
        }
        out.policy = policy();
        return out;
    }

    config::StepConfig step(const std::string &provider)
    {
        config::StepConfig out;
        out.provider = provider;
        out.model = text();
        out.enabled = coin();
        out.tier = number(1, 5);
        out.weight = number(1, 50);
        for (auto *limit :
             {&out.connect, &out.firstToken, &out.answer, &out.idle, &out.total, &out.patience}) {
            *limit = coin() ? *limit : ms();
        }
        out.adaptive = coin();
        out.tries = number(1, 10);
        out.maxCost = maybe(base::Money{1 + amount()});
        if (coin()) {
            out.set = {{"temperature", json::Value::number("0.20")},
                       {"tags", json::Value::array({json::Value(), json::Value::string(text())})}};
            out.strip = {"logit_bias", text()};
        }
        out.traits = {number(0, 2) * 1000, maybe(coin()), maybe(coin()), maybe(coin())};
        out.when = when();
        return out;
    }

    config::ChainPolicy policy()
    {
        config::ChainPolicy out;
        out.deadline = ms();
        out.midStream = static_cast<config::MidStream>(number(0, 2));
        out.holdBackTokens = number(0, 2) * 50;
        out.holdBack = coin() ? config::Ms(0) : ms();
        out.streamUpstream = coin();
        out.afterAmbiguous = coin();
        out.waitForSoonest = coin();
        out.hedgeAfter = ms();
        out.retryBudget = number(0, 1000);
        out.maxCost = maybe(base::Money{1 + amount()});
        out.contextFit = static_cast<config::ContextFit>(number(0, 1));
        out.sticky = {coin(), static_cast<config::Failback>(number(0, 3)), number(1, 9), ms()};
        config::FallbackOn &on = out.fallbackOn;
        for (bool *flag : {&on.connect, &on.timeout, &on.keyRefused, &on.quota, &on.rateLimit,
                           &on.serverError, &on.modelMissing, &on.contextTooLong, &on.garbled, &on.empty,
                           &on.cutOff, &on.looping, &on.brokenToolCall, &on.refusal}) {
            *flag = coin();
        }
        on.refusalOnce = on.refusal && coin();
        return out;
    }

    template<typename T>
    std::optional<T> maybe(T value)
    {
        return coin() ? std::optional(value) : std::nullopt;
    }

    config::Condition when() { return coin() ? config::Condition() : test::randomCondition(m_random); }

    base::Random m_random;
};
} // namespace

class ConfigDocumentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDocumentedExampleLoads()
    {
        const config::ReadResult read = config::readConfig(example("documented"));
        QVERIFY2(read.ok(), describe(read.mistakes).c_str());
        QCOMPARE(read.mistakes.size(), 1U); // the budgets
        QVERIFY(read.mistakes[0].warning);
        QCOMPARE(read.mistakes[0].line, 18);
        const Config &config = read.config;
        QCOMPARE(config.client("aider")->token.kind, config::KeySource::Kind::Environment);
        QCOMPARE(config.client("aider")->token.name, std::string("AIDER_TOKEN"));
        QCOMPARE(config.provider("openai")->key.name, std::string("provider/openai"));
        QCOMPARE(config.provider("box")->prices.at("*").base.input->nanoPerMillion, 0);
        QVERIFY(!config.provider("box")->prices.at("*").base.cachedInput);
        QCOMPARE(config.provider("sim")->simulate.errors.at("429"), 0.5);
        const config::ChainConfig &chain = *config.chain("coding");
        QCOMPARE(chain.steps[0].firstToken, config::Ms(8000));
        QCOMPARE(chain.steps[1].firstToken, config::Ms(60000));
        QCOMPARE(chain.steps[1].connect, config::Ms(5000));
        QCOMPARE(config.budgets[0].limit.nano, 5'000'000'000);
    }

    void theFullExampleSaysWhatItShows()
    {
        const config::ReadResult read = config::readConfig(example("full"));
        QVERIFY2(read.ok(), describe(read.mistakes).c_str());
        const Config &config = read.config;
        QVERIFY(config.client("other")->isPrivate);
        QCOMPARE(config.provider("box")->limits.tokensPerMinute, 200'000);
        const config::ChainConfig &chain = *config.chain("one");
        QCOMPARE(chain.strategy, config::Strategy::Hedged);
        const config::StepConfig &step = chain.steps[0];
        QCOMPARE(step.tier, 2);
        QCOMPARE(step.firstToken, config::Ms(0));
        QCOMPARE(step.maxCost->nano, 250'000'000);
        QCOMPARE(step.set.at("seed").text(), std::string("1.50")); // as it was typed
        QCOMPARE(step.traits.images, std::optional(false));
        QCOMPARE(step.when.op, config::Condition::Op::All);
        QCOMPARE(step.when.parts.size(), 22U);
        QCOMPARE(chain.policy.midStream, config::MidStream::Continue);
        QCOMPARE(chain.policy.holdBack, config::Ms(800));
        QCOMPARE(chain.policy.maxCost->nano, 1'500'000'000);
        QCOMPARE(chain.policy.contextFit, config::ContextFit::Fit);
        QCOMPARE(chain.policy.sticky.failback, config::Failback::AfterProbes);
        QVERIFY(chain.policy.fallbackOn.refusal && chain.policy.fallbackOn.refusalOnce);
        const config::FallbackOn &other = config.chain("two")->policy.fallbackOn;
        QVERIFY(other.refusal && !other.refusalOnce);
        QCOMPARE(config.rules[0].when.op, config::Condition::Op::Any);
        QCOMPARE(config.rules[2].when, config::Condition());
        QCOMPARE(config.privacy.patterns[0], std::string("(?i)confidential"));
    }

    void pricesNeverPassThroughADouble()
    {
        const auto read = config::readConfig(
            R"({"schemaVersion":1,"providers":[{"id":"p","preset":"x","prices":{"m":{"input":0.1,"output":"3.000000001",
               "cachedInput":9007199.254740993,"above":{"tokens":200000,"input":5}}}}]})");
        QVERIFY2(read.ok(), describe(read.mistakes).c_str());
        const config::TieredPrice &price = read.config.providers[0].prices.at("m");
        QCOMPARE(price.base.input->nanoPerMillion, 100'000'000);
        QCOMPARE(price.base.output->nanoPerMillion, 3'000'000'001);
        QCOMPARE(price.base.cachedInput->nanoPerMillion, 9'007'199'254'740'993);
        QCOMPARE(price.aboveTokens, 200'000);
        QCOMPARE(price.above.input->nanoPerMillion, 5'000'000'000);
        QVERIFY(!price.above.output);
    }

    void namesLineAndPathOfEachMistake()
    {
        const auto read = config::readConfig("{\n"
                                             "  \"schemaVersion\": 1,\n"
                                             "  \"server\": {\"prot\": 1,\n"
                                             "             \"port\": 99999},\n"
                                             "  \"providers\": [\n"
                                             "    {\"id\": \"p\", \"preset\": \"simulated\"},\n"
                                             "    {\"id\": \"p\"}\n"
                                             "  ],\n"
                                             "  \"chains\": [{\"id\": \"c\",\n"
                                             "    \"steps\": [{\"provider\": \"p\", \"model\": \"m\"},\n"
                                             "              {\"provider\": \"q\",\n"
                                             "               \"model\": 5, \"tries\": 0}]}]\n"
                                             "}\n");
        const config::Mistakes &m = read.mistakes;
        const auto has = [&](int line, const char *path, const char *says) {
            return std::any_of(m.begin(), m.end(), [&](const config::Mistake &one) {
                return one.line == line && one.path == path && one.message.find(says) != std::string::npos;
            });
        };
        const std::string all = describe(m);
        QVERIFY2(has(3, "server.prot", "unknown field"), all.c_str());
        QVERIFY2(has(4, "server.port", "between 0 and 65535"), all.c_str());
        QVERIFY2(has(7, "providers[1].preset", "missing"), all.c_str());
        QVERIFY2(has(7, "providers[1].id", "already the id of providers[0]"), all.c_str());
        QVERIFY2(has(11, "chains[0].steps[1].provider", "there is no provider 'q'"), all.c_str());
        QVERIFY2(has(12, "chains[0].steps[1].model", "must be a text in quotes, not a number"), all.c_str());
        QVERIFY2(has(12, "chains[0].steps[1].tries", "between 1 and 10"), all.c_str());
        QCOMPARE(m.size(), 7U); // each once: a wrong model is not also an empty one
    }

    void suggestsTheNearestName_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("field") << QByteArray(R"({"schemaVersion":1,"serverr":{}})")
                               << QByteArray("did you mean 'server'?");
        QTest::newRow("case") << QByteArray(R"({"schemaVersion":1,"server":{"requiretoken":true}})")
                              << QByteArray("did you mean 'requireToken'?");
        QTest::newRow("nothing like it") << QByteArray(R"({"schemaVersion":1,"server":{"bind":"0.0.0.0"}})")
                                         << QByteArray("known here: port, requireToken, allowedOrigins");
        QTest::newRow("already there")
            << QByteArray(R"({"schemaVersion":1,"server":{"port":1,"prt":2}})") << QByteArray("known here:");
        QTest::newRow("chain") << QByteArray(
            R"({"schemaVersion":1,"clients":[{"id":"c","chain":"codin"}],"providers":[{"id":"p","preset":"x"}],
            "chains":[{"id":"coding","steps":[{"provider":"p","model":"m"}]}]})")
                               << QByteArray("did you mean 'coding'?");
    }

    void suggestsTheNearestName()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, says);
        const auto read = config::readConfig(text.toStdString());
        QVERIFY(!read.ok());
        const std::string all = describe(read.mistakes);
        QVERIFY2(QByteArray::fromStdString(all).contains(says), all.c_str());
    }

    void aSyntaxErrorNamesItsLine()
    {
        const auto read = config::readConfig("{\n  \"schemaVersion\": 1,\n}\n");
        QCOMPARE(read.mistakes.size(), 1U);
        QCOMPARE(read.mistakes[0].line, 2);
        QVERIFY(read.mistakes[0].message.find("comma") != std::string::npos);
    }

    void aNewerFileGetsOneClearError()
    {
        const auto read = config::readConfig("{\n \"schemaVersion\": 7,\n \"brandNew\": {}}");
        QCOMPARE(read.mistakes.size(), 1U);
        QCOMPARE(read.mistakes[0].line, 2);
        QVERIFY(read.mistakes[0].message.find("newer Signalbox") != std::string::npos);
    }

    void anOlderFileIsLiftedStepByStep()
    {
        const config::Migration steps[] = {
            {1, [](json::Value &root) { root.add("one", json::Value::boolean(true)); }},
            {2, [](json::Value &root) { root.add("two", *root.find("one")); }},
        };
        auto document = json::parseDocument("{\"schemaVersion\": 1}");
        QVERIFY(config::migrate(document->root, steps, 3));
        QCOMPARE(document->root.find("schemaVersion")->text(), std::string("3"));
        QVERIFY(document->root.find("two")->toBool());
        auto gap = json::parseDocument("{\"schemaVersion\": 1}");
        QVERIFY(!config::migrate(gap->root, std::span(steps).subspan(1), 3));
    }

    void unknownPresetsAreNamedWhenTheListIsGiven()
    {
        const std::string text = R"({"schemaVersion":1,"providers":[{"id":"p","preset":"opnai"}]})";
        QVERIFY(config::readConfig(text).ok());
        const std::vector<std::string> presets = {"openai", "simulated"};
        const auto read = config::readConfig(text, presets);
        QVERIFY(!read.ok());
        QVERIFY(read.mistakes[0].message.find("'openai'") != std::string::npos);
    }

    void whatIsWrittenReadsBackTheSame()
    {
        Generator generator(11);
        for (int i = 0; i < 300; ++i) {
            const Config config = generator.config();
            QVERIFY(!config::hasErrors(config::validate(config)));
            const std::string text = config::writeConfig(config);
            const auto read = config::readConfig(text);
            QVERIFY2(read.ok(), (describe(read.mistakes) + text).c_str());
            QVERIFY2(read.config == config, text.c_str());
            QCOMPARE(config::writeConfig(read.config), text);
        }
    }

    void theDefaultIsSoundAndShort()
    {
        const Config config = config::defaultConfig();
        QVERIFY2(config::validate(config).empty(), describe(config::validate(config)).c_str());
        QCOMPARE(config.chain("demo")->steps.size(), 2U);
        QCOMPARE(config.provider(config.chain("demo")->steps[0].provider)->simulate.errors.at("429"), 0.5);
        QVERIFY(config.provider(config.chain("demo")->steps[1].provider)->simulate.errors.empty());
        QVERIFY(config.server.requireToken);
        const std::string text = config::writeConfig(config);
        QVERIFY2(text.find("connectMs") == std::string::npos, text.c_str()); // defaults are left out
        QVERIFY2(text.starts_with(
                     "{\n  \"schemaVersion\": 1,\n  \"server\": {\"port\": 8377, \"requireToken\": true},\n"),
                 text.c_str());
        QVERIFY(config::readConfig(text).config == config);
    }
};

SIGNALBOX_TEST(ConfigDocumentTest)
#include "config_document_test.moc"
