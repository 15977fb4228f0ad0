// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/rules.h"

#include "core/request/routing/condition_check.h"
#include "tests/support/registry.h"

using namespace signalbox;
using config::Condition;

Q_DECLARE_METATYPE(signalbox::routing::Facts)

namespace {
Condition is(const char *field, const char *value)
{
    return {.op = Condition::Op::Equal, .field = field, .values = {value}};
}

config::Config example()
{
    config::Config config;
    config.chains = {{.id = "cheap"}, {.id = "off", .enabled = false}, {.id = "clever"}};
    config.rules = {{.id = "switched-off", .enabled = false, .when = {}, .chain = "cheap"},
                    {.id = "gone", .when = {}, .chain = "nowhere"},
                    {.id = "to-a-chain-that-is-off", .when = {}, .chain = "off"},
                    {.id = "hard", .when = is("complexity", "reasoning"), .chain = "clever"},
                    {.id = "aider", .when = is("client", "aider"), .chain = "cheap"},
                    {.id = "aider-again", .when = is("client", "aider"), .chain = "clever"}};
    return config;
}
} // namespace

class RulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstRuleThatFitsCounts_data()
    {
        QTest::addColumn<routing::Facts>("facts");
        QTest::addColumn<QByteArray>("rule"); // empty: none
        QTest::newRow("the first of two") << routing::Facts{.client = "aider"} << QByteArray("aider");
        QTest::newRow("an earlier one")
            << routing::Facts{.client = "aider", .complexity = routing::Complexity::Reasoning}
            << QByteArray("hard");
        QTest::newRow("none fits: neither those that are off nor those that lead nowhere")
            << routing::Facts{.client = "zed"} << QByteArray();
    }
    void theFirstRuleThatFitsCounts()
    {
        QFETCH(routing::Facts, facts);
        QFETCH(QByteArray, rule);
        const config::Config config = example();
        const config::RuleConfig *const found = routing::ruleFor(config, facts);
        QCOMPARE(QByteArray::fromStdString(found ? found->id : std::string()), rule);
    }

    void onlyRulesAndTextsThatNeedItHaveRequestsRead()
    {
        config::Config config = example();
        QVERIFY(routing::needsFacts(config));
        config.rules[3].enabled = false;
        QVERIFY(!routing::needsFacts(config));
        config.privacy.emails = true;
        QVERIFY(routing::needsFacts(config));
        config.privacy = {.patterns = {"secret"}};
        QVERIFY(routing::needsFacts(config));
    }
};

SIGNALBOX_TEST(RulesTest)
#include "rules_test.moc"
