// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/tools/wire_names.h"

#include "tests/support/registry.h"

using namespace signalbox;
using namespace signalbox::neutral;
using base::Dialect;

namespace {
const std::string kLongName(100, 'n');
const std::string kLongId = "toolu_" + std::string(100, 'i');

Conversation conversation()
{
    Conversation out;
    out.tools = {{.name = kLongName}, {.name = "short"}};
    out.toolChoice = {.mode = ToolChoice::Mode::Named, .name = kLongName, .allowed = {"short", kLongName}};
    out.messages = {{.role = Role::Assistant, .parts = {{ToolCall{.id = kLongId, .name = kLongName}}}},
                    {.role = Role::Tool, .parts = {{ToolResult{.callId = kLongId, .name = kLongName}}}}};
    return out;
}
} // namespace

class WireNamesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatFitsStaysAsItIs()
    {
        QCOMPARE(plainName("get_weather-2", 64), std::string("get_weather-2"));
        QCOMPARE(plainName(std::string(64, 'a'), 64), std::string(64, 'a'));
    }

    void longNamesThatBeginAlikeStayApart()
    {
        const std::string one = plainName(kLongName + "1", 64);
        const std::string two = plainName(kLongName + "2", 64);
        QCOMPARE(one.size(), 64U);
        QVERIFY(one != two);
        QVERIFY(one.starts_with(std::string(55, 'n') + "_"));
    }

    void onlyDialectsThatRefuseThemAreSparedLongNames()
    {
        QVERIFY(hasLongNames(conversation(), Dialect::Chat));
        QVERIFY(hasLongNames(conversation(), Dialect::Gemini));
        Conversation tolerable = conversation();
        std::get<ToolCall>(tolerable.messages[0].parts[0].what).id = "call";
        std::get<ToolResult>(tolerable.messages[1].parts[0].what).callId = "call";
        QVERIFY(!hasLongNames(tolerable, Dialect::Messages));
    }

    void callsAndTheirResultsAreCutAlike_data()
    {
        QTest::addColumn<int>("dialect");
        QTest::addColumn<int>("mostOfId");
        QTest::newRow("chat") << static_cast<int>(Dialect::Chat) << 40;
        QTest::newRow("responses") << static_cast<int>(Dialect::Responses) << 64;
        QTest::newRow("gemini") << static_cast<int>(Dialect::Gemini) << 64;
    }
    void callsAndTheirResultsAreCutAlike()
    {
        QFETCH(int, dialect);
        QFETCH(int, mostOfId);
        const Conversation cut = withShortNames(conversation(), static_cast<Dialect>(dialect));
        QVERIFY(!hasLongNames(cut, static_cast<Dialect>(dialect)));
        const auto &call = std::get<ToolCall>(cut.messages[0].parts[0].what);
        const auto &result = std::get<ToolResult>(cut.messages[1].parts[0].what);
        QCOMPARE(call.id.size(), static_cast<std::size_t>(mostOfId));
        QCOMPARE(call.id, result.callId);
        QCOMPARE(call.name, cut.tools[0].name);
        QCOMPARE(call.name, result.name);
        QCOMPARE(cut.toolChoice.name, cut.tools[0].name);
        QCOMPARE(cut.toolChoice.allowed[1], cut.tools[0].name);
        QCOMPARE(cut.tools[1].name, std::string("short"));
    }

    void anAnswersCallsGetTheirNamesBack()
    {
        const Conversation request = conversation();
        const std::string cut = plainName(kLongName, 64);
        const ShortNames names(&request, Dialect::Chat);
        Answer answer;
        answer.choices = {{.parts = {{ToolCall{.name = cut}}, {ToolCall{.name = "short"}}}}};
        names.restore(answer);
        QCOMPARE(std::get<ToolCall>(answer.choices[0].parts[0].what).name, kLongName);
        QCOMPARE(std::get<ToolCall>(answer.choices[0].parts[1].what).name, std::string("short"));
        StreamItem begins = PartBegins{.what = {ToolCall{.name = cut}}};
        names.restore(begins);
        QCOMPARE(std::get<ToolCall>(std::get<PartBegins>(begins).what.what).name, kLongName);
        StreamItem untold = PartBegins{.what = {ToolCall{.name = cut}}};
        ShortNames(nullptr, Dialect::Chat).restore(untold);
        QCOMPARE(std::get<ToolCall>(std::get<PartBegins>(untold).what.what).name, cut);
    }
};

SIGNALBOX_TEST(WireNamesTest)
#include "wire_names_test.moc"
