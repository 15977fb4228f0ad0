// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "tests/support/registry.h"
#include "tests/unit/request/dialect/messages/messages_samples.h"

using namespace signalbox;
using namespace signalbox::test::messages;

namespace {
QByteArray items(std::string_view stream, std::size_t step = 0)
{
    return QByteArray::fromStdString(describe(readStream(stream, step)));
}

bool answerEnds(const std::vector<neutral::StreamItem> &all)
{
    return std::ranges::any_of(
        all, [](const auto &one) { return std::holds_alternative<neutral::AnswerEnds>(one); });
}

std::string sse(const std::string &data)
{
    return "data: " + data + "\n\n";
}

const std::string kStart = sse(R"({"type":"message_start","message":{"id":"msg_1","model":"m"}})");
const std::string kText =
    sse(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hi"}})");
const std::string kStop = sse(R"({"type":"message_stop"})");
const char *const kSigned =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"hm","signature":"S"}})";
const char *const kCall =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{"a":1.0}}})";
} // namespace

class MessagesStreamReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatAnthropicSends_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *const name :
             {"text", "thinking_and_tools", "refusal", "server_tool", "overloaded"}) {
            QTest::newRow(name) << QByteArray(name);
        }
    }
    void readsWhatAnthropicSends()
    {
        QFETCH(QByteArray, name);
        const std::string stream = dataFile(name.toStdString() + ".txt");
        const QByteArray expected = QByteArray::fromStdString(dataFile(name.toStdString() + ".items"));
        QCOMPARE(items(stream), expected);
        QCOMPARE(items(stream, 1), expected);
        for (std::size_t cut = 1; cut < stream.size(); ++cut) { // two reads, split anywhere
            QCOMPARE(items(stream, cut), expected);
        }
    }

    void aStreamThatBreaksOffDoesNotEnd_data() { readsWhatAnthropicSends_data(); }
    void aStreamThatBreaksOffDoesNotEnd()
    {
        QFETCH(QByteArray, name);
        const auto events = eventsOf(dataFile(name.toStdString() + ".txt"));
        std::string sofar;
        for (std::size_t i = 0; i + 1 < events.size(); ++i) {
            sofar += events[i];
            QVERIFY(!answerEnds(readStream(sofar, 0, false)));
            const bool everyChoiceEnded = events[i].find("\"message_delta\"") != std::string::npos;
            QCOMPARE(answerEnds(readStream(sofar)), everyChoiceEnded);
        }
    }

    void takesWhatRelaysDo_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const std::string &stream, const char *expected) {
            QTest::newRow(name) << QByteArray::fromStdString(stream) << QByteArray(expected);
        };
        row("text in the start", kStart + kText + kStop,
            "begins msg_1 m\npart 0 text\ngrows 0 Hi\nends 0\nchoice ends end \nanswer ends\n");
        row("the same start twice", kStart + kStart + kStop,
            "begins msg_1 m\nchoice ends end \nanswer ends\n");
        row("no start of the block",
            kStart
                + sse(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})")
                + kStop,
            "begins msg_1 m\npart 0 text\ngrows 0 a\nends 0\nchoice ends end \nanswer ends\n");
        row("signature in the start", kStart + sse(kSigned) + kStop,
            "begins msg_1 m\npart 0 reasoning messages\ngrows 0 hm\nsignature 0 S\nends 0\nchoice ends end "
            "\nanswer ends\n");
        row("input in the start",
            kStart + sse(kCall) + sse(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})")
                + kStop,
            "begins msg_1 m\npart 0 call t f\ngrows 0 {\"a\":1.0}\nends 0\nchoice ends tool calls end_turn\n"
            "answer ends\n");
        row("another message", kStart + sse(R"({"type":"message_start","message":{"id":"msg_2"}})"),
            "begins msg_1 m\nfails 0   garbled\n");
        row("an index again", kStart + kText + sse(R"({"type":"content_block_stop","index":0})") + kText,
            "begins msg_1 m\npart 0 text\ngrows 0 Hi\nends 0\nfails 0   garbled\n");
        row("not JSON", kStart + "data: oops\n\n", "begins msg_1 m\nfails 0   garbled\n");
        row("no object", "data: [1]\n\n", "fails 0   garbled\n");
        row("blocks before the start", kText, "fails 0   garbled\n");
        row("the end alone", kStop, "fails 0   garbled\n");
        row("a chat relay's habits", kStart + kText + kStop + "data: [DONE]\n\n",
            "begins msg_1 m\npart 0 text\ngrows 0 Hi\nends 0\nchoice ends end \nanswer ends\n");
        row("an error as OpenAI says it", sse(R"({"error":{"message":"x","type":"t","code":"c"}})"),
            "fails 500 t c x\n");
        row("an error of no shape", kStart + sse(R"({"type":"error","error":"gone"})"),
            "begins msg_1 m\nfails 500 server_error  gone\n");
        row("what nobody knows",
            kStart + sse(R"({"type":"content_block_delta","index":7,"delta":{"type":"new_delta"}})")
                + sse(R"({"type":"new"})") + sse(R"({"type":"ping"})") + ": hello\n\n" + kStop,
            "begins msg_1 m\nchoice ends end \nanswer ends\n");
        row("wrong types everywhere",
            sse(R"({"type":"message_start","message":{"id":1,"model":null,"usage":[]}})")
                + sse(R"({"type":"content_block_start","index":"a","content_block":{"type":[],"text":1}})")
                + sse(R"({"type":"content_block_delta","index":null,"delta":3})")
                + sse(R"({"type":"message_delta","delta":{"stop_reason":4},"usage":{"input_tokens":"x"}})"),
            "begins  \nusage 0 0 0 0 0 0\n");
    }
    void takesWhatRelaysDo()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArray, expected);
        QCOMPARE(items(stream.toStdString()), expected);
    }

    void usageNeverGoesWild()
    {
        const std::string stream =
            kStart + sse(R"({"type":"message_delta","usage":{"input_tokens":-5,"output_tokens":9e30}})");
        const auto all = readStream(stream);
        const auto *const usage = std::get_if<neutral::UsageKnown>(&all.back());
        QVERIFY(usage);
        QCOMPARE(usage->usage.input, qint64(0));
        QVERIFY(usage->usage.output <= events::kMostTokens);
    }
};

SIGNALBOX_TEST(MessagesStreamReaderTest)
#include "messages_stream_reader_test.moc"
