// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/messages/marks.h"
#include "core/request/dialect/messages/messages_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using test::messages::joined;

namespace {
const AnswerContext kContext{.id = "req-7f", .now = 5, .promptTokens = 321};

base::Result<Answer> read(const std::string &body)
{
    return messages::MessagesCodec().readAnswer(body);
}

Answer answer(std::vector<Part> parts, Stop stop = Stop::End)
{
    Answer out{.id = "chatcmpl-1", .model = "gpt-5"};
    out.choices.push_back({.parts = std::move(parts), .stop = stop});
    return out;
}

std::string written(const Answer &from)
{
    return messages::MessagesCodec().writeAnswer(from, kContext).body;
}

QByteArray content(const std::string &body)
{
    const auto tree = json::readTree(body);
    return QByteArray::fromStdString(json::writeCompact(*tree->find("content")));
}

const std::string kWhole =
    R"({"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"hm","signature":"S"},{"type":"text","text":"Hi","citations":[{"type":"web_search_result_location","url":"https://example.org","title":"T"},{"type":"char_location"}]},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},{"type":"server_tool_use","id":"s","name":"w","input":{}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"cache_read_input_tokens":20,"cache_creation_input_tokens":5,"output_tokens":7,"service_tier":"priority"}})";
const std::string kExpected =
    R"({"id":"msg_req-7f","type":"message","role":"assistant","model":"gpt-5","content":[{"type":"text","text":"Hi","citations":null}],"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null,"usage":{"input_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":3,"server_tool_use":null,"service_tier":"standard"}})";
const std::string kTurns =
    R"({"model":"m","thinking":{"type":"enabled","budget_tokens":2000},"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"signalbox:chat:::"},{"type":"tool_use","id":"a","name":"f","input":{"n":1.0}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]})";
const std::string kTurnsClean =
    R"({"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"n":1.0}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]})";
const std::string kCitations =
    R"([{"type":"url_citation","url_citation":{"url":"https://example.org","title":"T","start_index":0,"end_index":2}}])";

QByteArray failureOf(const QByteArray &type)
{
    return "{\"type\":\"error\",\"error\":{\"type\":\"" + type
           + "\",\"message\":\"why\"},\"request_id\":null}";
}
const std::string kRefusal =
    R"({"type":"message","content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","explanation":"No."}})";
} // namespace

class MessagesAnswerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAnAnswer()
    {
        const auto got = read(kWhole);
        QVERIFY(got && got->choices.size() == 1);
        const Choice &choice = got->choices[0];
        QCOMPARE(choice.parts.size(), std::size_t{4});
        QVERIFY(std::get<Reasoning>(choice.parts[0].what)
                == (Reasoning{.text = "hm", .signature = "S", .origin = base::Dialect::Messages}));
        QCOMPARE(json::writeCompact(std::get<Text>(choice.parts[1].what).annotations), kCitations);
        QVERIFY(std::get<ToolCall>(choice.parts[2].what)
                == (ToolCall{.id = "toolu_1", .name = "f", .arguments = R"({"a":1})"}));
        QCOMPARE(std::get<Foreign>(choice.parts[3].what).what, std::string("server_tool_use"));
        QVERIFY(choice.stop == Stop::ToolCalls);
        QVERIFY(got->usage
                == (events::TokenUsage{.input = 3, .cachedInput = 20, .cacheWrite = 5, .output = 7}));
        QCOMPARE(got->serviceTier, std::string("priority"));
    }

    void aRefusalMayHaveNoContent()
    {
        const auto got = read(kRefusal);
        QVERIFY(got && got->choices[0].stop == Stop::Refusal);
        QCOMPARE(std::get<Refusal>(got->choices[0].parts.at(0).what).text, std::string("No."));
    }

    void whatIsNoMessageIsCorrupt()
    {
        for (const char *const body : {"", "{}", "[]", "<html>", R"({"content":"text"})",
                                       R"({"type":"error","error":{},"content":[]})"}) {
            const auto got = read(body);
            QVERIFY2(!got && got.error().code == base::ErrorCode::Corrupt, body);
        }
        QVERIFY(read(R"({"content":[null,7,{"type":4},{"type":"tool_use"}],"usage":7,"stop_reason":{}})"));
    }

    void writesEveryMemberThatSdksExpect()
    {
        Answer from = answer({{Text{.text = "Hi"}, std::nullopt}});
        from.usage = {.input = 1, .cachedInput = 2, .output = 3};
        QCOMPARE(QByteArray::fromStdString(written(from)), QByteArray::fromStdString(kExpected));
    }

    void writesPartsInTheirOrder()
    {
        const Reasoning foreign{
            .text = "hm", .id = "rs_1", .encrypted = "E", .origin = base::Dialect::Responses};
        const std::string body =
            written(answer({{foreign, std::nullopt},
                            {Text{.text = " "}, std::nullopt},
                            {Refusal{"no"}, std::nullopt},
                            {ToolCall{.name = "f", .arguments = "broken"}, std::nullopt}}));
        QCOMPARE(content(body),
                 QByteArray(
                     R"([{"type":"thinking","thinking":"hm","signature":"signalbox:responses:rs_1:e:E"},)"
                     R"({"type":"text","text":"no","citations":null},)"
                     R"({"type":"tool_use","id":"toolu_req-7f_0","name":"f","input":{"input":"broken"}}])"));
        QVERIFY(body.find(R"("stop_reason":"tool_use")") != std::string::npos);
    }

    void whatCannotBeSaidIsNamed()
    {
        Answer from = answer({{Media{.kind = Media::Kind::Audio}, std::nullopt},
                              {Foreign{base::Dialect::Responses, "file_search_call", {}}, std::nullopt}});
        from.choices.push_back({.index = 1});
        QCOMPARE(joined(messages::MessagesCodec().writeAnswer(from, kContext).dropped),
                 std::string("audio, file_search_call, n"));
        QVERIFY(!messages::MessagesCodec().writeAnswer({}, {}).body.empty());
    }

    void marksCarryTheProofOfOthers_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("signature");
        QTest::addColumn<QByteArray>("encrypted");
        QTest::newRow("signed") << QByteArray("") << QByteArray("a:b:c") << QByteArray("");
        QTest::newRow("encrypted") << QByteArray("rs_1") << QByteArray("") << QByteArray("gAAA==");
        QTest::newRow("neither") << QByteArray("") << QByteArray("") << QByteArray("");
    }
    void marksCarryTheProofOfOthers()
    {
        QFETCH(QByteArray, id);
        QFETCH(QByteArray, signature);
        QFETCH(QByteArray, encrypted);
        for (const bool summary : {false, true}) {
            const Reasoning one{.summary = summary,
                                .id = id.toStdString(),
                                .signature = signature.toStdString(),
                                .encrypted = encrypted.toStdString(),
                                .origin = base::Dialect::Gemini};
            QVERIFY(messages::readMark(messages::markOf(one)) == one);
        }
        QVERIFY(!messages::readMark("EqQBCg==") && !messages::readMark("signalbox:")
                && !messages::readMark("signalbox:moon:::"));
    }

    void markedThoughtsDoNotReachAnthropic()
    {
        QCOMPARE(messages::withoutMarkedThinking(kTurns).value_or(""), kTurnsClean);
        QVERIFY(!messages::withoutMarkedThinking(kTurnsClean));
        QVERIFY(!messages::withoutMarkedThinking(R"({"messages":"signalbox:"})"));
    }

    void failuresBearAnthropicsNames_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](int status, const char *type, const char *code, const char *expected) {
            QTest::addRow("%d %s %s", status, type, code)
                << status << QByteArray(type) << QByteArray(code) << QByteArray(expected);
        };
        row(400, "invalid_request_error", "", "invalid_request_error");
        row(401, "", "invalid_api_key", "authentication_error");
        row(402, "", "", "billing_error");
        row(429, "insufficient_quota", "insufficient_quota", "billing_error");
        row(403, "", "", "permission_error");
        row(404, "invalid_request_error", "model_not_found", "not_found_error");
        row(408, "", "", "timeout_error");
        row(409, "", "", "conflict_error");
        row(413, "", "", "request_too_large");
        row(422, "", "", "invalid_request_error");
        row(429, "rate_limit_error", "", "rate_limit_error");
        row(500, "server_error", "", "api_error");
        row(500, "rate_limit_error", "", "rate_limit_error");
        row(502, "server_error", "", "api_error");
        row(503, "server_error", "", "overloaded_error");
        row(503, "api_error", "", "overloaded_error");
        row(504, "", "", "timeout_error");
        row(529, "", "", "overloaded_error");
        row(500, "server_error", "server_is_overloaded", "overloaded_error");
    }
    void failuresBearAnthropicsNames()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, expected);
        const Failure failure{
            .status = status, .message = "why", .type = type.toStdString(), .code = code.toStdString()};
        const std::string body = messages::MessagesCodec().failureBody(failure);
        QCOMPARE(QByteArray::fromStdString(body), failureOf(expected));
    }

    void aPromptThatIsTooLongIsToldInItsWords()
    {
        const Failure failure{.status = 413, .message = "maximum context", .code = "context_length_exceeded"};
        const std::string body = messages::MessagesCodec().failureBody(failure);
        QVERIFY(body.find("invalid_request_error") != std::string::npos);
        QVERIFY(body.find("prompt is too long: maximum context") != std::string::npos);
    }

    void countsTokens() { QCOMPARE(messages::countTokensBody(42), std::string("{\"input_tokens\":42}")); }
};

SIGNALBOX_TEST(MessagesAnswerTest)
#include "messages_answer_test.moc"
