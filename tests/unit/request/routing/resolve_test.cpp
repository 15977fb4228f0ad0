// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/resolve.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
config::Config example()
{
    config::Config config;
    config.providers = {{.id = "openai"}, {.id = "box"}};
    config.chains = {{.id = "coding", .aliases = {"gpt-5*", "smart"}},
                     {.id = "cheap", .aliases = {"gpt-5*-mini", "openai/gpt-oss"}},
                     {.id = "off", .enabled = false, .aliases = {"never"}}};
    config.clients = {{.id = "aider", .chain = "cheap"}};
    return config;
}
} // namespace

class ResolveTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void picksTheChain_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("client");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("rule");  // the chain it leads to
        QTest::addColumn<QByteArray>("chain"); // "-": none; "provider/model": direct
        const auto row = [](const char *name, const char *model, const char *client, const char *header,
                            const char *chain, const char *rule = "") {
            QTest::newRow(name) << QByteArray(model) << QByteArray(client) << QByteArray(header)
                                << QByteArray(rule) << QByteArray(chain);
        };
        row("by id", "coding", "", "", "coding");
        row("by exact alias", "smart", "", "", "coding");
        row("by wildcard", "gpt-5.6", "", "", "coding");
        row("the longest wildcard wins", "gpt-5.6-mini", "", "", "cheap");
        row("an alias may look like provider/model", "openai/gpt-oss", "", "", "cheap");
        row("direct", "openai/gpt-5.6", "", "", "openai/gpt-5.6");
        row("direct keeps further slashes", "box/org/model:7b", "", "", "box/org/model:7b");
        row("the client's own chain when nothing is named", "whatever", "aider", "", "cheap");
        row("a named chain beats the client's own", "coding", "aider", "", "coding");
        row("the header beats the model", "coding", "", "cheap", "cheap");
        row("the header beats the rule", "coding", "", "cheap", "cheap", "coding");
        row("direct beats the rule", "openai/gpt-5.6", "", "", "openai/gpt-5.6", "coding");
        row("the rule beats a chain's id", "coding", "", "", "cheap", "cheap");
        row("the rule beats an alias", "smart", "", "", "cheap", "cheap");
        row("the rule beats an alias that looks direct", "openai/gpt-oss", "", "", "coding", "coding");
        row("the rule beats the client's own", "whatever", "aider", "", "coding", "coding");
        row("a rule to a chain that is off", "whatever", "aider", "", "cheap", "off");
        row("unknown", "whatever", "", "", "-");
        row("unknown header", "coding", "", "nope", "-");
        row("a chain that is off", "off", "", "", "-");
        row("an alias of a chain that is off", "never", "", "", "-");
        row("unknown provider", "nobody/model", "", "", "-");
        row("provider without model", "openai/", "", "", "-");
    }
    void picksTheChain()
    {
        QFETCH(QByteArray, model);
        QFETCH(QByteArray, client);
        QFETCH(QByteArray, header);
        QFETCH(QByteArray, rule);
        QFETCH(QByteArray, chain);
        const auto route = routing::resolve(
            std::make_shared<const config::Config>(example()),
            {model.constData(), client.constData(), header.constData(), rule.constData(), "the-rule"});
        QByteArray got = "-";
        if (route) {
            const auto &c = *route->chain;
            got = QByteArray::fromStdString(route->direct ? c.steps.at(0).provider + "/" + c.steps.at(0).model
                                                          : c.id);
        }
        QCOMPARE(got, chain);
        const bool byRule = !rule.isEmpty() && chain == rule;
        QCOMPARE(QByteArray::fromStdString(route ? route->rule : ""), QByteArray(byRule ? "the-rule" : ""));
    }

    void namesTheChainsThereAre()
    {
        const auto route =
            routing::resolve(std::make_shared<const config::Config>(example()), {"whatever", "", ""});
        QVERIFY(route.error().message.find("coding, cheap") != std::string::npos);
        QVERIFY(route.error().message.find("off") == std::string::npos);
    }
};

SIGNALBOX_TEST(ResolveTest)
#include "resolve_test.moc"
