// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/content_coding.h"

#include <zlib.h>
#include <zstd.h>

#include "tests/support/registry.h"

using namespace signalbox;
using http::ContentCoding;
using Result = http::ContentDecoder::Result;

namespace {
std::string gzip(const std::string &plain)
{
    z_stream stream = {};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string coded(deflateBound(&stream, plain.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef *>(coded.data());
    stream.avail_out = static_cast<uInt>(coded.size());
    deflate(&stream, Z_FINISH);
    coded.resize(stream.total_out);
    deflateEnd(&stream);
    return coded;
}

std::string zstd(const std::string &plain)
{
    std::string coded(ZSTD_compressBound(plain.size()), '\0');
    coded.resize(ZSTD_compress(coded.data(), coded.size(), plain.data(), plain.size(), 19));
    return coded;
}

std::string coded(ContentCoding coding, const std::string &plain)
{
    return coding == ContentCoding::Gzip ? gzip(plain) : coding == ContentCoding::Zstd ? zstd(plain) : plain;
}

struct Decoded {
    Result result;
    std::string text;
};

Decoded decode(ContentCoding coding, const std::string &bytes, std::size_t limit, std::size_t piece)
{
    http::ContentDecoder decoder(coding, limit);
    Decoded out{Result::Ok, {}};
    for (std::size_t at = 0; at < bytes.size() && out.result == Result::Ok; at += piece) {
        out.result = decoder.decode(std::string_view(bytes).substr(at, piece), out.text);
    }
    if (out.result == Result::Ok) {
        out.result = decoder.finish();
    }
    return out;
}

std::string sample(std::size_t size)
{
    std::string text;
    while (text.size() < size) {
        text += "{\"role\":\"user\",\"content\":\"" + std::to_string(text.size() * 2654435761U) + "\"},";
    }
    text.resize(size);
    return text;
}
} // namespace

Q_DECLARE_METATYPE(ContentCoding)

class ContentCodingTest : public QObject
{
    Q_OBJECT

    static void codings()
    {
        QTest::addColumn<ContentCoding>("coding");
        QTest::addRow("gzip") << ContentCoding::Gzip;
        QTest::addRow("zstd") << ContentCoding::Zstd;
    }

private Q_SLOTS:
    void knowsCodingsByName()
    {
        QCOMPARE(http::contentCoding(std::nullopt), ContentCoding::Identity);
        QCOMPARE(http::contentCoding("GZip"), ContentCoding::Gzip);
        QCOMPARE(http::contentCoding("x-gzip"), ContentCoding::Gzip);
        QCOMPARE(http::contentCoding("zstd"), ContentCoding::Zstd);
        for (const char *other : {"br", "deflate", "gzip, gzip", "compress", "gzip;q=1"}) {
            QVERIFY2(!http::contentCoding(other), other);
        }
    }

    void decodesWhateverTheSplit_data() { codings(); }
    void decodesWhateverTheSplit()
    {
        QFETCH(ContentCoding, coding);
        for (const std::size_t size :
             {std::size_t(0), std::size_t(1), std::size_t(64 * 1024), std::size_t(300'000)}) {
            const std::string plain = sample(size);
            const std::string bytes = coded(coding, plain);
            for (const std::size_t piece :
                 {std::size_t(1), std::size_t(7), std::size_t(4096), bytes.size()}) {
                const Decoded out = decode(coding, bytes, size, piece);
                QCOMPARE(out.result, Result::Ok);
                QVERIFY(out.text == plain);
            }
        }
    }

    void refusesOneByteOverTheLimit_data() { codings(); }
    void refusesOneByteOverTheLimit()
    {
        QFETCH(ContentCoding, coding);
        const std::string bytes = coded(coding, sample(100'001));
        QCOMPARE(decode(coding, bytes, 100'000, bytes.size()).result, Result::TooLarge);
        QCOMPARE(decode(coding, bytes, 100'001, bytes.size()).result, Result::Ok);
    }

    void aBombIsStoppedAtTheLimit_data() { codings(); }
    void aBombIsStoppedAtTheLimit()
    {
        QFETCH(ContentCoding, coding);
        const std::string bomb = coded(coding, std::string(64 * 1024 * 1024, '\0'));
        QVERIFY(bomb.size() < 128 * 1024);
        const Decoded out = decode(coding, bomb, 1024 * 1024, bomb.size());
        QCOMPARE(out.result, Result::TooLarge);
        QVERIFY(out.text.size() <= 1024 * 1024);
    }

    void aCutBodyIsCorrupt_data() { codings(); }
    void aCutBodyIsCorrupt()
    {
        QFETCH(ContentCoding, coding);
        const std::string bytes = coded(coding, sample(500));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            QCOMPARE(decode(coding, bytes.substr(0, size), 1 << 20, bytes.size()).result, Result::Corrupt);
        }
    }

    void garbageAndTrailingGarbageAreCorrupt_data() { codings(); }
    void garbageAndTrailingGarbageAreCorrupt()
    {
        QFETCH(ContentCoding, coding);
        QCOMPARE(decode(coding, "{\"model\":\"plain\"}", 1 << 20, 100).result, Result::Corrupt);
        const std::string bytes = coded(coding, "x");
        QCOMPARE(decode(coding, bytes + "{\"plain\":1}", 1 << 20, 100).result, Result::Corrupt);
        std::string flipped = coded(coding, sample(5000));
        flipped[flipped.size() / 2] ^= '\x55';
        const Decoded out = decode(coding, flipped, 1 << 20, flipped.size());
        QVERIFY(out.result == Result::Corrupt || out.text != sample(5000));
    }

    void partsMayFollowOneAnother_data() { codings(); }
    void partsMayFollowOneAnother()
    {
        QFETCH(ContentCoding, coding);
        const Decoded out = decode(coding, coded(coding, "one ") + coded(coding, "two"), 7, 3);
        QCOMPARE(out.result, Result::Ok);
        QCOMPARE(out.text, std::string("one two"));
    }
};

SIGNALBOX_TEST(ContentCodingTest)
#include "content_coding_test.moc"
