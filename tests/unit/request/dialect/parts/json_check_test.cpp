// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/json_check.h"

#include "core/foundation/base/random.h"
#include "core/foundation/json/document.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
bool holds(std::string_view text)
{
    parts::JsonCheck check;
    check.feed(text);
    return check.holds();
}

/// Whatever follows the class is not seen by moc.
std::vector<std::pair<const char *, bool>> table();
std::string someJson();
} // namespace

class JsonCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsJsonFromTheRest_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("json");
        for (const auto &[text, json] : table()) {
            QTest::newRow(*text ? text : "nothing") << QByteArray(text) << json;
        }
    }
    void tellsJsonFromTheRest()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, json);
        QCOMPARE(holds(text.toStdString()), json);
        parts::JsonCheck check;
        for (const char c : text) {
            check.feed({&c, 1});
        }
        QCOMPARE(check.holds(), json);
    }

    void noPartOfAnObjectHolds()
    {
        const std::string whole = someJson();
        QVERIFY(holds(whole));
        for (std::size_t size = 1; size < whole.size(); ++size) {
            QVERIFY2(!holds(whole.substr(0, size)), std::to_string(size).c_str());
        }
    }

    void agreesWithTheParserOnRandomTexts()
    {
        base::Random random(11);
        static const std::string kBytes = "{}[]\",:\\ \n-+.eE0123456789truefalsnu\x01x";
        int valid = 0;
        for (int round = 0; round < 20'000; ++round) {
            std::string text = someJson();
            for (std::uint64_t change = random.next() % 3; change-- > 0;) {
                const std::size_t at = random.next() % text.size();
                const char byte = kBytes[random.next() % kBytes.size()];
                if (random.next() % 2) {
                    text[at] = byte;
                } else {
                    text.insert(at, 1, byte);
                }
            }
            const bool expected = json::parseDocument(text).has_value();
            QVERIFY2(holds(text) == expected, text.c_str());
            valid += expected ? 1 : 0;
        }
        QVERIFY2(valid > 2000 && valid < 18'000, std::to_string(valid).c_str());
    }

    void isNotExhaustedByDepth()
    {
        QVERIFY(holds(std::string(500, '[') + std::string(500, ']')));
        QVERIFY(!holds(std::string(100'000, '[') + std::string(100'000, ']')));
    }
};

namespace {
std::vector<std::pair<const char *, bool>> table()
{
    return {{"", true},
            {" \n", true},
            {"{}", true},
            {" {\"a\":[1,-0.5e+3,\"\\u00e9\\\"\",true,false,null,{}],\"b\":{}} ", true},
            {"\"text\"", true},
            {"12", true},
            {"0", true},
            {"1.", false},
            {"01", false},
            {"-", false},
            {"1e", false},
            {"1e+", false},
            {"+1", false},
            {"{", false},
            {"{\"a\"", false},
            {"{\"a\":", false},
            {"{\"a\":1", false},
            {"{\"a\":1,}", false},
            {"{a:1}", false},
            {"{'a':1}", false},
            {"[1,]", false},
            {"[1}", false},
            {"{\"a\":1]", false},
            {"{}{}", false},
            {"{\"a\":1} and more", false},
            {"tru", false},
            {"truex", false},
            {"nul l", false},
            {"\"a", false},
            {"\"\\x\"", false},
            {"\"\\u12g4\"", false},
            {"\"a\nb\"", false},
            {"hello", false}};
}

std::string someJson()
{
    return "{\"path\" : \"a\\\\b\\u00e9/\", \"n\":[0,-1,2.5e-3,10E2] "
           ",\"o\":{\"t\":true,\"f\":false,\"z\":null,\"e\":{},"
           "\"l\":[]}}";
}
} // namespace

SIGNALBOX_TEST(JsonCheckTest)
#include "json_check_test.moc"
