// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/chat_codec.h"
#include "tests/support/dialect/stream_items.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
using json::Value;

neutral::Part plain(auto what)
{
    return {.what = std::move(what)};
}

neutral::Answer sample()
{
    Value citation = Value::object();
    citation.add("type", Value::string("url_citation"));
    citation.add("url", Value::string("https://example.org"));
    neutral::Answer out{.origin = base::Dialect::Responses, .id = "resp_1", .model = "m", .created = 5};
    neutral::Choice choice{.stop = neutral::Stop::ToolCalls};
    choice.parts.push_back(plain(neutral::Reasoning{.text = "hm", .signature = "s"}));
    choice.parts.push_back(plain(neutral::Text{.text = "Hi", .annotations = Value::array({citation})}));
    choice.parts.push_back(plain(neutral::ToolCall{.id = "call_1", .name = "f", .arguments = "{\"a\":1}"}));
    out.choices.push_back(std::move(choice));
    out.usage =
        events::TokenUsage{.input = 5, .cachedInput = 3, .cacheWrite = 1, .output = 7, .reasoning = 2};
    return out;
}

Value tree(const std::string &text)
{
    return json::readTree(text).value_or(Value());
}

std::string said(const neutral::Answer &answer, const neutral::AnswerContext &context)
{
    return chat::ChatCodec().writeAnswer(answer, context).body;
}

const char *const kWhole =
    R"({"id":"chatcmpl-1","object":"chat.completion","created":"7","model":"m","choices":[
    {"index":0,"message":{"role":"assistant","content":null,"refusal":null,"tool_calls":[
      {"function":{"name":"f","arguments":{"a":1}}}]},"logprobs":null,"finish_reason":"stop"}],
    "usage":{"prompt_tokens":12,"completion_tokens":1,"total_tokens":303,
    "completion_tokens_details":{"reasoning_tokens":290}}})";
const char *const kWritten =
    R"({"id":"chatcmpl-r1","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":)"
    R"({"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"hm","annotations":[{"type":)"
    R"("url_citation","url_citation":{"url":"https://example.org"}}],"tool_calls":[{"id":"call_1","type":"function",)"
    R"("function":{"name":"f","arguments":"{\"a\":1}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":)"
    R"({"prompt_tokens":9,"completion_tokens":7,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":3,)"
    R"("cache_write_tokens":1,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":0,)"
    R"("accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}})";
const char *const kNoAnswers[] = {
    "",
    "null",
    "[]",
    "{}",
    R"({"error":{"message":"no","code":500},"choices":[]})",
    R"({"choices":{}})",
    R"({"base_resp":{"status_code":1002,"status_msg":"slow"},"choices":[]})",
};

struct Reason {
    const char *word;
    neutral::Stop stop;
};
constexpr Reason kReasons[] = {
    {"stop", neutral::Stop::End},
    {"COMPLETE", neutral::Stop::End},
    {"eos", neutral::Stop::End},
    {"", neutral::Stop::End},
    {"model_length", neutral::Stop::Length},
    {"MAX_TOKENS", neutral::Stop::Length},
    {"SAFETY", neutral::Stop::Filter},
    {"guardrail_intervened", neutral::Stop::Filter},
    {"tool_calls", neutral::Stop::End}, // with none in it
    {"insufficient_system_resource", neutral::Stop::Failed},
};

std::string withReason(const char *word)
{
    return std::string(R"({"choices":[{"message":{"content":"x"},"finish_reason":")") + word + R"("}]})";
}

/// A stream of the sample, as some other dialect's reader would tell it.
test::Items items()
{
    using namespace neutral;
    return {AnswerBegins{.id = "resp_1", .model = "m", .created = 5},
            PartBegins{.part = 0, .what = plain(ToolCall{.id = "c1", .name = "patch"})},
            PartBegins{.part = 1, .what = plain(ToolCall{.id = "c2", .name = "f", .signature = "s1"})},
            PartGrows{.part = 0, .text = "{\"input\":\"a"},
            PartGrows{.part = 1, .text = "{}"},
            PartGrows{.part = 0, .text = "b\"}"},
            PartEnds{1},
            PartEnds{0},
            ChoiceEnds{.stop = Stop::ToolCalls},
            UsageKnown{{.input = 4, .output = 2}},
            AnswerEnds{}};
}
} // namespace

class ChatAnswerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAWholeAnswer()
    {
        const auto out = chat::ChatCodec().readAnswer(kWhole);
        QVERIFY(out.has_value());
        QCOMPARE(out->created, std::int64_t(7));
        QCOMPARE(out->usage->output, std::int64_t(291)); // reasoning stands outside completion
        QCOMPARE(out->choices.size(), std::size_t(1));
        QVERIFY(out->choices[0].stop == neutral::Stop::ToolCalls); // whatever the provider calls it
        const auto &call = std::get<neutral::ToolCall>(out->choices[0].parts.at(0).what);
        QCOMPARE(call.id, std::string("call_chatcmpl1_0"));
        QCOMPARE(call.arguments, std::string("{\"a\":1}"));
    }

    void knowsWhatIsNoAnswer()
    {
        for (const char *body : kNoAnswers) {
            const auto out = chat::ChatCodec().readAnswer(body);
            QVERIFY2(!out.has_value() && out.error().code == base::ErrorCode::Corrupt, body);
        }
    }

    void understandsEveryFinishReason()
    {
        for (const Reason &reason : kReasons) {
            const auto out = chat::ChatCodec().readAnswer(withReason(reason.word));
            QVERIFY2(out && out->choices.at(0).stop == reason.stop, reason.word);
        }
    }

    void writesAWholeAnswer()
    {
        const neutral::AnswerContext context{.id = "r1", .now = 99};
        QCOMPARE(said(sample(), context), std::string(kWritten));
        QCOMPARE(chat::ChatCodec().writeAnswer(sample(), context).dropped,
                 std::vector<std::string>{"thinking signature"});
    }

    void readsBackWhatItWrites()
    {
        neutral::Answer made = sample();
        made.origin = base::Dialect::Chat;
        made.id = "chatcmpl-7";
        std::get<neutral::Reasoning>(made.choices[0].parts[0].what).signature.clear();
        std::get<neutral::Text>(made.choices[0].parts[1].what).annotations = {};
        made.choices[0].stopText = "tool_calls";
        const auto out = chat::ChatCodec().readAnswer(said(made, {.id = "r1"}));
        QVERIFY(out.has_value());
        QVERIFY(*out == made);
    }

    void givesTheClientItsCustomToolsBack()
    {
        neutral::Conversation request;
        request.tools = {{.kind = neutral::Tool::Kind::Custom, .name = "patch"}};
        neutral::Answer made{.choices = {{.stop = neutral::Stop::ToolCalls}}};
        made.choices[0].parts.push_back(
            plain(neutral::ToolCall{.id = "a", .name = "patch", .arguments = "{\"input\":\"x\\ny\"}"}));
        const std::string body = said(made, {.id = "r", .request = &request});
        QVERIFY(body.find("\"type\":\"custom\",\"custom\":{\"name\":\"patch\",\"input\":\"x\\ny\"}")
                != std::string::npos);
    }

    void givesTheInputOfCustomToolsAsItStreams()
    {
        neutral::Conversation request;
        request.tools = {{.kind = neutral::Tool::Kind::Custom, .name = "patch"}};
        const chat::ChatCodec codec;
        const std::string out =
            test::writeStream(codec, items(), {.id = "r", .usageAsked = true, .request = &request});
        const test::StreamRead read = test::readStream(codec, out);
        QVERIFY(test::endsWhole(read.items));
        const neutral::Answer answer = test::assembled(read.items);
        QCOMPARE(answer.choices.at(0).parts.size(), std::size_t(2));
        const auto byName = [&](const char *name) {
            for (const neutral::Part &part : answer.choices[0].parts) {
                if (const auto *call = std::get_if<neutral::ToolCall>(&part.what);
                    call && call->name == name) {
                    return *call;
                }
            }
            return neutral::ToolCall{};
        };
        QVERIFY(byName("patch").custom);
        QCOMPARE(byName("patch").arguments, std::string("ab"));
        QCOMPARE(byName("f").signature, std::string("s1"));
        QCOMPARE(answer.usage->output, std::int64_t(2));
    }

    void tellsUsageOnlyWhereItWasAsked()
    {
        const chat::ChatCodec codec;
        QVERIFY(test::writeStream(codec, items(), {.id = "r"}).find("usage") == std::string::npos);
        const std::string asked = test::writeStream(codec, items(), {.id = "r", .usageAsked = true});
        QVERIFY(asked.find("\"choices\":[],\"usage\":{\"prompt_tokens\":4") != std::string::npos);
        QVERIFY(asked.find("\"finish_reason\":null}],\"usage\":null}") != std::string::npos);
        QVERIFY(asked.ends_with("data: [DONE]\n\n"));
    }

    void putsAllFourMembersIntoAnError()
    {
        const chat::ChatCodec codec;
        const Value error = *tree(codec.failureBody({.status = 429, .message = "slow"})).find("error");
        QCOMPARE(json::writeCompact(error), std::string("{\"message\":\"slow\",\"type\":\"rate_limit_error\","
                                                        "\"param\":null,\"code\":null}"));
        QCOMPARE(
            codec.failureEvent({.message = "m", .type = "t", .code = "c", .param = "p"}),
            std::string(
                "data: {\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}\n\n"));
    }
};

SIGNALBOX_TEST(ChatAnswerTest)
#include "chat_answer_test.moc"
