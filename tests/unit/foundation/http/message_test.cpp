// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/message.h"

#include "tests/support/registry.h"

using namespace signalbox;

class MessageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesCompareWithoutCase()
    {
        http::Headers headers;
        headers.add("Content-Type", "a");
        headers.add("X-Two", "1");
        headers.add("x-two", "2");
        QCOMPARE(*headers.find("content-TYPE"), std::string_view("a"));
        QCOMPARE(headers.count("X-TWO"), 2U);
        QVERIFY(!headers.find("Content-Typ"));
        QVERIFY(!http::equalsIgnoringCase("a[", "A{")); // only letters fold
    }

    void setReplacesEveryFieldOfTheNameInPlace()
    {
        http::Headers headers;
        headers.add("A", "1");
        headers.add("b", "2");
        headers.add("a", "3");
        headers.set("A", "new");
        QCOMPARE(headers.size(), 2U);
        QCOMPARE(headers.begin()->value, std::string("new"));
        headers.set("C", "4");
        QCOMPARE(headers.size(), 3U);
        headers.remove("B");
        QCOMPARE(headers.count("b"), 0U);
    }

    void refusesWhatWouldBreakOutOfItsLine()
    {
        QVERIFY(http::isValidFieldName("x-signalbox-route"));
        for (const char *name : {"", "a b", "a:", "a\r", "ä"}) {
            QVERIFY2(!http::isValidFieldName(name), name);
        }
        QVERIFY(http::isValidFieldValue("tab\tand ümlaut"));
        QVERIFY(!http::isValidFieldValue("a\rb"));
        QVERIFY(!http::isValidFieldValue("a\nb"));
        QVERIFY(!http::isValidFieldValue(std::string_view("a\0b", 3)));
    }

    void knowsLoopbackByAddressAndNotByPrefix()
    {
        for (const char *host : {"localhost", "127.0.0.1", "127.9.8.7", "::1"}) {
            QVERIFY2((http::Origin{false, host, 80}.isLoopback()), host);
        }
        for (const char *host :
             {"127.evil.example", "127.0.0.1.nip.io", "localhost.evil.example", "128.0.0.1", "::"}) {
            QVERIFY2(!(http::Origin{false, host, 80}.isLoopback()), host);
        }
    }

    void writesThePortOnlyWhereItIsNotTheSchemes()
    {
        QCOMPARE((http::Origin{true, "api.openai.com", 443}.text()), std::string("https://api.openai.com"));
        QCOMPARE((http::Origin{false, "::1", 8080}.text()), std::string("http://[::1]:8080"));
        QCOMPARE((http::Origin{true, "a.b", 80}.hostField()), std::string("a.b:80"));
    }
};

SIGNALBOX_TEST(MessageTest)
#include "message_test.moc"
