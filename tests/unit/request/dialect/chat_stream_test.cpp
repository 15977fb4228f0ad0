// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_stream.h"

#include "core/request/dialect/chat_convert.h"
#include "tests/support/registry.h"
#include "tests/unit/request/dialect/chat_samples.h"

using namespace signalbox;
using test::chunk;
using test::says;
using test::sse;

namespace {
struct Run {
    dialect::StreamState state;
    std::string relay;
};

Run run(std::string_view stream, std::size_t piece = 1'000'000, bool ended = true, bool usageAsked = false,
        bool refusalIsContent = true, bool keepText = false)
{
    dialect::ChatFactsReader reader;
    dialect::ChatStream chat(reader, usageAsked, refusalIsContent, keepText);
    Run out;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
        chat.feed(stream.substr(at, piece), out.relay);
    }
    if (ended) {
        chat.finish(out.relay);
    }
    out.state = chat.state();
    return out;
}

/// Which of the flags that tell the ends apart are set.
QByteArray flags(const dialect::StreamState &state)
{
    QByteArrayList out;
    const auto flag = [&](bool is, const char *name) {
        if (is) {
            out << name;
        }
    };
    flag(state.content, "content");
    flag(state.toolCalls, "toolCalls");
    flag(state.refusal, "refusal");
    flag(state.looping, "looping");
    flag(state.brokenToolCall, "brokenToolCall");
    flag(state.error, "error");
    flag(state.garbled, "garbled");
    flag(state.complete, "complete");
    flag(state.doneSeen, "doneSeen");
    flag(state.ended, "ended");
    return out.join(' ');
}

struct End {
    const char *name;
    std::string stream;
    bool ended;
    const char *flags;
};
std::vector<End> ends();
std::string usageChunk(int completion);
} // namespace

class ChatStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsTheEndsApart_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<bool>("ended");
        QTest::addColumn<QByteArray>("expected");
        for (const End &end : ends()) {
            QTest::newRow(end.name) << QByteArray::fromStdString(end.stream) << end.ended
                                    << QByteArray(end.flags);
        }
    }
    void tellsTheEndsApart()
    {
        QFETCH(QByteArray, stream);
        QFETCH(bool, ended);
        QFETCH(QByteArray, expected);
        for (const std::size_t piece : {std::size_t{1'000'000}, std::size_t{1}, std::size_t{7}}) {
            QCOMPARE(flags(run(stream.toStdString(), piece, ended).state), expected);
        }
    }

    void relaysRecordedStreamsByteForByteHoweverTheyAreSplit()
    {
        for (const test::Sample &sample : test::recordedStreams()) {
            std::string expected = sample.stream;
            if (expected.starts_with(':')) {
                expected.erase(0, expected.find("\n\n") + 2); // comments are not relayed
            }
            if (const auto done = expected.find("data: [DONE]"); done != expected.npos) {
                expected.erase(done);
            }
            expected += "data: [DONE]\n\n";
            for (std::size_t piece = 1; piece < 40; ++piece) {
                const Run out = run(sample.stream, piece, true, true);
                QCOMPARE(out.relay, expected);
                QVERIFY2(out.state.complete && out.state.content && !out.state.garbled, sample.name);
            }
        }
    }

    void takesTheUsageAndKeepsItFromThoseWhoDidNotAsk()
    {
        const std::string head = sse({says("a"), chunk("{}", "stop")});
        const std::string stream = head + sse({usageChunk(5), "[DONE]"});
        const Run kept = run(stream);
        QCOMPARE(kept.relay, head + "data: [DONE]\n\n");
        QCOMPARE(kept.state.usage->output, qint64(5));
        QCOMPARE(run(stream, 1, true, true).relay, stream);
    }

    void theLastUsageCountsEvenBehindTheEnd()
    {
        const std::string head = sse({says("a"), usageChunk(1), usageChunk(2)});
        QCOMPARE(run(head + sse({chunk("{}", "stop"), "[DONE]"})).state.usage->output, qint64(2));
        const Run late = run(head + sse({chunk("{}", "stop"), "[DONE]", usageChunk(3), "not JSON"}));
        QCOMPARE(late.state.usage->output, qint64(3));
        QVERIFY(late.state.complete && !late.state.garbled);
        QVERIFY(late.relay.ends_with("data: [DONE]\n\n"));
    }

    void remembersWhatTheErrorSaid()
    {
        const std::string error = "{\"error\":{\"message\":\"x\",\"code\":502}}";
        const Run out = run(sse({says("a"), error, says("b"), "[DONE]"}));
        QCOMPARE(out.state.errorBody, error);
        QCOMPARE(out.relay, sse({says("a")}));
    }

    void bytesThatAreNotUtf8GoThroughAsTheyAre()
    {
        const std::string stream = sse(
            {"{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"caf\xE9\"},\"finish_reason\":\"stop\"}]}"});
        const Run out = run(stream);
        QVERIFY(out.state.content && out.state.complete && !out.state.garbled);
        QCOMPARE(out.relay, stream + "data: [DONE]\n\n");
    }

    void dropsCommentsAndPingsAndEndsTheLastEvent()
    {
        const Run out = run(": OPENROUTER PROCESSING\n\nevent: ping\ndata: {}\n\n" + sse({says("a")})
                            + "data: " + chunk("{}", "stop"));
        QCOMPARE(out.relay, sse({says("a"), chunk("{}", "stop"), "[DONE]"}));
        QVERIFY(out.state.complete && !out.state.doneSeen);
    }

    void aRefusalIsContentOnlyIfItGoesToTheClient()
    {
        const std::string stream = sse({chunk(R"({"refusal":"No."})"), chunk("{}", "stop")});
        QVERIFY(run(stream).state.content);
        const Run out = run(stream, 1'000'000, true, false, false);
        QVERIFY(out.state.refusal && !out.state.content && out.state.complete);
    }

    void countsWhatAHoldBackNeeds()
    {
        const auto state = run(sse({chunk(R"({"role":"assistant","content":""})"), says("abc"), says("de"),
                                    chunk("{}", "stop")}))
                               .state;
        QCOMPARE(state.pieces, qint64(2));
        QCOMPARE(state.contentBytes, std::size_t{5});
        QCOMPARE(state.finishReason, std::string("stop"));
    }

    void keepsTheTextOnlyWhereItCanBeGoneOnFrom_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("continuable");
        const auto row = [](const char *name, const std::string &stream, const char *text, bool continuable) {
            QTest::newRow(name) << QByteArray::fromStdString(stream) << QByteArray(text) << continuable;
        };
        row("text", sse({says("Hé"), says("\n\"!\"")}), "Hé\n\"!\"", true);
        row("nothing yet", sse({chunk(R"({"role":"assistant","content":""})")}), "", true);
        row("reasoning is not text", sse({chunk(R"({"reasoning":"hm"})"), says("a")}), "a", true);
        row("a tool call",
            sse({says("a"),
                 chunk(R"({"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":""}}]})")}),
            "a", false);
        row("an old function call", sse({says("a"), chunk(R"({"function_call":{"name":"f"}})")}), "a", false);
        row("another choice",
            sse({says("a"), R"({"choices":[{"index":1,"delta":{"content":"b"}}]})", says("c")}), "a", false);
        row("a refusal", sse({chunk(R"({"refusal":"no"})")}), "", false);
        row("audio", sse({chunk(R"({"audio":{"data":"AA"}})")}), "", false);
        row("too long", sse({says("a"), says(std::string(parts::StreamState::kMostTextKept, 'x'))}), "a",
            false);
    }
    void keepsTheTextOnlyWhereItCanBeGoneOnFrom()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArray, text);
        QFETCH(bool, continuable);
        const auto state = run(stream.toStdString(), 1'000'000, false, false, true, true).state;
        QCOMPARE(QByteArray::fromStdString(state.text), text);
        QCOMPARE(state.continuable, continuable);
        const auto unasked = run(stream.toStdString(), 1'000'000, false).state;
        QVERIFY(unasked.text.empty() && !unasked.continuable);
    }

    void anEventOverTheLimitIsGarbled()
    {
        const Run out = run("data: \"" + std::string(http::SseParser::kMaxEventBytes, 'x'));
        QVERIFY(out.state.garbled && !out.state.complete);
    }
};

namespace {
std::string usageChunk(int completion)
{
    return "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":"
           + std::to_string(completion) + "}}";
}

std::string call(const std::string &arguments, int index = 0)
{
    return chunk("{\"tool_calls\":[{\"index\":" + std::to_string(index) + ",\"id\":\"c"
                 + std::to_string(index) + "\",\"function\":{\"name\":\"f\",\"arguments\":" + arguments
                 + "}}]}");
}

std::vector<End> ends()
{
    const std::string role = chunk("{\"role\":\"assistant\",\"content\":\"\"}");
    const std::string stop = chunk("{}", "stop");
    const std::string calls = chunk("{}", "tool_calls");
    std::vector<std::string> loop(40, says("I will try the next step as you asked. "));
    loop.push_back(stop);
    loop.push_back("[DONE]");
    return {
        {"whole", sse({role, says("a"), stop, "[DONE]"}), true, "content complete doneSeen ended"},
        {"whole, and the connection goes on", sse({role, says("a"), stop, "[DONE]"}), false,
         "content complete doneSeen"},
        {"[DONE] forgotten", sse({role, says("a"), stop}), true, "content complete ended"},
        {"[DONE] forgotten, no blank line", "data: " + says("a") + "\n\ndata: " + stop, true,
         "content complete ended"},
        {"finish_reason forgotten", sse({says("a"), "[DONE]"}), true, "content complete doneSeen ended"},
        {"neither [DONE] nor finish_reason", sse({role, says("a")}), true, "content ended"},
        {"an empty finish_reason is none",
         sse({says("a"), "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"\"}]}"}), true,
         "content ended"},
        {"one of two choices does not finish",
         sse({says("a"), "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"b\"}}]}", stop}), true,
         "content ended"},
        {"cut or stalled before content", sse({role}), false, ""},
        {"cut or stalled after content", sse({role, says("a")}) + "data: {\"choi", false, "content"},
        {"cut between finish and [DONE]", sse({says("a"), stop}), false, "content"},
        {"nothing at all", "", true, "ended"},
        {"only comments", ": a\n\n: b\n\n", true, "ended"},
        {"not JSON", sse({role, "<html>"}), true, "garbled"},
        {"a broken chunk after content", sse({says("a"), "{\"choices\":["}), true, "content garbled"},
        {"an error event first", sse({"{\"error\":{\"message\":\"x\"}}"}), true, "error"},
        {"an error event after content", sse({says("a"), "{\"error\":\"x\"}"}), true, "content error"},
        {"a named error event", "event: error\ndata: {\"message\":\"x\"}\n\n", true, "error"},
        {"the finish reason is an error", sse({says("a"), chunk("{}", "error")}), true, "content error"},
        {"DeepSeek gives up", sse({says("a"), chunk("{}", "insufficient_system_resource")}), true,
         "content error"},
        {"Groq's hidden error", sse({"{\"choices\":[],\"x_groq\":{\"error\":\"over capacity\"}}"}), true,
         "error"},
        {"MiniMax's error", sse({"{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"rate\"}}"}), true,
         "error"},
        {"Mistral's error", sse({"{\"object\":\"error\",\"message\":\"x\"}"}), true, "error"},
        {"a refusal", sse({chunk("{\"refusal\":\"No.\"}"), stop, "[DONE]"}), true,
         "content refusal complete doneSeen ended"},
        {"filtered", sse({says("a"), chunk("{}", "content_filter"), "[DONE]"}), true,
         "content refusal complete doneSeen ended"},
        {"empty", sse({role, stop, "[DONE]"}), true, "complete doneSeen ended"},
        {"looping", sse(loop), true, "content looping complete doneSeen ended"},
        {"a tool call", sse({role, call("\"\""), call("\"{}\""), calls, "[DONE]"}), true,
         "content toolCalls complete doneSeen ended"},
        {"no arguments are no mistake", sse({call("\"\""), calls, "[DONE]"}), true,
         "content toolCalls complete doneSeen ended"},
        {"arguments as an object", sse({call("{\"a\":1}"), calls}), true, "content toolCalls complete ended"},
        {"arguments cut by the limit", sse({call("\"{\\\"a\\\":\""), chunk("{}", "length"), "[DONE]"}), true,
         "content toolCalls brokenToolCall complete doneSeen ended"},
        {"the first of two calls broken", sse({call("\"{\"", 0), call("\"{}\"", 1), calls, "[DONE]"}), true,
         "content toolCalls brokenToolCall complete doneSeen ended"},
        {"broken, finish_reason forgotten", sse({call("\"{\""), "[DONE]"}), true,
         "content toolCalls brokenToolCall complete doneSeen ended"},
        {"a call under way is not broken", sse({call("\"{\"")}), false, "content toolCalls"},
        {"an old function call, broken",
         sse({chunk("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}}"),
              chunk("{}", "function_call")}),
         true, "content toolCalls brokenToolCall complete ended"},
        {"a custom tool takes any text",
         sse({chunk("{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"custom\":{\"name\":\"f\",\"input\":\"{ "
                    "x\"}}]}"),
              calls}),
         true, "content toolCalls complete ended"},
    };
}
} // namespace

SIGNALBOX_TEST(ChatStreamTest)
#include "chat_stream_test.moc"
