// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"
#include "core/request/dialect/chat/chat_codec.h"
#include "core/request/dialect/gemini/gemini_codec.h"
#include "tests/support/dialect/stream_items.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
/// The streams of tests/data/dialect/gemini: what a provider sends (.txt) and what is read from it (.items).
std::vector<std::string> streams()
{
    return test::dialectFiles("gemini", ".txt");
}

std::string streamOf(const std::string &name)
{
    return test::dialectFile("gemini/" + name + ".txt");
}

/// Without what only the dialect it came in can say.
neutral::Answer comparable(neutral::Answer answer)
{
    answer.id.clear();
    answer.created = 0;
    for (neutral::Choice &choice : answer.choices) {
        choice.stopText.clear();
    }
    return answer;
}

const char *const kArray = R"([{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"responseId":"r"},
    {"candidates":[{"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}])";
const char *const kNoAnswers[] = {
    "",
    "{}",
    "[]",
    R"({"candidates":[]})",
    R"({"candidates":[{"content":{"parts":[{"text":"half"}]}}]})",
    R"({"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]})",
    R"({"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}})",
    R"([{"error":{"code":500}}])",
};
const char *const kHarmless[] = {
    "data: {\"candidates\":[5,{\"content\":[],\"finishReason\":7,\"index\":\"x\"}]}\n\n",
    "data: {\"candidates\":{\"a\":1},\"usageMetadata\":[],\"promptFeedback\":5}\n\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[5,{\"functionCall\":{}},{\"text\":{}},{}]}}]}\n\n",
    "data: [DONE]\n\n",
};
} // namespace

class GeminiStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatTheProviderSends()
    {
        QVERIFY(streams().size() > 8);
        for (const std::string &name : streams()) {
            const test::StreamRead read = test::readStream(gemini::GeminiCodec(), streamOf(name));
            QVERIFY2(!read.garbled, name.c_str());
            QCOMPARE(test::flawIn(read.items), std::string());
            const std::string told = test::describe(read.items);
            if (told != test::dialectFile("gemini/" + name + ".items")) {
                qWarning("%s", told.c_str());
                QFAIL(name.c_str());
            }
        }
    }

    void readsTheSameHoweverTheBytesArrive()
    {
        const gemini::GeminiCodec codec;
        for (const std::string &name : streams()) {
            const std::string body = streamOf(name);
            const test::StreamRead whole = test::readStream(codec, body);
            for (const std::size_t piece : {std::size_t(1), std::size_t(3), std::size_t(50)}) {
                QVERIFY2(test::readStream(codec, body, piece) == whole, name.c_str());
            }
        }
    }

    void neverCallsAStreamWithoutAReasonWhole()
    {
        const gemini::GeminiCodec codec;
        for (const std::string &name : streams()) {
            const std::string body = streamOf(name);
            const std::size_t end = std::min(body.find("finishReason"), body.find("blockReason"));
            for (std::size_t cut = 0; cut < std::min(end, body.size()); cut = body.find("\n\n", cut + 1)) {
                const std::string_view part = std::string_view(body).substr(0, cut);
                QVERIFY2(!test::endsWhole(test::readStream(codec, part).items), name.c_str());
            }
        }
    }

    /// Only finish() may call it whole, which is not called where the connection broke.
    void doesNotEndBeforeTheBodyDoes()
    {
        const auto reader = gemini::GeminiCodec().makeReader();
        const std::string body = streamOf("text");
        test::Items items;
        http::SseParser parser;
        parser.feed(body);
        while (const auto event = parser.next()) {
            QVERIFY(reader->take(*event, items));
        }
        QVERIFY(!test::endsWhole(items));
        reader->finish(items);
        QVERIFY(test::endsWhole(items));
    }

    void writesWhatItReadsBack()
    {
        const gemini::GeminiCodec codec;
        for (const std::string &name : streams()) {
            const test::Items items = test::readStream(codec, streamOf(name)).items;
            const test::Items again =
                test::readStream(codec, test::writeStream(codec, items, {.id = "r"})).items;
            QCOMPARE(test::endsWhole(again), test::endsWhole(items));
            if (test::endsWhole(items)) {
                QVERIFY2(comparable(test::assembled(again)) == comparable(test::assembled(items)),
                         name.c_str());
            }
        }
    }

    void reachesAChatClientWhole()
    {
        const chat::ChatCodec chat;
        for (const std::string &name : streams()) {
            const test::Items items = test::readStream(gemini::GeminiCodec(), streamOf(name)).items;
            const std::string told =
                test::writeStream(chat, items, {.id = "r", .now = 1, .usageAsked = true});
            const test::StreamRead again = test::readStream(chat, told);
            QVERIFY2(!again.garbled && test::endsWhole(again.items) == test::endsWhole(items), name.c_str());
            const neutral::Answer before = test::assembled(items);
            const neutral::Answer after = test::assembled(again.items);
            QVERIFY2(!test::endsWhole(items) || before.usage == after.usage, name.c_str());
            QCOMPARE(after.choices.size(), std::max<std::size_t>(before.choices.size(), 1));
        }
    }

    void readsAnArrayOfChunks()
    {
        const auto out = gemini::GeminiCodec().readAnswer(kArray);
        QVERIFY(out.has_value());
        QCOMPARE(std::get<neutral::Text>(out->choices.at(0).parts.at(0).what).text, std::string("ab"));
        QVERIFY(out->choices[0].stop == neutral::Stop::End);
    }

    void readsBackTheAnswerItWrites()
    {
        const gemini::GeminiCodec codec;
        for (const std::string &name : streams()) {
            const test::Items items = test::readStream(codec, streamOf(name)).items;
            if (!test::endsWhole(items) || name == "blocked") {
                continue;
            }
            const neutral::Answer made = test::assembled(items);
            const auto out = codec.readAnswer(codec.writeAnswer(made, {.id = "r"}).body);
            QVERIFY2(out.has_value(), name.c_str());
            neutral::Answer again = *out;
            again.origin = made.origin;
            QVERIFY2(comparable(again) == comparable(made), name.c_str());
        }
    }

    void knowsWhatIsNoAnswer()
    {
        for (const char *body : kNoAnswers) {
            const auto out = gemini::GeminiCodec().readAnswer(body);
            QVERIFY2(!out && out.error().code == base::ErrorCode::Corrupt, body);
        }
    }

    void takesNoHarmFromWrongTypes()
    {
        for (const char *body : kHarmless) {
            const test::StreamRead read = test::readStream(gemini::GeminiCodec(), body);
            QVERIFY2(!read.garbled && !test::endsWhole(read.items), body);
        }
        QVERIFY(test::readStream(gemini::GeminiCodec(), "data: 5\n\n").garbled);
        QVERIFY(test::readStream(gemini::GeminiCodec(), "data: {\"a\n\n").garbled);
    }

    void takesNoHarmFromChangedBytes()
    {
        base::Random random(2);
        for (const std::string &name : streams()) {
            for (int round = 0; round < 40; ++round) {
                const std::string body = test::mutated(streamOf(name), random);
                const test::StreamRead read = test::readStream(gemini::GeminiCodec(), body);
                const std::string flaw = test::flawIn(read.items);
                QVERIFY2(flaw.empty(), (flaw + "\n" + body).c_str());
                test::writeStream(chat::ChatCodec(), read.items, {.id = "r", .usageAsked = true});
                test::writeStream(gemini::GeminiCodec(), read.items, {.id = "r"});
            }
        }
    }

    void tellsFailuresInGooglesWords()
    {
        QCOMPARE(
            gemini::GeminiCodec().failureBody({.status = 429, .message = "slow"}),
            std::string("{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\"}}"));
    }
};

SIGNALBOX_TEST(GeminiStreamTest)
#include "gemini_stream_test.moc"
