// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::string again(std::string_view text)
{
    const auto tree = json::readTree(text);
    return tree ? json::writeCompact(*tree) : "error: " + tree.error().message;
}
} // namespace

class JsonTreeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOrderNumbersAndDoubleMembers()
    {
        const std::string text =
            "{\"b\":1.50,\"a\":-0,\"b\":[1e5,true,null,\"x\\n\"],\"n\":12345678901234567890}";
        QCOMPARE(again(text), text);
    }
    void mendsWhatIsNotUtf8AndHalvesOfSurrogates()
    {
        QCOMPARE(again("[\"caf\xE9\"]"), std::string("[\"caf?\"]"));
        QCOMPARE(again("[\"\\ud83d\"]"), std::string("[\"\xEF\xBF\xBD\"]"));
        QCOMPARE(again("[\"\\ud83d\\ude00\"]"), std::string("[\"\xF0\x9F\x98\x80\"]"));
    }
    void refusesWhatIsNotJson()
    {
        for (const std::string_view text :
             {"", "{", "[1,]", "{\"a\" 1}", "[1] 2", "[01]", "[\"\\q\"]", "{a:1}"}) {
            QVERIFY2(!json::readTree(text), std::string(text).c_str());
        }
    }
    void refusesWhatIsTooDeep()
    {
        const auto nested = [](std::size_t levels) {
            return std::string(levels, '[') + std::string(levels, ']');
        };
        QVERIFY(json::readTree(nested(256)).has_value());
        QVERIFY(!json::readTree(nested(257)));
        QVERIFY(!json::readTree(nested(100'000)));
    }
    void setsAndTakesMembers()
    {
        auto tree = *json::readTree("{\"a\":1,\"b\":2}");
        tree.set("a", json::Value::string("x")).set("c", json::Value());
        QCOMPARE(tree.take("b")->text(), std::string("2"));
        QVERIFY(!tree.take("b"));
        QCOMPARE(json::writeCompact(tree), std::string("{\"a\":\"x\",\"c\":null}"));
    }
};

SIGNALBOX_TEST(JsonTreeTest)
#include "json_tree_test.moc"
