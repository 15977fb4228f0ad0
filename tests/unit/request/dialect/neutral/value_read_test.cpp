// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/neutral/value_read.h"

#include <limits>

#include "core/foundation/json/tree.h"
#include "core/foundation/json/writer.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
json::Value tree(std::string_view text)
{
    return json::readTree(text).value_or(json::Value());
}

const char *const kSample =
    R"({"text":"a","number":1e2,"null":null,"flag":true,"list":[1],"twice":1,"twice":2})";
} // namespace

class ValueReadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesNothingForAnotherType()
    {
        const json::Value sample = tree(kSample);
        QCOMPARE(neutral::textOf(sample, "number"), std::string());
        QCOMPARE(neutral::numberOf(sample, "text"), std::string());
        QVERIFY(!neutral::boolOf(sample, "text"));
        QVERIFY(neutral::itemsOf(sample, "text").empty());
        QVERIFY(!neutral::objectOf(sample, "list"));
        QVERIFY(!neutral::memberOf(sample, "null"));
        QVERIFY(!neutral::memberOf(json::Value::string("text"), "text"));
    }

    void letsTheLastOfOneNameCount()
    {
        QCOMPARE(neutral::integerOf(tree(kSample), "twice"), std::optional<std::int64_t>(2));
    }

    void readsNumbersHoweverTheyAreWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("number");
        constexpr qint64 most = std::numeric_limits<qint64>::max();
        QTest::newRow("plain") << QByteArray("12") << qint64(12);
        QTest::newRow("power") << QByteArray("1e2") << qint64(100);
        QTest::newRow("point") << QByteArray("5.0") << qint64(5);
        QTest::newRow("beyond 64 bits") << QByteArray("99999999999999999999") << most;
        QTest::newRow("beyond a double") << QByteArray("-1e999") << -most;
        QTest::newRow("next to nothing") << QByteArray("1e-999") << qint64(0);
    }
    void readsNumbersHoweverTheyAreWritten()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const qint64, number);
        QCOMPARE(neutral::toInteger(json::Value::number(text.toStdString())),
                 std::optional<std::int64_t>(number));
    }

    void wrapsArgumentsThatAreNoObject()
    {
        QCOMPARE(json::writeCompact(neutral::argumentsObject(" ")), std::string("{}"));
        QCOMPARE(json::writeCompact(neutral::argumentsObject("{\"b\":1.50,\"a\":2}")),
                 std::string("{\"b\":1.50,\"a\":2}"));
        QCOMPARE(json::writeCompact(neutral::argumentsObject("{\"b\":")),
                 std::string("{\"input\":\"{\\\"b\\\":\"}"));
        QCOMPARE(json::writeCompact(neutral::argumentsObject("[1]")), std::string("{\"input\":\"[1]\"}"));
    }
};

SIGNALBOX_TEST(ValueReadTest)
#include "value_read_test.moc"
