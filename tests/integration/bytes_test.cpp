// SPDX-License-Identifier: GPL-3.0-or-later
// What a tool writes is what its provider reads, byte for byte, apart from the values a step changes; and
// what the provider answers is what the tool gets.
#include <zlib.h>
#include <zstd.h>

#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using test::Reply;

namespace {
constexpr std::string_view kModel = R"("demo")";
constexpr std::string_view kStepsModel = R"("first-model")";
constexpr const char *kMark = "mark-1.";

std::string withModel(std::string_view body, std::string_view model)
{
    std::string out(body);
    const std::size_t at = out.find("\"model\"");
    return out.replace(out.find(kModel, at), kModel.size(), model);
}

std::string gzip(const std::string &plain)
{
    constexpr int kGzipWindow = 15 + 16;
    z_stream stream{};
    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string zstd(const std::string &plain)
{
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
    return out;
}

std::string chunked(const std::string &body)
{
    std::string out;
    char size[16];
    for (std::size_t at = 0; at < body.size(); at += 7) {
        const std::string piece = body.substr(at, 7);
        std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
        out += size + piece + "\r\n";
    }
    return out + "0\r\n\r\n";
}

/// The order of keys, big and odd numbers, escapes, blanks, text beyond ASCII, "model" in other places.
const std::string kOdd =
    "\t{ \"zz\" : 12345678901234567890123 ,\r\n  \"temperature\":0.10000000000000000555 , \"seed\":-0,\n"
    "  \"messages\" : [ {\"content\":\"a\\u0041\\/\\ud83d\\ude00 \xC3\xA4 \\\"model\\\":\\\"demo\\\"\" , "
    "\"role\":\"user\"} ],"
    " \"metadata\":{\"model\":\"inner\"},\n \"model\"  :\t\"demo\"  , \"user\":\"mark-1.\", "
    "\"a\":1E+2,\"a\":[ ],\"top_p\":1.0 }\n\n";
} // namespace

class BytesTest : public QObject
{
    Q_OBJECT

private:
    static void arrives(const std::string &sent, const std::string &expected, std::string_view fields = {})
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        const test::Answer answer = box.callWith(kMark, sent, fields).answer();
        QVERIFY2(answer.says("from the first"), answer.body.c_str());
        QCOMPARE(box.first.requestCount(), 1);
        QCOMPARE(box.first.seen()[0].body, expected);
        QVERIFY(!box.first.seen()[0].headers.find("content-encoding"));
        QCOMPARE(test::disagreement(box), QString());
    }

private Q_SLOTS:
    void everythingButTheModelIsKept() { arrives(kOdd, withModel(kOdd, kStepsModel)); }

    void aGzipBodyIsUnpacked()
    {
        arrives(gzip(kOdd), withModel(kOdd, kStepsModel), "Content-Encoding: gzip\r\n");
    }

    void aZstdBodyIsUnpacked()
    {
        arrives(zstd(kOdd), withModel(kOdd, kStepsModel), "Content-Encoding: zstd\r\n");
    }

    void aStreamAsksForUsageAndNothingElse()
    {
        const std::string sent =
            R"({ "model":"demo","stream":true, "user":"mark-1.", "messages":[{"role":"user","content":"hi"}], "n": 1 })";
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        const test::Answer answer = box.callWith(kMark, sent).answer();
        std::string body = box.first.seen()[0].body;
        const std::string added = R"("stream_options":{"include_usage":true})";
        const std::size_t at = body.find(added);
        QVERIFY2(at != std::string::npos, body.c_str());
        const std::size_t comma = body[at + added.size()] == ',' ? 0 : 1;
        body.erase(at - comma, added.size() + 1);
        QCOMPARE(body, withModel(sent, kStepsModel));
        QVERIFY2(!answer.says("\"prompt_tokens\""), answer.body.c_str()); // the client has not asked for it
        QCOMPARE(box.onlyRow().attempts[0].usage.output, 7);
        QCOMPARE(test::disagreement(box), QString());
    }

    void aStreamThatAsksForUsageIsLeftAlone()
    {
        const std::string sent =
            R"({"stream_options" : {"include_usage" : true},"model":"demo","stream":true,"user":"mark-1.","messages":[{"role":"user","content":"hi"}]})";
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        const test::Answer answer = box.callWith(kMark, sent).answer();
        QCOMPARE(box.first.seen()[0].body, withModel(sent, kStepsModel));
        QVERIFY2(answer.says("\"prompt_tokens\":11"), answer.body.c_str());
        QCOMPARE(test::disagreement(box), QString());
    }

    void aWholeAnswerComesBackByteForByte()
    {
        const std::string body =
            " {\"zz\":18446744073709551616 ,\"choices\":[{\"message\":{\"content\":\"\\u00e4 "
            "\xC3\xA4\",\"role\":\"assistant\"},\"finish_reason\":\"stop\",\"index\":0}],\n"
            "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3},\"model\":\"its own "
            "name\"}\n";
        test::TwoProviders box;
        box.first.always(Reply::json(200, body));
        QVERIFY(box.start());
        QCOMPARE(box.ask().body, body);
        QCOMPARE(box.onlyRow().attempts[0].modelAnswered, std::string("its own name"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void aStreamComesBackByteForByteWhateverItsPieces()
    {
        const std::string events =
            "data: " + test::roleChunk() + "\n\ndata: " + test::chatChunk("\xF0\x9F\x9A\x82 \xC3\xA4")
            + "\n\nid: 7\ndata:" + test::chatChunk("two") + "\n\ndata: " + test::finishChunk() + "\n\n";
        const std::string end = "data: [DONE]\n\n";
        std::string wire =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        wire += chunked(events + "data: " + test::usageChunk(5, 6) + "\n\n" + end);
        test::TwoProviders box;
        box.first.always(Reply().drip(wire)); // a byte at a time
        QVERIFY(box.start());
        QCOMPARE(box.ask(true).body, events + end);
        QCOMPARE(box.onlyRow().attempts[0].usage.input, 5);
        QCOMPARE(test::disagreement(box), QString());
    }

    void aFallbackSendsTheSameBytesAgain()
    {
        test::TwoProviders box;
        box.first.always(Reply::json(500, "{}"));
        QVERIFY(box.start());
        QVERIFY(box.callWith(kMark, kOdd).answer().says("from the second"));
        QCOMPARE(box.first.seen()[0].body, withModel(kOdd, kStepsModel));
        QCOMPARE(box.second.seen()[0].body, withModel(kOdd, R"("second-model")"));
        QCOMPARE(test::disagreement(box), QString());
    }

    void theClientsTokenStaysHere()
    {
        test::TwoProviders box;
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        box.ask(false, "Cookie: session=secret\r\nX-Api-Key: something\r\n");
        const std::string &raw = box.first.seen()[0].raw;
        QVERIFY2(raw.find(test::kToken) == std::string::npos, raw.c_str());
        QVERIFY2(raw.find("secret") == std::string::npos, raw.c_str());
        QVERIFY2(raw.find("something") == std::string::npos, raw.c_str());
    }
};

SIGNALBOX_TEST(BytesTest)
#include "bytes_test.moc"
