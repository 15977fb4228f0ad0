// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/scan.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
const std::string kText = " { \"a\\u0062\" : [ 1, \"]\\\"\\\\\" , {\"x\":[[]]} ,true] , \"o\" :{ } "
                          ",\"n\":-1.5e3,\"n\" : \"last\" } ";

QByteArray bytes(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

struct Row {
    const char *name;
    const char *string;
    QByteArray text;
};

std::vector<Row> strings()
{
    return {
        {"plain", R"("abc")", "abc"},
        {"white space behind it", "\"abc\"  ", "abc"},
        {"letters", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"numbers", "\"\\u0041\\u00e9\\u4E2D\"", "A\xC3\xA9\xE4\xB8\xAD"},
        {"a pair", "\"\\ud83d\\uDE00!\"", "\xF0\x9F\x98\x80!"},
        {"the first half alone", "\"a\\ud83d\"", "a\xEF\xBF\xBD"},
        {"the first half twice", "\"\\ud83d\\ud83d\\ude00\"", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
        {"the second half alone", "\"\\ude00b\"",
         "\xEF\xBF\xBD"
         "b"},
        {"cut in an escape", "\"\\u00", QByteArray("\0", 1)},
        {"no string", "12", ""},
    };
}
} // namespace

class JsonScanTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsMembersAndElements()
    {
        const json::Span root = json::rootAt(kText);
        QCOMPARE(root.begin, std::size_t{1});
        QCOMPARE(root.end, kText.size() - 1);
        const auto members = json::membersAt(kText, root);
        QCOMPARE(members.size(), std::size_t{4});
        QVERIFY(json::says(kText, members[0].name, "ab"));
        QVERIFY(!json::says(kText, members[0].name, "a"));
        QCOMPARE(bytes(json::slice(kText, members[1].value)), QByteArray("{ }"));
        QCOMPARE(bytes(json::slice(kText, members[2].value)), QByteArray("-1.5e3"));
        QCOMPARE(bytes(json::slice(kText, *json::memberAt(kText, root, "n"))), QByteArray("\"last\""));
        QVERIFY(!json::memberAt(kText, root, "x"));
        QByteArrayList elements;
        for (const json::Span &one : json::elementsAt(kText, members[0].value)) {
            elements << bytes(json::slice(kText, one));
        }
        const QByteArrayList expected = {"1", "\"]\\\"\\\\\"", "{\"x\":[[]]}", "true"};
        QCOMPARE(elements, expected);
        QVERIFY(json::membersAt(kText, members[0].value).empty());
        QVERIFY(json::elementsAt(kText, root).empty());
    }

    void neverReadsPastTheEndOfWhatIsCut()
    {
        for (std::size_t size = 0; size <= kText.size(); ++size) {
            const std::string cut = kText.substr(0, size); // a copy, so that a sanitizer sees the border
            const auto members = json::membersAt(cut, json::rootAt(cut));
            for (const auto &member : members) {
                QVERIFY(member.value.end <= cut.size());
                json::elementsAt(cut, member.value);
                json::unescaped(json::slice(cut, member.value));
            }
        }
        QVERIFY(json::elementsAt("[,,]", {0, 4}).empty());
        QVERIFY(json::membersAt("{]", {0, 2}).empty());
    }

    void saysWhatAStringStandsFor_data()
    {
        QTest::addColumn<QByteArray>("string");
        QTest::addColumn<QByteArray>("text");
        for (const Row &row : strings()) {
            QTest::newRow(row.name) << QByteArray(row.string) << row.text;
        }
    }
    void saysWhatAStringStandsFor()
    {
        QFETCH(QByteArray, string);
        QFETCH(QByteArray, text);
        QCOMPARE(bytes(json::unescaped(string.toStdString())), text);
    }
};

SIGNALBOX_TEST(JsonScanTest)
#include "json_scan_test.moc"
