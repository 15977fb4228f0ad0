// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/responses_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/responses/responses_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using responses::ResponsesCodec;

namespace {
const AnswerContext kContext{.id = "r-7", .now = 1763000000};

Answer read(const std::string &body)
{
    return ResponsesCodec().readAnswer(body).value_or(Answer{.id = "unreadable"});
}

json::Value written(const Answer &answer, const AnswerContext &context = kContext)
{
    return responses::test::tree(ResponsesCodec().writeAnswer(answer, context).body);
}

Part text(std::string said)
{
    return {.what = Text{.text = std::move(said), .annotations = {}}};
}

Answer fromChat()
{
    Answer out{.origin = base::Dialect::Chat, .id = "chatcmpl-1", .model = "qwen", .created = 1762999999};
    Choice choice;
    choice.parts = {{.what = Reasoning{.text = "hm"}},
                    text("a"),
                    text("b"),
                    {.what = ToolCall{.id = "c1", .name = "now"}},
                    {.what = ToolCall{.id = "c2", .name = "local_shell", .arguments = R"({"command":"ls"})"}},
                    {.what = ToolCall{.id = "c3", .name = "files__read", .arguments = "[1]"}},
                    {.what = ToolCall{.id = "c4", .name = "apply_patch", .arguments = "+", .custom = true}}};
    choice.stop = Stop::ToolCalls;
    out.choices = {choice};
    out.usage =
        events::TokenUsage{.input = 5, .cachedInput = 3, .cacheWrite = 2, .output = 7, .reasoning = 4};
    return out;
}

std::string request()
{
    return R"({"model":"codex","instructions":"be","input":"x","temperature":0.5,"metadata":{"k":"v"},)"
           R"("truncation":"auto","tools":[{"type":"local_shell"},{"type":"namespace","name":"files",)"
           R"("tools":[{"type":"function","name":"read","parameters":{},"strict":false}]}],"store":false})";
}

std::string unfinished(const std::string &status)
{
    json::Value out =
        responses::test::tree(R"({"id":"resp_1","object":"response","error":null,"output":[]})");
    out.add("status", json::Value::string(status));
    return json::writeCompact(out);
}

std::string broken()
{
    return R"({"id":1,"status":"completed","output":[null,{"type":"message","content":7},)"
           R"({"type":"message","content":"plain"},{"type":"function_call"},{"type":"reasoning"}],"usage":[]})";
}

constexpr const char *kOutput =
    R"([{"type":"reasoning","id":"rs_r_7_0","summary":[{"type":"summary_text","text":"hm"}]},)"
    R"({"type":"message","id":"msg_r_7_1","status":"completed","role":"assistant","content":[)"
    R"({"type":"output_text","text":"a","annotations":[],"logprobs":[]},)"
    R"({"type":"output_text","text":"b","annotations":[],"logprobs":[]}]},)"
    R"({"type":"function_call","id":"fc_r_7_2","status":"completed","call_id":"c1","name":"now","arguments":"{}"},)"
    R"({"type":"local_shell_call","id":"fc_r_7_3","call_id":"c2","status":"completed",)"
    R"("action":{"type":"exec","command":["bash","-lc","ls"],"env":{}}},)"
    R"({"type":"function_call","id":"fc_r_7_4","status":"completed","call_id":"c3","name":"read",)"
    R"("namespace":"files","arguments":"[1]"},)"
    R"({"type":"custom_tool_call","id":"ctc_r_7_5","status":"completed","call_id":"c4",)"
    R"("name":"apply_patch","input":"+"}])";
} // namespace

class ResponsesAnswerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsWhatItsStreamSays()
    {
        const Answer answer = read(responses::test::sample("answer.json"));
        QCOMPARE(answer.id, "resp_68aa");
        QCOMPARE(answer.created, std::int64_t(1763000000));
        QCOMPARE(answer.serviceTier, "default");
        const Choice &choice = answer.choices.at(0);
        QCOMPARE(choice.parts.size(), std::size_t(4));
        const auto &reasoning = std::get<Reasoning>(choice.parts[0].what);
        QCOMPARE(reasoning.parts.size(), std::size_t(2));
        QCOMPARE(reasoning.encrypted, "gAAAAB==");
        QCOMPARE(std::get<Text>(choice.parts[1].what).annotations.items().size(), std::size_t(1));
        QCOMPARE(std::get<ToolCall>(choice.parts[2].what).arguments, "{\"city\":\"Köln\"}");
        QVERIFY(std::get<ToolCall>(choice.parts[3].what).custom);
        QVERIFY(choice.stop == Stop::ToolCalls);
        const events::TokenUsage usage{
            .input = 40, .cachedInput = 64, .cacheWrite = 16, .output = 50, .reasoning = 20};
        QVERIFY(answer.usage == usage);
    }

    void readsBackWhatItWrote()
    {
        const Answer answer = read(responses::test::sample("answer.json"));
        const Written again = ResponsesCodec().writeAnswer(answer, kContext);
        QVERIFY(again.dropped.empty());
        QVERIFY2(read(again.body) == answer, again.body.c_str());
    }

    void writesAnAnswerOfAnotherDialect()
    {
        const Conversation asked = ResponsesCodec().readRequest(request()).value();
        AnswerContext context = kContext;
        context.request = &asked;
        const json::Value out = written(fromChat(), context);
        QCOMPARE(QString::fromStdString(json::writeCompact(*out.find("output"))), QString::fromUtf8(kOutput));
        QCOMPARE(out.find("id")->text(), "resp_r_7");
        QCOMPARE(json::writeCompact(*out.find("usage")),
                 R"({"input_tokens":10,"input_tokens_details":{"cached_tokens":3,"cache_write_tokens":2},)"
                 R"("output_tokens":7,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":17})");
        QCOMPARE(out.find("instructions")->text(), "be");
        QCOMPARE(out.find("temperature")->text(), "0.5");
        QCOMPARE(out.find("truncation")->text(), "auto");
        QCOMPARE(json::writeCompact(*out.find("metadata")), R"({"k":"v"})");
        QCOMPARE(out.find("tools")->items().size(), std::size_t(2));
    }

    void writesEveryMemberThatSdksDemand()
    {
        const json::Value out = written(Answer{});
        for (const char *name : {"id", "object", "created_at", "error", "incomplete_details", "instructions",
                                 "metadata", "model", "output", "parallel_tool_calls", "temperature",
                                 "tool_choice", "tools", "top_p", "status", "usage", "text", "truncation"}) {
            QVERIFY2(out.find(name), name);
        }
    }

    void tellsWhyItEnded_data()
    {
        QTest::addColumn<int>("stop");
        QTest::addColumn<QString>("status");
        QTest::addColumn<QString>("details");
        QTest::newRow("end") << int(Stop::End) << "completed" << "null";
        QTest::newRow("sequence") << int(Stop::StopSequence) << "completed" << "null";
        QTest::newRow("length") << int(Stop::Length) << "incomplete" << R"({"reason":"max_output_tokens"})";
        QTest::newRow("filter") << int(Stop::Filter) << "incomplete" << R"({"reason":"content_filter"})";
        QTest::newRow("failed") << int(Stop::Failed) << "failed" << "null";
    }
    void tellsWhyItEnded()
    {
        QFETCH(int, stop);
        QFETCH(QString, status);
        QFETCH(QString, details);
        Answer answer;
        answer.choices = {Choice{.parts = {text("a")}, .stop = static_cast<Stop>(stop)}};
        const json::Value out = written(answer);
        QCOMPARE(QString::fromStdString(out.find("status")->text()), status);
        QCOMPARE(QString::fromStdString(json::writeCompact(*out.find("incomplete_details"))), details);
        QCOMPARE(out.find("error")->is(json::Value::Type::Null), status != QStringLiteral("failed"));
    }

    void takesNothingUnfinishedForAnAnswer_data()
    {
        QTest::addColumn<QString>("body");
        QTest::newRow("queued") << QString::fromStdString(unfinished("queued"));
        QTest::newRow("in progress") << QString::fromStdString(unfinished("in_progress"));
        QTest::newRow("failed") << QString::fromStdString(unfinished("failed"));
        QTest::newRow("cancelled") << QString::fromStdString(unfinished("cancelled"));
        QTest::newRow("an error") << QStringLiteral("{\"output\":[],\"error\":{\"code\":\"server_error\"}}");
        QTest::newRow("chat") << QStringLiteral("{\"choices\":[]}");
        QTest::newRow("no JSON") << QStringLiteral("<html>");
    }
    void takesNothingUnfinishedForAnAnswer()
    {
        QFETCH(QString, body);
        const auto answer = ResponsesCodec().readAnswer(body.toStdString());
        QVERIFY(!answer && answer.error().code == base::ErrorCode::Corrupt);
    }

    void survivesStrangeItems()
    {
        const Answer answer = read(broken());
        QCOMPARE(answer.choices.at(0).parts.size(), std::size_t(4));
        QCOMPARE(std::get<Text>(answer.choices[0].parts[1].what).text, "plain");
        QVERIFY(!written(answer).find("output")->items().empty());
    }

    void namesWhatItLeavesOut()
    {
        Answer answer;
        Foreign search{.origin = base::Dialect::Messages, .what = "web_search_tool_result", .value = {}};
        answer.choices = {Choice{.parts = {{.what = search}, {.what = search}}}, Choice{.index = 1}};
        const Written out = ResponsesCodec().writeAnswer(answer, kContext);
        const std::vector<std::string> lost{"web_search_tool_result", "n"};
        QVERIFY(out.dropped == lost);
    }

    void refusesInTheShapeThatClientsKnow()
    {
        const Failure failure{
            .status = 429, .message = "slow", .type = "rate_limit_error", .code = "rate_limit_exceeded"};
        QCOMPARE(
            ResponsesCodec().failureBody(failure),
            R"({"error":{"message":"slow","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}})");
        const auto items = responses::test::itemsOf(ResponsesCodec().failureEvent(failure));
        QCOMPARE(responses::test::told(items), "fails 429 rate_limit_exceeded: slow\n");
    }
};

SIGNALBOX_TEST(ResponsesAnswerTest)
#include "responses_answer_test.moc"
