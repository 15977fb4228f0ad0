// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/http/origin.h"

#include "tests/support/registry.h"

using namespace signalbox;

class OriginTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBaseUrls_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("origin");
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("loopback");
        const auto row = [](const char *url, const char *origin, const char *path, bool loopback) {
            QTest::newRow(url) << QString::fromUtf8(url) << QString::fromUtf8(origin)
                               << QString::fromUtf8(path) << loopback;
        };
        row("https://api.openai.com/v1", "https://api.openai.com", "/v1", false);
        row("HTTPS://API.OpenAI.com:443/v1///", "https://api.openai.com", "/v1", false);
        row("https://host:8443", "https://host:8443", "", false);
        row("http://localhost:11434/v1/", "http://localhost:11434", "/v1", true);
        row("http://127.0.0.1:80", "http://127.0.0.1", "", true);
        row("http://127.9.8.7", "http://127.9.8.7", "", true);
        row("http://[::1]:8080/a/b", "http://[::1]:8080", "/a/b", true);
        row("http://[0:0:0:0:0:0:0:1]", "http://[::1]", "", true);
        row("https://127.evil.example", "https://127.evil.example", "", false);
        row("https://localhost.evil.example", "https://localhost.evil.example", "", false);
        row("https://10.0.0.1", "https://10.0.0.1", "", false);
        row("https://[2001:db8::1]", "https://[2001:db8::1]", "", false);
        row("https://xn--bcher-kva.example/a%20b", "https://xn--bcher-kva.example", "/a%20b", false);
    }
    void readsBaseUrls()
    {
        QFETCH(QString, url);
        const auto parsed = http::parseBaseUrl(url.toStdString());
        QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
        QTEST(QString::fromStdString(parsed->origin.text()), "origin");
        QTEST(QString::fromStdString(parsed->path), "path");
        QTEST(parsed->origin.isLoopback(), "loopback");
    }

    void refusesWhatIsNotABaseUrl_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url : {"",
                                "api.openai.com",
                                "ftp://a",
                                "https://",
                                "https:///v1",
                                "https://user@host",
                                "https://u:p@host/v1",
                                "https://host?x=1",
                                "https://host/#a",
                                "https://host:0",
                                "https://host:65536",
                                "https://host:",
                                "https://host:80x",
                                "https://[::1",
                                "https://[::1]x",
                                "https://[::1%lo]",
                                "https://[1.2.3.4]",
                                "https://bücher.example",
                                "https://a b",
                                "https://host/a b",
                                "https://host/a\\b",
                                "https://.host",
                                "https://host.",
                                "https://a..b",
                                "http://127.1",
                                "http://2130706433",
                                "http://0x7f.1",
                                "http://0177.0.0.1",
                                "http://1.2.3.256",
                                "http://1.2.3.4.5",
                                "https://a,b",
                                "https://host\r\nX: y"}) {
            QTest::newRow(url) << QString::fromUtf8(url);
        }
    }
    void refusesWhatIsNotABaseUrl()
    {
        QFETCH(QString, url);
        const auto parsed = http::parseBaseUrl(url.toStdString());
        QVERIFY(!parsed);
        QVERIFY(!parsed.error().message.empty());
    }

    void theHostFieldNamesThePortOnlyIfItIsNotTheSchemes()
    {
        QCOMPARE((http::Origin{true, "a", 443}.hostField()), std::string("a"));
        QCOMPARE((http::Origin{true, "a", 80}.hostField()), std::string("a:80"));
        QCOMPARE((http::Origin{false, "::1", 80}.hostField()), std::string("[::1]"));
    }
};

SIGNALBOX_TEST(OriginTest)
#include "origin_test.moc"
