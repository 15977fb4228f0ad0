// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat/chat_codec.h"
#include "tests/support/dialect/stream_items.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
/// The streams of tests/data/dialect/chat: what a provider sends (.txt) and what is read from it (.items).
std::vector<std::string> streams()
{
    return test::dialectFiles("chat", ".txt");
}

std::string streamOf(const std::string &name)
{
    return test::dialectFile("chat/" + name + ".txt");
}

const char *const kGarbled[] = {"data: {\"choices\":\n\n", "data: hello\n\n", "data: [1]\n\n", "data: 5\n\n"};
const char *const kHarmless[] = {
    "data: {\"choices\":[{\"index\":\"x\",\"delta\":[]}]}\n\n",
    "data: {\"choices\":[7,null,{\"delta\":{\"tool_calls\":[1,{}],\"content\":5,\"role\":{}}}]}\n\n",
    "data: {\"choices\":5,\"usage\":[],\"id\":{},\"created\":\"soon\"}\n\n",
    "data: "
    "{\"choices\":[{\"index\":-9999999999,\"delta\":{\"function_call\":{\"arguments\":7}}}],\"error\":null}"
    "\n\n",
    "event: ping\ndata: {}\n\n: comment\n\n",
};
} // namespace

class ChatCodecStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatProvidersSend()
    {
        QVERIFY(streams().size() > 20);
        for (const std::string &name : streams()) {
            const test::StreamRead read = test::readStream(chat::ChatCodec(), streamOf(name));
            QVERIFY2(!read.garbled, name.c_str());
            QCOMPARE(test::flawIn(read.items), std::string());
            const std::string told = test::describe(read.items);
            if (told != test::dialectFile("chat/" + name + ".items")) {
                qWarning("%s", told.c_str());
                QFAIL(name.c_str());
            }
        }
    }

    void readsTheSameHoweverTheBytesArrive()
    {
        const chat::ChatCodec codec;
        for (const std::string &name : streams()) {
            const std::string body = streamOf(name);
            const test::StreamRead whole = test::readStream(codec, body);
            for (const std::size_t piece :
                 {std::size_t(1), std::size_t(2), std::size_t(7), std::size_t(64)}) {
                QVERIFY2(test::readStream(codec, body, piece) == whole, name.c_str());
            }
        }
    }

    void neverCallsACutStreamWhole()
    {
        const chat::ChatCodec codec;
        for (const std::string &name : streams()) {
            const std::string body = streamOf(name);
            const std::size_t reason = body.rfind("\"finish_reason\":\"");
            const std::size_t end = reason == std::string::npos ? body.find("[DONE]") : reason;
            for (std::size_t cut = 0; cut < end; cut = body.find("\n\n", cut + 1)) {
                const std::string_view part = std::string_view(body).substr(0, cut);
                QVERIFY2(!test::endsWhole(test::readStream(codec, part).items), name.c_str());
            }
        }
    }

    void writesWhatItReadsBack()
    {
        const chat::ChatCodec codec;
        for (const std::string &name : streams()) {
            const test::Items items = test::readStream(codec, streamOf(name)).items;
            const std::string written = test::writeStream(codec, items, {.id = "r", .usageAsked = true});
            const test::StreamRead again = test::readStream(codec, written);
            QVERIFY2(!again.garbled && test::endsWhole(again.items) == test::endsWhole(items), name.c_str());
            neutral::Answer before = test::assembled(items);
            neutral::Answer after = test::assembled(again.items);
            after.id = before.id; // may have become one of ours
            after.created = before.created;
            for (neutral::Answer *answer : {&before, &after}) {
                std::ranges::sort(answer->choices, {}, &neutral::Choice::index);
                for (neutral::Choice &choice : answer->choices) {
                    choice.stopText.clear(); // now in OpenAI's words
                }
            }
            QVERIFY2(before == after,
                     (name + "\n" + test::describe(items) + test::describe(again.items)).c_str());
        }
    }

    void knowsGarbledEvents()
    {
        for (const char *body : kGarbled) {
            QVERIFY2(test::readStream(chat::ChatCodec(), body).garbled, body);
        }
    }

    void takesNoHarmFromWrongTypes()
    {
        for (const char *body : kHarmless) {
            const test::StreamRead read = test::readStream(chat::ChatCodec(), body);
            QVERIFY2(!read.garbled && !test::endsWhole(read.items), body);
        }
    }

    void takesNoHarmFromChangedBytes()
    {
        base::Random random(1);
        for (const std::string &name : streams()) {
            for (int round = 0; round < 40; ++round) {
                const std::string body = test::mutated(streamOf(name), random);
                const test::StreamRead read = test::readStream(chat::ChatCodec(), body);
                const std::string flaw = test::flawIn(read.items);
                QVERIFY2(flaw.empty(), (flaw + "\n" + body).c_str());
                test::writeStream(chat::ChatCodec(), read.items, {.id = "r", .usageAsked = true});
                chat::ChatCodec().readAnswer(body);
            }
        }
    }

    void takesNothingAfterTheEndMarker()
    {
        const std::string body = streamOf("openai_text");
        QVERIFY(test::readStream(chat::ChatCodec(), body + body).items
                == test::readStream(chat::ChatCodec(), body).items);
    }
};

SIGNALBOX_TEST(ChatCodecStreamTest)
#include "chat_codec_stream_test.moc"
