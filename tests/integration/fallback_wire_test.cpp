// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that can go wrong on the wire before the first content: the next step answers, and the client
// does not notice. The numbers are those of the fault catalogue.
#include <QSslCertificate>
#include <QSslConfiguration>

#include "tests/support/engine/fault.h"
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using test::FakeUpstream;
using test::Fault;
using test::goesOn;
using test::Reply;

namespace {
constexpr std::string_view kSse = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
constexpr std::string_view kJson = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
constexpr std::string_view kChat =
    R"({"id":"x","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"from the first"},"finish_reason":"stop"}]})";

Reply raw(std::string_view bytes)
{
    return Reply().send(bytes);
}

Reply jsonHead(std::string_view fields)
{
    return raw(std::string(kJson) + std::string(fields) + "\r\n");
}

std::string length(std::size_t size)
{
    return "Content-Length: " + std::to_string(size) + "\r\n";
}

Reply role()
{
    return Reply::streamHead().event(test::roleChunk());
}

/// 9–18, 33–38, 43: what is wrong is the wire.
std::vector<Fault> wireFaults()
{
    const std::string chat(kChat);
    return {
        {"9 reads the request and closes", Outcome::CutOff, Reply().close()},
        {"10 resets after the request", Outcome::CutOff, Reply().reset()},
        {"11 says nothing", Outcome::TotalTimeout, Reply(), {}, Outcome::FirstTokenTimeout},
        {"11 head and then nothing", Outcome::TotalTimeout, jsonHead(length(100)), role(),
         Outcome::FirstTokenTimeout},
        {"12 head in drops",
         Outcome::TotalTimeout,
         Reply().drip("HTTP/1.1 200 OK\r\nX-Drop: " + std::string(3000, 'x')),
         {},
         Outcome::FirstTokenTimeout},
        {"13 half a head", Outcome::CutOff, raw("HTTP/1.1 200 OK\r\nContent-Ty").close()},
        {"14 another protocol", Outcome::Garbled, raw("SSH-2.0-OpenSSH_9.2\r\n").close()},
        {"14 a page without a head", Outcome::Garbled, raw("<html><body>no</body></html>\r\n\r\n").close()},
        {"15 endless head", Outcome::Garbled,
         raw("HTTP/1.1 200 OK\r\n").send("X-Long: " + std::string(4'000'000, 'x'))},
        {"17 switches protocols unasked", Outcome::Garbled,
         raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")},
        {"33 closes before the first token", Outcome::CutOff, jsonHead(length(100)).close(), role().close()},
        {"33 resets before the first token", Outcome::CutOff, jsonHead(length(100)).reset(), role().reset()},
        {"36 ends without an end", Outcome::CutOff, jsonHead(length(100)).close(), role().lastChunk()},
        {"37 no last chunk", Outcome::CutOff, jsonHead("Transfer-Encoding: chunked\r\n").chunk(chat).close(),
         role().close()},
        {"37 length beyond the body", Outcome::CutOff, jsonHead(length(chat.size() + 5)).send(chat).close(),
         raw(std::string(kSse) + length(500) + "\r\ndata: {}\n\n").close()},
        {"37 bad chunk size", Outcome::Garbled,
         jsonHead("Transfer-Encoding: chunked\r\n").send("zz\r\n" + chat), role().send("zz\r\n")},
        {"38 length short of the body", Outcome::Garbled, jsonHead(length(20)).send(chat)},
        {"38 two lengths", Outcome::Garbled, jsonHead(length(5) + length(chat.size())).send(chat)},
        {"38 length and chunked", Outcome::Garbled,
         jsonHead(length(chat.size()) + "Transfer-Encoding: chunked\r\n").send(chat)},
        {"43 endless line", Outcome::Garbled, jsonHead(length(9'000'000)).send(std::string(9'000'000, 'x')),
         Reply::streamHead().chunk("data: " + std::string(9'000'000, 'x'))},
    };
}

} // namespace

class FallbackWireTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
        trusting.addCaCertificate(FakeUpstream::testRoot());
        QSslConfiguration::setDefaultConfiguration(trusting);
    }

    void theNextStepAnswers_data() { test::addRows(wireFaults()); }
    void theNextStepAnswers() { test::runRow(wireFaults()); }

    void aRefusedConnection_data() { streams(); }
    void aRefusedConnection()
    {
        QFETCH(bool, stream);
        test::TwoProviders box;
        box.first.close(); // 1
        goesOn(box, stream, Outcome::ConnectFailed);
    }

    void aBadCertificate_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("why");
        QTest::newRow("6 expired") << QStringLiteral("expired") << QStringLiteral("expired");
        QTest::newRow("6 not yet valid") << QStringLiteral("future") << QStringLiteral("valid only from");
        QTest::newRow("6 of another host") << QStringLiteral("elsewhere") << QStringLiteral("not for");
        QTest::newRow("6 of no authority")
            << QStringLiteral("selfsigned") << QStringLiteral("signed by itself");
    }
    void aBadCertificate()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, why);
        FakeUpstream secured(certificate.toLatin1().constData());
        test::TwoProviders box;
        box.config.providers[0].baseUrl = secured.baseUrl();
        goesOn(box, true, Outcome::TlsFailed);
        QCOMPARE(secured.requestCount(), 0);
        const std::string detail = box.onlyRow().attempts[0].detail;
        QVERIFY2(QString::fromStdString(detail).contains(why), detail.c_str());
    }

    void oldTls()
    {
        FakeUpstream secured("good"); // 6
        secured.speakOldTls();
        test::TwoProviders box;
        box.config.providers[0].baseUrl = secured.baseUrl();
        goesOn(box, false, Outcome::TlsFailed);
        QCOMPARE(secured.requestCount(), 0);
    }

    void aHandshakeThatBreaksOff_data() { streams(); }
    void aHandshakeThatBreaksOff()
    {
        QFETCH(bool, stream);
        test::TwoProviders box;
        box.first.greet(FakeUpstream::Greeting::CloseOnFirstBytes); // 7
        box.config.providers[0].baseUrl.replace(0, 4, "https");
        goesOn(box, stream, Outcome::TlsFailed);
    }

    void aGoodCertificateIsTrusted()
    {
        FakeUpstream secured("good");
        secured.always(test::chatting("over TLS"));
        test::EngineFixture box;
        box.addStep("secured", secured);
        QVERIFY(box.start());
        const test::Answer answer = box.ask(true);
        QVERIFY2(answer.says("over TLS"), answer.body.c_str());
        QCOMPARE(test::disagreement(box), QString());
    }

    void interimAnswersAreSkipped_data() { streams(); }
    void interimAnswersAreSkipped()
    {
        QFETCH(bool, stream);
        test::TwoProviders box;
        box.first.always([](const test::SeenRequest &request) { // 16
            return Reply()
                .send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                .add(test::chatting("from the first")(request));
        });
        QVERIFY(box.start());
        const test::Answer answer = box.ask(stream);
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.says("from the first"), answer.body.c_str());
        QCOMPARE(box.second.requestCount(), 0);
        QCOMPARE(test::disagreement(box), QString());
    }

    void bytesBehindAnAnswerCloseTheConnection()
    {
        test::TwoProviders box;
        box.first.always(Reply::chat("from the first").send("HTTP/1.1 200 OK\r\n\r\n")); // 39
        QVERIFY(box.start());
        QVERIFY(box.ask().says("from the first"));
        QVERIFY(box.ask().says("from the first"));
        QCOMPARE(box.first.connectionCount(), 2);
        QCOMPARE(test::disagreement(box), QString());
    }

private:
    static void streams()
    {
        QTest::addColumn<bool>("stream");
        QTest::newRow("whole") << false;
        QTest::newRow("streaming") << true;
    }
};

SIGNALBOX_TEST(FallbackWireTest)
#include "fallback_wire_test.moc"
