// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/rules/parameter_rules.h"

#include "core/foundation/json/document.h"
#include "core/request/provider/rules/adapt.h"
#include "tests/support/registry.h"
#include "tests/unit/request/provider/rules/family_rows.h"

using namespace signalbox;
using base::Dialect;

namespace {
const char *const kOwnRules =
    R"({"rules":[{"why":"w","dialects":["chat"],"drop":["a","c.d"],"set":{"z":1}}]})";
} // namespace

class ParameterRulesTest : public QObject
{
    Q_OBJECT

private:
    const provider::ParameterRules rules = provider::ParameterRules::shipped();

private Q_SLOTS:
    void familiesGetWhatTheyTake_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < int(familyRows().size()); ++i) {
            const FamilyRow &row = familyRows()[std::size_t(i)];
            QTest::addRow("%d %s %s %s", i, row.preset, row.model, row.dialect) << i;
        }
    }
    void familiesGetWhatTheyTake()
    {
        QFETCH(int, index);
        const FamilyRow &row = familyRows()[std::size_t(index)];
        QVERIFY(json::parseDocument(row.body) && json::parseDocument(row.adapted));
        const auto found = rules.rulesFor(row.preset, row.model);
        provider::Adapted out{row.body, {}};
        if (found) {
            out = provider::adapt(row.body, *found, *base::dialectFromText(row.dialect));
        }
        QCOMPARE(QByteArray::fromStdString(out.body), QByteArray(row.adapted));
        std::string changed;
        for (const std::string &name : out.changed) {
            changed += (changed.empty() ? "" : " ") + name;
        }
        QCOMPARE(QByteArray::fromStdString(changed), QByteArray(row.changed));
    }

    void otherDialectsAreLeftAlone()
    {
        const auto found = rules.rulesFor("openai", "gpt-5");
        const std::string body = R"({"temperature":1,"max_tokens":2})";
        QCOMPARE(provider::adapt(body, *found, Dialect::Completions).body, body);
        QVERIFY(!rules.rulesFor("openai", "gpt-4.1"));
        QVERIFY(!rules.rulesFor("simulated", "sim-large"));
    }

    void modelsFitWithoutTheirVendorAndInAnyCase()
    {
        QVERIFY(rules.rulesFor("openai", "OpenAI/GPT-5"));
        QVERIFY(rules.rulesFor("openrouter", "anthropic/claude-opus-5-5"));
    }

    void someModelsAreReachedInResponsesOnly()
    {
        const std::string plain = R"({"messages":[]})";
        const std::string tools = R"({"messages":[],"tools":[{}]})";
        const std::string calm = R"({"tools":[{}],"reasoning_effort":"none"})";
        const auto newer = rules.rulesFor("openai", "gpt-5.4");
        QVERIFY(newer->reachedIn(Dialect::Chat, plain));
        QVERIFY(!newer->reachedIn(Dialect::Chat, tools));
        QVERIFY(newer->reachedIn(Dialect::Responses, tools));
        QVERIFY(newer->reachedIn(Dialect::Chat, calm));
        QVERIFY(rules.rulesFor("openai", "gpt-5.2")->reachedIn(Dialect::Chat, tools));
        QVERIFY(!rules.rulesFor("openai", "gpt-5.5-pro")->reachedIn(Dialect::Chat, plain));
        QVERIFY(!rules.rulesFor("azure", "gpt-5.3-codex")->reachedIn(Dialect::Chat, plain));
    }

    void everyOtherByteStays()
    {
        const auto own = provider::ParameterRules::fromJson(kOwnRules);
        const auto found = own->rulesFor("any", "any");
        const auto adapted = [&](const char *body) {
            return provider::adapt(body, *found, Dialect::Chat).body;
        };
        QCOMPARE(adapted("{ \"b\" : 1.50 , \"a\":2, \"a\" : 3 }"), std::string("{\"z\":1, \"b\" : 1.50 }"));
        QCOMPARE(adapted("{\"c\": {\"d\":1, \"e\" : 2},\"z\":0}"),
                 std::string("{\"c\": {\"e\" : 2},\"z\":0}"));
        QCOMPARE(adapted("{\"c\":{\"e\":2 ,\"d\":1},\"z\":0}"), std::string("{\"c\":{\"e\":2},\"z\":0}"));
        QCOMPARE(adapted("{\"c\":[1],\"z\":0}"), std::string("{\"c\":[1],\"z\":0}"));
        QCOMPARE(adapted("{\"z\":0,\"\\u0061\":1}"), std::string("{\"z\":0}"));
    }

    void saysWhichLineIsWrong_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("unknown member") << QByteArray(R"({"rules":[{"why":"w","dialects":["chat"],"x":1}]})");
        QTest::newRow("no reason") << QByteArray(R"({"rules":[{"dialects":["chat"],"drop":["a"]}]})");
        QTest::newRow("no dialect") << QByteArray(R"({"rules":[{"why":"w","drop":["a"]}]})");
        QTest::newRow("unknown dialect") << QByteArray(R"({"rules":[{"why":"w","dialects":["x"]}]})");
        QTest::newRow("half a range")
            << QByteArray(R"({"rules":[{"why":"w","dialects":["chat"],"clamp":{"a":[1]}}]})");
        QTest::newRow("nothing") << QByteArray("{}");
        QTest::newRow("not JSON") << QByteArray("{");
    }
    void saysWhichLineIsWrong()
    {
        QFETCH(QByteArray, json);
        const auto found = provider::ParameterRules::fromJson(json.toStdString());
        QVERIFY(!found);
        QVERIFY(found.error().message.starts_with("line 1: "));
    }
};

SIGNALBOX_TEST(ParameterRulesTest)
#include "parameter_rules_test.moc"
