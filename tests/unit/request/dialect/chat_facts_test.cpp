// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_facts.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
struct Whole {
    const char *name;
    std::string json;
    const char *flags;
};
std::vector<Whole> wholeAnswers();
std::string manyPieces();
} // namespace

class ChatFactsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsContentFromTheRest_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("content");
        const auto row = [](const char *name, const char *delta, bool content) {
            QTest::newRow(name) << QByteArray("{\"choices\":[{\"delta\":") + delta + "}]}" << content;
        };
        row("role only", R"({"role":"assistant","content":""})", false);
        row("null content", R"({"role":"assistant","content":null,"reasoning_content":""})", false);
        row("empty delta", "{}", false);
        row("text", R"({"content":"a"})", true);
        row("a blank is text", R"({"content":" "})", true);
        row("escaped text", R"({"content":"\u00e9"})", true);
        row("reasoning_content", R"({"content":null,"reasoning_content":"hm"})", true);
        row("reasoning", R"({"reasoning":"hm"})", true);
        row("refusal", R"({"refusal":"no"})", true);
        row("tool call", R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":""}}]})", true);
        row("no tool calls", R"({"tool_calls":[]})", false);
        row("tool calls null", R"({"tool_calls":null})", false);
        row("old function call", R"({"function_call":{"name":"f"}})", true);
        row("typed parts", R"({"content":[{"type":"text","text":"a"}]})", true);
        row("thinking parts", R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]}]})",
            true);
        row("empty parts", R"({"content":[]})", false);
    }
    void tellsContentFromTheRest()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, content);
        dialect::ChatFactsReader reader;
        const auto facts = reader.read(json.toStdString());
        QVERIFY(facts.readable && facts.hasChoices && !facts.choicesEmpty);
        QCOMPARE(facts.content, content);
    }

    void seesErrorsWhateverTheirShape_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("error");
        QTest::newRow("object") << QByteArray(R"({"error":{"message":"x"}})") << true;
        QTest::newRow("text") << QByteArray(R"({"error":"x"})") << true;
        QTest::newRow("null") << QByteArray(R"({"error":null,"choices":[]})") << false;
        QTest::newRow("false") << QByteArray(R"({"error":false})") << false;
        QTest::newRow("empty text") << QByteArray(R"({"error":""})") << false;
        QTest::newRow("behind the choices")
            << QByteArray(R"({"choices":[{"delta":{"content":""}}],"error":{"code":502}})") << true;
    }
    void seesErrorsWhateverTheirShape()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, error);
        dialect::ChatFactsReader reader;
        QCOMPARE(reader.read(json.toStdString()).error, error);
    }

    void seesWhatIsWrongWithAWholeAnswer_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("flags");
        for (const auto &[name, json, flags] : wholeAnswers()) {
            QTest::newRow(name) << QByteArray::fromStdString(json) << QByteArray(flags);
        }
    }
    void seesWhatIsWrongWithAWholeAnswer()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, flags);
        dialect::ChatFactsReader reader;
        const auto facts = reader.read(json.toStdString());
        QVERIFY(facts.readable);
        QByteArrayList out;
        const auto flag = [&](bool is, const char *name) {
            if (is) {
                out << name;
            }
        };
        flag(facts.content, "content");
        flag(facts.toolCalls, "toolCalls");
        flag(facts.looping, "looping");
        flag(facts.brokenToolCall, "brokenToolCall");
        flag(facts.refusal, "refusal");
        flag(facts.error, "error");
        QCOMPARE(out.join(' '), flags);
    }

    void namesThePiecesOfAChunk()
    {
        dialect::ChatFactsReader reader;
        const auto facts = reader.read(manyPieces());
        using Kind = dialect::ChatPiece::Kind;
        QCOMPARE(facts.pieces.size(), std::size_t{5});
        QVERIFY(facts.pieces[0].kind == Kind::Reasoning && facts.pieces[0].text == "hm"
                && facts.pieces[0].choice == 2);
        QVERIFY(facts.pieces[1].kind == Kind::Text && facts.pieces[1].text == "a\n\xEF\xBF\xBD");
        QVERIFY(facts.pieces[2].kind == Kind::ToolCall && facts.pieces[2].call == 1
                && facts.pieces[2].id == "i" && facts.pieces[2].name == "f" && facts.pieces[2].text == "{");
        QVERIFY(facts.pieces[3].kind == Kind::Finish && facts.pieces[3].text == "stop"
                && facts.pieces[3].choice == 2);
        QVERIFY(facts.pieces[4].kind == Kind::Text && facts.pieces[4].choice == 0);
    }

    void splitsUsageIntoWhatIsBilled_data()
    {
        QTest::addColumn<QByteArray>("usage");
        QTest::addColumn<qint64>("input");
        QTest::addColumn<qint64>("cached");
        QTest::addColumn<qint64>("cacheWrite");
        QTest::addColumn<qint64>("output");
        const auto row = [](const char *name, const char *usage, qint64 input, qint64 cached, qint64 write,
                            qint64 output) {
            QTest::newRow(name) << QByteArray(usage) << input << cached << write << output;
        };
        row("plain", R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})", 10, 0, 0, 5);
        row("cached is inside the prompt",
            R"({"prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":80,"cache_write_tokens":15}})",
            5, 80, 15, 5);
        row("DeepSeek's cache hits",
            R"({"prompt_tokens":100,"completion_tokens":5,"prompt_cache_hit_tokens":60,"prompt_cache_miss_tokens":40})",
            40, 60, 0, 5);
        row("reasoning inside",
            R"({"prompt_tokens":10,"completion_tokens":50,"total_tokens":60,"completion_tokens_details":{"reasoning_tokens":40}})",
            10, 0, 0, 50);
        row("reasoning outside, as at xAI",
            R"({"prompt_tokens":12,"completion_tokens":1,"total_tokens":303,"completion_tokens_details":{"reasoning_tokens":290}})",
            12, 0, 0, 291);
        row("negative", R"({"prompt_tokens":-5,"completion_tokens":-1})", 0, 0, 0, 0);
        row("more cached than there are",
            R"({"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":99}})", 0,
            10, 0, 1);
        row("absurd", R"({"prompt_tokens":9223372036854775808,"completion_tokens":1e300})", 1'000'000'000'000,
            0, 0, 1'000'000'000'000);
        row("not numbers", R"({"prompt_tokens":"ten","completion_tokens":null})", 0, 0, 0, 0);
    }
    void splitsUsageIntoWhatIsBilled()
    {
        QFETCH(QByteArray, usage);
        QFETCH(qint64, input);
        QFETCH(qint64, cached);
        QFETCH(qint64, cacheWrite);
        QFETCH(qint64, output);
        dialect::ChatFactsReader reader;
        const auto facts = reader.read(R"({"choices":[],"usage":)" + usage.toStdString() + "}");
        QVERIFY(facts.usage);
        QCOMPARE(facts.usage->input, input);
        QCOMPARE(facts.usage->cachedInput, cached);
        QCOMPARE(facts.usage->cacheWrite, cacheWrite);
        QCOMPARE(facts.usage->output, output);
    }

    void saysWhenItCannotRead()
    {
        dialect::ChatFactsReader reader;
        for (const char *const text : {"", "null", "[]", "1", "{", "{\"choices\":[}", "<html>"}) {
            QVERIFY2(!reader.read(text).readable, text);
        }
        QVERIFY(reader.read("\n\n {\"choices\":[]}")
                    .readable); // blank lines before the JSON keep a connection alive
    }
};

namespace {
std::string whole(const std::string &message, const std::string &reason = "stop")
{
    return "{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":\"" + reason + "\"}]}";
}

std::string call(const std::string &arguments)
{
    return whole(
        "{\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
        "{\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":"
        + arguments + "}}]}");
}

std::vector<Whole> wholeAnswers()
{
    std::string loop;
    for (int i = 0; i < 30; ++i) {
        loop += "I will try the next step as you asked. ";
    }
    return {
        {"sound", whole("{\"content\":\"a\",\"refusal\":null}"), "content"},
        {"empty", whole("{\"content\":\"\"}"), ""},
        {"looping", whole("{\"content\":\"" + loop + "\"}"), "content looping"},
        {"looping in its thoughts", whole("{\"reasoning\":\"" + loop + "\",\"content\":\"\"}"),
         "content looping"},
        {"good arguments", call("\"{\\\"a\\\":1}\""), "content toolCalls"},
        {"no arguments", call("\"\""), "content toolCalls"},
        {"an object as arguments", call("{\"a\":1}"), "content toolCalls"},
        {"cut arguments", call("\"{\\\"a\\\":\""), "content toolCalls brokenToolCall"},
        {"prose as arguments", call("\"look into the box\""), "content toolCalls brokenToolCall"},
        {"an old function call", whole("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}}"),
         "content toolCalls brokenToolCall"},
        {"a custom tool",
         whole("{\"tool_calls\":[{\"id\":\"a\",\"custom\":{\"name\":\"f\",\"input\":\"{\"}}]}"),
         "content toolCalls"},
        {"refusal", whole("{\"content\":null,\"refusal\":\"no\"}"), "content refusal"},
        {"filtered", whole("{\"content\":\"\"}", "content_filter"), "refusal"},
        {"filtered, in another's words", whole("{\"content\":\"\"}", "SAFETY"), "refusal"},
        {"given up", whole("{\"content\":\"\"}", "insufficient_system_resource"), "error"},
        {"Mistral's error", "{\"object\":\"error\",\"message\":\"x\"}", "error"},
        {"MiniMax's error", "{\"choices\":null,\"base_resp\":{\"status_code\":1008}}", "error"},
        {"MiniMax's success", "{\"choices\":[],\"base_resp\":{\"status_code\":0}}", ""},
        {"half a surrogate pair", whole("{\"content\":\"\\ud83d\"}"), "content"},
        {"not UTF-8", whole("{\"content\":\"caf\xE9\"}"), "content"},
    };
}

std::string manyPieces()
{
    return "{\"choices\":[{\"finish_reason\":\"stop\",\"delta\":{\"reasoning\":\"hm\",\"reasoning_content\":"
           "\"hm\","
           "\"content\":\"a\\n\\ud83d\",\"tool_calls\":[{\"function\":{\"arguments\":\"{\",\"name\":\"f\"},"
           "\"id\":\"i\","
           "\"index\":1}]},\"index\":2},{\"delta\":{\"content\":\"b\"}}]}";
}
} // namespace

SIGNALBOX_TEST(ChatFactsTest)
#include "chat_facts_test.moc"
