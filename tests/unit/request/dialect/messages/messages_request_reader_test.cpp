// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;

namespace {
base::Result<Conversation> read(const std::string &body)
{
    return messages::MessagesCodec().readRequest(body);
}

/// A request with these members besides model and messages.
Conversation with(const std::string &members)
{
    return read(R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + members + "}")
        .value_or(Conversation{.model = "refused"});
}

/// The first part of a message with that content.
Part partOf(const std::string &role, const std::string &block)
{
    const auto got =
        read("{\"model\":\"m\",\"messages\":[{\"role\":\"" + role + "\",\"content\":[" + block + "]}]}");
    return got && !got->messages.empty() && !got->messages[0].parts.empty() ? got->messages[0].parts[0]
                                                                            : Part{};
}

template<typename What>
What as(const Part &part)
{
    const auto *const what = std::get_if<What>(&part.what);
    return what ? *what : What{};
}

const char *const kDataUrl = R"({"type":"image","source":{"type":"url","url":"data:image/png;base64,AAAA"}})";
const char *const kUrl = R"({"type":"image","source":{"type":"url","url":"https://example.org/a.png"}})";
} // namespace

class MessagesRequestReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAToolLoop()
    {
        const auto got = read(test::messages::dataFile("tool_loop_request.json"));
        QVERIFY(got);
        QCOMPARE(got->messages.size(), std::size_t{5});
        const Message &assistant = got->messages[1];
        QVERIFY(assistant.role == Role::Assistant);
        QCOMPARE(as<Reasoning>(assistant.parts[0]),
                 (Reasoning{.text = "hm", .signature = "S", .origin = base::Dialect::Messages}));
        QCOMPARE(as<Reasoning>(assistant.parts[1]),
                 (Reasoning{.encrypted = "R", .origin = base::Dialect::Messages}));
        QCOMPARE(as<ToolCall>(assistant.parts[3]),
                 (ToolCall{.id = "t1", .name = "f", .arguments = R"({"b":1.50,"a":[]})"}));
        QCOMPARE(as<ToolCall>(assistant.parts[4]).arguments, std::string("{}"));
        const Message &results = got->messages[2];
        QVERIFY(results.role == Role::Tool && results.parts.size() == 2);
        QCOMPARE(as<ToolResult>(results.parts[0]),
                 (ToolResult{.callId = "t1", .content = {Text{"one", {}}}}));
        const auto second = as<ToolResult>(results.parts[1]);
        QVERIFY(second.error && second.content.size() == 2);
        QCOMPARE(std::get<Media>(second.content[1]), (Media{.mime = "image/png", .data = "AA"}));
        QVERIFY(got->messages[3].role == Role::User);
        QCOMPARE(as<Text>(got->messages[3].parts[0]).text, std::string("and"));
        QVERIFY(got->messages[4].role == Role::System);
    }

    void readsWhatClaudeCodeSends()
    {
        const auto got = read(test::messages::dataFile("claude_code_request.json"));
        QVERIFY(got);
        QCOMPARE(got->messages[0].parts.size(), std::size_t{2});
        const auto billing = as<Foreign>(got->messages[0].parts[0]);
        QCOMPARE(billing.what, std::string("x-anthropic-billing-header"));
        QCOMPARE(as<Text>(got->messages[0].parts[1]).text, std::string("You are."));
        QCOMPARE(got->messages[0].parts[1].cache->ttl, std::string("1h"));
        QCOMPARE(got->cacheKey, std::string("s-1"));
        QCOMPARE(with(R"("metadata":{"user_id":"user_a_account_b_session_c-d"})").cacheKey,
                 std::string("c-d"));
        QVERIFY(with(R"("metadata":{"user_id":"{broken}"})").cacheKey.empty());
    }

    void readsMedia()
    {
        QCOMPARE(as<Media>(partOf("user", kDataUrl)), (Media{.mime = "image/png", .data = "AAAA"}));
        QCOMPARE(as<Media>(partOf("user", kUrl)).url, std::string("https://example.org/a.png"));
        QCOMPARE(
            as<Media>(partOf("user", R"({"type":"image","source":{"type":"file","file_id":"f1"}})")).fileId,
            std::string("f1"));
        const auto text = as<Media>(partOf(
            "user",
            R"({"type":"document","title":"T","context":"C","citations":{"enabled":true},"source":{"type":"text","media_type":"text/plain","data":"words"}})"));
        QVERIFY(text.kind == Media::Kind::Document);
        QCOMPARE(text.text, std::string("words"));
        QCOMPARE(text.name, std::string("T"));
        QCOMPARE(json::writeCompact(text.extra),
                 std::string(R"({"context":"C","citations":{"enabled":true}})"));
        QCOMPARE(
            as<Media>(
                partOf(
                    "user",
                    R"({"type":"document","source":{"type":"content","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}})"))
                .text,
            std::string("a\n\nb"));
    }

    void whatOnlyAnthropicSaysIsForeign_data()
    {
        QTest::addColumn<QByteArray>("role");
        QTest::addColumn<QByteArray>("block");
        QTest::addColumn<QByteArray>("what");
        const auto row = [](const char *role, const char *block, const char *what) {
            QTest::newRow(block) << QByteArray(role) << QByteArray(block) << QByteArray(what);
        };
        row("assistant", R"({"type":"server_tool_use","id":"s","name":"web_search","input":{}})",
            "server_tool_use");
        row("user", R"({"type":"container_upload","file_id":"f"})", "container_upload");
        row("user", R"({"type":"image","source":{"type":"moon"}})", "image");
        row("user", R"({"type":"image"})", "image");
        row("assistant", R"({"type":"image","source":{"type":"base64","data":"A"}})", "image");
        row("user", R"({"type":"tool_use","id":"a","name":"f"})", "tool_use");
        row("user", R"({"type":"thinking","thinking":"x"})", "thinking");
    }
    void whatOnlyAnthropicSaysIsForeign()
    {
        QFETCH(QByteArray, role);
        QFETCH(QByteArray, block);
        QFETCH(QByteArray, what);
        const auto foreign = as<Foreign>(partOf(role.toStdString(), block.toStdString()));
        QCOMPARE(QByteArray::fromStdString(foreign.what), what);
        QCOMPARE(QByteArray::fromStdString(json::writeCompact(foreign.value)), block);
    }

    void aMarkedThoughtIsItsProvidersAgain()
    {
        const auto part =
            partOf("assistant",
                   R"({"type":"thinking","thinking":"t","signature":"signalbox:responses:rs_1:ey:E:N:C"})");
        QCOMPARE(as<Reasoning>(part), (Reasoning{.text = "t",
                                                 .summary = true,
                                                 .id = "rs_1",
                                                 .encrypted = "E:N:C",
                                                 .origin = base::Dialect::Responses}));
    }

    void readsTools()
    {
        const auto got = with(
            R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,"cache_control":{"type":"ephemeral"},"defer_loading":true},{"type":"custom","name":"g"},{"type":"web_search_20250305","name":"web_search","max_uses":3}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true})");
        QCOMPARE(got.tools.size(), std::size_t{3});
        QCOMPARE(got.tools[0].name, std::string("f"));
        QVERIFY(got.tools[0].strict == true && got.tools[0].cache);
        QCOMPARE(json::writeCompact(got.tools[0].foreign.value), std::string(R"({"defer_loading":true})"));
        QVERIFY(got.tools[1].kind == Tool::Kind::Function);
        QVERIFY(got.tools[2].kind == Tool::Kind::Foreign);
        QCOMPARE(got.tools[2].foreign.what, std::string("web_search_20250305"));
        QVERIFY(got.toolChoice.mode == ToolChoice::Mode::Named && got.parallelTools == false);
        QVERIFY(with(R"("tool_choice":{"type":"any"})").toolChoice.mode == ToolChoice::Mode::Required);
        QVERIFY(with(R"("tool_choice":{"type":"none"})").toolChoice.mode == ToolChoice::Mode::None);
    }

    void readsTheOptions()
    {
        const auto got = with(
            R"("max_tokens":64,"stream":true,"stop_sequences":["a","b"],"temperature":0.70,"top_p":1,"top_k":40,"service_tier":"auto","thinking":{"type":"enabled","budget_tokens":2048,"display":"omitted"},"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}},"task_budget":5},"speed":"fast")");
        QVERIFY(got.stream && got.maxOutput == 64);
        QCOMPARE(got.stop, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(got.sampling.temperature, std::string("0.70"));
        QCOMPARE(got.sampling.topK, std::string("40"));
        QVERIFY(got.thinking.on == true && got.thinking.budget == 2048 && !got.thinking.adaptive);
        QCOMPARE(got.thinking.show, std::string("omitted"));
        QCOMPARE(got.thinking.effort, std::string("high"));
        QVERIFY(got.format.kind == OutputFormat::Kind::JsonSchema);
        QCOMPARE(got.rest.size(), std::size_t{2});
        QCOMPARE(got.rest[0].name, std::string("output_config"));
        QCOMPARE(json::writeCompact(got.rest[0].value), std::string(R"({"task_budget":5})"));
        QCOMPARE(got.rest[1].name, std::string("speed"));
        QVERIFY(with(R"("thinking":{"type":"adaptive"})").thinking.adaptive);
        QVERIFY(with(R"("thinking":{"type":"disabled"})").thinking.on == false);
    }

    void namesTheMemberThatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("path");
        const auto row = [](const char *body, const char *path) {
            QTest::newRow(body) << QByteArray(body) << QByteArray(path);
        };
        row(R"({"model":1,"messages":[{"role":"user","content":"a"}]})", "model");
        row(R"({"model":"m"})", "messages");
        row(R"({"model":"m","messages":[]})", "messages");
        row(R"({"model":"m","messages":[7]})", "messages[0].role");
        row(R"({"model":"m","messages":[{"role":"tool","content":""}]})", "messages[0].role");
        row(R"({"model":"m","messages":[{"role":"user"}]})", "messages[0].content");
        row(R"({"model":"m","messages":[{"role":"user","content":[{}]}]})", "messages[0].content[0].type");
        row(R"({"model":"m","messages":[{"role":"user","content":["a",null]}]})",
            "messages[0].content[1].type");
        row(R"({"model":"m","messages":[{"role":"user","content":[{"type":"tool_result"}]}]})",
            "messages[0].content[0].tool_use_id");
        row(R"({"model":"m","messages":[{"role":"user","content":"a"}],"system":5})", "system");
        row(R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":{}})", "tools");
        row(R"({"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{}]})", "tools[0].name");
        row(R"({"model":"m","messages":[{"role":"user","content":"a"}],"tool_choice":"auto"})",
            "tool_choice.type");
        row(R"({"model":"m","messages":[{"role":"user","content":"a"}],"thinking":{}})", "thinking.type");
        row(R"({"model":"m","messages":[{"role":"user","content":"a"}],"stop_sequences":[1]})",
            "stop_sequences");
        row("[1]", "the body");
        row("{", "line 1");
    }
    void namesTheMemberThatIsWrong()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, path);
        const auto got = read(body.toStdString());
        QVERIFY(!got);
        QVERIFY(got.error().code == base::ErrorCode::InvalidArgument);
        QVERIFY2(got.error().message.starts_with(path.toStdString()), got.error().message.c_str());
    }

    void nullsAreNotGiven()
    {
        const auto got = with(
            R"("system":null,"tools":null,"tool_choice":null,"thinking":null,"metadata":null,"temperature":null,"max_tokens":null,"stop_sequences":null,"output_config":null,"stream":null)");
        Conversation plain = with(R"("stream":false)");
        QVERIFY(got == plain);
    }
};

SIGNALBOX_TEST(MessagesRequestReaderTest)
#include "messages_request_reader_test.moc"
