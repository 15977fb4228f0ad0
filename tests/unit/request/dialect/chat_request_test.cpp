// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/chat_request.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::string forStep(std::string body, std::string_view model)
{
    dialect::ChatRequestReader reader;
    const auto request = reader.read(body);
    return request ? dialect::bodyForStep(body, *request, model) : "error: " + request.error().message;
}
} // namespace

class ChatRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void changesOnlyTheModel()
    {
        const std::string before =
            "\n{ \"seed\" : 123456789012345678901234567890,\"messages\":[{\"content\":\"\\u00e9 \\/ "
            "\xC3\xA9\",  "
            "\"role\":\"user\"}]\t, \"model\"  :\"demo\"  ,\"temperature\":1.0e-0, \"x\": [ ] }\r\n";
        std::string after = before;
        after.replace(after.find("\"demo\""), 6, "\"gpt \\\"5\\\"\"");
        QCOMPARE(forStep(before, "gpt \"5\""), after);
    }

    void leavesTheBytesAloneWhenTheModelIsTheSame()
    {
        const std::string body = R"({"model":"a","messages":[]})";
        QCOMPARE(forStep(body, "a"), body);
    }

    void asksStreamsForTheirUsage_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("absent")
            << QByteArray(R"({"model":"a","stream":true,"messages":[]})")
            << QByteArray(
                   R"({"stream_options":{"include_usage":true},"model":"b","stream":true,"messages":[]})");
        QTest::newRow("null")
            << QByteArray(R"({"model":"a","stream_options": null ,"stream":true,"messages":[]})")
            << QByteArray(
                   R"({"model":"b","stream_options": {"include_usage":true} ,"stream":true,"messages":[]})");
        QTest::newRow("empty")
            << QByteArray(R"({"model":"a","stream_options":{ },"stream":true,"messages":[]})")
            << QByteArray(
                   R"({"model":"b","stream_options":{"include_usage":true },"stream":true,"messages":[]})");
        QTest::newRow("other member")
            << QByteArray(
                   R"({"stream_options":{"include_obfuscation":false},"model":"a","stream":true,"messages":[]})")
            << QByteArray(
                   R"({"stream_options":{"include_usage":true,"include_obfuscation":false},"model":"b","stream":true,"messages":[]})");
        QTest::newRow("false")
            << QByteArray(
                   R"({"stream_options":{"include_usage": false},"model":"a","stream":true,"messages":[]})")
            << QByteArray(
                   R"({"stream_options":{"include_usage": true},"model":"b","stream":true,"messages":[]})");
        QTest::newRow("asked already")
            << QByteArray(
                   R"({"stream_options":{"include_usage":true},"model":"a","stream":true,"messages":[]})")
            << QByteArray(
                   R"({"stream_options":{"include_usage":true},"model":"b","stream":true,"messages":[]})");
        QTest::newRow("not a stream") << QByteArray(R"({"model":"a","stream":false,"messages":[]})")
                                      << QByteArray(R"({"model":"b","stream":false,"messages":[]})");
    }
    void asksStreamsForTheirUsage()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QCOMPARE(forStep(before.toStdString(), "b"), after.toStdString());
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
        dialect::ChatRequestReader reader;
        std::string text = body.toStdString();
        const auto request = reader.read(text);
        QVERIFY(!request);
        QVERIFY2(request.error().message.find(says.toStdString()) != std::string::npos,
                 request.error().message.c_str());
    }
};

SIGNALBOX_TEST(ChatRequestTest)
#include "chat_request_test.moc"
