// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/messages/marks.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"

using namespace signalbox;
using namespace signalbox::test::messages;
using namespace signalbox::neutral;

namespace {
using Items = std::vector<StreamItem>;

const AnswerContext kContext{.id = "req-7f", .now = 5, .promptTokens = 321};

Part text()
{
    return {Text{}, std::nullopt};
}
Part call(const std::string &id, const std::string &name)
{
    return {ToolCall{.id = id, .name = name}, std::nullopt};
}
Part thought(base::Dialect origin)
{
    return {Reasoning{.origin = origin}, std::nullopt};
}

/// What comes between message_start and message_delta, short: "+0 text", "0 text_delta Hi", "-0".
std::string blocks(const std::string &stream)
{
    std::string out;
    for (const std::string &event : eventsOf(stream)) {
        const auto between = [&event](const std::string &from, const std::string &to) {
            const std::size_t at = event.find(from);
            const std::size_t begin = at + from.size();
            return at == std::string::npos ? std::string()
                                           : event.substr(begin, event.find(to, begin) - begin);
        };
        const std::string index = between("\"index\":", event.find("delta") < event.size() ? "," : "}");
        if (event.starts_with("event: content_block_start")) {
            const std::string block = between("\"content_block\":", "}\n");
            out += "+" + between("\"index\":", ",") + " " + block.substr(0, block.size() - 1) + "}\n";
        } else if (event.starts_with("event: content_block_delta")) {
            out += index + " " + between("\"delta\":{\"type\":\"", "}}\n") + "\n";
        } else if (event.starts_with("event: content_block_stop")) {
            out += "-" + between("\"index\":", "}") + "\n";
        }
    }
    return out;
}

QByteArray written(const Items &items, AnswerContext context = kContext)
{
    return QByteArray::fromStdString(blocks(writeStream(items, context)));
}

/// Text with the marks of JSON, which moc cannot bear inside the class.
const char *const kCallBlocks = R"(+0 {"type":"text","text":"","citations":null}
0 text_delta","text":"Two calls."
-0
+1 {"type":"tool_use","id":"call_a","name":"f","input":{}}
1 input_json_delta","partial_json":""
1 input_json_delta","partial_json":"{\"a\":"
1 input_json_delta","partial_json":"1}"
-1
+2 {"type":"tool_use","id":"call_b","name":"g","input":{}}
2 input_json_delta","partial_json":""
2 input_json_delta","partial_json":"{\"b\":2}"
-2
)";
const char *const kThoughtBlocks = R"(+0 {"type":"thinking","thinking":"","signature":""}
0 thinking_delta","thinking":"Hm"
0 thinking_delta","thinking":"\n\nso"
0 signature_delta","signature":"signalbox:responses:rs_1:e:ENC"
-0
+1 {"type":"text","text":"","citations":null}
1 text_delta","text":"Hi"
-1
)";
const char *const kOwnBlocks = R"(+0 {"type":"thinking","thinking":"","signature":""}
0 signature_delta","signature":"SIG"
-0
+1 {"type":"redacted_thinking","data":"RED"}
-1
)";
const char *const kCustomBlocks = R"(+0 {"type":"tool_use","id":"toolu_req-7f_0","name":"patch","input":{}}
0 input_json_delta","partial_json":"{\"input\":\""
0 input_json_delta","partial_json":"say \\\"hi\\\"\\n"
0 input_json_delta","partial_json":"\"}"
-0
)";
const char *const kResumed = R"(+0 {"type":"text","text":"","citations":null}
0 text_delta","text":"a"
-0
+1 {"type":"tool_use","id":"c","name":"f","input":{}}
1 input_json_delta","partial_json":""
-1
+2 {"type":"text","text":"","citations":null}
2 text_delta","text":"b"
-2
)";
const std::string kBeginning =
    R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_req-7f","type":"message","role":"assistant","model":"gpt-5","content":[],"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,"usage":{"input_tokens":321,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":0,"server_tool_use":null,"service_tier":"standard"}}}

event: ping
data: {"type":"ping"}

)";
const std::string kEnding =
    R"(event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":10,"cache_creation_input_tokens":5,"cache_read_input_tokens":20,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":1},"output_tokens":7,"output_tokens_details":{"thinking_tokens":3},"server_tool_use":null,"service_tier":"standard"}}

event: message_stop
data: {"type":"message_stop"}

)";
const std::string kFailure =
    R"(event: error
data: {"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":null}

)";
} // namespace

class MessagesStreamWriterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFirstAndTheLastEventsAreWhatSdksExpect()
    {
        const std::string stream =
            writeStream({AnswerBegins{.id = "chatcmpl-1", .model = "gpt-5"}, ChoiceEnds{.stop = Stop::End},
                         UsageKnown{{.input = 10,
                                     .cachedInput = 20,
                                     .cacheWrite = 4,
                                     .cacheWrite1h = 1,
                                     .output = 7,
                                     .reasoning = 3}},
                         AnswerEnds{}},
                        kContext);
        QCOMPARE(QByteArray::fromStdString(stream), QByteArray::fromStdString(kBeginning + kEnding));
    }

    void parallelCallsFollowEachOther()
    {
        QCOMPARE(written({AnswerBegins{}, PartBegins{0, 0, text()}, PartGrows{0, "Two calls."},
                          PartBegins{1, 0, call("call_a", "f")}, PartBegins{2, 0, call("call_b", "g")},
                          PartGrows{1, "{\"a\":"}, PartGrows{2, "{\"b\":"}, PartGrows{1, "1}"},
                          PartGrows{2, "2}"}, PartEnds{0}, PartEnds{1}, PartEnds{2},
                          ChoiceEnds{.stop = Stop::ToolCalls}, AnswerEnds{}}),
                 QByteArray(kCallBlocks));
    }

    void theLowestOpenPartGoesOutAsItComes()
    {
        const auto writer = signalbox::test::messages::writeStream(
            {AnswerBegins{}, PartBegins{0, 0, call("call_a", "f")}, PartBegins{1, 0, call("call_b", "g")},
             PartGrows{1, "{}"}, PartGrows{0, "[1"}},
            kContext);
        QVERIFY(writer.ends_with("\"partial_json\":\"[1\"}}\n\n"));
        QVERIFY(writer.find("call_b") == std::string::npos);
    }

    void foreignThoughtsCarryAMark()
    {
        const Part part{Reasoning{.id = "rs_1", .origin = base::Dialect::Responses}, std::nullopt};
        using What = PartGains::What;
        QCOMPARE(written({AnswerBegins{}, PartBegins{0, 0, part}, PartGrows{0, "Hm"},
                          PartGains{0, What::NextSummaryPart, {}, {}}, PartGrows{0, "so"},
                          PartGains{0, What::Encrypted, "ENC", {}}, PartEnds{0}, PartBegins{1, 0, text()},
                          PartGrows{1, "Hi"}, ChoiceEnds{}, AnswerEnds{}}),
                 QByteArray(kThoughtBlocks));
    }

    void ownThoughtsKeepTheirProof()
    {
        using What = PartGains::What;
        const auto own = thought(base::Dialect::Messages);
        QCOMPARE(written({AnswerBegins{}, PartBegins{0, 0, own}, PartGains{0, What::Signature, "SIG", {}},
                          PartEnds{0}, PartBegins{1, 0, own}, PartGains{1, What::Encrypted, "RED", {}},
                          PartEnds{1}, ChoiceEnds{}, AnswerEnds{}}),
                 QByteArray(kOwnBlocks));
    }

    void thoughtsNobodyAskedForAreLeftOut()
    {
        Conversation request;
        AnswerContext context = kContext;
        context.request = &request;
        const Items items{AnswerBegins{},     PartBegins{0, 0, thought(base::Dialect::Chat)},
                          PartGrows{0, "hm"}, PartEnds{0},
                          ChoiceEnds{},       AnswerEnds{}};
        QCOMPARE(written(items, context), QByteArray());
        request.thinking.on = true;
        QVERIFY(written(items, context).contains("thinking_delta"));
        request = {};
        request.tools.emplace_back();
        QVERIFY(written(items, context).contains("thinking_delta"));
    }

    void aCustomToolsTextBecomesAnObject()
    {
        Part part = call("", "patch");
        std::get<ToolCall>(part.what).custom = true;
        QCOMPARE(written({AnswerBegins{}, PartBegins{0, 0, part}, PartGrows{0, "say \"hi\"\n"}, ChoiceEnds{},
                          AnswerEnds{}}),
                 QByteArray(kCustomBlocks));
    }

    void aTextThatGoesOnBeginsAnew()
    {
        QCOMPARE(written({AnswerBegins{}, PartBegins{0, 0, text()}, PartGrows{0, "a"},
                          PartBegins{1, 0, call("c", "f")}, PartGrows{0, "b"}, PartEnds{1}, ChoiceEnds{},
                          AnswerEnds{}}),
                 QByteArray(kResumed));
    }

    void blanksAloneAreNoBlock()
    {
        QCOMPARE(written({AnswerBegins{}, PartBegins{0, 0, text()}, PartGrows{0, "\n"}, PartGrows{0, " "},
                          PartEnds{0}, ChoiceEnds{}, AnswerEnds{}}),
                 QByteArray());
        QVERIFY(written({AnswerBegins{}, PartBegins{0, 0, text()}, PartGrows{0, "\n"}, PartGrows{0, "a"}})
                    .contains("\"\\na\""));
    }

    void stopsAreMapped_data()
    {
        QTest::addColumn<int>("stop");
        QTest::addColumn<int>("last"); // 0 nothing, 1 a call, 2 a refusal
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](Stop stop, int last, const char *reason) {
            QTest::addRow("%d %d", static_cast<int>(stop), last)
                << static_cast<int>(stop) << last << QByteArray(reason);
        };
        row(Stop::End, 0, "end_turn");
        row(Stop::End, 1, "tool_use");
        row(Stop::End, 2, "refusal");
        row(Stop::None, 0, "end_turn");
        row(Stop::ToolCalls, 1, "tool_use");
        row(Stop::ToolCalls, 0, "end_turn");
        row(Stop::Length, 1, "max_tokens");
        row(Stop::StopSequence, 0, "stop_sequence");
        row(Stop::Filter, 0, "refusal");
        row(Stop::Refusal, 0, "refusal");
        row(Stop::Pause, 0, "pause_turn");
    }
    void stopsAreMapped()
    {
        QFETCH(int, stop);
        QFETCH(int, last);
        QFETCH(QByteArray, reason);
        Items items{AnswerBegins{}};
        if (last > 0) {
            items.emplace_back(PartBegins{0, 0, last == 1 ? call("c", "f") : Part{Refusal{}, std::nullopt}});
        }
        items.emplace_back(ChoiceEnds{.stop = static_cast<Stop>(stop), .stopSequence = "END"});
        items.emplace_back(AnswerEnds{});
        const auto out = QByteArray::fromStdString(writeStream(items, kContext));
        QVERIFY2(out.contains("\"stop_reason\":\"" + reason + "\""), out.constData());
        QCOMPARE(out.contains("\"stop_sequence\":\"END\""), static_cast<Stop>(stop) == Stop::StopSequence);
    }

    void aFailureIsTheLastEvent()
    {
        const Failure failure{.status = 503, .message = "busy", .type = "server_error"};
        const std::string out = writeStream({AnswerBegins{.model = "gpt-5"}, AnswerFails{failure, {}},
                                             PartBegins{0, 0, text()}, AnswerEnds{}},
                                            kContext);
        QCOMPARE(QByteArray::fromStdString(out), QByteArray::fromStdString(kBeginning + kFailure));
        QCOMPARE(QByteArray::fromStdString(writeStream({AnswerFails{failure, {}}}, kContext)),
                 QByteArray::fromStdString(kFailure));
        const std::string gaveUp = writeStream(
            {AnswerBegins{}, ChoiceEnds{.stop = Stop::Failed, .stopText = "MALFORMED"}, AnswerEnds{}},
            kContext);
        QVERIFY(gaveUp.find("api_error") != std::string::npos
                && gaveUp.find("MALFORMED") != std::string::npos);
        QVERIFY(gaveUp.find("message_stop") == std::string::npos);
    }

    void withoutUsageItIsEstimated()
    {
        const std::string out = writeStream({AnswerBegins{}, PartBegins{0, 0, text()},
                                             PartGrows{0, std::string(40, 'a')}, ChoiceEnds{}, AnswerEnds{}},
                                            kContext);
        QVERIFY(out.find("\"output_tokens\":10") != std::string::npos);
        QVERIFY(out.rfind("\"input_tokens\":321") > out.find("message_delta"));
    }

    void whatCannotBeSaidIsNamedOnce()
    {
        std::vector<std::string> dropped;
        const Part foreign{Foreign{.origin = base::Dialect::Responses, .what = "web_search_call"},
                           std::nullopt};
        const Part image{Media{}, std::nullopt};
        const std::string out = writeStream(
            {AnswerBegins{}, PartBegins{0, 0, foreign}, PartEnds{0}, PartBegins{1, 0, image}, PartEnds{1},
             PartBegins{2, 1, text()}, PartGrows{2, "other"}, PartEnds{2}, ChoiceLogprobs{}, ChoiceLogprobs{},
             PartBegins{3, 0, text()}, PartGrows{3, "a"}, PartGains{3, PartGains::What::Annotation, {}, {}},
             ChoiceEnds{.choice = 1}, ChoiceEnds{}, AnswerEnds{}},
            kContext, &dropped);
        QCOMPARE(joined(dropped), std::string("web_search_call, image, n, logprobs, annotations"));
        QVERIFY(out.find("other") == std::string::npos);
    }

    void whatIsWrittenReadsBackTheSame_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *const name : {"text", "thinking_and_tools"}) {
            QTest::newRow(name) << QByteArray(name);
        }
    }
    void whatIsWrittenReadsBackTheSame()
    {
        QFETCH(QByteArray, name);
        Items items = readStream(dataFile(name.toStdString() + ".txt"));
        Items again = readStream(writeStream(items, kContext));
        const auto usage = [](const StreamItem &one) { return std::holds_alternative<UsageKnown>(one); };
        items.erase(items.begin() + 1); // the first usage is our estimate
        again.erase(again.begin() + 1);
        QVERIFY(usage(items.end()[-2]) && usage(again.end()[-2]));
        std::get<AnswerBegins>(again[0]).serviceTier = std::get<AnswerBegins>(items[0]).serviceTier;
        QCOMPARE(QByteArray::fromStdString(describe(again)), QByteArray::fromStdString(describe(items)));
    }

    void anAnswerWithoutAModelHasTheOneAskedFor()
    {
        const Conversation request{.model = "asked"};
        AnswerContext context = kContext;
        context.request = &request;
        QVERIFY(writeStream({AnswerBegins{}}, context).find("\"model\":\"asked\"") != std::string::npos);
        QVERIFY(writeStream({AnswerBegins{.model = "told"}}, context).find("\"model\":\"told\"")
                != std::string::npos);
    }

    void idsAreMadeAndKeptApart()
    {
        const auto out = written({AnswerBegins{}, PartBegins{0, 0, call("a.b", "f")}, PartEnds{0},
                                  PartBegins{1, 0, call("a_b", "f")}, PartEnds{1},
                                  PartBegins{2, 0, call("", "f")}, PartEnds{2}});
        QVERIFY(out.contains("\"a_b\"") && out.contains("\"a_b_2\"") && out.contains("\"toolu_req-7f_2\""));
    }
};

SIGNALBOX_TEST(MessagesStreamWriterTest)
#include "messages_stream_writer_test.moc"
