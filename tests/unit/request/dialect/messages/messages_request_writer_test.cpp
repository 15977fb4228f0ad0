// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "core/request/dialect/messages/thinking.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using test::messages::joined;

namespace {
using Messages = std::vector<Message>;

Part text(const std::string &words)
{
    return {Text{.text = words}, std::nullopt};
}
Part call(const std::string &id, const std::string &arguments = "{}")
{
    return {ToolCall{.id = id, .name = "f", .arguments = arguments}, std::nullopt};
}
Message says(Role role, const std::string &words)
{
    return {.role = role, .parts = {text(words)}};
}
Message result(const std::string &id, const std::string &words)
{
    return {.role = Role::Tool,
            .parts = {{ToolResult{.callId = id, .content = {Text{words, {}}}}, std::nullopt}}};
}

Conversation of(Messages all)
{
    return {.model = "m", .messages = std::move(all)};
}
Conversation user()
{
    return of({says(Role::User, "hi")});
}

Written write(const Conversation &conversation, const RequestContext &context = {})
{
    return messages::MessagesCodec().writeRequest(conversation, context).value_or(Written{"refused", {}});
}

/// A member of what is written, compact; "-": it is not there.
QByteArray member(const Written &written, const char *name)
{
    const auto tree = json::readTree(written.body);
    const json::Value *const value = tree ? tree->find(name) : nullptr;
    return value ? QByteArray::fromStdString(json::writeCompact(*value)) : QByteArray("-");
}
QByteArray member(const Conversation &conversation, const char *name, const RequestContext &context = {})
{
    return member(write(conversation, context), name);
}
QByteArray messagesOf(Messages all)
{
    return member(of(std::move(all)), "messages");
}

/// A picture of one pixel would be longer; the first bytes are what counts.
Part image(Media media)
{
    return {std::move(media), std::nullopt};
}

const char *const kUrl = "https://example.org/a.png";
const char *const kUrlBlock =
    R"([{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]}])";
const QByteArray kBegun = R"x([{"role":"user","content":"(start)"})x";
const char *const kRaw =
    "[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\","
    "\"id\":\"a\",\"name\":\"f\",\"input\":{\"input\":\"{\\\"x\\\":\"}}]},{\"role\":\"user\",\"content\":[{"
    "\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"r\"}]}]";
const char *const kSystemInside =
    R"([{"role":"user","content":[{"type":"text","text":"hi"},{"type":"text","text":"<system>\nquick\n</system>"}]}])";
} // namespace

class MessagesRequestWriterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void turnsAlternateAndResultsComeFirst()
    {
        QCOMPARE(messagesOf({says(Role::System, "sys"),
                             says(Role::User, "a"),
                             says(Role::User, "b"),
                             {.role = Role::Assistant, .parts = {text("c"), call("t1")}},
                             {.role = Role::Assistant, .parts = {call("t2", R"({"n":1})")}},
                             result("t2", "two"),
                             says(Role::User, "d"),
                             result("t1", "one")}),
                 QByteArray(
                     R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},)"
                     R"({"role":"assistant","content":[{"type":"text","text":"c"},)"
                     R"({"type":"tool_use","id":"t1","name":"f","input":{}},)"
                     R"({"type":"tool_use","id":"t2","name":"f","input":{"n":1}}]},)"
                     R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"t2","content":"two"},)"
                     R"({"type":"tool_result","tool_use_id":"t1","content":"one"},)"
                     R"({"type":"text","text":"d"}]}])"));
    }

    void theUserBegins()
    {
        QCOMPARE(messagesOf({says(Role::Assistant, "hello"), says(Role::User, "hi")}),
                 kBegun + R"(,{"role":"assistant","content":"hello"},{"role":"user","content":"hi"}])");
        QCOMPARE(messagesOf({says(Role::System, "a haiku")}), kBegun + "]");
    }

    void emptyTextIsNoBlock()
    {
        QCOMPARE(messagesOf({says(Role::User, "a"), says(Role::Assistant, " \n"), says(Role::User, "")}),
                 QByteArray(R"([{"role":"user","content":"a"}])"));
        QCOMPARE(messagesOf({says(Role::User, "a"), says(Role::Assistant, "so, \n")}), // to be gone on with
                 QByteArray(R"([{"role":"user","content":"a"},{"role":"assistant","content":"so,"}])"));
    }

    void missingResultsAreMadeUp()
    {
        const QByteArray made =
            R"({"type":"tool_result","tool_use_id":"a","content":"No output","is_error":true})";
        const Message calls{.role = Role::Assistant, .parts = {call("a")}};
        QVERIFY(messagesOf({says(Role::User, "x"), calls})
                    .endsWith(R"({"role":"user","content":[)" + made + "]}]"));
        QVERIFY(messagesOf({says(Role::User, "x"), calls, says(Role::User, "y")})
                    .endsWith(made + R"(,{"type":"text","text":"y"}]}])"));
    }

    void aResultOfNobodysCallIsText()
    {
        QCOMPARE(
            messagesOf({says(Role::User, "x"), result("gone", "late")}),
            QByteArray(
                R"([{"role":"user","content":[{"type":"text","text":"x"},{"type":"text","text":"late"}]}])"));
    }

    void aLateResultGoesBehindItsCall()
    {
        QCOMPARE(messagesOf({says(Role::User, "x"),
                             {.role = Role::Assistant, .parts = {call("a")}},
                             says(Role::User, "y"),
                             says(Role::Assistant, "z"),
                             result("a", "r"),
                             says(Role::User, "w")}),
                 QByteArray(
                     R"([{"role":"user","content":"x"},)"
                     R"({"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},)"
                     R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"r"},)"
                     R"({"type":"text","text":"y"}]},{"role":"assistant","content":"z"},)"
                     R"({"role":"user","content":"w"}])"));
    }

    void idsAreCleanAndUsedOnce()
    {
        const Message calls{.role = Role::Assistant, .parts = {call("a.b"), call("a:b")}};
        const Message again{.role = Role::Assistant, .parts = {call("a.b")}};
        const QByteArray all = messagesOf({says(Role::User, "x"), calls, result("a:b", "2"),
                                           result("a.b", "1"), again, result("a.b", "3")});
        QCOMPARE(all.count("\"a_b\""), 2);
        QCOMPARE(all.count("\"a_b_2\""), 2);
        QCOMPARE(all.count("\"a_b_3\""), 2);
        QVERIFY(all.contains(R"({"type":"tool_result","tool_use_id":"a_b","content":"1"})"));
        QVERIFY(all.contains(R"({"type":"tool_result","tool_use_id":"a_b_2","content":"2"})"));
        QVERIFY(all.contains(R"({"type":"tool_result","tool_use_id":"a_b_3","content":"3"})"));
    }

    void argumentsThatAreNoObjectAreWrapped()
    {
        QCOMPARE(messagesOf({says(Role::User, "hi"),
                             {.role = Role::Assistant, .parts = {call("a", R"({"x":)")}},
                             result("a", "r")}),
                 QByteArray(kRaw));
        const auto input = [](const char *arguments) {
            return messagesOf(
                {says(Role::User, "hi"), {.role = Role::Assistant, .parts = {call("a", arguments)}}});
        };
        QVERIFY(input("").contains(R"("input":{})"));
        QVERIFY(input("null").contains(R"("input":{})"));
        QVERIFY(input("[1]").contains(R"("input":{"input":"[1]"})"));
        QVERIFY(input(R"({"big":12345678901234567890,"f":1.0})")
                    .contains(R"("input":{"big":12345678901234567890,"f":1.0})"));
    }

    void theSystemComesFirst()
    {
        QCOMPARE(member(of({says(Role::System, "a"), says(Role::User, "hi")}), "system"),
                 QByteArray("\"a\""));
        QCOMPARE(member(of({says(Role::System, "a"), says(Role::Developer, "b"), says(Role::User, "hi")}),
                        "system"),
                 QByteArray(R"([{"type":"text","text":"a"},{"type":"text","text":"b"}])"));
        QCOMPARE(member(user(), "system"), QByteArray("-"));
        const Messages inside{says(Role::User, "hi"), says(Role::System, "quick")};
        QCOMPARE(messagesOf(inside), QByteArray(kSystemInside));
        QCOMPARE(member(of(inside), "messages", {.accepts = {"system_messages"}}),
                 QByteArray(R"([{"role":"user","content":"hi"},{"role":"system","content":"quick"}])"));
    }

    void foreignThoughtsAreDroppedAndNamed()
    {
        const auto with = [](const Reasoning &reasoning, const RequestContext &context = {}) {
            return write(of({says(Role::User, "hi"),
                             {.role = Role::Assistant, .parts = {{reasoning, std::nullopt}, text("a")}},
                             says(Role::User, "go on")}),
                         context);
        };
        const auto foreign = with({.text = "hm", .signature = "S", .origin = base::Dialect::Gemini});
        QCOMPARE(joined(foreign.dropped), std::string("reasoning_content"));
        QVERIFY(!member(foreign, "messages").contains("hm"));
        const Reasoning unsignedOne{.text = "hm", .origin = base::Dialect::Messages};
        QCOMPARE(joined(with(unsignedOne).dropped), std::string("reasoning_content"));
        QVERIFY(with(unsignedOne, {.accepts = {"unsigned_thinking"}}).dropped.empty());
        const auto own = with({.text = "hm", .signature = "S", .origin = base::Dialect::Messages});
        QVERIFY(own.dropped.empty());
        QVERIFY(
            member(own, "messages")
                .contains(
                    R"([{"type":"thinking","thinking":"hm","signature":"S"},{"type":"text","text":"a"}])"));
    }

    void writesMedia_data()
    {
        QTest::addColumn<Media>("media");
        QTest::addColumn<QByteArray>("source"); // empty: the request cannot be said
        QTest::addColumn<QByteArray>("dropped");
        const auto row = [](const char *name, const Media &media, const char *source, const char *dropped) {
            QTest::newRow(name) << media << QByteArray(source) << QByteArray(dropped);
        };
        row("png", {.mime = "image/png", .data = "iVBORw0"},
            R"({"type":"base64","media_type":"image/png","data":"iVBORw0"})", "");
        row("the type is wrong", {.mime = "image/png", .data = "/9j/4AA"},
            R"({"type":"base64","media_type":"image/jpeg","data":"/9j/4AA"})", "");
        row("jpg", {.mime = "image/jpg", .data = "AAAA"},
            R"({"type":"base64","media_type":"image/jpeg","data":"AAAA"})", "");
        row("svg", {.mime = "image/svg+xml", .data = "PHN2"}, "", "such an image");
        row("detail", {.mime = "image/png", .data = "iVBORw0", .detail = "high"},
            R"({"type":"base64","media_type":"image/png","data":"iVBORw0"})", "image detail");
        row("file id of another", {.fileId = "file-1"}, "", "a file by its id");
        row("gs", {.url = "gs:bucket"}, "", "such an image");
        row("audio", {.kind = Media::Kind::Audio, .mime = "audio/wav", .data = "AA"}, "", "audio");
        row("pdf", {.kind = Media::Kind::Document, .mime = "application/pdf", .data = "JVBERi0"},
            R"({"type":"base64","media_type":"application/pdf","data":"JVBERi0"})", "");
        row("text", {.kind = Media::Kind::Document, .mime = "text/plain", .text = "words"},
            R"({"type":"text","media_type":"text/plain","data":"words"})", "");
        row("markdown in base64",
            {.kind = Media::Kind::Document, .mime = "text/markdown", .data = "VGl0bGU="},
            R"({"type":"text","media_type":"text/plain","data":"Title"})", "");
        row("docx", {.kind = Media::Kind::Document, .mime = "application/msword", .data = "AA"}, "",
            "such a document");
    }
    void writesMedia()
    {
        QFETCH(Media, media);
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, dropped);
        const Conversation asked = of({{.role = Role::User, .parts = {image(media), text("x")}}});
        if (source.isEmpty()) {
            const auto refused = messages::MessagesCodec().writeRequest(asked, {});
            QVERIFY(!refused && refused.error().code == base::ErrorCode::InvalidArgument);
            QVERIFY(QByteArray::fromStdString(refused.error().message).contains("holds " + dropped + ","));
            return;
        }
        const auto written = write(asked);
        QVERIFY(member(written, "messages").contains("\"source\":" + source));
        QCOMPARE(QByteArray::fromStdString(joined(written.dropped)), dropped);
    }

    void anImageByItsAddress()
    {
        QCOMPARE(messagesOf({{.role = Role::User, .parts = {image({.url = kUrl})}}}), QByteArray(kUrlBlock));
    }

    void writesTools()
    {
        Conversation c = user();
        c.tools.push_back({.name = "f", .description = "d", .strict = true});
        c.tools.push_back({.kind = Tool::Kind::Custom, .name = "p", .format = json::Value::object()});
        c.tools.push_back(
            {.kind = Tool::Kind::Foreign, .foreign = {base::Dialect::Responses, "web_search", {}}});
        c.toolChoice.mode = ToolChoice::Mode::Required;
        c.parallelTools = false;
        const auto written = write(c);
        QCOMPARE(
            member(written, "tools"),
            QByteArray(
                R"([{"name":"f","description":"d","input_schema":{"type":"object","properties":{}},"strict":true},)"
                R"({"name":"p","description":"The input must have this format:\n{}","input_schema":)"
                R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}}])"));
        QCOMPARE(member(written, "tool_choice"),
                 QByteArray(R"({"type":"any","disable_parallel_tool_use":true})"));
        QCOMPARE(joined(written.dropped), std::string("web_search"));
        c.toolChoice = {.mode = ToolChoice::Mode::Auto, .allowed = {"f"}};
        QCOMPARE(member(c, "tools").count("\"name\""), 1);
        c.toolChoice = {.mode = ToolChoice::Mode::Named, .name = "nobody"};
        QCOMPARE(joined(write(c).dropped), std::string("web_search, tool_choice"));
        c.tools.clear();
        QCOMPARE(member(c, "tool_choice"), QByteArray("-")); // refused without tools
    }

    void theLimitIsAlwaysThereAndAboveTheBudget()
    {
        Conversation c = user();
        QCOMPARE(member(c, "max_tokens"), QByteArray("8192"));
        QCOMPARE(member(c, "max_tokens", {.maxOutput = 64000}), QByteArray("64000"));
        c.maxOutput = 100000;
        QCOMPARE(member(c, "max_tokens", {.maxOutput = 64000}), QByteArray("64000"));
        c.maxOutput.reset();
        c.thinking.effort = "high";
        QCOMPARE(member(c, "max_tokens"), QByteArray("18192"));
        QCOMPARE(member(c, "thinking"), QByteArray(R"({"type":"enabled","budget_tokens":10000})"));
        c.maxOutput = 4000;
        QCOMPARE(member(c, "thinking"), QByteArray(R"({"type":"enabled","budget_tokens":2000})"));
        c.maxOutput = 1000;
        QCOMPARE(member(c, "thinking"), QByteArray("-"));
        QCOMPARE(joined(write(c).dropped), std::string("reasoning_effort"));
    }

    void effortIsSaidInTheModelsWords()
    {
        Conversation c = user();
        c.thinking.effort = "medium";
        QCOMPARE(member(c, "output_config", {.model = "claude-opus-4-6"}),
                 QByteArray(R"({"effort":"medium"})"));
        QCOMPARE(member(c, "thinking", {.model = "claude-opus-4-6"}), QByteArray(R"({"type":"adaptive"})"));
        QCOMPARE(member(c, "thinking", {.model = "claude-haiku-4-5"}),
                 QByteArray(R"({"type":"enabled","budget_tokens":5000})"));
        QCOMPARE(member(c, "output_config", {.model = "claude-haiku-4-5"}), QByteArray("-"));
        c.thinking.effort = "none";
        QCOMPARE(member(c, "thinking", {.model = "glm"}), QByteArray(R"({"type":"disabled"})"));
        QCOMPARE(member(c, "thinking", {.model = "claude-opus-5-5"}), QByteArray("-"));
        QCOMPARE(member(c, "output_config", {.model = "claude-opus-5-5"}), QByteArray(R"({"effort":"low"})"));
    }

    void aForcedToolExcludesThinking()
    {
        Conversation c = user();
        c.thinking.effort = "high";
        c.tools.push_back({.name = "f"});
        c.toolChoice.mode = ToolChoice::Mode::Required;
        const auto written = write(c);
        QCOMPARE(member(written, "thinking"), QByteArray("-"));
        QCOMPARE(joined(written.dropped), std::string("reasoning_effort"));
    }

    void anOpenTurnWithoutItsThoughtsDoesNotThink()
    {
        Conversation c =
            of({says(Role::User, "x"), {.role = Role::Assistant, .parts = {call("a")}}, result("a", "r")});
        c.thinking.effort = "high";
        QCOMPARE(member(c, "thinking"), QByteArray("-"));
        c.messages.push_back(says(Role::Assistant, "done"));
        c.messages.push_back(says(Role::User, "next"));
        QVERIFY(member(c, "thinking").contains("enabled"));
    }

    void samplingKeepsToTheRules()
    {
        Conversation c = user();
        c.sampling = {.temperature = "1.7", .topP = "0.9", .topK = "40"};
        const auto written = write(c);
        QCOMPARE(member(written, "temperature"), QByteArray("1"));
        QCOMPARE(member(written, "top_p"), QByteArray("-"));
        QCOMPARE(member(written, "top_k"), QByteArray("40"));
        QCOMPARE(joined(written.dropped), std::string("temperature above 1, top_p"));
        c.sampling = {.temperature = "0.30"};
        QCOMPARE(member(c, "temperature"), QByteArray("0.30"));
        c.thinking.effort = "low";
        QCOMPARE(member(c, "temperature"), QByteArray("-"));
        QCOMPARE(joined(write(c).dropped), std::string("temperature"));
    }

    void whatItHasNoWordForIsNamedOnce()
    {
        Conversation c = user();
        c.sampling = {.minP = "0.1", .frequencyPenalty = "1", .presencePenalty = "1", .seed = "7", .n = 2};
        c.stop = {"\n", "END"};
        c.user = "me@example.org";
        c.serviceTier = "flex";
        c.verbosity = "low";
        c.cacheKey = "k";
        c.store = true;
        c.rest = {{"prediction", json::Value::object(), 0}};
        c.messages[0].name = "Ada";
        QCOMPARE(joined(write(c).dropped),
                 std::string(
                     "name, min_p, frequency_penalty, presence_penalty, seed, n, stop, user, service_tier, "
                     "verbosity, prompt_cache_key, store, prediction"));
        QCOMPARE(member(c, "stop_sequences"), QByteArray(R"(["END"])"));
    }

    void aFormatThatCannotBeHeldIsAskedForInWords()
    {
        Conversation c = user();
        c.format = {.kind = OutputFormat::Kind::JsonSchema, .name = "n", .schema = json::Value::object()};
        QCOMPARE(member(c, "output_config", {.model = "claude-sonnet-4-5"}),
                 QByteArray(R"({"format":{"type":"json_schema","schema":{}}})"));
        QCOMPARE(member(c, "output_config"), QByteArray("-"));
        QVERIFY(member(c, "system").contains("JSON schema"));
        QCOMPARE(joined(write(c).dropped), std::string("response_format"));
        c.format = {.kind = OutputFormat::Kind::JsonObject};
        QVERIFY(member(c, "system").contains("JSON object"));
    }

    void onlyFourCacheMarksAreKept()
    {
        Conversation c = of({});
        for (int i = 0; i < 6; ++i) {
            c.messages.push_back({.role = i % 2 ? Role::Assistant : Role::User,
                                  .parts = {{Text{.text = std::to_string(i)}, CacheMark{.ttl = "1h"}}}});
        }
        const auto messages = member(c, "messages");
        QCOMPARE(messages.count("cache_control"), 4);
        QVERIFY(messages.startsWith(R"([{"role":"user","content":[{"type":"text","text":"0"}]})"));
        QVERIFY(messages.endsWith(R"("cache_control":{"type":"ephemeral","ttl":"1h"}}]}])"));
    }

    void whatAnAnswerIdStandsForCannotBeSaid()
    {
        Conversation c = user();
        c.previousResponseId = "resp_1";
        const auto got = messages::MessagesCodec().writeRequest(c, {});
        QVERIFY(!got && got.error().message.starts_with("previous_response_id"));
    }

    void claudesVersionIsInItsName_data()
    {
        QTest::addColumn<int>("version");
        const auto row = [](const char *name, int version) { QTest::newRow(name) << version; };
        row("claude-opus-4-6", 406);
        row("claude-opus-4-20250514", 400);
        row("claude-3-7-sonnet-20250219", 307);
        row("anthropic/claude-sonnet-4.5", 405);
        row("claude-sonnet-4-5@20250929", 405);
        row("claude-opus-5-5", 505);
        row("claude-fable-5", 500);
        row("claude-2.1", 0);
        row("claude-instant", 0);
        row("deepseek-chat", 0);
        row("claude-", 0);
    }
    void claudesVersionIsInItsName()
    {
        QFETCH(int, version);
        QCOMPARE(messages::claudeVersion(QTest::currentDataTag()), version);
    }
};

SIGNALBOX_TEST(MessagesRequestWriterTest)
#include "messages_request_writer_test.moc"
