// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/provider_error.h"

#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;
using namespace std::chrono_literals;

class ProviderErrorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheMessageInEveryShape_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char *name, const char *body, const char *message, const char *code) {
            QTest::newRow(name) << QByteArray(body) << QByteArray(message) << QByteArray(code);
        };
        row("OpenAI", R"({"error":{"message":"m","type":"t","param":null,"code":"c"}})", "m", "c");
        row("OpenRouter's number", R"({"error":{"message":"m","code":402}})", "m", "402");
        row("error is a text", R"({"error":"m"})", "m", "");
        row("xAI", R"({"code":"c","error":"m"})", "m", "c");
        row("Mistral", R"({"object":"error","message":"m","type":"t","param":null,"code":"c"})", "m", "c");
        row("a list", R"([{"error":{"message":"m","code":400}}])", "m", "400");
        row("detail text", R"({"detail":"m"})", "m", "");
        row("detail list", R"({"detail":[{"loc":["body"],"msg":"m"}]})", "m", "");
        row("errors list", R"({"errors":[{"message":"m"}]})", "m", "");
        row("MiniMax", R"({"base_resp":{"status_code":1002,"status_msg":"m"}})", "m", "1002");
        row("HTML", "<html><head><title>502</title></head>\n<body>Bad   gateway</body></html>",
            "502 Bad gateway", "");
        row("text", "upstream connect error", "upstream connect error", "");
        row("nothing", "", "no explanation given", "");
        row("empty object", "{}", "{}", "");
    }
    void findsTheMessageInEveryShape()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, code);
        const auto error = dialect::readProviderError(body.toStdString());
        QCOMPARE(QByteArray::fromStdString(error.message), message);
        QCOMPARE(QByteArray::fromStdString(error.code), code);
    }

    void cutsLongMessagesAtAWholeCharacter()
    {
        const auto error =
            dialect::readProviderError(QByteArray("\xC3\xA9").repeated(1000).prepend('x').toStdString());
        QCOMPARE(error.message.size(), 499U);
        QVERIFY(QString::fromStdString(error.message).toStdString() == error.message);
    }

    void tellsTheOutcomesApart_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("outcome");
        const auto row = [](const char *name, int status, const char *body, Outcome outcome) {
            QTest::newRow(name) << status << QByteArray(body) << static_cast<int>(outcome);
        };
        row("rate limit", 429,
            R"({"error":{"message":"slow","type":"requests","code":"rate_limit_exceeded"}})",
            Outcome::RateLimited);
        row("no money", 429,
            R"({"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}})",
            Outcome::QuotaSpent);
        row("Anthropic relay without credit", 400,
            R"({"error":{"message":"Your credit balance is too low to access the API"}})",
            Outcome::QuotaSpent);
        row("Gemini's bad key", 400,
            R"([{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}])",
            Outcome::KeyRefused);
        row("context", 400, R"({"error":{"message":"m","code":"context_length_exceeded"}})",
            Outcome::ContextTooLong);
        row("llama.cpp's context", 400,
            R"({"error":{"code":400,"message":"the request exceeds the available context size"}})",
            Outcome::ContextTooLong);
        row("model", 400, R"({"error":{"message":"m","code":"model_not_found"}})", Outcome::ModelMissing);
        row("plain bad request", 400, R"({"error":{"message":"m","code":"invalid_value"}})",
            Outcome::BadRequest);
        row("422", 422, R"({"detail":[{"msg":"m"}]})", Outcome::BadRequest);
        row("moderation", 403, R"({"error":{"message":"moderation"}})", Outcome::KeyRefused);
        row("Cloudflare", 522, "<html>timed out</html>", Outcome::ServerFailed);
        row("error in 200 with status", 200, R"({"error":{"message":"m","code":429}})", Outcome::RateLimited);
        row("error in 200 with a word", 200, R"({"error":{"message":"m","type":"insufficient_quota"}})",
            Outcome::QuotaSpent);
        row("error in 200 without a clue", 200, R"({"error":{"message":"m"}})", Outcome::ServerFailed);
        row("error in 200 that is the client's", 200,
            R"({"error":{"message":"m","type":"invalid_request_error"}})", Outcome::BadRequest);
    }
    void tellsTheOutcomesApart()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, outcome);
        QCOMPARE(static_cast<int>(dialect::classify(status, dialect::readProviderError(body.toStdString()))),
                 outcome);
    }

    void understandsHowLongToWait_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("ms"); // -1: no answer
        const auto row = [](const char *name, const char *value, int ms) {
            QTest::addRow("%s: %s", name, value) << QByteArray(name) << QByteArray(value) << ms;
        };
        row("retry-after", "20", 20'000);
        row("retry-after", "0", 0);
        row("retry-after", "1.5", 1'500);
        row("retry-after", "86400", 3'600'000);
        row("retry-after", "-3", -1);
        row("retry-after", "soon", -1);
        row("retry-after", "1e400", -1);
        row("retry-after", "nan", -1);
        row("retry-after", "12 apples", -1);
        row("retry-after", "Fri, 20 Nov 2026 12:00:30 GMT", 30'000);
        row("retry-after", "Fri, 20 Nov 2026 11:00:00 GMT", -1);
        row("retry-after", "Fri, 20 Nov 2099 12:00:00 GMT", 3'600'000);
        row("retry-after-ms", "250.5", 250);
    }
    void understandsHowLongToWait()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(int, ms);
        http::Headers headers;
        headers.add(name.toStdString(), value.toStdString());
        const base::WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h;
        const auto wait = dialect::retryAfter(headers, now);
        QCOMPARE(wait ? static_cast<int>(std::chrono::floor<std::chrono::milliseconds>(*wait).count()) : -1,
                 ms);
    }

    void millisecondsBeatSeconds()
    {
        http::Headers headers;
        headers.add("Retry-After", "60");
        headers.add("Retry-After-Ms", "100");
        QCOMPARE(*dialect::retryAfter(headers, {}), base::Duration(100ms));
    }
};

SIGNALBOX_TEST(ProviderErrorTest)
#include "provider_error_test.moc"
