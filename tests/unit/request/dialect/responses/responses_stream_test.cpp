// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <set>

#include "core/foundation/json/writer.h"
#include "core/request/dialect/responses/responses_codec.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/responses/responses_samples.h"

using namespace signalbox;
using namespace signalbox::neutral;
using namespace signalbox::responses::test;

namespace {
struct Told {
    const char *file;
    const char *items;
};
constexpr const char *kWhole = "begins resp_68aa gpt-5.4 1763000000\n"
                               "0 begins summary rs_1\n0 grows **Look**\n0 grows  at it\n"
                               "0 next summary part\n0 grows Then say\n0 sealed gAAAAB==\n0 ends\n"
                               "1 begins text\n1 grows Grüße\n1 grows  😀!\n"
                               "1 annotation {\"type\":\"url_citation\",\"start_index\":0,\"end_index\":5,"
                               "\"url\":\"https://e.org\",\"title\":\"E\"}\n1 ends\n"
                               "2 begins call call_a weather fc_1\n2 grows {\"city\":\n"
                               "3 begins custom call_b apply_patch ctc_1\n3 grows *** Begin Patch\n\n"
                               "2 grows \"Köln\"}\n2 ends\n3 grows +x\n*** End Patch\n3 ends\n"
                               "stop calls completed\nusage 40 64 16 50 20\nwhole\n";
constexpr const char *kDone = "begins resp_68aa gpt-5.4 1763000000\n"
                              "0 begins summary rs_1\n0 grows **Look** at it\n"
                              "0 next summary part\n0 grows Then say\n0 sealed gAAAAB==\n0 ends\n"
                              "1 begins text\n1 grows Grüße 😀!\n"
                              "1 annotation {\"type\":\"url_citation\",\"start_index\":0,\"end_index\":5,"
                              "\"url\":\"https://e.org\",\"title\":\"E\"}\n1 ends\n"
                              "2 begins call call_a weather fc_1\n2 grows {\"city\":\"Köln\"}\n2 ends\n"
                              "3 begins custom call_b apply_patch ctc_1\n"
                              "3 grows *** Begin Patch\n+x\n*** End Patch\n3 ends\n"
                              "stop calls completed\nusage 40 64 16 50 20\nwhole\n";
const std::vector<Told> kStreams{
    {"whole.txt", kWhole},
    {"changing_ids.txt", kWhole},
    {"only_done_items.txt", kDone},
    {"only_last.txt", kDone},
    {"only_deltas.txt",
     "begins resp_68aa gpt-5.4 1763000000\n0 begins text\n0 grows Hel\n0 grows lo\n0 ends\n"
     "stop end completed\nwhole\n"},
    {"incomplete.txt", "begins resp_68aa gpt-5.4 1763000000\n0 begins text\n0 grows Once upon\n0 ends\n"
                       "stop length max_output_tokens\nusage 40 64 16 50 20\nwhole\n"},
    {"no_quota.txt", "begins resp_68aa gpt-5.4 1763000000\n"
                     "fails 429 insufficient_quota: You exceeded your current quota\n"},
    {"failed.txt", "begins resp_68aa gpt-5.4 1763000000\n0 begins text\n0 grows Hm\n"
                   "fails 429 rate_limit_exceeded: Please try again in 11.054s\n"},
    {"thoughts.txt", "begins resp_68aa gpt-5.4 1763000000\n"
                     "0 begins thoughts rs_9\n0 grows Let me \n0 grows see\n0 ends\n"
                     "1 begins refusal\n1 grows I cannot\n1 grows  do that\n1 ends\n"
                     "stop refusal completed\nusage 40 64 16 50 20\nwhole\n"},
};

std::string sse(const std::string &data)
{
    return "data: " + data + "\n\n";
}

std::string flatError()
{
    return sse(R"({"type":"error","code":"server_is_overloaded","message":"busy","param":null})");
}

std::string chatError()
{
    return sse(R"({"error":{"message":"no","code":502}})");
}

/// A provider that counts every item as the first.
std::string sameIndex()
{
    const std::string call = R"({"type":"function_call","id":"fc","arguments":"{}","name":"f","call_id":)";
    std::string out;
    for (const char *id : {"\"a\"", "\"b\""}) {
        out += sse(R"({"type":"response.output_item.added","output_index":0,"item":)" + call + id + "}}");
        out += sse(R"({"type":"response.output_item.done","output_index":0,"item":)" + call + id + "}}");
    }
    return out + sse(R"({"type":"response.completed","response":{"status":"in_progress"}})");
}

/// The name of the call comes with its last event.
std::string lateName()
{
    return sse(R"({"type":"response.output_item.added","output_index":0,"item":{"type":"function_call"}})")
           + sse(R"({"type":"response.function_call_arguments.delta","output_index":0,"delta":"[1"})")
           + sse(R"({"type":"response.function_call_arguments.delta","output_index":0,"delta":"]"})")
           + sse(R"({"type":"response.output_item.done","output_index":0,"item":{"type":"function_call",)"
                 R"("id":"fc","call_id":"c","name":"f"}})");
}

std::string strange()
{
    return sse(R"({"type":"response.output_text.delta","output_index":9223372036854775807,"delta":"x"})")
           + sse(R"({"type":"response.output_text.delta","output_index":-1,"content_index":-3,"delta":7})")
           + sse(R"({"type":"response.output_item.done","item":[]})")
           + sse(R"({"type":"response.output_item.done","item":{}})")
           + sse(R"({"type":"response.content_part.done","part":null})")
           + sse(R"({"type":"response.completed","response":{"output":[{},3],"usage":{"input_tokens":-4}}})");
}

/// What all parts came to, without their numbers: those of items that end late may be later.
std::multiset<std::string> texts(const std::vector<StreamItem> &items)
{
    std::map<int, std::string> parts;
    for (const StreamItem &item : items) {
        if (const auto *grows = std::get_if<PartGrows>(&item)) {
            parts[grows->part] += grows->text;
        } else if (const auto *gains = std::get_if<PartGains>(&item)) {
            parts[gains->part] += "|" + gains->text;
        }
    }
    std::multiset<std::string> out;
    for (const auto &[part, text] : parts) {
        out.insert(text);
    }
    return out;
}

/// Puts `with` in place of the `target`th value of the tree, counted in its order.
bool replaceAt(json::Value &value, int &target, const json::Value &with)
{
    if (target-- == 0) {
        value = with;
        return true;
    }
    const auto inside = [&](json::Value &next) { return replaceAt(next, target, with); };
    return std::ranges::any_of(value.items(), inside)
           || std::ranges::any_of(value.members(), inside, &json::Member::value);
}

std::string streamOf(const std::vector<json::Value> &events)
{
    std::string out;
    for (const json::Value &event : events) {
        out += sse(json::writeCompact(event));
    }
    return out;
}

std::string hosted()
{
    return sse(R"({"type":"response.web_search_call.searching","output_index":0,"item_id":"ws"})")
           + sse(R"({"type":"response.output_item.done","output_index":0,"item":{"type":"web_search_call"}})")
           + sse(R"({"type":"response.output_item.done","output_index":1,"item":{"type":"local_shell_call",)"
                 R"("id":"l","call_id":"c","action":{"type":"exec","command":["ls"]}}})");
}
} // namespace

class ResponsesStreamTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsStreams_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("items");
        for (const Told &told : kStreams) {
            QTest::newRow(told.file) << told.file << QString::fromUtf8(told.items);
        }
    }
    void readsStreams()
    {
        QFETCH(QString, file);
        QFETCH(QString, items);
        QCOMPARE(QString::fromStdString(told(itemsOf(sample(file.toStdString())))), items);
    }

    void readsTheSameHoweverItIsSplit_data() { readsStreams_data(); }
    void readsTheSameHoweverItIsSplit()
    {
        QFETCH(QString, file);
        const std::string stream = sample(file.toStdString());
        const auto whole = itemsOf(stream);
        for (std::size_t piece = 1; piece < 200; ++piece) {
            QVERIFY(itemsOf(stream, piece) == whole);
        }
        for (std::size_t at = 1; at < stream.size(); at += 7) { // two pieces, at every seventh byte
            http::SseParser parser;
            const auto reader = responses::ResponsesCodec().makeReader();
            std::vector<StreamItem> items;
            for (const auto &half : {stream.substr(0, at), stream.substr(at)}) {
                parser.feed(half);
                while (const auto event = parser.next()) {
                    QVERIFY(reader->take(*event, items));
                }
            }
            reader->finish(items);
            QVERIFY(items == whole);
        }
    }

    void isNotWholeWhereverItIsCut_data() { readsStreams_data(); }
    void isNotWholeWhereverItIsCut()
    {
        QFETCH(QString, file);
        const std::string stream = sample(file.toStdString());
        const std::size_t last = stream.rfind("data: {"); // of the end marker; its name may stand before it
        QVERIFY(last != std::string::npos);
        for (std::size_t at = 0; at < last; ++at) {
            if (at == 0 || stream.compare(at - 1, 2, "\n\n") == 0) {
                const auto items = itemsOf(stream.substr(0, at + 1));
                QVERIFY(!holds<AnswerEnds>(items));
                QVERIFY(!holds<ChoiceEnds>(items));
            }
        }
    }

    void doneAloneIsNoEnd()
    {
        const auto items =
            itemsOf(sse(R"({"type":"response.output_text.delta","delta":"x"})") + "data: [DONE]\n\n");
        QCOMPARE(told(items), "begins   0\n0 begins text\n0 grows x\n0 ends\n");
    }

    void takesErrorsOfEveryShape()
    {
        QCOMPARE(told(itemsOf(flatError())), "fails 503 server_is_overloaded: busy\n");
        QCOMPARE(told(itemsOf(chatError())), "fails 500 502: no\n");
        const auto items = itemsOf(flatError());
        QVERIFY(std::get<AnswerFails>(items.back()).body.find("overloaded") != std::string::npos);
    }

    void garbledIsWhatIsNoObject()
    {
        QCOMPARE(told(itemsOf(sse("[1]"))), "fails 500 : garbled\n");
        QCOMPARE(told(itemsOf(sse("{"))), "fails 500 : garbled\n");
        QCOMPARE(told(itemsOf(": ping\n\nevent: keepalive\ndata:\n\n")), "");
    }

    void keepsCallsApartThatHaveOneIndex()
    {
        QCOMPARE(told(itemsOf(sameIndex())),
                 "begins   0\n0 begins call a f fc\n0 grows {}\n0 ends\n1 begins call b f fc\n1 grows {}\n"
                 "1 ends\nstop calls completed\nwhole\n");
    }

    void waitsForTheNameOfACall()
    {
        QCOMPARE(told(itemsOf(lateName())), "begins   0\n0 begins call c f fc\n0 grows [1]\n0 ends\n");
    }

    void keepsWhatOnlyThisDialectKnows()
    {
        QCOMPARE(told(itemsOf(hosted())),
                 "begins   0\n0 begins foreign web_search_call\n0 ends\n"
                 "1 begins call c local_shell l\n1 grows {\"command\":[\"ls\"]}\n1 ends\n");
    }

    void missesNothingIfOneEventIsMissing()
    {
        const std::vector<json::Value> events = eventsOf(sample("whole.txt"));
        const auto whole = texts(itemsOf(streamOf(events)));
        for (std::size_t left = 0; left + 1 < events.size(); ++left) {
            if (events[left].find("delta")) {
                continue; // its text may stand nowhere else in that place
            }
            std::vector<json::Value> rest = events;
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(left));
            QVERIFY2(texts(itemsOf(streamOf(rest))) == whole, json::writeCompact(events[left]).c_str());
        }
    }

    void survivesAnyValueInAnyPlace()
    {
        const std::vector<json::Value> strangers{{},
                                                 json::Value::integer(-1),
                                                 json::Value::string("x"),
                                                 json::Value::array({json::Value::array()}),
                                                 json::Value::object()};
        const std::vector<json::Value> events = eventsOf(sample("whole.txt"));
        int changed = 0;
        for (const json::Value &stranger : strangers) {
            for (std::size_t at = 0; at < events.size(); ++at) {
                for (int place = 1;; ++place) {
                    std::vector<json::Value> others = events;
                    int target = place;
                    if (!replaceAt(others[at], target, stranger)) {
                        break;
                    }
                    ++changed;
                    const auto items = itemsOf(streamOf(others));
                    const auto ends = std::ranges::count_if(items, [](const StreamItem &item) {
                        return std::holds_alternative<AnswerEnds>(item);
                    });
                    QVERIFY(ends == 1 || at + 1 == events.size() || holds<AnswerFails>(items));
                }
            }
        }
        QVERIFY(changed > 1000);
    }

    void survivesStrangers()
    {
        const auto items = itemsOf(strange());
        QVERIFY(holds<AnswerEnds>(items));
        QVERIFY(told(items).find("grows x") != std::string::npos);
    }
};

SIGNALBOX_TEST(ResponsesStreamTest)
#include "responses_stream_test.moc"
