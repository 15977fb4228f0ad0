// SPDX-License-Identifier: GPL-3.0-or-later
// Refusals, and answers that are none: the next step answers, and the client does not notice. The numbers are
// those of the fault catalogue.
#include <array>

#include "tests/support/engine/fault.h"
#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using test::Fault;
using test::goesOn;
using test::Reply;

namespace {
Reply raw(std::string_view bytes)
{
    return Reply().send(bytes);
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

std::vector<Fault> faults()
{
    std::vector<Fault> all = statusFaults();
    const std::vector<Fault> more = falseAnswers();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}
} // namespace

class FallbackStatusTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNextStepAnswers_data() { test::addRows(faults()); }
    void theNextStepAnswers() { test::runRow(faults()); }

    void aRateLimitedStepIsLeftAloneForAsLongAsItAsked_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        QTest::addColumn<double>("seconds");
        const QString after = QStringLiteral("Retry-After");
        QTest::newRow("22 seconds") << after << QStringLiteral("70") << 70.0;
        QTest::newRow("22 milliseconds")
            << QStringLiteral("retry-after-ms") << QStringLiteral("45500") << 45.5;
        QTest::newRow("22 huge") << after << QStringLiteral("86400") << 3600.0;
        QTest::newRow("22 far date") << after << QStringLiteral("Wed, 20 Nov 2126 12:00:00 GMT") << 3600.0;
        QTest::newRow("22 negative") << after << QStringLiteral("-5") << 15.0;
        QTest::newRow("22 garbage") << after << QStringLiteral("soon") << 15.0;
        QTest::newRow("23 nothing") << QStringLiteral("X-Other") << QStringLiteral("1") << 15.0;
    }
    void aRateLimitedStepIsLeftAloneForAsLongAsItAsked()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        QFETCH(double, seconds);
        const std::string name = field.toStdString();
        const std::string wait = value.toStdString();
        test::TwoProviders box;
        box.first.always(error(429, {{name, wait}}));
        goesOn(box, false, Outcome::RateLimited);
        box.engine().setWatched(true);
        const auto health = [&] {
            const auto &all = box.engine().snapshot()->providers;
            return all.empty() ? engine::ProviderHealth() : all.front();
        };
        QTRY_COMPARE_WITH_TIMEOUT(health().state, std::string("open"), 10'000);
        QCOMPARE(health().cause, std::optional(Outcome::RateLimited));
        const auto ms = [](auto duration) {
            return std::chrono::duration<double, std::milli>(duration).count();
        };
        const auto began = box.onlyRow().attempts[0].at;
        const double until = ms(*health().until - began);
        constexpr double kJitter = 1.2;
        QVERIFY2(until > seconds * 1000 - 5, std::to_string(until).c_str()); // clocks differ by a little
        QVERIFY2(until < seconds * 1000 * kJitter + ms(box.engine().snapshot()->at - began) + 5,
                 std::to_string(until).c_str());

        QVERIFY(box.ask().says("from the second")); // and is not asked meanwhile
        QCOMPARE(box.first.requestCount(), 1);
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
        test::FakeUpstream elsewhere;
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

    void theOtherKindOfAnswerIsTurnedIntoTheOneAskedFor()
    {
        test::TwoProviders box;
        box.first.always(Reply::chat("from the first")); // 29
        QVERIFY(box.start());
        const test::Answer stream = box.ask(true);
        QVERIFY(stream.says("from the first") && stream.body.starts_with("data: "));
        QVERIFY(stream.body.ends_with("data: [DONE]\n\n"));
        box.first.always(
            test::openStream("from the first").event(test::finishChunk()).event("[DONE]").lastChunk()); // 30
        const test::Answer whole = box.ask(false);
        QVERIFY(whole.says("from the first") && whole.body.starts_with("{"));
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
};

SIGNALBOX_TEST(FallbackStatusTest)
#include "fallback_status_test.moc"
