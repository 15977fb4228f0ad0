// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_continue.h"

#include "core/foundation/base/random.h"
#include "core/foundation/json/document.h"
#include "core/request/dialect/chat_stream.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/chat_samples.h"

using namespace signalbox;
using dialect::ContinueStyle;
using test::chunk;
using test::says;
using test::sse;

namespace {
const std::string kSent = "The chain has three steps. The first of them is slow";

struct Joined {
    std::string out;
    std::string text; ///< that the client has read of the continuation
    bool restarted = false;
    std::string sent;
};

/// Sends a continuation through ChatStream and the seam.
Joined joined(const std::string &sent, const std::string &stream, std::size_t piece, bool ended = true)
{
    dialect::ChatFactsReader reader;
    dialect::ChatStream chat(reader, false, true, true);
    dialect::ChatSeam seam(reader, sent);
    Joined result;
    const auto pass = [&](std::string &relay) {
        seam.feed(relay, result.out);
        relay.clear();
    };
    std::string relay;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        chat.feed(std::string_view(stream).substr(at, piece), relay);
        pass(relay);
    }
    if (ended) {
        chat.finish(relay);
        pass(relay);
    }
    seam.finish(result.out);
    result.restarted = seam.restarted();
    result.sent = seam.sentWith(chat.state().text);

    dialect::ChatStream client(reader, true, true, true);
    std::string ignored;
    client.feed(result.out, ignored);
    result.text = client.state().garbled ? "garbled" : client.state().text;
    return result;
}

struct Row {
    const char *name;
    const char *body;
    ContinueStyle style;
    const char *after; ///< empty: it cannot go on
};
std::vector<Row> bodies();

struct Seam {
    const char *name;
    std::string stream;
    std::string out;
};
std::vector<Seam> seams();
} // namespace

class ChatContinueTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsThePartialAnswerIntoTheRequest_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("style");
        QTest::addColumn<QByteArray>("after");
        for (const Row &row : bodies()) {
            QTest::newRow(row.name) << QByteArray(row.body) << int(row.style) << QByteArray(row.after);
        }
    }
    void putsThePartialAnswerIntoTheRequest()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, style);
        QFETCH(QByteArray, after);
        const auto out =
            dialect::continuedBody(body.toStdString(), "Say \"a\"\n", static_cast<ContinueStyle>(style));
        QCOMPARE(QByteArray::fromStdString(out.value_or("")), after);
        QVERIFY(!out || json::parseDocument(*out));
        QVERIFY(!dialect::continuedBody(body.toStdString(), "", static_cast<ContinueStyle>(style)));
    }

    void joinsTheTwoParts_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArray>("out");
        for (const Seam &seam : seams()) {
            QTest::newRow(seam.name) << QByteArray::fromStdString(seam.stream)
                                     << QByteArray::fromStdString(seam.out);
        }
    }
    void joinsTheTwoParts()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArray, out);
        for (std::size_t piece = 1; piece < 40; ++piece) {
            QCOMPARE(QByteArray::fromStdString(joined(kSent, stream.toStdString(), piece).out), out);
        }
        QCOMPARE(QByteArray::fromStdString(joined(kSent, stream.toStdString(), 1'000'000).out), out);
    }

    void theClientReadsEachWordOnce()
    {
        base::Random random(17);
        static const std::vector<std::string> kWords = {"a",  " step", "\xC3\xA9", "\xF0\x9F\x98\x80",
                                                        "\n", "\"",    " \\",      "\xE4\xB8\xAD"};
        const auto words = [&](std::uint64_t count) {
            std::string out;
            while (count-- > 0) {
                out += kWords[random.next() % kWords.size()] + std::to_string(random.next() % 1000);
            }
            return out;
        };
        for (int round = 0; round < 500; ++round) {
            const std::string sent = words(20 + random.next() % 40);
            const std::string fresh = words(1 + random.next() % 20);
            const std::size_t chance = random.next() % 3;
            std::size_t overlap = chance == 0   ? 0
                                  : chance == 1 ? sent.size()
                                                : 60 + random.next() % (sent.size() - 60);
            while (overlap > 0 && (static_cast<unsigned char>(sent[sent.size() - overlap]) & 0xc0) == 0x80) {
                --overlap;
            }
            std::string rest = sent.substr(sent.size() - overlap) + fresh;
            std::vector<std::string> events = {chunk("{\"role\":\"assistant\",\"content\":\"\"}")};
            while (!rest.empty()) {
                std::size_t size = std::min<std::size_t>(rest.size(), 1 + random.next() % 9);
                while (size < rest.size() && (static_cast<unsigned char>(rest[size]) & 0xc0) == 0x80) {
                    ++size;
                }
                events.push_back(says(rest.substr(0, size)));
                rest.erase(0, size);
            }
            const bool whole = random.next() % 2;
            if (whole) {
                events.push_back(chunk("{}", "stop"));
                events.push_back("[DONE]");
            }
            const Joined result = joined(sent, sse(events), 1 + random.next() % 200, whole);
            QCOMPARE(QByteArray::fromStdString(result.text), QByteArray::fromStdString(fresh));
            QCOMPARE(result.sent, sent + fresh);
            QCOMPARE(result.out.find("finish_reason\":\"stop") != std::string::npos, whole);
            QCOMPARE(result.out.ends_with("data: [DONE]\n\n"), whole);
        }
    }

    void anAnswerWrittenAnewIsNotJoined()
    {
        std::string sent;
        for (int i = 0; i < 60; ++i) {
            sent += "Line " + std::to_string(i) + "\n";
        }
        std::vector<std::string> events;
        for (std::size_t at = 0; at < 300; at += 10) {
            events.push_back(says(sent.substr(at, 10)));
        }
        events.push_back(says("but on the other hand"));
        events.push_back(chunk("{}", "stop"));
        events.push_back("[DONE]");
        const Joined result = joined(sent, sse(events), 50);
        QVERIFY(result.restarted);
        QCOMPARE(result.out, std::string());
        QCOMPARE(result.sent, sent);
    }
};

namespace {
std::vector<Row> bodies()
{
    return {
        {"plain",
         "{ \"model\":\"m\", \"messages\" : [ {\"role\":\"user\",\"content\":\"q\"}  ] ,\"seed\":1.0 }",
         ContinueStyle::Plain,
         "{ \"model\":\"m\", \"messages\" : [ "
         "{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"assistant\",\"content\":\"Say "
         "\\\"a\\\"\\n\"}  ] ,\"seed\":1.0 }"},
        {"prefix", "{\"messages\":[{\"role\":\"user\"}]}", ContinueStyle::Prefix,
         "{\"messages\":[{\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"Say "
         "\\\"a\\\"\\n\",\"prefix\":true}]}"},
        {"partial", "{\"messages\":[{\"role\":\"user\"}]}", ContinueStyle::Partial,
         "{\"messages\":[{\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"Say "
         "\\\"a\\\"\\n\",\"partial\":true}]}"},
        {"vLLM", "{\"messages\":[{\"role\":\"user\"}],\"add_generation_prompt\" : true}", ContinueStyle::Vllm,
         "{\"continue_final_message\":true,\"messages\":[{\"role\":\"user\"},{\"role\":\"assistant\","
         "\"content\":\"Say "
         "\\\"a\\\"\\n\"}],\"add_generation_prompt\" : false}"},
        {"behind a tool's result", "{\"messages\":[{\"role\":\"tool\",\"content\":\"r\"}],\"n\":1}",
         ContinueStyle::Plain,
         "{\"messages\":[{\"role\":\"tool\",\"content\":\"r\"},{\"role\":\"assistant\",\"content\":\"Say "
         "\\\"a\\\"\\n\"}],\"n\":1}"},
        {"the client began the answer",
         "{\"messages\":[{\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"Yes: "
         "\",\"prefix\":true}]}",
         ContinueStyle::Prefix,
         "{\"messages\":[{\"role\":\"user\"},{\"role\":\"assistant\",\"content\":\"Yes: Say "
         "\\\"a\\\"\\n\",\"prefix\":true}]}"},
        {"the client began it in parts",
         "{\"messages\":[{\"content\":[{\"type\":\"text\",\"text\":\"Y\"}],\"role\":\"assistant\"}]}",
         ContinueStyle::Partial,
         "{\"messages\":[{\"partial\":true,\"content\":[{\"type\":\"text\",\"text\":\"Y\"},{\"type\":"
         "\"text\",\"text\":\"Say "
         "\\\"a\\\"\\n\"}],\"role\":\"assistant\"}]}"},
        {"the client ended in a tool call",
         "{\"messages\":[{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[{}]}]}",
         ContinueStyle::Plain, ""},
        {"the last turn has no text", "{\"messages\":[{\"role\":\"assistant\",\"content\":null}]}",
         ContinueStyle::Plain, ""},
        {"several answers", "{\"n\":2,\"messages\":[{\"role\":\"user\"}]}", ContinueStyle::Plain, ""},
        {"no conversation", "{\"messages\":[]}", ContinueStyle::Plain, ""},
        {"no messages", "{\"model\":\"m\"}", ContinueStyle::Plain, ""},
        {"messages twice", "{\"messages\":[{\"role\":\"user\"}],\"messages\":[{\"role\":\"user\"}]}",
         ContinueStyle::Plain, ""},
    };
}

std::vector<Seam> seams()
{
    const std::string role = chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
    const std::string stop = chunk("{}", "stop");
    const std::string thought = chunk("{\"reasoning\":\"hm\"}");
    const std::string call = chunk(
        "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}");
    return {
        {"nothing repeats", sse({role, says(" and"), says(" more"), stop, "[DONE]"}),
         sse({says(" and"), says(" more"), stop, "[DONE]"})},
        {"[DONE] forgotten", sse({says(" and"), stop}), sse({says(" and"), stop, "[DONE]"})},
        {"it breaks off as well", sse({role, says(" and")}), sse({says(" and")})},
        {"it breaks off undecided", sse({says("The fir")}), sse({says("The fir")})},
        {"the last words",
         sse({role, says("The first of"), says(" them is slow and"), says(" old."), stop, "[DONE]"}),
         sse({says(" and"), says(" old."), stop, "[DONE]"})},
        {"exactly the last words", sse({says("The first of them is slow"), says("."), stop, "[DONE]"}),
         sse({says("."), stop, "[DONE]"})},
        {"all over again",
         sse({says("The chain has three steps."), says(" The first of them is slow"), stop, "[DONE]"}),
         sse({stop, "[DONE]"})},
        {"repeated text in the last chunk",
         sse({chunk("{\"content\":\"of them is slow\"}", "stop"), "[DONE]"}),
         sse({chunk("{\"content\":\"\"}", "stop"), "[DONE]"})},
        {"it only looked like a repetition", sse({says("The fir"), says("e is out."), stop, "[DONE]"}),
         sse({says("The fir"), says("e is out."), stop, "[DONE]"})},
        {"it thinks first", sse({role, thought, says("of them is slow!"), stop, "[DONE]"}),
         sse({thought, says("!"), stop, "[DONE]"})},
        {"role and text in one",
         sse({chunk("{\"role\":\"assistant\",\"content\":\"of them is slow!\"}"), stop, "[DONE]"}),
         sse({chunk("{\"role\":\"assistant\",\"content\":\"!\"}"), stop, "[DONE]"})},
        {"a tool call ends the text", sse({says("of them is slow"), call, "[DONE]"}), sse({call, "[DONE]"})},
        {"a tool call at once", sse({role, call, says("The f"), "[DONE]"}),
         sse({call, says("The f"), "[DONE]"})},
        {"text in parts is not trimmed",
         sse({chunk("{\"content\":[{\"type\":\"text\",\"text\":\"of them is slow\"}]}"), stop, "[DONE]"}),
         sse({chunk("{\"content\":[{\"type\":\"text\",\"text\":\"of them is slow\"}]}"), stop, "[DONE]"})},
        {"an event of several lines",
         "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"of them is slow!\"}}]}\n\n"
             + sse({stop, "[DONE]"}),
         "data: {\"choices\":[{\"delta\": {\"content\":\"!\"}}]}\n\n" + sse({stop, "[DONE]"})},
        {"nothing comes", "", ""},
    };
}
} // namespace

SIGNALBOX_TEST(ChatContinueTest)
#include "chat_continue_test.moc"
