// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a provider can do wrong before the first content: the next step answers, and the client does not
// notice. The numbers are those of the fault catalogue.
#include <QSslCertificate>
#include <QSslConfiguration>

#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using events::Outcome;
using test::FakeUpstream;
using test::Reply;

namespace {
struct Fault {
    const char *name;
    Outcome outcome;
    Reply whole;
    std::optional<Reply> stream = std::nullopt; ///< none: the same
    Outcome streamOutcome = outcome;
};

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

Reply error(int status, Reply::Fields fields = {})
{
    return Reply::json(status, R"({"error":{"message":"no","type":"test_error","code":null}})", fields);
}

Reply typed(int status, std::string_view code)
{
    return Reply::json(status,
                       R"({"error":{"message":"no","type":"test","code":")" + std::string(code) + R"("}})");
}

std::string length(std::size_t size)
{
    return "Content-Length: " + std::to_string(size) + "\r\n";
}

Reply role()
{
    return Reply::streamHead().event(test::roleChunk());
}

Reply page(int status)
{
    const std::string html = "<html><body>Please log in to the network</body></html>";
    return raw("HTTP/1.1 " + std::to_string(status) + " OK\r\nContent-Type: text/html\r\n"
               + length(html.size()) + "\r\n" + html);
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
        {"43 endless line", Outcome::Garbled, page(200),
         Reply::streamHead().chunk("data: " + std::string(9'000'000, 'x'))},
    };
}

/// 18–24: what is wrong is said by the status.
std::vector<Fault> statusFaults()
{
    std::vector<Fault> faults{
        {"20 status 401", Outcome::KeyRefused, error(401)},
        {"20 status 403", Outcome::KeyRefused, error(403)},
        {"21 status 402", Outcome::QuotaSpent, error(402)},
        {"21 insufficient_quota", Outcome::QuotaSpent, typed(429, "insufficient_quota")},
        {"22 seconds", Outcome::RateLimited, error(429, {{"Retry-After", "7"}})},
        {"22 date", Outcome::RateLimited, error(429, {{"Retry-After", "Fri, 20 Nov 2126 12:00:00 GMT"}})},
        {"22 milliseconds", Outcome::RateLimited, error(429, {{"retry-after-ms", "1500"}})},
        {"22 huge", Outcome::RateLimited, error(429, {{"Retry-After", "86400"}})},
        {"22 negative", Outcome::RateLimited, error(429, {{"Retry-After", "-5"}})},
        {"22 garbage", Outcome::RateLimited, error(429, {{"Retry-After", "soon, \"I\" hope"}})},
        {"23 no header", Outcome::RateLimited, error(429)},
        {"19 no such model", Outcome::ModelMissing, typed(404, "model_not_found")},
        {"24 an error page", Outcome::ServerFailed, page(502)},
    };
    static constexpr std::array kDown{"500", "502", "503", "504", "520", "521",
                                      "522", "523", "524", "529", "408", "409"};
    for (const char *status : kDown) {
        faults.push_back({status, Outcome::ServerFailed, error(std::atoi(status), {{"Retry-After", "1"}})});
    }
    return faults;
}

/// 26–31: a 200 that is none.
std::vector<Fault> falseAnswers()
{
    const auto whole = [](std::string_view body) { return Reply::json(200, body); };
    const auto stream = [](std::string_view event) { return Reply::streamHead().event(event); };
    const char *plain = R"({"error":{"message":"overloaded","type":"server_error"}})";
    return {
        {"26 error", Outcome::ServerFailed, whole(plain)},
        {"26 error of another kind", Outcome::QuotaSpent, typed(200, "insufficient_quota")},
        {"26 error with a status in it", Outcome::RateLimited, typed(200, "429")},
        {"27 a page", Outcome::Garbled, page(200)},
        {"28 empty body", Outcome::Garbled, whole("")},
        {"28 null", Outcome::Garbled, whole("null")},
        {"28 list", Outcome::Garbled, whole("[]")},
        {"28 another shape", Outcome::Garbled, whole(R"({"answer":"42"})"), stream("[1]")},
        {"28 no choices", Outcome::Empty, whole(R"({"choices":[]})"), stream("[DONE]").lastChunk()},
        {"28 no text", Outcome::Empty, Reply::chat(""),
         role().event(test::finishChunk()).event("[DONE]").lastChunk()},
        {"31 error as the first event", Outcome::ServerFailed, whole(plain), stream(plain)},
        {"31 error behind the role", Outcome::ServerFailed, whole(plain), role().event(plain)},
        {"31 event called error", Outcome::ServerFailed, whole(plain),
         Reply::streamHead().chunk("event: error\ndata: {\"message\":\"no\"}\n\n")},
        {"31 not JSON as the first event", Outcome::Garbled, whole("{\"choices\":["),
         stream("{\"choices\":[")},
    };
}

std::vector<Fault> allFaults()
{
    std::vector<Fault> all = wireFaults();
    for (const auto &more : {statusFaults(), falseAnswers()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

QString text(Outcome outcome)
{
    return QString::fromUtf8(events::toText(outcome).data());
}

/// Short enough to be waited for, long enough for a busy machine to answer in time.
void shortLimits(config::StepConfig &step)
{
    step.firstToken = 300ms;
    step.answer = 300ms;
}
} // namespace

class FallbackTest : public QObject
{
    Q_OBJECT

private:
    const std::vector<Fault> m_faults = allFaults();

    /// Asks once; step 1 must end in `expected`, step 2 must answer.
    static void goesOn(test::TwoProviders &box, bool stream, Outcome expected)
    {
        QVERIFY(box.start());
        const test::Answer answer = box.ask(stream);
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.says("from the second"), answer.body.c_str());
        QVERIFY(!answer.says("from the first"));
        QCOMPARE(answer.says("data: [DONE]\n\n"), stream);
        QCOMPARE(answer.field("x-signalbox-served-by"), std::string("second/second-model"));
        QCOMPARE(answer.field("x-signalbox-attempts"), std::string("2"));

        const ledger::RequestDetail row = box.onlyRow();
        QCOMPARE(row.attempts.size(), std::size_t(2));
        QCOMPARE(text(row.attempts[0].outcome), text(expected));
        QCOMPARE(text(row.attempts[1].outcome), text(Outcome::Answered));
        QVERIFY(!row.attempts[0].detail.empty());
        QCOMPARE(row.request.ended->outcome, events::RequestOutcome::AnsweredByFallback);
        QCOMPARE(row.request.ended->servedStep, 2);
        QVERIFY(box.first.requestCount() <= 1); // one attempt is one request on the wire
        QCOMPARE(box.second.requestCount(), 1);
        QCOMPARE(test::disagreement(box), QString());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
        trusting.addCaCertificate(FakeUpstream::testRoot());
        QSslConfiguration::setDefaultConfiguration(trusting);
    }

    void theNextStepAnswers_data()
    {
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("stream");
        for (int i = 0; i < static_cast<int>(m_faults.size()); ++i) {
            QTest::addRow("%s", m_faults[static_cast<std::size_t>(i)].name) << i << false;
            QTest::addRow("%s, streaming", m_faults[static_cast<std::size_t>(i)].name) << i << true;
        }
    }
    void theNextStepAnswers()
    {
        QFETCH(int, fault);
        QFETCH(bool, stream);
        const Fault &given = m_faults[static_cast<std::size_t>(fault)];
        test::TwoProviders box;
        box.first.always(stream ? given.stream.value_or(given.whole) : given.whole);
        const Outcome expected = stream ? given.streamOutcome : given.outcome;
        if (expected == Outcome::TotalTimeout || expected == Outcome::FirstTokenTimeout) {
            shortLimits(box.demo().steps[0]);
        }
        goesOn(box, stream, expected);
        QCOMPARE(box.first.requestCount(), 1);
    }

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
            return raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                .add(test::chatting("from the first")(request));
        });
        QVERIFY(box.start());
        const test::Answer answer = box.ask(stream);
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.says("from the first"), answer.body.c_str());
        QCOMPARE(box.second.requestCount(), 0);
        QCOMPARE(test::disagreement(box), QString());
    }

    void redirectsAreNotFollowed_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308}) {
            QTest::addRow("18 status %d", status) << status;
        }
    }
    void redirectsAreNotFollowed()
    {
        QFETCH(int, status);
        FakeUpstream elsewhere;
        elsewhere.always(test::chatting("from elsewhere"));
        test::TwoProviders box;
        const std::string there = elsewhere.baseUrl() + "/chat/completions";
        box.first.always(Reply::json(status, "{}", {{"Location", there}}));
        goesOn(box, false, Outcome::Garbled);
        QCOMPARE(elsewhere.connectionCount(), 0);
    }

    void aTokenlessEndIsRepaired()
    {
        test::TwoProviders box;
        box.first.always(test::openStream("from the first").event(test::finishChunk()).lastChunk()); // 35
        QVERIFY(box.start());
        const test::Answer answer = box.ask(true);
        QVERIFY(answer.body.ends_with("data: [DONE]\n\n"));
        QVERIFY(answer.says("from the first"));
        QCOMPARE(box.onlyRow().request.ended->outcome, events::RequestOutcome::Answered);
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

    void aBadRequestIsTheClientsOwn()
    {
        test::TwoProviders box;
        const std::string words =
            R"({"error":{"message":"max_tokens is too large","type":"invalid_request_error","param":"max_tokens","code":null}})";
        box.first.always(Reply::json(400, words)); // 19
        QVERIFY(box.start());
        const test::Answer answer = box.ask();
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.body, words);
        QCOMPARE(box.second.requestCount(), 0);
        QCOMPARE(test::disagreement(box), QString());
    }

    void everyStepDownIsOneClearError()
    {
        test::TwoProviders box;
        box.first.always(error(500)); // 53
        box.second.always(error(503));
        QVERIFY(box.start());
        const test::Answer answer = box.ask(true);
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.field("x-should-retry"), std::string("false"));
        QCOMPARE(answer.field("content-type"), std::string("application/json"));
        QVERIFY2(answer.says("1 first/first-model: ServerFailed")
                     && answer.says("2 second/second-model: ServerFailed"),
                 answer.body.c_str());
        QCOMPARE(box.onlyRow().request.ended->outcome, events::RequestOutcome::Refused);
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

SIGNALBOX_TEST(FallbackTest)
#include "fallback_test.moc"
