// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/response_parser.h"

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;
using Found = http::ResponseParser::Found;

namespace {

struct Outcome {
    int status = 0;
    std::string body;
    int heads = 0;
    Found end = Found::NeedMore;
    bool reuse = false;
    bool operator==(const Outcome &) const = default;
};

/// Feeds `bytes` in pieces of `piece`; `close`: the peer closes afterwards.
Outcome parse(std::string_view bytes, std::size_t piece, bool close = true, bool answersHead = false)
{
    http::ResponseParser parser;
    parser.begin(64 * 1024, answersHead);
    Outcome outcome;
    const auto run = [&](std::string_view fed) {
        const std::string copy(fed);
        parser.feed(copy);
        while (true) {
            const Found found = parser.next();
            if (found == Found::Head) {
                ++outcome.heads;
                outcome.status = parser.head().status;
            } else if (found == Found::Body) {
                outcome.body += parser.body();
            } else {
                outcome.end = found;
                outcome.reuse = parser.canReuse();
                return found == Found::NeedMore;
            }
        }
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        if (!run(bytes.substr(at, piece))) {
            outcome.reuse &= at + piece >= bytes.size(); // what is still to come would spoil it
            return outcome;
        }
    }
    if (close) {
        outcome.end = parser.finish();
        outcome.reuse = parser.canReuse();
    }
    return outcome;
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";

} // namespace

class ResponseParserTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWellFormedResponses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("reuse");
        const auto row = [](const char *name, const std::string &bytes, int status, const char *body,
                            bool reuse) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << status << QByteArray(body) << reuse;
        };
        row("length", kOk + "Content-Length: 5\r\n\r\nhello", 200, "hello", true);
        row("length 0", kOk + "Content-Length: 0\r\n\r\n", 200, "", true);
        row("chunks", kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 200,
            "hello!", true);
        row("coding in capitals", kOk + "TRANSFER-ENCODING: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, "x",
            true);
        row("chunk extensions and trailers",
            kOk + "Transfer-Encoding: chunked\r\n\r\n5;a=b;c=\"d\"\r\nhello\r\n0;x\r\nX-Trailer: 1\r\n\r\n",
            200, "hello", true);
        row("until close", kOk + "\r\nhello", 200, "hello", false);
        row("until close, empty", kOk + "\r\n", 200, "", false);
        row("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false);
        row("HTTP/1.0 keep-alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
            200, "ok", true);
        row("connection: close", kOk + "Connection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false);
        row("100 is skipped", "HTTP/1.1 100 Continue\r\n\r\n" + kOk + "Content-Length: 2\r\n\r\nok", 200,
            "ok", true);
        row("103 is skipped",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 429 "
            "No\r\n"
            "Content-Length: 0\r\n\r\n",
            429, "", true);
        row("204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true);
        row("304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, "", true);
        row("no reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 200, "", true);
        row("redirect is only a head", "HTTP/1.1 307 T\r\nLocation: //evil\r\nContent-Length: 0\r\n\r\n", 307,
            "", true);
    }
    void readsWellFormedResponses()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, reuse);
        const Outcome expected{status, body.toStdString(), 1, Found::Complete, reuse};
        for (std::size_t piece = 1; piece <= std::size_t(bytes.size()); ++piece) {
            QVERIFY2(parse(bytes.toStdString(), piece) == expected, qPrintable(QString::number(piece)));
        }
    }

    void refusesWhatCouldBeReadInTwoWays_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, const std::string &bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        const std::string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";
        using namespace std::string_literals;
        row("ssh banner", "SSH-2.0-OpenSSH_9.2\r\n");
        row("html", "<html><body>hi</body></html>");
        row("HTTP/2", "HTTP/2 200 OK\r\n\r\n");
        row("HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n");
        row("status of two digits", "HTTP/1.1 20 OK\r\n\r\n");
        row("status of four digits", "HTTP/1.1 2000 OK\r\n\r\n");
        row("status below 100", "HTTP/1.1 099 OK\r\n\r\n");
        row("line before the status", "\r\nHTTP/1.1 200 OK\r\n\r\n");
        row("101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
        row("two lengths", kOk + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
        row("two equal lengths", kOk + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
        row("list of lengths", kOk + "Content-Length: 5, 5\r\n\r\nhello");
        row("signed length", kOk + "Content-Length: +5\r\n\r\nhello");
        row("length too big", kOk + "Content-Length: 99999999999999999999\r\n\r\n");
        row("empty length", kOk + "Content-Length:\r\n\r\n");
        row("length and chunks", kOk + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("chunks and length", kOk + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
        row("unknown coding", kOk + "Transfer-Encoding: gzip\r\n\r\n");
        row("two codings", kOk + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
        row("chunked twice",
            kOk + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("identity", kOk + "Transfer-Encoding: identity\r\n\r\n");
        row("chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("obs-fold", kOk + "X-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n");
        row("obs-fold with tab", kOk + "X-A: 1\r\n\t2\r\n\r\n");
        row("bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n");
        row("bare LF in a field", kOk + "X-A: 1\nX-B: 2\r\n\r\n");
        row("bare CR in a field", kOk + "X-A: 1\rX-B: 2\r\n\r\n");
        row("NUL in a field", kOk + "X-A: 1\0 2\r\n\r\n"s);
        row("space before the colon", kOk + "X-A : 1\r\n\r\n");
        row("field without a colon", kOk + "nonsense\r\n\r\n");
        row("chunk size not hex", chunked + "xyz\r\nhello\r\n0\r\n\r\n");
        row("chunk size negative", chunked + "-5\r\nhello\r\n0\r\n\r\n");
        row("chunk size too big", chunked + "fffffffffffffffff\r\nhello");
        row("chunk longer than it says", chunked + "3\r\nhello\r\n0\r\n\r\n");
        row("endless chunk extension", chunked + "5;" + std::string(70'000, 'a'));
        row("endless trailer", chunked + "0\r\n" + std::string(70'000, 'a'));
    }
    void refusesWhatCouldBeReadInTwoWays()
    {
        QFETCH(QByteArray, bytes);
        const std::string text = bytes.toStdString();
        for (const std::size_t piece : {std::size_t(1), std::size_t(7), text.size()}) {
            const Outcome outcome = parse(text, piece, false);
            QVERIFY2(outcome.end == Found::Malformed, qPrintable(QString::number(int(outcome.end))));
            QVERIFY(!outcome.reuse);
        }
    }

    void judgesDamagedResponsesTheSameForEverySplit()
    {
        using namespace std::string_view_literals;
        const std::vector<std::string> seeds{
            kOk + "Content-Length: 5\r\nX-A: b\r\n\r\nhello",
            kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0a;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n",
            kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n" + kOk + "Connection: close\r\n\r\nbody",
        };
        static constexpr std::string_view kBytes = "\r\n \t:;0159afAF-xHT\0\xff"sv;
        base::Random random(7);
        for (int round = 0; round < 20'000; ++round) {
            std::string bytes = seeds[random.next() % seeds.size()];
            for (std::uint64_t left = 1 + random.next() % 3; left > 0; --left) {
                const std::size_t at = random.next() % bytes.size();
                const char byte = kBytes[random.next() % kBytes.size()];
                switch (random.next() % 3) {
                case 0:
                    bytes[at] = byte;
                    break;
                case 1:
                    bytes.insert(at, 1, byte);
                    break;
                default:
                    bytes.erase(at, 1);
                }
            }
            const QByteArray shown = QByteArray::fromStdString(bytes).toPercentEncoding();
            const Outcome whole = parse(bytes, bytes.size());
            QVERIFY2(parse(bytes, 1) == whole, shown.constData());
            QVERIFY2(parse(bytes, 1 + random.next() % 20) == whole, shown.constData());
        }
    }

    void aHeadOverTheLimitIsTooLarge()
    {
        const std::string field = "X-A: " + std::string(1000, 'a') + "\r\n";
        std::string head = kOk;
        while (head.size() < 70'000) {
            head += field;
        }
        QVERIFY(parse(head, 1000, false).end == Found::TooLarge);
        QVERIFY(parse(head + "\r\n", head.size() + 2, false).end == Found::TooLarge);
        QVERIFY(parse(kOk + std::string(70'000, 'a'), 4096, false).end == Found::TooLarge);
        std::string hints;
        while (hints.size() < 70'000) {
            hints += "HTTP/1.1 103 Early Hints\r\n\r\n";
        }
        QVERIFY(parse(hints, 4096, false).end == Found::TooLarge);
    }

    void tellsWhereItWasCutOff()
    {
        QVERIFY(parse("", 1).end == Found::NoHead);
        QVERIFY(parse("HTTP/1.1 200 OK\r\nContent-", 5).end == Found::NoHead);
        QVERIFY(parse("HTTP/1.1 100 Continue\r\n\r\n", 5).end == Found::NoHead);
        QVERIFY(parse(kOk + "Content-Length: 10\r\n\r\nhello", 5).end == Found::CutOff);
        QVERIFY(parse(kOk + "Content-Length: 10\r\n\r\n", 50).end == Found::CutOff);
        const std::string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";
        QVERIFY(parse(chunked, 50).end == Found::CutOff);
        QVERIFY(parse(chunked + "5\r\nhel", 5).end == Found::CutOff);
        QVERIFY(parse(chunked + "5\r\nhello\r\n", 5).end == Found::CutOff);
        QVERIFY(parse(chunked + "5\r\nhello\r\n0\r\n", 5).end == Found::CutOff);
    }

    void bytesAfterTheResponseSpoilTheConnection()
    {
        const std::string bytes = kOk + "Content-Length: 2\r\n\r\nok";
        const Outcome outcome = parse(bytes + "more", bytes.size() + 4, false);
        QVERIFY(outcome.end == Found::Complete);
        QCOMPARE(outcome.body, std::string("ok"));
        QVERIFY(!outcome.reuse);
    }

    void answersToHeadHaveNoBody()
    {
        const Outcome outcome = parse(kOk + "Content-Length: 99\r\n\r\n", 7, false, true);
        QVERIFY(outcome.end == Found::Complete);
        QVERIFY(outcome.reuse);
    }

    void takesTrailersForNoHeaders()
    {
        http::ResponseParser parser;
        const std::string bytes = kOk + "Transfer-Encoding: chunked\r\nX-A: 1\r\n\r\n0\r\nX-B: 2\r\n\r\n";
        parser.feed(bytes);
        QVERIFY(parser.next() == Found::Head);
        QVERIFY(parser.next() == Found::Complete);
        QCOMPARE(parser.head().headers.size(), 2U);
        QVERIFY(parser.head().headers.find("x-a") == "1");
    }

    void doesNotCopyABodyThatLiesInWhatWasFed()
    {
        http::ResponseParser parser;
        const std::string bytes = kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        parser.feed(bytes);
        QVERIFY(parser.next() == Found::Head);
        QVERIFY(parser.next() == Found::Body);
        QVERIFY(parser.body().data() == bytes.data() + bytes.find("hello"));
    }

    void canBeUsedAgain()
    {
        http::ResponseParser parser;
        parser.feed("HTTP/1.1 200 OK\r\nContent-Le");
        QVERIFY(parser.next() == Found::NeedMore);
        for (int i = 0; i < 3; ++i) {
            parser.begin(1000);
            const std::string bytes = "HTTP/1.1 20" + std::to_string(i) + " OK\r\nContent-Length: 1\r\n\r\nx";
            parser.feed(bytes);
            QVERIFY(parser.next() == Found::Head);
            QCOMPARE(parser.head().status, 200 + i);
            QCOMPARE(parser.head().headers.size(), 1U);
            QVERIFY(i == 4 || parser.next() == Found::Body);
            QVERIFY(parser.next() == Found::Complete);
        }
    }
};

SIGNALBOX_TEST(ResponseParserTest)
#include "response_parser_test.moc"
