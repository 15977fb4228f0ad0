// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/step_body.h"

#include "core/foundation/json/document.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
/// What goes to a step; as the client asked where the edits do not say.
std::string edited(std::string body, const dialect::BodyEdits &edits)
{
    dialect::ClientRequestReader reader;
    const auto request = reader.read(body);
    if (!request) {
        return "error: " + request.error().message;
    }
    const std::string out = dialect::bodyForStep(body, *request, edits);
    return json::parseDocument(out) ? out : "not JSON: " + out;
}

std::string forStep(const std::string &body, std::string_view model)
{
    std::string text = body;
    dialect::ClientRequestReader reader;
    const auto request = reader.read(text);
    return edited(body, {.model = model, .stream = request && request->stream, .includeUsage = true});
}

QByteArray b(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

struct Row {
    const char *name;
    const char *before;
    QByteArrayList set; ///< name, value, name, value …
    QByteArrayList strip;
    const char *after;
};
std::vector<Row> rows();
} // namespace

class StepBodyTest : public QObject
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

    void makesAProviderStreamThoughTheClientDidNotAsk_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("absent")
            << QByteArray(R"({"model":"a","messages":[]})")
            << QByteArray(
                   R"({"stream":true,"stream_options":{"include_usage":true},"model":"a","messages":[]})");
        QTest::newRow("false")
            << QByteArray(R"({"model":"a","stream": false ,"messages":[]})")
            << QByteArray(
                   R"({"stream_options":{"include_usage":true},"model":"a","stream": true ,"messages":[]})");
        QTest::newRow("null")
            << QByteArray(R"({"model":"a","stream":null,"stream_options":null,"messages":[]})")
            << QByteArray(
                   R"({"model":"a","stream":true,"stream_options":{"include_usage":true},"messages":[]})");
    }
    void makesAProviderStreamThoughTheClientDidNotAsk()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QCOMPARE(b(edited(before.toStdString(), {.model = "a", .stream = true, .includeUsage = true})),
                 after);
    }

    void asksForAWholeAnswerWithoutStreamOptions()
    {
        const std::string body =
            R"({"model":"a","stream":true,"stream_options":{"include_usage":true},"messages":[]})";
        QCOMPARE(b(edited(body, {.model = "a"})),
                 QByteArray(R"({"model":"a","stream":false,"messages":[]})"));
    }

    void setsAndStrips_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArrayList>("set");
        QTest::addColumn<QByteArrayList>("strip");
        QTest::addColumn<QByteArray>("after");
        for (const Row &row : rows()) {
            QTest::newRow(row.name) << QByteArray(row.before) << row.set << row.strip
                                    << QByteArray(row.after);
        }
    }
    void setsAndStrips()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArrayList, set);
        QFETCH(QByteArrayList, strip);
        QFETCH(QByteArray, after);
        dialect::BodyEdits edits{.model = "b"};
        for (qsizetype i = 0; i + 1 < set.size(); i += 2) {
            edits.set.emplace_back(set[i].toStdString(), set[i + 1].toStdString());
        }
        for (const QByteArray &one : strip) {
            edits.strip.push_back(one.toStdString());
        }
        QCOMPARE(b(edited(before.toStdString(), edits)), after);
    }

    void aStepThatSetsStreamOptionsHasItsWay()
    {
        const std::string body = R"({"model":"a","stream":true,"stream_options":{"x":1},"messages":[]})";
        QCOMPARE(b(edited(body,
                          {.model = "a", .stream = true, .includeUsage = true, .strip = {"stream_options"}})),
                 QByteArray(R"({"model":"a","stream":true,"messages":[]})"));
        QCOMPARE(
            b(edited(
                body,
                {.model = "a", .stream = true, .includeUsage = true, .set = {{"stream_options", "{}"}}})),
            QByteArray(R"({"model":"a","stream":true,"stream_options":{},"messages":[]})"));
    }
};

namespace {
std::vector<Row> rows()
{
    return {
        {"set one that is there",
         R"({"model":"a", "temperature" : 1.0 ,"messages":[]})",
         {"temperature", "0.20"},
         {},
         R"({"model":"b", "temperature" : 0.20 ,"messages":[]})"},
        {"set one that is not",
         R"({ "model":"a","messages":[]})",
         {"top_p", "1", "tools", "[]"},
         {},
         R"({"top_p":1,"tools":[], "model":"b","messages":[]})"},
        {"set one that is there twice",
         R"({"n":1,"model":"a","messages":[],"n":2})",
         {"n", "3"},
         {},
         R"({"n":3,"model":"b","messages":[],"n":3})"},
        {"a name in escapes is the same name",
         "{\"model\":\"a\",\"messages\":[],\"\\u006e\":2}",
         {"n", "3"},
         {},
         "{\"model\":\"b\",\"messages\":[],\"\\u006e\":3}"},
        {"set twice: the first counts",
         R"({"model":"a","messages":[]})",
         {"n", "3", "n", "4"},
         {},
         R"({"n":3,"model":"b","messages":[]})"},
        {"strip the first",
         R"({"n":1,"model":"a","messages":[]})",
         {},
         {"n"},
         R"({"model":"b","messages":[]})"},
        {"strip the last",
         R"({"model":"a","messages":[] , "n":1 })",
         {},
         {"n"},
         R"({"model":"b","messages":[] })"},
        {"strip in the middle",
         R"({"model":"a", "n":1, "messages":[]})",
         {},
         {"n"},
         R"({"model":"b", "messages":[]})"},
        {"strip several in a row",
         R"({"model":"a","n":[1,{"n":2}],"seed":"]","messages":[],"x":1,"user":"u","n":9})",
         {},
         {"n", "seed", "x", "user"},
         R"({"model":"b","messages":[]})"},
        {"strip all but what must stay",
         R"({"n":1,"model":"a","x":1,"messages":[],"y":1})",
         {},
         {"x", "y", "n"},
         R"({"model":"b","messages":[]})"},
        {"strip what is not there",
         R"({"model":"a","messages":[{"n":1}]})",
         {},
         {"n"},
         R"({"model":"b","messages":[{"n":1}]})"},
        {"strip the first and put one in",
         R"({"n":1,"model":"a","messages":[]})",
         {"x", "{}"},
         {"n"},
         R"({"x":{},"model":"b","messages":[]})"},
        {"set beats strip",
         R"({"n":1,"model":"a","messages":[]})",
         {"n", "2"},
         {"n"},
         R"({"n":2,"model":"b","messages":[]})"},
        {"what is ours stays",
         R"({"stream":false,"model":"a","messages":[]})",
         {"model", "1", "messages", "1", "stream", "1"},
         {"model", "messages", "stream"},
         R"({"stream":false,"model":"b","messages":[]})"},
    };
}
} // namespace

SIGNALBOX_TEST(StepBodyTest)
#include "step_body_test.moc"
