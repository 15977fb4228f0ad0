// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/request/request_reader.h"
#include "core/request/dialect/chat/request/request_writer.h"
#include "tests/support/dialect/random_conversation.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
using json::Value;

const std::vector<std::string> kEverything{
    "cache_control", "reasoning_content", "reasoning_details", "extra_content",
    "custom_tools",  "video_url",         "allowed_tools",     "top_k",
    "min_p"};

test::Vocabulary chatWords()
{
    test::Vocabulary out;
    out.developer = out.systemAnywhere = out.names = out.severalTexts = out.cacheMarks = true;
    out.images = out.imageUrls = out.imageDetail = out.fileIds = out.audio = out.video = out.documents = true;
    out.reasoning = out.refusals = out.customTools = out.callSignatures = true;
    out.strict = out.allowedTools = out.parallelTools = out.formats = out.effort = true;
    out.topK = out.minP = out.penalties = out.seed = out.severalAnswers = out.logprobs = out.logitBias = true;
    out.stops = 4;
    out.verbosity = out.user = out.cacheKey = out.serviceTier = out.metadata = out.store = true;
    out.maxCompletion = out.rest = true;
    return out;
}

neutral::Conversation read(const std::string &body)
{
    auto out = chat::readRequest(body);
    if (!out) {
        qWarning("%s", out.error().message.c_str());
    }
    return out.value_or(neutral::Conversation{});
}

neutral::Conversation readMessages(const std::string &messages)
{
    return read(R"({"model":"m","messages":)" + messages + "}");
}

std::string failure(const std::string &body)
{
    const auto out = chat::readRequest(body);
    return out ? "" : out.error().message;
}

neutral::Written write(const neutral::Conversation &conversation, std::vector<std::string> accepts = {})
{
    neutral::RequestContext context;
    context.model = conversation.model;
    context.accepts = std::move(accepts);
    return chat::writeRequest(conversation, context).value_or(neutral::Written{});
}

Value tree(const std::string &text)
{
    return json::readTree(text).value_or(Value());
}

std::string member(const std::string &body, std::string_view name)
{
    const Value root = tree(body);
    const Value *value = root.find(name);
    return value ? json::writeCompact(*value) : "missing";
}

template<typename T>
T onlyPart(const std::string &parts)
{
    const neutral::Conversation out = readMessages(R"([{"role":"user","content":)" + parts + "}]");
    if (out.messages.size() != 1 || out.messages[0].parts.size() != 1) {
        return {};
    }
    const auto *what = std::get_if<T>(&out.messages[0].parts[0].what);
    return what ? *what : T{};
}

neutral::Message said(neutral::Role role, std::vector<neutral::Part> parts)
{
    return {.role = role, .parts = std::move(parts)};
}

neutral::Part text(const char *words)
{
    return {.what = neutral::Text{.text = words}};
}

const char *const kOldCalls = R"([{"role":"user","content":"q"},
    {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
    {"role":"function","name":"f","content":"r"}])";
const char *const kSloppyCalls = R"([{"role":"assistant","tool_calls":[
    {"function":{"name":"f","arguments":{"a":1.50}}},
    {"id":"b","type":"custom","custom":{"name":"g","input":"raw"}},
    {"id":"c","function":{"name":"h"},"extra_content":{"google":{"thought_signature":"s"}}}]},
    {"role":"tool","tool_call_id":"call_0","content":[{"type":"text","text":"1"}]},
    {"role":"tool","tool_call_id":"b","content":"2"}])";
const char *const kDetails = R"([{"role":"assistant","content":"hi","reasoning":"why",
    "reasoning_details":[{"type":"reasoning.encrypted","data":"x","index":0}]}])";
const char *const kBad[][2] = {
    {R"({)", "The body is not valid JSON: "},
    {R"([])", "The body must be a JSON object"},
    {R"({"model":"m"})", "messages is missing"},
    {R"({"messages":[]})", "messages must be an array with at least one message"},
    {R"({"messages":"hi"})", "messages must be an array with at least one message"},
    {R"({"messages":[1]})", "messages[0] must be an object"},
    {R"({"messages":[{"content":"x"}]})", "messages[0].role is missing"},
    {R"({"messages":[{"role":"user","content":"x"},{"role":"king","content":"x"}]})",
     "messages[1].role must be system, developer, user, assistant or tool, not king"},
    {R"({"messages":[{"role":"user","content":7}]})",
     "messages[0].content must be a string or an array, not a number"},
    {R"({"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"x":1}]}]})",
     "messages[0].content[1].type is missing"},
    {R"({"messages":[{"role":"tool","tool_call_id":"a","content":[[]]}]})",
     "messages[0].content[0] must be an object"},
};
const char *const kVendorThinking = R"({"messages":[{"role":"user","content":"x"}],
    "reasoning":{"max_tokens":3000,"exclude":true},"thinking":{"type":"disabled"}})";
const char *const kWrongTypes =
    R"({"model":7,"messages":[{"role":"user","content":"x","name":[]}],"stream":"yes",
    "stream_options":true,"tools":{"a":1},"tool_choice":5,"temperature":"hot","stop":[1,null,"s"],"n":[],
    "response_format":"json","reasoning_effort":2,"metadata":"m","logprobs":1,"max_tokens":"many"})";
} // namespace

class ChatRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBackAnyConversationItWrites()
    {
        const test::Vocabulary words = chatWords();
        for (std::uint64_t seed = 0; seed < 500; ++seed) {
            const neutral::Conversation made = test::randomConversation(seed, words);
            const neutral::Written written = write(made, kEverything);
            QVERIFY2(written.dropped.empty(), qPrintable(QStringLiteral("seed %1").arg(seed)));
            if (read(written.body) != made) {
                qWarning("%s", written.body.c_str());
                QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
            }
        }
    }

    void namesTheMemberThatIsWrong()
    {
        for (const auto &[body, message] : kBad) {
            const std::string told = failure(body);
            QVERIFY2(told.starts_with(message) && !told.empty(), told.c_str());
        }
    }

    void takesNoHarmFromWrongTypes()
    {
        const neutral::Conversation out = read(kWrongTypes);
        QCOMPARE(out.messages.size(), std::size_t(1));
        QCOMPARE(out.stop, std::vector<std::string>{"s"});
        QVERIFY(out.model.empty() && !out.stream && out.tools.empty() && !out.maxOutput);
        QVERIFY(out.toolChoice == neutral::ToolChoice{});
    }

    void readsMediaInEveryForm()
    {
        using neutral::Media;
        const auto image =
            onlyPart<Media>("[{\"type\":\"image_url\",\"image_url\":\"data:image/gif;base64,AA==\"}]");
        QCOMPARE(image.mime + image.data, std::string("image/gifAA=="));
        const auto far = onlyPart<Media>(
            "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a/b\",\"detail\":\"low\"}}]");
        QCOMPARE(far.url + far.detail, std::string("https://a/blow"));
        const auto audio = onlyPart<Media>(
            "[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\",\"format\":\"mp3\"}}]");
        QCOMPARE(audio.mime, std::string("audio/mpeg"));
        const auto file = onlyPart<Media>("[{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_"
                                          "data\":\"data:application/pdf;base64,JV\"}}]");
        QCOMPARE(file.name + file.mime + file.data, std::string("a.pdfapplication/pdfJV"));
        const auto unknown = onlyPart<neutral::Foreign>("[{\"type\":\"hologram\",\"x\":1}]");
        QCOMPARE(unknown.what, std::string("hologram"));
    }

    void leavesEmptyTextsOut()
    {
        QVERIFY(readMessages("[{\"role\":\"user\",\"content\":\"\"}]").messages[0].parts.empty());
        QVERIFY(readMessages("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}]")
                    .messages[0]
                    .parts.empty());
    }

    void joinsOldFunctionsWithTheirCalls()
    {
        const neutral::Conversation out = readMessages(kOldCalls);
        const auto &call = std::get<neutral::ToolCall>(out.messages.at(1).parts.at(0).what);
        const auto &result = std::get<neutral::ToolResult>(out.messages.at(2).parts.at(0).what);
        QCOMPARE(call.id, std::string("call_0"));
        QCOMPARE(result.callId, call.id);
        QCOMPARE(result.name, std::string("f"));
    }

    void readsCallsOfSloppyClients()
    {
        const neutral::Conversation out = readMessages(kSloppyCalls);
        QCOMPARE(out.messages.size(), std::size_t(2)); // both results in one
        const auto &parts = out.messages[0].parts;
        QCOMPARE(std::get<neutral::ToolCall>(parts.at(0).what).arguments, std::string("{\"a\":1.50}"));
        QVERIFY(std::get<neutral::ToolCall>(parts.at(1).what).custom);
        QCOMPARE(std::get<neutral::ToolCall>(parts.at(2).what).signature, std::string("s"));
        const auto &results = out.messages[1].parts;
        QCOMPARE(std::get<neutral::ToolResult>(results.at(0).what).name, std::string("f"));
        QVERIFY(std::get<neutral::ToolResult>(results.at(1).what).custom);
    }

    void sendsReasoningDetailsBackUnchanged()
    {
        const neutral::Conversation out = readMessages(kDetails);
        const std::string body = write(out, {"reasoning_details", "message_reasoning"}).body;
        QVERIFY(tree(body).find("messages")->items()[0] == tree(kDetails).items()[0]
                || readMessages(member(body, "messages")) == out);
        QVERIFY(body.find("\"data\":\"x\",\"index\":0") != std::string::npos);
        QCOMPARE(write(out).dropped, (std::vector<std::string>{"reasoning_details", "reasoning_content"}));
    }

    void readsHowVendorsSwitchThinking()
    {
        const neutral::Thinking out = read(kVendorThinking).thinking;
        QCOMPARE(out.budget, std::optional<std::int64_t>(3000));
        QCOMPARE(out.on, std::optional(false));
        QCOMPARE(out.includeThoughts, std::optional(false));
    }

    void alwaysAsksForTheUsageOfAStream()
    {
        neutral::RequestContext context{.model = "m", .stream = true};
        const auto out = chat::writeRequest(readMessages("[{\"role\":\"user\",\"content\":\"x\"}]"), context);
        QVERIFY(out.has_value());
        QCOMPARE(member(out->body, "stream_options"), std::string("{\"include_usage\":true}"));
        QCOMPARE(member(out->body, "model"), std::string("\"m\""));
    }

    void writesTextsOfOthersAsOneString()
    {
        neutral::Conversation made{.origin = base::Dialect::Messages};
        made.messages = {said(neutral::Role::Developer, {text("a"), text("b")}),
                         said(neutral::Role::User, {text("c")})};
        QCOMPARE(member(write(made).body, "messages"),
                 std::string(
                     "[{\"role\":\"system\",\"content\":\"a\\nb\"},{\"role\":\"user\",\"content\":\"c\"}]"));
        made.origin = base::Dialect::Responses;
        QVERIFY(write(made).body.find("\"role\":\"developer\"") != std::string::npos);
    }

    void putsImagesOfResultsBehindAllResults()
    {
        neutral::Conversation made{.origin = base::Dialect::Messages};
        const neutral::Media image{.mime = "image/png", .data = "AA=="};
        const neutral::ToolResult seen{
            .callId = "a", .content = {neutral::Text{.text = "see"}, image}, .error = true};
        const neutral::ToolResult other{.callId = "b", .content = {neutral::Text{.text = "two"}}};
        made.messages = {said(neutral::Role::Tool, {{.what = seen}, {.what = other}}),
                         said(neutral::Role::User, {text("c")})};
        QCOMPARE(member(write(made).body, "messages"),
                 std::string("[{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"Error:\\nsee\"},"
                             "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"two\"},"
                             "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":"
                             "\"data:image/png;base64,AA==\"}}]},{\"role\":\"user\",\"content\":\"c\"}]"));
    }

    void writesCustomToolsAsFunctionsWhereTheyAreNotKnown()
    {
        neutral::Conversation made;
        neutral::Tool tool{.kind = neutral::Tool::Kind::Custom, .name = "patch", .description = "Edits"};
        tool.format = tree("{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"start: X\"}");
        made.tools = {tool};
        made.toolChoice = {.mode = neutral::ToolChoice::Mode::Named, .name = "patch", .custom = true};
        made.messages = {said(
            neutral::Role::Assistant,
            {{.what = neutral::ToolCall{.id = "a", .name = "patch", .arguments = "x\"y", .custom = true}}})};
        const std::string body = write(made).body;
        QVERIFY(body.find("must match this lark grammar:\\nstart: X") != std::string::npos);
        QVERIFY(body.find("\"arguments\":\"{\\\"input\\\":\\\"x\\\\\\\"y\\\"}\"") != std::string::npos);
        QCOMPARE(member(body, "tool_choice"),
                 std::string("{\"type\":\"function\",\"function\":{\"name\":\"patch\"}}"));
        QVERIFY(write(made, {"custom_tools"}).body.find("\"grammar\":{\"syntax\":\"lark\"")
                != std::string::npos);
    }

    void saysWhatItLeftOut()
    {
        neutral::Conversation made{.origin = base::Dialect::Messages};
        const neutral::Foreign search{.origin = base::Dialect::Messages, .what = "web_search_tool_result"};
        const neutral::Reasoning thought{.text = "hm", .signature = "s", .origin = base::Dialect::Messages};
        made.messages = {
            said(neutral::Role::User, {text("q")}),
            said(neutral::Role::Assistant, {{.what = thought}, {.what = search}, {.what = search}})};
        made.rest = {{.name = "container", .value = Value::boolean(true)}};
        const neutral::Written out = write(made);
        QCOMPARE(out.dropped, (std::vector<std::string>{"web_search_tool_result", "thinking", "container"}));
        QCOMPARE(tree(out.body).find("messages")->items().size(), std::size_t(1));
    }

    void turnsABudgetIntoAnEffort_data()
    {
        QTest::addColumn<int>("budget");
        QTest::addColumn<QByteArray>("effort");
        QTest::newRow("none") << 0 << QByteArray("\"none\"");
        QTest::newRow("little") << 1024 << QByteArray("\"minimal\"");
        QTest::newRow("low") << 2000 << QByteArray("\"low\"");
        QTest::newRow("medium") << 5000 << QByteArray("\"medium\"");
        QTest::newRow("high") << 32000 << QByteArray("\"high\"");
        QTest::newRow("dynamic") << -1 << QByteArray("missing");
    }
    void turnsABudgetIntoAnEffort()
    {
        QFETCH(const int, budget);
        QFETCH(const QByteArray, effort);
        neutral::Conversation made;
        made.messages = {said(neutral::Role::User, {text("q")})};
        made.thinking.budget = budget;
        QCOMPARE(member(write(made).body, "reasoning_effort"), effort.toStdString());
    }

    void cannotGoOnFromAnAnswerElsewhere()
    {
        neutral::Conversation made;
        made.messages = {said(neutral::Role::User, {text("q")})};
        made.previousResponseId = "resp_1";
        QVERIFY(!chat::writeRequest(made, {}).has_value());
    }
};

SIGNALBOX_TEST(ChatRequestTest)
#include "chat_request_test.moc"
