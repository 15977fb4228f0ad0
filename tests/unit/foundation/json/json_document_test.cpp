// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/document.h"

#include "core/foundation/json/locate.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::string nested(int levels)
{
    return std::string(static_cast<std::size_t>(levels), '[')
           + std::string(static_cast<std::size_t>(levels), ']');
}
} // namespace

class JsonDocumentTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesKnowTheirLineAndColumn()
    {
        const auto document = json::parseDocument("{\n  \"a\": 1,\n  \"b\": [true,\n    null, \"x\"],\n"
                                                  "  \"c\":\n    {\"d\": -2.50e3}\n}\n");
        QVERIFY(document);
        const json::Value &root = document->root;
        QCOMPARE(root.line, 1);
        QCOMPARE(root.find("a")->line, 2);
        QCOMPARE(root.find("a")->column, 8);
        const json::Value &b = *root.find("b");
        QCOMPARE(b.line, 3);
        QCOMPARE(b.items().at(0).line, 3);
        QCOMPARE(b.items().at(1).line, 4);
        QCOMPARE(b.items().at(2).line, 4);
        QCOMPARE(b.items().at(2).column, 11);
        QCOMPARE(root.members().at(2).line, 5); // the name
        QCOMPARE(root.find("c")->line, 6);      // its value
        QCOMPARE(root.find("c")->find("d")->text(), std::string("-2.50e3"));
    }

    void keepsOrderAndTheTextOfNumbers()
    {
        const auto document = json::parseDocument("{\"z\":12345678901234567890123,\"a\":0.10,"
                                                  "\"m\":\"\\u00e9\\n\\ud83d\\ude00\"}");
        QVERIFY(document);
        const auto &members = document->root.members();
        QCOMPARE(members.at(0).name, std::string("z"));
        QCOMPARE(members.at(0).value.text(), std::string("12345678901234567890123"));
        QCOMPARE(members.at(1).value.text(), std::string("0.10"));
        QCOMPARE(members.at(2).value.text(), std::string("é\n😀"));
    }

    void saysWhereTheTextIsNotJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *name, const char *text, int line, int column, const char *says) {
            QTest::newRow(name) << QByteArray(text) << line << column << QByteArray(says);
        };
        row("empty", " \n ", 1, 1, "empty");
        row("comma missing in object", "{\n \"a\": 1\n \"b\": 2}", 3, 2, "comma or }");
        row("comma missing in list", "[1,\n2 3]", 2, 3, "comma or ]");
        row("trailing comma in object", "{\n \"a\": 1,\n}", 2, 8, "no comma before");
        row("trailing comma in list", "[1,]", 1, 3, "no comma before");
        row("colon missing", "{\"a\" 1}", 1, 6, "colon");
        row("value missing", "{\"a\":\n}", 2, 1, "value is missing");
        row("comment", "{\n  // port\n  \"a\": 1}", 2, 3, "no comments");
        row("comment behind a value", "{\"a\": 1 // port\n}", 1, 9, "comma or }");
        row("single quotes", "{\"a\": 'x'}", 1, 7, "double quotes");
        row("bare word", "{\"a\": yes}", 1, 7, "double quotes");
        row("bare name", "{a: 1}", 1, 2, "double quotes");
        row("quote not closed", "{\n \"a\": \"x,\n \"b\": 2}", 2, 7, "closing quote");
        row("quote not closed at the end", "{\"a\": \"x", 1, 7, "closing quote");
        row("bad escape", "{\"a\": \"\\x\"}", 1, 8, "backslash");
        row("bad unicode escape", "{\"a\": \"\\u12g4\"}", 1, 8, "backslash");
        row("control character", "{\"a\": \"x\ty\"}", 1, 9, "control character");
        row("leading zero", "{\"a\": 01}", 1, 7, "not a number");
        row("plus", "[+1]", 1, 2, "not a number");
        row("dot without digits", "[1.]", 1, 2, "not a number");
        row("too large", "{\n\"a\": 1e999}", 2, 6, "too large");
        row("nan", "[NaN]", 1, 2, "double quotes");
        row("bracket open", "{\"a\": [1, 2", 1, 12, "still open");
        row("brackets crossed", "{\"a\": [1, 2}", 1, 12, "comma or ]");
        row("two documents", "{}\n{}", 2, 1, "left behind the end");
        row("not UTF-8", "{\n\"a\": \"\xff\"}", 2, 1, "UTF-8");
        row("scalar", "42", 1, 1, "must be an object");
    }

    void saysWhereTheTextIsNotJson()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QByteArray, says);
        const auto document = json::parseDocument(text.toStdString());
        QVERIFY(!document);
        const json::SyntaxError &error = document.error();
        QVERIFY2(QByteArray::fromStdString(error.message).contains(says), error.message.c_str());
        QCOMPARE(error.line, line);
        QCOMPARE(error.column, column);
    }

    void acceptsWhatIsJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text :
             {"{}", "[]", " [ ] \n", "[[[{}]]]", "[0,-0,1e5,1E-5,0.5,-1.25e+10]", "{\"\":\"\"}",
              "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"]", "\xEF\xBB\xBF{\"a\":1}", "[true,false,null]"}) {
            QTest::newRow(text) << QByteArray(text);
        }
    }

    void acceptsWhatIsJson()
    {
        QFETCH(QByteArray, text);
        const auto document = json::parseDocument(text.toStdString());
        QVERIFY2(document, document ? "" : document.error().message.c_str());
    }

    void reportsNamesGivenTwice()
    {
        const auto document =
            json::parseDocument("{\"a\": 1,\n\"list\": [{\"id\": 1,\n\"id\": 2}],\n\"\\u0061\": 3}");
        QVERIFY(document);
        QCOMPARE(document->duplicates.size(), 2U);
        QCOMPARE(document->duplicates[0].path, std::string("list[0].id"));
        QCOMPARE(document->duplicates[0].firstLine, 2);
        QCOMPARE(document->duplicates[0].line, 3);
        QCOMPARE(document->duplicates[1].path, std::string("a"));
        QCOMPARE(document->duplicates[1].line, 4);
        QCOMPARE(document->root.find("a")->text(), std::string("1")); // the first one counts
    }

    void refusesDeepNestingWithoutFallingOver()
    {
        QVERIFY(json::parseDocument(nested(64)));
        for (const int levels : {65, 66, 100'000}) {
            const auto document = json::parseDocument(nested(levels));
            QVERIFY(!document);
            QVERIFY(document.error().message.find("64 levels") != std::string::npos);
        }
        QVERIFY(!json::parseDocument(std::string(100'000, '[')));
    }

    void everyPrefixIsRefused() // no cut-off file is taken for a whole one
    {
        const std::string text = "{\"a\": [1, true, \"x\\n\"], \"b\": {\"c\": null}, \"d\": -1.5}";
        QVERIFY(json::parseDocument(text));
        for (std::size_t length = 0; length < text.size(); ++length) {
            QVERIFY2(!json::parseDocument(text.substr(0, length)), text.substr(0, length).c_str());
        }
    }

    void knowsNumbers()
    {
        for (const char *good : {"0", "-0", "10", "1.5", "1e5", "1E+5", "1e-5", "-12.75e10"}) {
            QVERIFY2(json::isNumber(good), good);
        }
        for (const char *bad : {"", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", "0x10", "1 ", "NaN"}) {
            QVERIFY2(!json::isNumber(bad), bad);
        }
    }
};

SIGNALBOX_TEST(JsonDocumentTest)
#include "json_document_test.moc"
