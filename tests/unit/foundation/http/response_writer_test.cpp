// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/response_writer.h"

#include "tests/support/registry.h"

using namespace signalbox;
using http::BodyFraming;

class ResponseWriterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesAWholeHead()
    {
        http::Headers headers;
        headers.add("content-type", "application/json");
        std::string out = "before";
        QVERIFY(http::appendResponseHead(out, 200, headers, {.length = 12, .date = "now"}));
        QCOMPARE(out, std::string("beforeHTTP/1.1 200 OK\r\ncontent-type: application/json\r\nDate: now\r\n"
                                  "Content-Length: 12\r\n\r\n"));
    }

    void framesByItself_data()
    {
        QTest::addColumn<int>("framing");
        QTest::addColumn<bool>("close");
        QTest::addColumn<QByteArray>("fields");
        QTest::addRow("chunked") << int(BodyFraming::Chunked) << false
                                 << QByteArray("Transfer-Encoding: chunked\r\n");
        QTest::addRow("until close") << int(BodyFraming::UntilClose) << false
                                     << QByteArray("Connection: close\r\n");
        QTest::addRow("no body") << int(BodyFraming::None) << false << QByteArray();
        QTest::addRow("length, close")
            << int(BodyFraming::Length) << true << QByteArray("Content-Length: 0\r\nConnection: close\r\n");
    }
    void framesByItself()
    {
        QFETCH(int, framing);
        QFETCH(bool, close);
        QFETCH(QByteArray, fields);
        http::Headers headers;
        for (const char *own : {"content-length", "TRANSFER-ENCODING", "Connection", "keep-alive", "date"}) {
            headers.add(own, "forged");
        }
        std::string out;
        QVERIFY(http::appendResponseHead(out, 204, headers,
                                         {.body = static_cast<BodyFraming>(framing), .close = close}));
        QCOMPARE(out, "HTTP/1.1 204 No Content\r\n" + fields.toStdString() + "\r\n");
    }

    void neverWritesAFieldThatBreaksOutOfItsLine()
    {
        for (const std::string &value :
             {std::string("a\r\nSet-Cookie: x"), std::string("a\nb"), std::string("a\0b", 3)}) {
            http::Headers headers;
            headers.add("x-fine", "1");
            headers.add("x-bad", value);
            std::string out = "before";
            QVERIFY(!http::appendResponseHead(out, 200, headers, {}));
            QCOMPARE(out, std::string("before"));
        }
        http::Headers headers;
        headers.add("x bad", "1");
        std::string out;
        QVERIFY(!http::appendResponseHead(out, 200, headers, {}));
    }

    void anEmptyPieceIsNotTheEnd()
    {
        std::string out;
        http::appendChunk(out, "");
        QVERIFY(out.empty());
        http::appendChunk(out, std::string(26, 'x'));
        http::appendLastChunk(out);
        QCOMPARE(out, "1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
    }

    void datesAreInTheFormOfTheStandard()
    {
        using namespace std::chrono;
        const base::WallTime at = sys_days(year(1994) / 11 / 6) + 8h + 49min + 37s + 999'999us;
        QCOMPARE(http::httpDate(at), std::string("Sun, 06 Nov 1994 08:49:37 GMT"));
    }
};

SIGNALBOX_TEST(ResponseWriterTest)
#include "response_writer_test.moc"
