// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/client_request.h"

#include "tests/support/registry.h"

using namespace signalbox;

class ClientRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void locatesWhatAStepChanges()
    {
        std::string body =
            R"( {"stream" : true , "model": "a","messages":[],"stream_options":{"include_usage":true}})";
        dialect::ClientRequestReader reader;
        const auto request = reader.read(body);
        QVERIFY(request && request->stream && request->usageAsked);
        QCOMPARE(request->model, std::string("a"));
        QCOMPARE(body.substr(request->modelAt.begin, request->modelAt.size()), std::string("\"a\""));
        QCOMPARE(body.substr(request->streamAt->begin, request->streamAt->size()), std::string("true"));
        QCOMPARE(request->inRoot, std::size_t{2});
    }

    void namesThePlaceOfAMistake()
    {
        std::string body = "{\n  \"model\": \"a\",\n  \"messages\": [}\n";
        dialect::ClientRequestReader reader;
        const auto request = reader.read(body);
        QVERIFY(!request);
        QVERIFY2(request.error().message.find("line 3, column 16") != std::string::npos,
                 request.error().message.c_str());
    }

    void everyDialectHasItsPrompt()
    {
        const auto problem = [](std::string body, base::Dialect dialect) {
            dialect::ClientRequestReader reader;
            const auto request = reader.read(body, dialect);
            return request ? std::string() : request.error().message;
        };
        using base::Dialect;
        QCOMPARE(problem(R"({"model":"a"})", Dialect::Messages), std::string("'messages' is missing"));
        QCOMPARE(problem(R"({"model":"a"})", Dialect::Responses), std::string("'input' is missing"));
        QCOMPARE(problem(R"({"model":"a"})", Dialect::Embeddings), std::string("'input' is missing"));
        QCOMPARE(problem(R"({"model":"a"})", Dialect::Completions), std::string());
        QCOMPARE(problem(R"({"model":"a","input":"x"})", Dialect::Responses), std::string());
    }

    void tellsARequestThatGoesOnFromAnAnswerTheProviderKeeps()
    {
        const auto goesOn = [](std::string body) {
            dialect::ClientRequestReader reader;
            const auto request = reader.read(body, base::Dialect::Responses);
            return request && request->goesOnFromId;
        };
        QVERIFY(goesOn(R"({"model":"a","previous_response_id":"resp_1"})"));
        QVERIFY(!goesOn(R"({"model":"a","input":"x","previous_response_id":null})"));
        QVERIFY(!goesOn(R"({"model":"a","input":"x"})"));
    }

    void refusesWhatIsNotARequest_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("nothing") << QByteArray("") << QByteArray("not valid JSON");
        QTest::newRow("scalar") << QByteArray("1") << QByteArray("must be a JSON object");
        QTest::newRow("array") << QByteArray("[]") << QByteArray("must be a JSON object");
        QTest::newRow("no model") << QByteArray(R"({"messages":[]})") << QByteArray("'model' is missing");
        QTest::newRow("no messages") << QByteArray(R"({"model":"a"})") << QByteArray("'messages' is missing");
        QTest::newRow("model a number")
            << QByteArray(R"({"model":1,"messages":[]})") << QByteArray("'model' must be a string");
        QTest::newRow("model twice") << QByteArray(R"({"model":"a","model":"b","messages":[]})")
                                     << QByteArray("given twice");
        QTest::newRow("stream a string")
            << QByteArray(R"({"model":"a","stream":"yes","messages":[]})") << QByteArray("'stream' must be");
        QTest::newRow("cut") << QByteArray(R"({"model":"a","messages":[{"role":"user")")
                             << QByteArray("not valid JSON");
        QTest::newRow("bad nested value")
            << QByteArray(R"({"model":"a","messages":[{"role":tru}]})") << QByteArray("not valid JSON");
        QTest::newRow("bad stream") << QByteArray(R"({"model":"a","messages":[],"stream":tru})")
                                    << QByteArray("line 1, column 37");
        QTest::newRow("bad nested number")
            << QByteArray(R"({"model":"a","messages":[01]})") << QByteArray("not valid JSON");
        QTest::newRow("missing comma")
            << QByteArray(R"({"model":"a" "messages":[]})") << QByteArray("not valid JSON");
        QTest::newRow("trailing text")
            << QByteArray(R"({"model":"a","messages":[]} x)") << QByteArray("not valid JSON");
        QTest::newRow("control character")
            << QByteArray("{\"model\":\"a\",\"messages\":[\"\x01\"]}") << QByteArray("not valid JSON");
        QTest::newRow("not UTF-8") << QByteArray("{\"model\":\"a\",\"messages\":[\"\xff\"]}")
                                   << QByteArray("not valid JSON");
        QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0\"\0", 6) << QByteArray("not valid JSON");
        QTest::newRow("nested 100,000 deep")
            << R"({"model":"a","messages":)" + QByteArray(100'000, '[') + QByteArray(100'000, ']') + "}"
            << QByteArray("nested deeper");
    }
    void refusesWhatIsNotARequest()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, says);
        dialect::ClientRequestReader reader;
        std::string text = body.toStdString();
        const auto request = reader.read(text);
        QVERIFY(!request);
        QVERIFY2(request.error().message.find(says.toStdString()) != std::string::npos,
                 request.error().message.c_str());
    }
};

SIGNALBOX_TEST(ClientRequestTest)
#include "client_request_test.moc"
