// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/validate.h"

#include "core/foundation/config/file/default_config.h"
#include "tests/support/registry.h"

using namespace signalbox;
using config::Config;

namespace {
bool complains(const Config &config, const std::string &path, const std::string &says)
{
    const config::Mistakes mistakes = config::validate(config);
    return std::any_of(mistakes.begin(), mistakes.end(), [&](const config::Mistake &m) {
        return !m.warning && m.line == 0 && m.path == path && m.message.find(says) != std::string::npos;
    });
}

/// Taken, but with one warning, and it is about `path`.
bool warns(const Config &config, const std::string &path)
{
    const config::Mistakes mistakes = config::validate(config);
    return mistakes.size() == 1 && mistakes[0].warning && mistakes[0].path == path;
}

template<typename Change>
Config with(Change change)
{
    Config config = config::defaultConfig();
    change(config);
    return config;
}
} // namespace

class ConfigValidateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void candidatesAreCheckedLikeFiles()
    {
        QVERIFY(complains(with([](Config &c) { c.chains[0].steps[0].tries = 0; }), "chains[0].steps[0].tries",
                          "between 1 and 10"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].steps[1].idle = config::Ms(-5); }),
                          "chains[0].steps[1].idleMs", "between"));
        QVERIFY(
            complains(with([](Config &c) { c.chains[0].steps.clear(); }), "chains[0].steps", "at least one"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].steps[0].provider = "sim-primry"; }),
                          "chains[0].steps[0].provider", "did you mean 'sim-primary'"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].id = "a/b"; }), "chains[0].id", "'/'"));
        QVERIFY(complains(with([](Config &c) { c.providers[0].name = "two\nlines"; }), "providers[0].name",
                          "control character"));
        QVERIFY(complains(with([](Config &c) { c.providers[0].simulate.tokensPerSecond = 0; }),
                          "providers[0].simulate.tokensPerSecond", "between"));
        QVERIFY(complains(with([](Config &c) { c.providers[0].headers["X-Api-Key"] = "x"; }),
                          "providers[0].headers[\"X-Api-Key\"]", "must not stand in this file"));
        QVERIFY(complains(with([](Config &c) { c.providers[0].dialects = {"chat", "message"}; }),
                          "providers[0].dialects[1]", "did you mean 'messages'?"));
        QVERIFY(complains(with([](Config &c) { c.providers[0].dialects = {"chat", "chat"}; }),
                          "providers[0].dialects[1]", "twice"));
        const config::KeySource source{config::KeySource::Kind::Environment, "KEY", ""};
        QVERIFY(complains(with([&](Config &c) { c.providers[0].keys = {{source, 1}, {source, 2}}; }),
                          "providers[0].keys[1]", "already"));
        QVERIFY(complains(with([&](Config &c) { c.providers[0].keys = {{source, 0}}; }),
                          "providers[0].keys[0].weight", "between 1 and 1000"));
        QVERIFY(complains(with([&](Config &c) { c.providers[0].keys = {{{source.kind, "a b", ""}, 1}}; }),
                          "providers[0].keys[0].env", "environment variable"));
        QVERIFY(complains(with([](Config &c) { c.providers[0].headers["host"] = "x"; }),
                          "providers[0].headers[\"host\"]", "by Signalbox itself"));
        QVERIFY(complains(
            with([](Config &c) { c.providers[0].key = {config::KeySource::Kind::Keychain, "", ""}; }),
            "providers[0].key.keychain", "must not be empty"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].aliases = {"demo"}; }), "chains[0].aliases[0]",
                          "already the id of a chain"));
    }

    void warningsDoNotRefuse()
    {
        Config config = config::defaultConfig();
        for (config::StepConfig &step : config.chains[0].steps) {
            step.enabled = false;
        }
        config.providers[0].preset = "openai";
        const config::Mistakes mistakes = config::validate(config);
        QCOMPARE(mistakes.size(), 2U);
        QVERIFY(!config::hasErrors(mistakes));
    }

    void newMembersOfCandidatesAreChecked()
    {
        QVERIFY(complains(with([](Config &c) { c.chains[0].steps[0].maxCost = base::Money{0}; }),
                          "chains[0].steps[0].maxCostUsd", "more than 0"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].policy.maxCost = base::Money{0}; }),
                          "chains[0].policy.maxCostUsd", "more than 0"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].steps[0].set["stream"] = json::Value(); }),
                          "chains[0].steps[0].set[\"stream\"]", "by Signalbox itself"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].steps[0].strip = {"x", "messages"}; }),
                          "chains[0].steps[0].strip[1]", "by Signalbox itself"));
        QVERIFY(complains(with([](Config &c) {
                              c.chains[0].steps[0].set["x"] = json::Value();
                              c.chains[0].steps[0].strip = {"x"};
                          }),
                          "chains[0].steps[0].strip[0]", "is also set"));
        QVERIFY(complains(with([](Config &c) { c.privacy.patterns = {"a", "("}; }), "privacy.patterns[1]",
                          "is not a regular expression"));
        QVERIFY(complains(with([](Config &c) { c.rules = {{"r", true, {}, "dmo"}}; }), "rules[0].chain",
                          "did you mean 'demo'?"));
        QVERIFY(
            complains(with([](Config &c) { c.rules = {{"r", true, {}, "demo"}, {"r", true, {}, "demo"}}; }),
                      "rules[1].id", "already the id of rules[0]"));
        QVERIFY(complains(with([](Config &c) {
                              c.chains[0].steps[0].when = {
                                  config::Condition::Op::Equal, "weekday", {"monday"}, {}};
                          }),
                          "chains[0].steps[0].when.weekday", "is none of"));
        QVERIFY(complains(with([](Config &c) { c.chains[0].strategy = static_cast<config::Strategy>(99); }),
                          "chains[0].strategy", "it knows: ordered"));
    }

    void whatHasNoEffectIsWarnedOf()
    {
        using config::MidStream;
        using config::Strategy;
        QVERIFY(warns(with([](Config &c) {
                          c.chains[0].policy.midStream = MidStream::Restart;
                          c.chains[0].policy.holdBackTokens = 9;
                      }),
                      "chains[0].policy.holdBackTokens"));
        QVERIFY(warns(with([](Config &c) {
                          c.chains[0].policy.midStream = MidStream::Restart;
                          c.chains[0].policy.holdBack = config::Ms(9);
                      }),
                      "chains[0].policy.holdBackMs"));
        QVERIFY(warns(with([](Config &c) { c.chains[0].policy.fallbackOn.looping = true; }),
                      "chains[0].policy.fallbackOn.looping"));
        QVERIFY(warns(with([](Config &c) { c.chains[0].policy.fallbackOn.brokenToolCall = true; }),
                      "chains[0].policy.fallbackOn.brokenToolCall"));
        for (const Strategy strategy : {Strategy::Race, Strategy::Hedged}) {
            QVERIFY(warns(with([&](Config &c) {
                              c.chains[0].strategy = strategy;
                              c.chains[0].policy.retryBudget = 0;
                          }),
                          "chains[0].policy.retryBudget"));
            QVERIFY(warns(with([&](Config &c) {
                              c.chains[0].strategy = strategy;
                              c.chains[0].steps[0].enabled = false;
                          }),
                          "chains[0].strategy"));
        }
        QVERIFY(warns(with([](Config &c) { c.chains[0].steps[1].model = "big-latest"; }),
                      "chains[0].steps[1].model"));
        QVERIFY(
            warns(with([](Config &c) { c.rules = {{"all", true, {}, "demo"}, {"never", true, {}, "demo"}}; }),
                  "rules[0]"));
        QVERIFY(warns(with([](Config &c) { c.clients = {{"c", {}, "", true}}; }), "clients[0].private"));
        QVERIFY(warns(with([](Config &c) { c.privacy.keys = true; }), "privacy"));
    }

    void whatHasAnEffectIsNotWarnedOf()
    {
        const auto silent = [](auto change) { return config::validate(with(change)).empty(); };
        using config::MidStream;
        QVERIFY(silent([](Config &c) {
            c.chains[0].policy.fallbackOn.looping = true;
            c.chains[0].policy.holdBackTokens = 50;
        }));
        QVERIFY(silent([](Config &c) {
            c.chains[0].policy.fallbackOn.brokenToolCall = true;
            c.chains[0].policy.midStream = MidStream::Restart;
        }));
        QVERIFY(silent([](Config &c) { c.chains[0].strategy = config::Strategy::Race; }));
        QVERIFY(silent([](Config &c) { c.chains[0].policy.retryBudget = 0; }));
        QVERIFY(silent([](Config &c) { c.rules = {{"off", false, {}, "demo"}, {"all", true, {}, "demo"}}; }));
        QVERIFY(silent([](Config &c) {
            c.clients = {{"c", {}, "", true}};
            c.privacy.keys = true;
            c.providers[1].tags = {"local"};
        }));
    }

    void idsAreShortAndPlain()
    {
        for (const std::string good : {"a", "0", "gpt-5.6", "a_b.c-d", "a123"}) {
            QVERIFY2(config::isValidId(good), good.c_str());
        }
        for (const std::string bad : {"", "A", "-a", ".a", "a b", "a/b", "ä", "a\n"}) {
            QVERIFY2(!config::isValidId(bad), bad.c_str());
        }
        QVERIFY(config::isValidId(std::string(64, 'a')));
        QVERIFY(!config::isValidId(std::string(65, 'a')));
    }

    void baseUrlsAreStrict_data()
    {
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<bool>("sound");
        for (const char *good :
             {"https://api.openai.com/v1", "https://api.openai.com", "https://h:8443/v1/", "HTTPS://H/v1",
              "http://localhost:11434/v1", "http://LOCALHOST/v1", "http://127.0.0.1:1/v1",
              "http://127.1.2.3/", "http://[::1]:8080/v1", "https://[2001:db8::1]/v1", "https://1.2.3.4/v1",
              "https://a_b.example/v1"}) {
            QTest::newRow(good) << QByteArray(good) << true;
        }
        for (const char *bad : {"",
                                "api.openai.com",
                                "https://",
                                "https:///v1",
                                "ftp://host/",
                                "file:///etc/passwd",
                                "http://api.openai.com/v1",
                                "http://10.0.0.1/v1",
                                "http://localhost.evil.example/",
                                "http://0.0.0.0/",
                                "http://127.1/",
                                "http://0177.0.0.1/",
                                "http://0x7f.0.0.1/",
                                "http://2130706433/",
                                "http://[::]/",
                                "http://[::ffff:127.0.0.1]/",
                                "https://user@host/",
                                "https://user:pw@host/",
                                "https://host/?a=b",
                                "https://host/#x",
                                "https://ho st/",
                                "https://host\\@evil/",
                                "https://höst/",
                                "https://host:0/",
                                "https://host:99999/",
                                "https://host:/",
                                "https://host:80a/",
                                "https://-host/",
                                "https://a..b/",
                                "https://1.2.3/",
                                "https://a.0x7f/",
                                "https://[::1/",
                                "https://[1.2.3.4]/",
                                "https://host\n/"}) {
            QTest::newRow(bad) << QByteArray(bad) << false;
        }
    }

    void baseUrlsAreStrict()
    {
        QFETCH(QByteArray, url);
        QFETCH(bool, sound);
        QCOMPARE(config::checkBaseUrl(url.toStdString()).has_value(), sound);
    }

    void budgetsAreToldApartFromWhatTheyDoNotDoYet()
    {
        const auto budget = [](const char *scope, const char *name) {
            return config::BudgetConfig{
                .scope = {{scope, name}}, .period = "day", .limit = {1}, .atLimit = "warn"};
        };
        QVERIFY(warns(with([&](Config &c) { c.budgets = {budget("client", "some-tool")}; }), "budgets"));
        QVERIFY(complains(with([&](Config &c) { c.budgets = {budget("colour", "red")}; }),
                          "budgets[0].scope[\"colour\"]", "for everything leave scope out"));
        const config::Mistakes unknown =
            config::validate(with([&](Config &c) { c.budgets = {budget("provider", "openia")}; }));
        QCOMPARE(unknown.size(), 2U);
        QVERIFY(unknown[0].warning);
        QCOMPARE(unknown[0].message,
                 std::string("no provider is named 'openia': nothing counts in this budget"));
    }

    void aBudgetThatIsNotThereIsAlwaysOk()
    {
        const config::Condition asks{.op = config::Condition::Op::Equal, .field = "budget", .values = {"ok"}};
        QVERIFY(warns(with([&](Config &c) {
                          c.chains[0].steps[1].when = {.op = config::Condition::Op::Not, .parts = {asks}};
                      }),
                      "chains[0].steps[1].when"));
        QVERIFY(warns(
            with([&](Config &c) { c.rules.push_back({.id = "r", .when = asks, .chain = c.chains[0].id}); }),
            "rules[0].when"));
    }
};

SIGNALBOX_TEST(ConfigValidateTest)
#include "config_validate_test.moc"
