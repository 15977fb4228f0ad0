// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/tools/custom_tools.h"

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace signalbox::neutral;

namespace {
json::Value tree(std::string_view text)
{
    return json::readTree(text).value_or(json::Value());
}

Conversation codex()
{
    Conversation out{.origin = base::Dialect::Responses, .model = "m"};
    Tool patch{.kind = Tool::Kind::Custom, .name = "apply_patch", .description = "Edits."};
    patch.format = tree("{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"start: x\"}");
    out.tools = {patch, Tool{.name = "read"}};
    out.toolChoice = {.mode = ToolChoice::Mode::Named, .name = "apply_patch", .custom = true};
    ToolCall call{.id = "c1", .name = "apply_patch", .arguments = "*** \"x\"\n", .custom = true};
    ToolResult result{.callId = "c1", .custom = true};
    out.messages = {{.role = Role::Assistant, .parts = {{.what = call}}},
                    {.role = Role::Tool, .parts = {{.what = result}}}};
    return out;
}

/// The input as it comes out of arguments fed in two pieces, and what was told before the end.
std::string inTwo(const std::string &arguments, std::size_t at, std::string *early = nullptr)
{
    CustomInput input;
    std::string out = input.grow(arguments.substr(0, at));
    out += input.grow(arguments.substr(at));
    if (early) {
        *early = out;
    }
    return out + input.end();
}
} // namespace

class CustomToolsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void makesFunctionsOfCustomTools()
    {
        const Conversation c = withoutCustomTools(codex());
        QVERIFY(c.tools[0].kind == Tool::Kind::Function);
        QCOMPARE(c.tools[0].description, "Edits.\n\n`input` must match this lark grammar:\nstart: x");
        QCOMPARE(json::writeCompact(*c.tools[0].schema.find("required")), "[\"input\"]");
        QVERIFY(c.tools[0].format.is(json::Value::Type::Null));
        QVERIFY(c.tools[1] == codex().tools[1]);
        QVERIFY(!c.toolChoice.custom);
        const auto &call = std::get<ToolCall>(c.messages[0].parts[0].what);
        QVERIFY(!call.custom);
        QCOMPARE(call.arguments, "{\"input\":\"*** \\\"x\\\"\\n\"}");
        QVERIFY(!std::get<ToolResult>(c.messages[1].parts[0].what).custom);
    }

    void findsTheInput_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<QString>("input");
        QTest::addColumn<bool>("early");
        QTest::newRow("plain") << "{\"input\":\"a\"}" << "a" << true;
        QTest::newRow("empty") << "{\"input\":\"\"}" << "" << true;
        QTest::newRow("spaces") << " {\n \"input\" : \"a b\" }" << "a b" << true;
        QTest::newRow("escapes") << "{\"input\":\"\\\"\\\\\\n\\u00e9\"}" << QString::fromUtf8("\"\\\né")
                                 << true;
        QTest::newRow("a pair") << "{\"input\":\"\\ud83d\\ude00!\"}" << QString::fromUtf8("😀!") << true;
        QTest::newRow("half a pair") << "{\"input\":\"\\ud83dx\"}" << QString::fromUtf8("\uFFFDx") << true;
        QTest::newRow("more members") << "{\"input\":\"a\",\"why\":\"b\"}" << "a" << true;
        QTest::newRow("later") << "{\"why\":\"b\",\"input\":\"a\"}" << "a" << false;
        QTest::newRow("another name") << "{\"patch\":\"a\"}" << "a" << false;
        QTest::newRow("a longer name") << "{\"inputs\":\"a\"}" << "a" << false;
        QTest::newRow("just text") << "*** Begin" << "*** Begin" << false;
        QTest::newRow("two others") << "{\"a\":\"1\",\"b\":2}" << "{\"a\":\"1\",\"b\":2}" << false;
        QTest::newRow("cut off") << "{\"input\":\"abc" << "abc" << true;
        QTest::newRow("cut in an escape") << "{\"input\":\"abc\\u00" << "abc" << true;
        QTest::newRow("nothing") << "" << "" << true;
    }
    void findsTheInput()
    {
        QFETCH(QString, arguments);
        QFETCH(QString, input);
        QFETCH(bool, early);
        const std::string text = arguments.toStdString();
        QCOMPARE(QString::fromStdString(customInput(text)), input);
        for (std::size_t at = 0; at <= text.size(); ++at) {
            std::string told;
            QCOMPARE(QString::fromStdString(inTwo(text, at, &told)), input);
            QCOMPARE(QString::fromStdString(told), early ? input : QString());
        }
    }

    void bringsCallsBack()
    {
        const CustomCalls calls(codex());
        QVERIFY(calls.any());
        QVERIFY(!CustomCalls(Conversation{}).any());
        ToolCall patch{.id = "c", .name = "apply_patch", .arguments = "{\"input\":\"x\"}"};
        ToolCall other{.id = "d", .name = "read", .arguments = "{\"input\":\"x\"}"};
        Answer answer;
        answer.choices = {Choice{.parts = {{.what = patch}, {.what = other}}}};
        calls.restore(answer);
        const auto &restored = std::get<ToolCall>(answer.choices[0].parts[0].what);
        QVERIFY(restored.custom);
        QCOMPARE(restored.arguments, "x");
        QVERIFY(std::get<ToolCall>(answer.choices[0].parts[1].what) == other);
    }

    void bringsStreamedCallsBackAsTheyGrow()
    {
        CustomCalls calls(codex());
        std::vector<StreamItem> out;
        const Part patch{.what = ToolCall{.id = "c", .name = "apply_patch", .arguments = "{\"in"}};
        const Part other{.what = ToolCall{.id = "d", .name = "read"}};
        for (const StreamItem &item : std::vector<StreamItem>{
                 PartBegins{.part = 0, .what = patch}, PartBegins{.part = 1, .what = other},
                 PartGrows{.part = 0, .text = "put\":\"ab"}, PartGrows{.part = 1, .text = "{}"},
                 PartGrows{.part = 0, .text = "c\"}"}, PartEnds{.part = 1}, PartEnds{.part = 0},
                 AnswerEnds{}}) {
            calls.take(item, out);
        }
        const Part custom{.what = ToolCall{.id = "c", .name = "apply_patch", .custom = true}};
        const std::vector<StreamItem> expected{PartBegins{.part = 0, .what = custom},
                                               PartBegins{.part = 1, .what = other},
                                               PartGrows{.part = 0, .text = "ab"},
                                               PartGrows{.part = 1, .text = "{}"},
                                               PartGrows{.part = 0, .text = "c"},
                                               PartEnds{.part = 1},
                                               PartEnds{.part = 0},
                                               AnswerEnds{}};
        QVERIFY(out == expected);
    }

    void tellsTheRestAtTheEnd()
    {
        CustomCalls calls(codex());
        std::vector<StreamItem> out;
        const Part patch{.what = ToolCall{.id = "c", .name = "apply_patch"}};
        calls.take(PartBegins{.part = 4, .what = patch}, out);
        calls.take(PartGrows{.part = 4, .text = "*** Begin"}, out);
        QCOMPARE(out.size(), std::size_t(1));
        calls.take(PartEnds{.part = 4}, out);
        QCOMPARE(out.size(), std::size_t(3));
        QCOMPARE(std::get<PartGrows>(out[1]).text, "*** Begin");
    }
};

SIGNALBOX_TEST(CustomToolsTest)
#include "custom_tools_test.moc"
