// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/request_parser.h"

#include "tests/support/registry.h"

using namespace signalbox;
using State = http::RequestParser::State;

namespace {
const std::string kChunked =
    "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: localhost:1\r\n"
    "Transfer-Encoding: chunked\r\nX-Odd:  two  blanks \r\n\r\n"
    "4\r\nWiki\r\n6;name=\"v\"\r\npedia \r\nA\r\nin chunks.\r\n0\r\nX-Trailer: no\r\n\r\n";

/// All that came out of a run of bytes: each request, and how it ended.
std::string digest(http::RequestParser &parser)
{
    std::string text = parser.head().method + " " + parser.head().target + " 1."
                       + std::to_string(parser.head().minor) + "\n";
    for (const http::Header &field : parser.head().headers) {
        text += field.name + "=" + field.value + "\n";
    }
    return text + (parser.keepAlive() ? "keep" : "close") + "\n[" + parser.body() + "]\n";
}

/// Feeds `wire` in the given pieces, the way a connection does: what was not used is given again.
std::string run(const std::vector<std::string> &pieces, http::RequestLimits limits = {})
{
    http::RequestParser parser(limits);
    std::string buffer;
    std::string out;
    for (const std::string &piece : pieces) {
        buffer += piece;
        for (;;) {
            const State before = parser.state();
            const std::size_t used = parser.consume(buffer);
            buffer.erase(0, used);
            if (parser.state() == State::Refused) {
                return out + "refused " + std::to_string(parser.refusal().status) + " "
                       + parser.refusal().code;
            }
            if (parser.state() == State::Complete) {
                out += digest(parser);
                parser.reset();
                continue;
            }
            if (used == 0 && parser.state() == before) {
                break;
            }
        }
    }
    return out + "rest[" + buffer + "]";
}

std::string refusal(const std::string &wire, http::RequestLimits limits = {})
{
    const std::string end = run({wire}, limits);
    const std::size_t at = end.rfind("refused ");
    return at == std::string::npos ? end : end.substr(at + 8);
}

std::vector<std::string> bytes(const std::string &wire)
{
    std::vector<std::string> pieces;
    for (const char c : wire) {
        pieces.emplace_back(1, c);
    }
    return pieces;
}

QByteArray row(const std::string &wire)
{
    return QByteArray::fromStdString(wire);
}

const std::string kHost = "Host: localhost:1\r\n";
} // namespace

class RequestParserTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAHeadAndALengthBody()
    {
        const std::string wire = "POST /v1/x?y=z HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhelloGET";
        QCOMPARE(
            run({wire}),
            std::string("POST /v1/x?y=z 1.1\nHost=localhost:1\nContent-Length=5\nkeep\n[hello]\nrest[GET]"));
    }

    void stopsBehindTheHeadSoThatItCanBeJudgedFirst()
    {
        http::RequestParser parser;
        const std::string wire = "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhello";
        QCOMPARE(parser.consume(wire), wire.size() - 5);
        QCOMPARE(parser.state(), State::Body);
        QVERIFY(parser.hasBody());
        QVERIFY(parser.body().empty());
    }

    void takesChunksApartAndDropsTrailers()
    {
        QCOMPARE(run({kChunked}),
                 std::string("POST /v1/chat/completions?x=1 1.1\nHost=localhost:1\nTransfer-Encoding="
                             "chunked\nX-Odd=two  blanks\nkeep\n[Wikipedia in chunks.]\nrest[]"));
    }

    void givesTheSameWhateverTheSplit_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addRow("chunked, then pipelined") << row(kChunked + "GET / HTTP/1.0\r\n\r\n" + kChunked);
        QTest::addRow("length") << row("\r\nPOST / HTTP/1.1\r\n" + kHost
                                       + "Connection: close\r\nContent-Length: 10\r\n\r\n0123456789");
        QTest::addRow("absolute form") << row("GET http://LOCALHOST:1/v1?q HTTP/1.1\r\n" + kHost + "\r\n");
        QTest::addRow("bare LF") << row("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n");
        QTest::addRow("fold") << row("GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n");
        QTest::addRow("bad chunk") << row("POST / HTTP/1.1\r\n" + kHost
                                          + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n");
        QTest::addRow("preface") << row("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }
    void givesTheSameWhateverTheSplit()
    {
        QFETCH(QByteArray, wire);
        const std::string all = wire.toStdString();
        const std::string whole = run({all});
        QCOMPARE(run(bytes(all)), whole);
        for (std::size_t at = 1; at < all.size(); ++at) {
            QCOMPARE(run({all.substr(0, at), all.substr(at)}), whole);
        }
    }

    void refusesWhatTwoReadersCouldUnderstandDifferently_data()
    {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<QByteArray>("refused");
        const auto add = [](const char *name, const std::string &fields, const char *refused) {
            QTest::addRow("%s", name) << row(fields) << QByteArray(refused);
        };
        add("length and chunked", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "400 bad_request");
        add("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "400 bad_request");
        add("unknown coding and length", "Transfer-Encoding: x\r\nContent-Length: 3\r\n",
            "400 bad_transfer_encoding");
        add("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n", "400 bad_request");
        add("two equal lengths", "Content-Length: 3\r\nContent-Length: 3\r\n", "400 bad_content_length");
        add("length list", "Content-Length: 3, 3\r\n", "400 bad_content_length");
        add("signed length", "Content-Length: +3\r\n", "400 bad_request");
        add("negative length", "Content-Length: -3\r\n", "400 bad_request");
        add("hex length", "Content-Length: 0x3\r\n", "400 bad_request");
        add("empty length", "Content-Length:\r\n", "400 bad_request");
        add("length beyond 64 bits", "Content-Length: 99999999999999999999\r\n", "400 bad_request");
        add("unknown transfer coding", "Transfer-Encoding: xchunked\r\n", "501 bad_transfer_encoding");
        add("gzip before chunked", "Transfer-Encoding: gzip, chunked\r\n", "501 bad_transfer_encoding");
        add("chunked before identity", "Transfer-Encoding: chunked, identity\r\n",
            "501 bad_transfer_encoding");
        add("two transfer codings", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            "400 bad_transfer_encoding");
        add("quoted coding", "Transfer-Encoding: \"chunked\"\r\n", "501 bad_transfer_encoding");
        add("tab in front of the coding's name", "Transfer-Encoding\t: chunked\r\n", "400 bad_request");
        add("space before the colon", "Content-Length : 3\r\n", "400 bad_request");
        add("no name", ": x\r\n", "400 bad_request");
        add("no colon", "Foo\r\n", "400 bad_request");
        add("folded", "X-A: 1\r\n\t2\r\n", "400 folded_header");
        add("first line folded", " X-A: 1\r\n", "400 folded_header");
        add("bare LF", "X-A: 1\nX-B: 2\r\n", "400 bare_line_feed");
        add("bare CR", "X-A: 1\rX-B: 2\r\n", "400 bad_request");
        add("NUL", std::string("X-A: 1\0\r\n", 9), "400 bad_request");
        add("second host", "Host: localhost:1\r\n", "400 bad_host");
    }
    void refusesWhatTwoReadersCouldUnderstandDifferently()
    {
        QFETCH(QByteArray, fields);
        QFETCH(QByteArray, refused);
        const std::string wire = "POST / HTTP/1.1\r\n" + kHost + fields.toStdString() + "\r\nabc";
        QCOMPARE(refusal(wire), refused.toStdString());
    }

    void refusesBadRequestLines_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("refused");
        const auto add = [](const std::string &line, const char *refused, const std::string &fields = kHost) {
            QTest::addRow("%s", line.c_str()) << row(line + "\r\n" + fields + "\r\n") << QByteArray(refused);
        };
        add("GET /", "400 bad_request");
        add("GET  / HTTP/1.1", "400 bad_request");
        add("GET / HTTP/1.1 ", "505 bad_http_version");
        add("GET / HTTP/1.2", "505 bad_http_version");
        add("GET / HTTP/2.0", "505 bad_http_version");
        add("GET / http/1.1", "505 bad_http_version");
        add("G(T / HTTP/1.1", "400 bad_request");
        add("GET /a\tb HTTP/1.1", "400 bad_request");
        add("PRI * HTTP/2.0", "400 http2_not_spoken", "");
        add("CONNECT api.openai.com:443 HTTP/1.1", "405 method_not_allowed");
        add("GET http://evil.example/ HTTP/1.1", "400 bad_target");
        add("GET http://localhost:1@evil.example/ HTTP/1.1", "400 bad_target");
        add("GET https://localhost:1/ HTTP/1.1", "400 bad_target");
        add("GET v1/models HTTP/1.1", "400 bad_target");
        add("GET * HTTP/1.1", "400 bad_target");
        add("GET / HTTP/1.1", "400 bad_host", "");
    }
    void refusesBadRequestLines()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, refused);
        QCOMPARE(refusal(wire.toStdString()), refused.toStdString());
    }

    void refusesTlsAtItsFirstByte()
    {
        http::RequestParser parser;
        QCOMPARE(parser.consume("\x16"), 0U);
        QCOMPARE(parser.state(), State::Refused);
        QVERIFY(parser.refusal().message.find("http://") != std::string::npos);
    }

    void refusesBadChunks_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char *body :
             {"-1\r\na\r\n", "0x1\r\na\r\n", "+1\r\na\r\n", " 1\r\na\r\n", "\r\n", "1\na\n",
              "FFFFFFFFFFFFFFFFF\r\na", "1\r\nab\r\n", "1;a\nb\r\na\r\n", "1\r\na\n0\r\n\r\n", "g\r\n"}) {
            QTest::addRow("%s", QByteArray(body).toPercentEncoding().constData()) << QByteArray(body);
        }
    }
    void refusesBadChunks()
    {
        QFETCH(QByteArray, body);
        const std::string head = "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
        const QByteArray padding = QByteArray(64, 'x') + "\r\n\r\n"; // so that it never merely waits for more
        QCOMPARE(refusal(head + body.toStdString() + padding.toStdString()).substr(0, 3), std::string("400"));
    }

    void aTrailerCannotChangeTheHead()
    {
        const std::string wire =
            "POST / HTTP/1.1\r\n" + kHost
            + "Transfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: Bearer x\r\nHost: evil\r\n\r\n";
        QCOMPARE(run({wire}),
                 std::string("POST / 1.1\nHost=localhost:1\nTransfer-Encoding=chunked\nkeep\n[]\nrest[]"));
    }

    void keepsItsLimits()
    {
        const std::string start = "GET / HTTP/1.1\r\n" + kHost;
        std::string many = start;
        for (int i = 0; i < 99; ++i) {
            many += "X-" + std::to_string(i) + ": 1\r\n";
        }
        QCOMPARE(refusal(many + "\r\n").substr(0, 5), std::string("GET /"));
        QCOMPARE(refusal(many + "X-99: 1\r\n\r\n"), std::string("431 too_many_headers"));

        const std::string path = "/" + std::string(8 * 1024 - 1, 'a');
        QCOMPARE(refusal("GET " + path + " HTTP/1.1\r\n" + kHost + "\r\n").substr(0, 3), std::string("GET"));
        QCOMPARE(refusal("GET " + path + "a HTTP/1.1\r\n" + kHost + "\r\n"),
                 std::string("414 target_too_long"));
        QCOMPARE(refusal("GET /" + std::string(9000, 'a')),
                 std::string("414 target_too_long")); // no line end yet

        const auto headOf = [&](std::size_t size) {
            return start + "X: " + std::string(size - start.size() - 7, 'y') + "\r\n\r\n";
        };
        QCOMPARE(refusal(headOf(64 * 1024)).substr(0, 3), std::string("GET"));
        QCOMPARE(refusal(headOf(64 * 1024 + 1)), std::string("431 head_too_large"));
        QCOMPARE(refusal(start + "X: " + std::string(70'000, 'y')), std::string("431 head_too_large"));
    }

    void keepsTheBodyLimitBeforeReadingTheBody()
    {
        const http::RequestLimits limits{.bodyBytes = 10};
        const std::string start = "POST / HTTP/1.1\r\n" + kHost;
        QCOMPARE(refusal(start + "Content-Length: 11\r\n\r\n", limits), std::string("413 body_too_large"));
        QVERIFY(refusal(start + "Content-Length: 10\r\n\r\n0123456789", limits)
                    .ends_with("[0123456789]\nrest[]"));
        const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n8\r\n01234567\r\n";
        QCOMPARE(refusal(chunked + "3\r\n", limits), std::string("413 body_too_large"));
        QVERIFY(refusal(chunked + "2\r\n89\r\n0\r\n\r\n", limits).ends_with("[0123456789]\nrest[]"));
    }

    void anEndlessChunkLineIsRefused()
    {
        const std::string head = "POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
        QCOMPARE(refusal(head + "1;" + std::string(20'000, 'a')), std::string("400 bad_chunk"));
        QCOMPARE(refusal(head + "0\r\nX: " + std::string(20'000, 'a')), std::string("400 bad_chunk"));
    }

    void theBodyMayBeTakenInPieces()
    {
        http::RequestParser parser;
        const std::string head = "POST / HTTP/1.1\r\n" + kHost + "Content-Length: 6\r\n\r\n";
        QCOMPARE(parser.consume(head), head.size());
        QCOMPARE(parser.consume("abc"), 3U);
        QCOMPARE(std::exchange(parser.body(), {}), std::string("abc"));
        QCOMPARE(parser.consume("def"), 3U);
        QCOMPARE(parser.body(), std::string("def"));
        QCOMPARE(parser.state(), State::Complete);
    }

    void http10IsClosedAfterwards()
    {
        QCOMPARE(run({"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"}),
                 std::string("GET / 1.0\nConnection=keep-alive\nclose\n[]\nrest[]"));
        QCOMPARE(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
                 std::string("400 bad_transfer_encoding"));
    }
};

SIGNALBOX_TEST(RequestParserTest)
#include "request_parser_test.moc"
