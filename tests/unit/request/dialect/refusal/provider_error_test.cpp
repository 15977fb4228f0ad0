// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/refusal/provider_error.h"

#include "tests/support/registry.h"

using namespace signalbox;
using events::Outcome;

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
        row("details in the message", R"({"message":{"detail":[{"msg":"m"}]},"code":"c"})", "m", "c");
        row("a list of texts", R"({"error":["m"]})", "m", "");
        row("an object in a list", R"({"detail":[{"error":{"message":"m","code":5}}]})", "m", "5");
        row("Bedrock", R"({"Message":"m"})", "m", "");
        row("Azure", R"({"statusCode":401,"message":"m"})", "m", "401");
        row("a failed response", R"({"response":{"error":{"code":"c","message":"m"}}})", "m", "c");
        row("a blocked prompt", R"({"promptFeedback":{"blockReason":"m"}})", "the prompt was blocked: m", "");
        row("MiniMax", R"({"base_resp":{"status_code":1002,"status_msg":"m"}})", "m", "1002");
        row("the end of an answer", R"({"choices":[{"finish_reason":"m"}]})", "the answer ended with m", "");
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

    void takesTheTypeFromTheHeadersWhereTheBodyHasNone()
    {
        http::Headers headers;
        headers.add("x-amzn-ErrorType", "ThrottlingException:http://internal");
        QCOMPARE(dialect::readProviderError("{}", headers).type, std::string("ThrottlingException"));
        QCOMPARE(dialect::readProviderError(R"({"type":"t"})", headers).type, std::string("t"));
    }

    void survivesDeepNesting()
    {
        for (const char *open : {"[", "{\"error\":", "{\"message\":", "{\"detail\":["}) {
            std::string body;
            for (int i = 0; i < 100'000; ++i) {
                body += open;
            }
            QVERIFY(!dialect::readProviderError(body).message.empty());
        }
        std::string whole = "1";
        for (int i = 0; i < 900; ++i) { // about as deep as the parser lets through
            whole = (i % 2 == 0 ? "{\"error\":" : "{\"detail\":") + whole + "}";
        }
        QVERIFY(!dialect::readProviderError(whole).message.empty());
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
        row("moderation", 403, R"({"error":{"message":"moderation"}})", Outcome::Refused);
        row("forbidden", 403, R"({"error":{"message":"no"}})", Outcome::KeyRefused);
        row("a redirect", 302, "", Outcome::Garbled);
        row("gone", 410, "", Outcome::ModelMissing);
        row("a status nobody knows", 418, "", Outcome::BadRequest);
        row("quota words in a bad key", 401, R"({"error":{"message":"Insufficient balance"}})",
            Outcome::QuotaSpent);
        row("a business code of another provider", 429,
            R"({"message":"Rate limit exceeded","type":"rate_limited","code":"1300"})", Outcome::RateLimited);
        row("words that stand too far apart", 400,
            ("model " + QByteArray(200, '.') + " not found").constData(), Outcome::BadRequest);
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
};

SIGNALBOX_TEST(ProviderErrorTest)
#include "provider_error_test.moc"
