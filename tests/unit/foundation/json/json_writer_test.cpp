// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"

#include "core/foundation/base/random.h"
#include "core/foundation/json/document.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
std::string randomText(base::Random &random)
{
    static const std::vector<std::string> pieces = {"a", "\"", "\\", "\n", "\t", "\x01", "é", "😀", "/", " "};
    std::string out;
    for (auto n = random.next() % 6; n > 0; --n) {
        out += pieces[random.next() % pieces.size()];
    }
    return out;
}

json::Value randomValue(base::Random &random, int depth)
{
    switch (random.next() % (depth > 4 ? 4 : 6)) {
    case 0:
        return json::Value();
    case 1:
        return json::Value::boolean(random.next() % 2 == 0);
    case 2:
        return random.next() % 2 ? json::Value::integer(static_cast<std::int64_t>(random.next()))
                                 : json::Value::real(random.unit() * 1e6);
    case 3:
        return json::Value::string(randomText(random));
    case 4: {
        json::Value list = json::Value::array();
        for (auto n = random.next() % 5; n > 0; --n) {
            list.append(randomValue(random, depth + 1));
        }
        return list;
    }
    default: {
        json::Value object = json::Value::object();
        for (auto n = random.next() % 5; n > 0; --n) {
            object.add(std::to_string(n) + randomText(random), randomValue(random, depth + 1));
        }
        return object;
    }
    }
}
} // namespace

class JsonWriterTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesForPeople()
    {
        const auto document = json::parseDocument(
            R"({"port":8377,"list":["a","b"],"empty":[],"none":{},"deep":[{"a":[1,[2]]}]})");
        QVERIFY(document);
        QCOMPARE(QByteArray::fromStdString(json::writePretty(document->root)), QByteArray(R"({
  "port": 8377,
  "list": ["a", "b"],
  "empty": [],
  "none": {},
  "deep": [
    {
      "a": [
        1,
        [2]
      ]
    }
  ]
}
)"));
    }

    void breaksLinesThatGrowTooLong()
    {
        json::Value list = json::Value::array();
        for (int i = 0; i < 10; ++i) {
            list.append(json::Value::string("a long enough text"));
        }
        json::Value root = json::Value::object();
        root.add("list", list);
        QVERIFY(json::writePretty(root).starts_with("{\n  \"list\": [\n    \"a long enough text\",\n"));
    }

    void readsBackTheSame()
    {
        base::Random random(7);
        for (int i = 0; i < 500; ++i) {
            json::Value value = json::Value::object();
            value.add("root", randomValue(random, 0));
            for (const std::string &text : {json::writePretty(value), json::writeCompact(value)}) {
                const auto document = json::parseDocument(text);
                QVERIFY2(document, text.c_str());
                QVERIFY2(document->root == value, text.c_str());
            }
        }
    }
};

SIGNALBOX_TEST(JsonWriterTest)
#include "json_writer_test.moc"
