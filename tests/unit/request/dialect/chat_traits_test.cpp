// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_traits.h"

#include "core/request/dialect/parts/token_estimate.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
const std::string kSystem = R"({"role":"system","content":"Be brief."})";
const std::string kFirst = R"({"role":"user","content":"What is in the box?"})";
const std::string kAnswer = R"({"role":"assistant","content":"A cat."})";
const std::string kSecond = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"And\\nnow?\"}]}";
const std::string kCall =
    "{\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":"
    "\"{\\\"in\\\":\\\"box\\\"}\"}}],\"content\":null,\"role\":\"assistant\"}";
const std::string kResult =
    R"({"role":"tool","tool_call_id":"call_1","content":[{"type":"text","text":"empty"}]})";

std::string request(const std::vector<std::string> &messages, const std::string &rest = {})
{
    std::string body = R"({"model":"m","messages":[)";
    const char *between = "";
    for (const std::string &one : messages) {
        body += between + one;
        between = ",";
    }
    return body + "]" + rest + "}";
}

dialect::RequestTraits traitsOf(const std::string &body, dialect::ChatOutline *outline = nullptr)
{
    dialect::ChatTraitsReader reader;
    return reader.read(body, outline);
}

const char *const kHalfPair = "{\"role\":\"user\",\"content\":\"a\\ud83d\"}";

/// A user turn with one image of that many bytes.
std::string withImage(std::size_t size)
{
    return R"({"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,)"
           + std::string(size, 'A') + R"("}}]})";
}
} // namespace

class ChatTraitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void gathersTheTextsByWhoSaidThem()
    {
        const auto traits = traitsOf(request({kSystem, kFirst, kAnswer, kSecond, kCall, kResult}));
        QCOMPARE(traits.system, std::string("Be brief."));
        QCOMPARE(traits.lastUser, std::string("And\nnow?"));
        QCOMPARE(traits.allText,
                 std::string("Be brief.\nWhat is in the box?\nA cat.\nAnd\nnow?\n{\"in\":\"box\"}\nempty\n"));
        QCOMPARE(traits.turns, 5);
        QCOMPARE(traits.toolResults, 1);
        QVERIFY(!traits.tools && !traits.images && !traits.audio && !traits.jsonSchema);
    }

    void readsPartsOfEveryKind_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const char *message, const char *text) {
            QTest::newRow(name) << QByteArray(message) << QByteArray(text);
        };
        row("several parts",
            R"({"role":"user","content":[{"type":"text","text":"a"},{"text":"b","type":"input_text"}]})",
            "a\nb\n");
        row("strings as parts", R"({"role":"user","content":["a","b"]})", "a\nb\n");
        row("refusal", R"({"role":"assistant","content":[{"type":"refusal","refusal":"no"}]})", "no\n");
        row("refusal member", R"({"role":"assistant","refusal":"no","content":null})", "no\n");
        row("reasoning", R"({"role":"assistant","reasoning_content":"hm","content":"a"})", "hm\na\n");
        row("thinking parts",
            R"({"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]})",
            "hm\n");
        row("old function call", R"({"role":"assistant","function_call":{"name":"f","arguments":"{}"}})",
            "{}\n");
        row("custom tool",
            R"({"role":"assistant","tool_calls":[{"id":"1","custom":{"name":"f","input":"x y"}}]})", "x y\n");
        row("arguments as an object",
            R"({"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a": 1}}}]})",
            "{\"a\": 1}\n");
        row("role last", R"({"content":"a","role":"system"})", "a\n");
        row("half a surrogate pair", kHalfPair, "a\xEF\xBF\xBD\n");
        row("null", R"({"role":"assistant","content":null})", "");
        row("not an object", "7", "");
    }
    void readsPartsOfEveryKind()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(traitsOf(request({message.toStdString()})).allText), text);
    }

    void seesWhatTheRequestNeeds()
    {
        QVERIFY(traitsOf(request({withImage(10)})).images);
        QVERIFY(
            traitsOf(
                request(
                    {R"({"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA"}}]})"}))
                .audio);
        QVERIFY(traitsOf(request({kFirst}, R"(,"modalities":["text","audio"])")).audio);
        QVERIFY(!traitsOf(request({kFirst}, R"(,"modalities":["text"])")).audio);
        const auto tools =
            traitsOf(request({kFirst}, R"(,"tools":[{"type":"function","function":{"name":"a"}},{}])"));
        QVERIFY(tools.tools);
        QCOMPARE(tools.toolCount, 2);
        QVERIFY(!traitsOf(request({kFirst}, R"(,"tools":[])")).tools);
        QCOMPARE(traitsOf(request({kFirst}, R"(,"functions":[{"name":"a"}])")).toolCount, 1);
        QVERIFY(traitsOf(request({kFirst}, R"(,"response_format":{"type":"json_schema","json_schema":{}})"))
                    .jsonSchema);
        QVERIFY(!traitsOf(request({kFirst}, R"(,"response_format":{"type":"json_object"})")).jsonSchema);
        QCOMPARE(traitsOf(request({kFirst}, R"(,"max_tokens":7)")).maxOutput, qint64(7));
        QCOMPARE(traitsOf(request({kFirst}, R"(,"max_completion_tokens":9,"max_tokens":7)")).maxOutput,
                 qint64(9));
        QCOMPARE(traitsOf(request({kFirst}, R"(,"max_tokens":null)")).maxOutput, qint64(0));
        QCOMPARE(traitsOf(request({kFirst}, R"(,"max_tokens":-1)")).maxOutput, qint64(0));
    }

    void anImageCostsTheSameWhateverItsSize()
    {
        const auto small = traitsOf(request({withImage(10)})).promptTokens;
        QCOMPARE(traitsOf(request({withImage(1'000'000)})).promptTokens, small);
        QCOMPARE(small, dialect::kTokensPerImage + dialect::kTokensPerMessage + 1 + 3);
    }

    void theEstimateIsTheSumOfItsMessages()
    {
        dialect::ChatOutline outline;
        const auto traits = traitsOf(
            request({kSystem, kFirst, kAnswer, kCall, kResult, "7"}, R"(,"tools":[{"a":"b"}])"), &outline);
        QCOMPARE(outline.messages.size(), std::size_t{6});
        auto sum = outline.otherTokens;
        for (const auto &one : outline.messages) {
            sum += one.tokens;
        }
        QCOMPARE(sum, traits.promptTokens);
        QVERIFY(outline.otherTokens > 3);
        QCOMPARE(outline.messages[1].tokens,
                 dialect::kTokensPerMessage + parts::estimateTokens("What is in the box?"));
        using Role = dialect::ChatOutline::Role;
        QVERIFY(outline.messages[0].role == Role::System && outline.messages[3].role == Role::Assistant);
        QVERIFY(outline.messages[3].callsTools);
        QCOMPARE(outline.messages[3].calls, std::vector<std::string>{"call_1"});
        QCOMPARE(outline.messages[4].answers, std::string("call_1"));
    }

    void theSessionIsTheSameOverAllTurns()
    {
        const std::string first = traitsOf(request({kSystem, kFirst})).session;
        QCOMPARE(first.size(), std::size_t{16});
        QCOMPARE(traitsOf(request({kSystem, kFirst, kAnswer, kSecond})).session, first);
        QCOMPARE(traitsOf(request({kSystem, kFirst, kAnswer, kSystem, kSecond})).session, first);
        QVERIFY(traitsOf(request({kSystem, kSecond})).session != first);
        QVERIFY(traitsOf(request({kFirst})).session != first);
        QVERIFY(traitsOf(request({withImage(10)})).session != traitsOf(request({withImage(11)})).session);
        QCOMPARE(traitsOf(request({})).session, std::string());
    }

    void readsInPlaceAndFromACopyAlike()
    {
        std::string body = request({kSystem, kFirst});
        body.shrink_to_fit();
        const auto copied = traitsOf(body);
        body.reserve(body.size() + 1000);
        QCOMPARE(traitsOf(body).allText, copied.allText);
        QCOMPARE(copied.turns, 1);
    }
};

SIGNALBOX_TEST(ChatTraitsTest)
#include "chat_traits_test.moc"
