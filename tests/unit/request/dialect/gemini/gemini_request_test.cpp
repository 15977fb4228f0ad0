// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/chat_codec.h"
#include "core/request/dialect/gemini/gemini_codec.h"
#include "tests/support/dialect/random_conversation.h"
#include "tests/support/dialect/stream_items.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
using json::Value;
using neutral::Conversation;

/// What both Chat and Gemini can say.
test::Vocabulary sharedWords()
{
    test::Vocabulary out;
    out.images = out.audio = out.video = true;
    out.callSignatures = out.objectArguments = true;
    out.topK = out.penalties = out.seed = out.severalAnswers = out.logprobs = true;
    out.allowedTools = out.effort = true;
    out.stops = 4;
    return out;
}

test::Vocabulary geminiWords()
{
    test::Vocabulary out = sharedWords();
    out.origin = base::Dialect::Gemini;
    out.severalTexts = out.reasoning = out.reasoningSignature = out.resultError = true;
    out.schemaOnly = out.includeThoughts = out.rest = true;
    out.stops = 5;
    return out;
}

neutral::Written write(const Conversation &conversation, const std::string &model,
                       std::vector<std::string> accepts = {})
{
    const neutral::RequestContext context{.model = model, .accepts = std::move(accepts)};
    return gemini::GeminiCodec().writeRequest(conversation, context).value_or(neutral::Written{});
}

Conversation read(const std::string &body)
{
    auto out = gemini::GeminiCodec().readRequest(body);
    if (!out) {
        qWarning("%s", out.error().message.c_str());
    }
    return out.value_or(Conversation{});
}

Conversation thereAndBack(const Conversation &made, const std::vector<std::string> &accepts)
{
    const Conversation there = read(write(made, "gemini-3-flash", accepts).body);
    const neutral::RequestContext context{
        .model = made.model, .accepts = {"extra_content", "video_url", "allowed_tools", "top_k"}};
    const auto back = chat::ChatCodec().writeRequest(there, context);
    return back ? chat::ChatCodec().readRequest(back->body).value_or(Conversation{}) : Conversation{};
}

Conversation chatSaying(const std::string &members)
{
    return chat::ChatCodec()
        .readRequest(R"({"messages":[{"role":"user","content":"q"}])" + members + "}")
        .value_or(Conversation{});
}

Conversation chatMessages(const std::string &messages)
{
    return chat::ChatCodec().readRequest(R"({"messages":)" + messages + "}").value_or(Conversation{});
}

std::string member(const std::string &body, std::string_view outer, std::string_view inner = {})
{
    const Value root = json::readTree(body).value_or(Value());
    const Value *value = root.find(outer);
    value = value && !inner.empty() ? value->find(inner) : value;
    return value ? json::writeCompact(*value) : "missing";
}

const char *const kToolTurn = R"([{"role":"system","content":"s"},{"role":"user","content":"q"},
    {"role":"assistant","content":null,"tool_calls":[
      {"id":"a","type":"function","function":{"name":"f","arguments":{"n":1.50}}},
      {"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
    {"role":"tool","tool_call_id":"b","content":"two"},{"role":"tool","tool_call_id":"a","content":"one"},
    {"role":"system","content":"later"}])";
const char *const kToolTurnWritten =
    R"([{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1.50}})"
    R"(SIGNED},{"functionCall":{"name":"g","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"g",)"
    R"("response":{"result":"two"}}},{"functionResponse":{"name":"f","response":{"result":"one"}}}]},)"
    R"({"role":"user","parts":[{"text":"later"}]}])";

std::string toolTurn(const std::string &signature)
{
    std::string out = kToolTurnWritten;
    return out.replace(out.find("SIGNED"), 6, signature);
}

const char *const kDropped =
    R"(,"logit_bias":{"1":2},"user":"u","verbosity":"low","vendor":1,"parallel_tool_calls":false,
    "tools":[{"type":"function","function":{"name":"f","strict":true}},{"type":"web_search"}])";
const char *const kBad[] = {"", "{}", "[]", R"({"contents":[]})", R"({"contents":5})", R"({"contents":[5]})"};
const char *const kOdd =
    R"({"contents":[{"parts":[{"functionCall":5},{"text":7},{"inlineData":{"data":1}},3,null,
    {"functionResponse":{"response":[1]}}],"role":5}],"tools":[5,{"functionDeclarations":[5]}],"toolConfig":[],
    "generationConfig":{"stopSequences":[1],"temperature":"x","thinkingConfig":7}})";
const char *const kTools = R"(,"tools":[{"type":"function","function":{"name":"f","parameters":
    {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}}])";
} // namespace

class GeminiRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBackAnyConversationItWrites()
    {
        const test::Vocabulary words = geminiWords();
        for (std::uint64_t seed = 0; seed < 400; ++seed) {
            Conversation made = test::randomConversation(seed, words);
            made.model.clear(); // stands in the path
            const neutral::Written written = write(made, "gemini-3-flash", {"function_call_id"});
            QVERIFY2(written.dropped.empty(), qPrintable(QStringLiteral("seed %1").arg(seed)));
            if (read(written.body) != made) {
                qWarning("%s", written.body.c_str());
                QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
            }
        }
    }

    void bringsAChatThereAndBack_data()
    {
        QTest::addColumn<bool>("ids");
        QTest::newRow("with ids") << true;
        QTest::newRow("without ids") << false;
    }
    void bringsAChatThereAndBack()
    {
        QFETCH(const bool, ids);
        test::Vocabulary words = sharedWords();
        words.callIds = ids;
        const std::vector<std::string> accepts =
            ids ? std::vector<std::string>{"function_call_id"} : std::vector<std::string>{};
        for (std::uint64_t seed = 0; seed < 400; ++seed) {
            const Conversation made = test::randomConversation(seed, words);
            if (thereAndBack(made, accepts) != made) {
                qWarning("%s", write(made, "gemini-3-flash", accepts).body.c_str());
                QFAIL(qPrintable(QStringLiteral("seed %1").arg(seed)));
            }
        }
    }

    void joinsResultsWithTheNamesOfTheirCalls()
    {
        const std::string body = write(chatMessages(kToolTurn), "gemini-2.5-pro").body;
        QCOMPARE(member(body, "contents"), toolTurn(""));
        QCOMPARE(member(body, "systemInstruction", "parts"), std::string("[{\"text\":\"s\"}]"));
    }

    void signsTheFirstCallOfATurnForNewModels()
    {
        const std::string dummy = ",\"thoughtSignature\":\"skip_thought_signature_validator\"";
        QCOMPARE(member(write(chatMessages(kToolTurn), "models/gemini-3.1-pro").body, "contents"),
                 toolTurn(dummy));
        Conversation known = chatMessages(kToolTurn);
        std::get<neutral::ToolCall>(known.messages.at(2).parts.at(0).what).signature = "c2ln";
        QCOMPARE(member(write(known, "gemini-3.1-pro").body, "contents"),
                 toolTurn(",\"thoughtSignature\":\"c2ln\""));
    }

    void thinksByLevelOrByBudget_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<QByteArray>("config");
        const auto row = [](const char *model, const char *asked, const char *config) {
            QTest::addRow("%s %s", model, asked)
                << QByteArray(model) << QByteArray(asked) << QByteArray(config);
        };
        const char *const high = ",\"reasoning_effort\":\"xhigh\"";
        const char *const none = ",\"reasoning_effort\":\"none\"";
        const char *const budget = ",\"reasoning\":{\"max_tokens\":6000}";
        row("gemini-3-pro", high, "{\"thinkingLevel\":\"HIGH\"}");
        row("gemini-3-pro", none, "{\"thinkingLevel\":\"LOW\"}");
        row("gemini-3-flash", none, "{\"thinkingLevel\":\"MINIMAL\"}");
        row("gemini-flash-latest", budget, "{\"thinkingLevel\":\"MEDIUM\"}");
        row("gemini-2.5-flash", high, "{\"thinkingBudget\":24576}");
        row("gemini-2.5-flash", none, "{\"thinkingBudget\":0}");
        row("gemini-2.5-flash", budget, "{\"thinkingBudget\":6000}");
        row("gemini-2.5-flash", ",\"thinking\":{\"type\":\"disabled\"}", "{\"thinkingBudget\":0}");
        row("gemini-2.5-flash", ",\"reasoning\":{\"exclude\":false}", "{\"includeThoughts\":true}");
        row("gemini-3-pro", "", "missing");
    }
    void thinksByLevelOrByBudget()
    {
        QFETCH(const QByteArray, model);
        QFETCH(const QByteArray, asked);
        QFETCH(const QByteArray, config);
        const std::string body = write(chatSaying(asked.toStdString()), model.toStdString()).body;
        QCOMPARE(member(body, "generationConfig", "thinkingConfig"), config.toStdString());
    }

    void sendsSchemasAsTheProviderTakesThem()
    {
        const Conversation made = chatSaying(kTools);
        QVERIFY(write(made, "m").body.find("\"parametersJsonSchema\":{\"type\":\"object\"")
                != std::string::npos);
        const std::string old = write(made, "m", {"openapi_schema"}).body;
        QVERIFY(old.find("\"parameters\":{\"type\":\"OBJECT\"") != std::string::npos);
        QVERIFY(old.find("additionalProperties") == std::string::npos);
    }

    void saysWhatItLeftOut()
    {
        QCOMPARE(write(chatSaying(kDropped), "m").dropped,
                 (std::vector<std::string>{"strict", "web_search", "parallel_tool_calls", "logit_bias",
                                           "verbosity", "user", "vendor"}));
    }

    void wrapsArgumentsThatAreNoObject()
    {
        Conversation made = chatMessages(kToolTurn);
        std::get<neutral::ToolCall>(made.messages.at(2).parts.at(0).what).arguments = "{\"cut";
        QVERIFY(write(made, "m").body.find("\"args\":{\"input\":\"{\\\"cut\"}") != std::string::npos);
    }

    void answersASystemMessageThatStandsAlone()
    {
        const std::string body = write(chatMessages("[{\"role\":\"system\",\"content\":\"s\"}]"), "m").body;
        QCOMPARE(member(body, "contents"), std::string("[{\"role\":\"user\",\"parts\":[{\"text\":\"s\"}]}]"));
        QCOMPARE(member(body, "systemInstruction"), std::string("missing"));
    }

    void refusesWhatCannotBeSaid()
    {
        Conversation made = chatSaying("");
        made.previousResponseId = "resp_1";
        QVERIFY(!gemini::GeminiCodec().writeRequest(made, {}).has_value());
        QVERIFY(!gemini::GeminiCodec().writeRequest(Conversation{}, {}).has_value());
        for (const char *body : kBad) {
            const auto out = gemini::GeminiCodec().readRequest(body);
            QVERIFY2(!out && out.error().code == base::ErrorCode::InvalidArgument, body);
        }
    }

    /// Whatever Chat reads, both can write, or say why not.
    void takesNoHarmFromChangedBytes()
    {
        base::Random random(3);
        const chat::ChatCodec codec;
        const neutral::RequestContext context{
            .model = "gemini-3-pro",
            .accepts = {"openapi_schema", "cache_control", "reasoning_details", "video_url"}};
        std::size_t understood = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            const Conversation made = test::randomConversation(seed, sharedWords());
            for (int round = 0; round < 5; ++round) {
                const auto body = codec.writeRequest(made, context);
                const auto out = codec.readRequest(test::mutated(body->body, random));
                if (out) {
                    ++understood;
                    const auto chat = codec.writeRequest(*out, context);
                    const auto there = gemini::GeminiCodec().writeRequest(*out, context);
                    QVERIFY(!chat || json::readTree(chat->body));
                    QVERIFY(!there || gemini::GeminiCodec().readRequest(there->body));
                }
            }
        }
        QVERIFY(understood > 100);
    }

    void takesNoHarmFromWrongTypes() { QVERIFY(!read(kOdd).messages.empty()); }
};

SIGNALBOX_TEST(GeminiRequestTest)
#include "gemini_request_test.moc"
