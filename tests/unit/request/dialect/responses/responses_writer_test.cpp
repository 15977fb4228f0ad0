// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/responses_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/responses/responses_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using namespace signalbox::responses::test;
using responses::ResponsesCodec;

namespace {
const AnswerContext kContext{.id = "r7", .now = 1763000000};

std::string streamOf(const std::vector<StreamItem> &items, const AnswerContext &context = kContext)
{
    const auto writer = ResponsesCodec().makeWriter(context);
    std::string out;
    for (const StreamItem &item : items) {
        writer->write(item, out);
    }
    return out;
}

/// The events' types, without "response." and with the numbers of what they are about.
std::string typesOf(const std::string &stream)
{
    std::string out;
    for (const json::Value &event : eventsOf(stream)) {
        std::string type = event.find("type")->text();
        out += type.starts_with("response.") ? type.substr(9) : type;
        for (const char *name : {"output_index", "content_index", "summary_index"}) {
            const json::Value *number = event.find(name);
            out += number ? " " + number->text() : "";
        }
        out += "\n";
    }
    return out;
}

Part call(std::string id, std::string name, bool custom = false)
{
    return {.what = ToolCall{.id = std::move(id), .name = std::move(name), .custom = custom}};
}

/// What a chat model with open thoughts says, its two calls growing at the same time.
std::vector<StreamItem> fromChat()
{
    return {AnswerBegins{.id = "chatcmpl-1", .model = "qwen", .created = 1762999999},
            PartBegins{.part = 0, .what = {.what = Reasoning{}}},
            PartGrows{.part = 0, .text = "h"},
            PartGrows{.part = 0, .text = "m"},
            PartBegins{.part = 1, .what = {.what = Text{}}},
            PartGrows{.part = 1, .text = "Hel"},
            PartEnds{.part = 0},
            PartGrows{.part = 1, .text = "lo"},
            PartBegins{.part = 2, .what = call("c1", "f")},
            PartGrows{.part = 2, .text = "{\"a\":"},
            PartBegins{.part = 3, .what = call("c2", "g", true)},
            PartGrows{.part = 3, .text = "+"},
            PartGrows{.part = 2, .text = "1}"},
            PartGrows{.part = 3, .text = "x"},
            PartEnds{.part = 1},
            PartEnds{.part = 2},
            PartEnds{.part = 3},
            ChoiceEnds{.stop = Stop::ToolCalls},
            UsageKnown{.usage = {.input = 5, .output = 7}},
            AnswerEnds{}};
}
constexpr const char *kFromChat = "created\nin_progress\n"
                                  "output_item.added 0\nreasoning_summary_part.added 0 0\n"
                                  "reasoning_summary_text.delta 0 0\nreasoning_summary_text.delta 0 0\n"
                                  "output_item.added 1\ncontent_part.added 1 0\noutput_text.delta 1 0\n"
                                  "reasoning_summary_text.done 0 0\nreasoning_summary_part.done 0 0\n"
                                  "output_item.done 0\n"
                                  "output_text.delta 1 0\n"
                                  "output_item.added 2\nfunction_call_arguments.delta 2\n"
                                  "output_item.added 3\ncustom_tool_call_input.delta 3\n"
                                  "function_call_arguments.delta 2\ncustom_tool_call_input.delta 3\n"
                                  "output_text.done 1 0\ncontent_part.done 1 0\noutput_item.done 1\n"
                                  "function_call_arguments.done 2\noutput_item.done 2\n"
                                  "custom_tool_call_input.done 3\noutput_item.done 3\ncompleted\n";

json::Value last(const std::string &stream)
{
    return eventsOf(stream).back();
}
} // namespace

class ResponsesWriterTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesEveryEventInItsOrder()
    {
        QCOMPARE(QString::fromStdString(typesOf(streamOf(fromChat()))), QString::fromUtf8(kFromChat));
    }

    void numbersEventsAndNamesThem()
    {
        const std::string stream = streamOf(fromChat());
        http::SseParser parser;
        parser.feed(stream);
        std::int64_t expected = 0;
        while (const auto event = parser.next()) {
            const json::Value data = tree(event->data);
            QCOMPARE(std::string(event->name), data.find("type")->text());
            QCOMPARE(data.find("sequence_number")->text(), std::to_string(expected++));
        }
        QCOMPARE(expected, std::int64_t(27));
    }

    void endsWithTheWholeAnswer()
    {
        const std::string stream = streamOf(fromChat());
        const json::Value response = *last(stream).find("response");
        QCOMPARE(response.find("status")->text(), "completed");
        QCOMPARE(response.find("model")->text(), "qwen");
        QCOMPARE(response.find("usage")->find("total_tokens")->text(), "12");
        std::vector<json::Value> done;
        for (const json::Value &event : eventsOf(stream)) {
            if (event.find("type")->text() == "response.output_item.done") {
                done.push_back(*event.find("item"));
            }
        }
        QCOMPARE(done.size(), std::size_t(4));
        const std::vector<json::Value> &output = response.find("output")->items();
        QVERIFY(output == done);
        QCOMPARE(json::writeCompact(output[2]),
                 "{\"type\":\"function_call\",\"id\":\"fc_r7_2\",\"status\":\"completed\",\"call_id\":\"c1\","
                 "\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}");
    }

    void isReadBackAsItWas_data()
    {
        QTest::addColumn<QString>("file");
        for (const char *file :
             {"whole.txt", "only_done_items.txt", "incomplete.txt", "thoughts.txt", "failed.txt"}) {
            QTest::newRow(file) << file;
        }
    }
    void isReadBackAsItWas()
    {
        QFETCH(QString, file);
        const auto items = itemsOf(sample(file.toStdString()));
        QCOMPARE(QString::fromStdString(told(itemsOf(streamOf(items)))), QString::fromStdString(told(items)));
    }

    void showsTextsThatFollowEachOtherAsOneMessage()
    {
        const std::string stream =
            streamOf({PartBegins{.part = 0, .what = {.what = Text{}}}, PartGrows{.part = 0, .text = "a"},
                      PartEnds{.part = 0}, PartBegins{.part = 1, .what = {.what = Text{}}},
                      PartGrows{.part = 1, .text = "b"}, PartEnds{.part = 1},
                      ChoiceEnds{.stop = Stop::Length}, AnswerEnds{}});
        QCOMPARE(typesOf(stream),
                 "created\nin_progress\noutput_item.added 0\n"
                 "content_part.added 0 0\noutput_text.delta 0 0\noutput_text.done 0 0\n"
                 "content_part.done 0 0\ncontent_part.added 0 1\noutput_text.delta 0 1\n"
                 "output_text.done 0 1\ncontent_part.done 0 1\noutput_item.done 0\nincomplete\n");
        QCOMPARE(last(stream).find("response")->find("output")->items()[0].find("status")->text(),
                 "incomplete");
    }

    void tellsAFailureToThoseWhoRaiseAndToCodex()
    {
        const Failure failure{.status = 429, .message = "wait", .code = "rate_limit_exceeded"};
        const std::string stream = streamOf({AnswerBegins{}, PartBegins{.part = 0, .what = {.what = Text{}}},
                                             PartGrows{.part = 0, .text = "a"},
                                             AnswerFails{.failure = failure, .body = {}}, AnswerEnds{}});
        const auto events = eventsOf(stream);
        QCOMPARE(typesOf(stream), "created\nin_progress\noutput_item.added 0\ncontent_part.added 0 0\n"
                                  "output_text.delta 0 0\nerror\nfailed\n");
        const json::Value &error = events[events.size() - 2];
        QCOMPARE(error.find("message")->text(), "wait");
        QCOMPARE(error.find("error")->find("code")->text(), "rate_limit_exceeded");
        const json::Value *response = events.back().find("response");
        QCOMPARE(response->find("error")->find("code")->text(), "rate_limit_exceeded");
        QCOMPARE(response->find("status")->text(), "failed");
    }

    void beginsBeforeItFails()
    {
        const std::string stream = streamOf({AnswerFails{.failure = {.message = "x"}, .body = {}}});
        QCOMPARE(typesOf(stream), "created\nin_progress\nerror\nfailed\n");
    }

    void givesACallWithoutArgumentsAnEmptyObject()
    {
        const std::string stream =
            streamOf({PartBegins{.part = 0, .what = call("c", "f")}, PartEnds{.part = 0}, AnswerEnds{}});
        QCOMPARE(last(stream).find("response")->find("output")->items()[0].find("arguments")->text(), "{}");
    }

    void hidesThoughtsOfWhichNothingCanBeShown()
    {
        Reasoning redacted{.origin = base::Dialect::Messages};
        redacted.encrypted = "opaque";
        const std::string stream =
            streamOf({PartBegins{.part = 0, .what = {.what = redacted}},
                      PartGains{.part = 0, .what = PartGains::What::Signature, .text = "s"},
                      PartEnds{.part = 0}, ChoiceEnds{}, AnswerEnds{}});
        QCOMPARE(typesOf(stream), "created\nin_progress\ncompleted\n");
    }

    void writesLogprobsWithTheTextTheyBelongTo()
    {
        const json::Value logprobs = tree("{\"content\":[{\"token\":\"a\",\"logprob\":-0.5}]}");
        const std::string stream = streamOf(
            {PartBegins{.part = 0, .what = {.what = Text{}}}, ChoiceLogprobs{.choice = 0, .value = logprobs},
             PartGrows{.part = 0, .text = "a"}, PartEnds{.part = 0}, ChoiceEnds{}, AnswerEnds{}});
        const auto events = eventsOf(stream);
        QCOMPARE(events[4].find("logprobs")->items().size(), std::size_t(1));
        QCOMPARE(events[5].find("logprobs")->items().size(), std::size_t(1));
    }

    void leavesOutFurtherChoices()
    {
        const auto writer = ResponsesCodec().makeWriter(kContext);
        std::string out;
        writer->write(PartBegins{.part = 0, .choice = 1, .what = {.what = Text{}}}, out);
        writer->write(PartGrows{.part = 0, .text = "x"}, out);
        writer->write(ChoiceEnds{.choice = 1}, out);
        QCOMPARE(typesOf(out), "created\nin_progress\n");
        QVERIFY(writer->dropped() == std::vector<std::string>{"n"});
    }
};

SIGNALBOX_TEST(ResponsesWriterTest)
#include "responses_writer_test.moc"
