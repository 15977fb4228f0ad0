// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/config/condition.h"

#include <QFile>

#include "core/foundation/config/reading.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/writer.h"
#include "tests/support/registry.h"
#include "tests/unit/foundation/config/random_condition.h"
#include "tests/unit/foundation/config/schema_check.h"

using namespace signalbox;
using config::Condition;
using Op = Condition::Op;

namespace {
struct Read {
    std::optional<Condition> condition;
    config::Mistakes mistakes;
};

Read read(const QByteArray &text)
{
    const auto document = json::parseDocument(text.toStdString());
    config::Reading reading;
    Read out;
    out.condition = document ? config::readCondition(reading, document->root) : std::nullopt;
    out.mistakes = std::move(reading.mistakes);
    return out;
}

Condition one(Op op, const char *field, std::vector<std::string> values)
{
    return {op, field, std::move(values), {}};
}

Condition of(Op op, std::vector<Condition> parts)
{
    return {op, {}, {}, std::move(parts)};
}

struct Meaning {
    const char *text;
    Condition condition;
    const char *written; ///< null: as it was read
};

std::vector<Meaning> meanings()
{
    const Condition tools = one(Op::Equal, "tools", {"true"});
    const Condition large = one(Op::Greater, "promptTokens", {"8000"});
    const Condition small = one(Op::AtMost, "promptTokens", {"9000"});
    return {
        {R"({})", {}, nullptr},
        {R"({"tools":true})", tools, nullptr},
        {R"({"tools":{"$eq":true}})", tools, R"({"tools":true})"},
        {R"({"promptTokens":{"$gt":8000,"$lte":9000}})", of(Op::All, {large, small}), nullptr},
        {R"({"tools":true,"promptTokens":{"$gt":8000}})", of(Op::All, {tools, large}), nullptr},
        {R"({"$and":[{"tools":true},{"$and":[{"promptTokens":{"$gt":8000}}]}]})", of(Op::All, {tools, large}),
         R"({"tools":true,"promptTokens":{"$gt":8000}})"},
        {R"({"$and":[{},{"tools":true}]})", tools, R"({"tools":true})"},
        {R"({"$and":[{"promptTokens":{"$gt":8000}},{"tools":true,"promptTokens":{"$lte":9000}}]})",
         of(Op::All, {large, tools, small}),
         R"({"$and":[{"promptTokens":{"$gt":8000},"tools":true},{"promptTokens":{"$lte":9000}}]})"},
        {R"({"$or":[{"tools":true},{"promptTokens":{"$gt":8000},"tools":true}]})",
         of(Op::Any, {tools, of(Op::All, {large, tools})}), nullptr},
        {R"({"$not":{"tools":true}})", of(Op::Not, {tools}), nullptr},
        {R"({"$not":{}})", of(Op::Not, {Condition()}), nullptr},
        {R"({"model":{"$in":["a*","b"]}})", one(Op::In, "model", {"a*", "b"}), nullptr},
        {R"({"model":{"$regex":"^gpt"}})", one(Op::Matches, "model", {"^gpt"}), nullptr},
        {R"({"budget":"spent"})", one(Op::Equal, "budget", {"spent"}), nullptr},
        {R"({"budget":{"$lt":"spent"}})", one(Op::Less, "budget", {"spent"}), nullptr},
        {R"({"metadata.n":5})", one(Op::Equal, "metadata.n", {"5"}), R"({"metadata.n":"5"})"},
        {R"({"time":{"$gte":"08:00","$lt":"18:00"}})",
         of(Op::All, {one(Op::AtLeast, "time", {"08:00"}), one(Op::Less, "time", {"18:00"})}), nullptr},
    };
}

struct Wrong {
    const char *text;
    int line;
    const char *path;
    const char *says;
};

const std::vector<Wrong> &wrongs()
{
    static const std::vector<Wrong> all = {
        {"{\n\"promptToken\": 5}", 2, "promptToken", "did you mean 'promptTokens'?"},
        {"{\"colour\": 5}", 1, "colour", "known here: client, model"},
        {"{\"budget\": 5}", 1, "budget", "must be a text"},
        {"{\"budget\": \"spend\"}", 1, "budget",
         "'spend' is none of ok, warned, spent; did you mean 'spent'?"},
        {"{\"budget\": {\"$gte\":\n\"full\"}}", 2, "budget.$gte", "'full' is none of ok, warned, spent"},
        {"{\"budget\": {\"client:aider\": \"spent\"}}", 1, "budget.client:aider",
         "is no comparison for this field; it takes $eq, $ne, $in, $gt, $gte, $lt, $lte"},
        {"{\"tools\":\n\"yes\"}", 2, "tools", "must be true or false"},
        {"{\"promptTokens\": {\"$gt\":\n\"9\"}}", 2, "promptTokens.$gt", "must be a number"},
        {"{\"model\": {\"$gt\": \"a\"}}", 1, "model.$gt", "it takes $eq, $ne, $in, $regex"},
        {"{\"model\": {\"$not\": \"a\"}}", 1, "model.$not", "stands around whole conditions"},
        {"{\"model\": [\"a\"]}", 1, "model", "{\"$in\": ["},
        {"{\"model\": {\"$regex\": \"(a\"}}", 1, "model.$regex", "is not a regular expression"},
        {"{\"complexity\": \"standart\"}", 1, "complexity", "did you mean 'standard'?"},
        {"{\"weekday\": {\"$in\": [\"mon\",\n\"monday\"]}}", 2, "weekday.$in[1]", "is none of mon, tue"},
        {"{\"network\": \"wlan\"}", 1, "network", "is none of online, metered, offline"},
        {"{\"time\": \"25:00\"}", 1, "time", "from \"00:00\" to \"23:59\""},
        {"{\"$or\": [{\"tools\": true},\n{\"stream\": 1}]}", 2, "$or[1].stream", "must be true or false"},
        {"{\"metadata.a\": {\"$up\": 1}}", 1, "[\"metadata.a\"].$up", "it takes $eq"},
    };
    return all;
}
} // namespace

class ConfigConditionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAndWritesEachForm()
    {
        for (const Meaning &meaning : meanings()) {
            const Read got = read(meaning.text);
            QVERIFY2(got.mistakes.empty(), meaning.text);
            QVERIFY2(got.condition == meaning.condition, meaning.text);
            const std::string written = json::writeCompact(config::writeCondition(meaning.condition));
            QCOMPARE(written, std::string(meaning.written ? meaning.written : meaning.text));
        }
    }

    void saysWhatIsWrongAndWhere()
    {
        for (const Wrong &wrong : wrongs()) {
            const Read got = read(wrong.text);
            QVERIFY2(!got.condition, wrong.text);
            QCOMPARE(got.mistakes.size(), 1U);
            QCOMPARE(got.mistakes[0].path, std::string(wrong.path));
            QCOMPARE(got.mistakes[0].line, wrong.line);
            QVERIFY2(got.mistakes[0].message.find(wrong.says) != std::string::npos,
                     got.mistakes[0].message.c_str());
        }
    }

    void aNightInOneSpanIsWarnedOf()
    {
        const Read got = read("{\"time\": {\"$gte\": \"22:00\", \"$lt\": \"06:00\"}}");
        QVERIFY(got.condition);
        QCOMPARE(got.mistakes.size(), 1U);
        QVERIFY(got.mistakes[0].warning);
        QVERIFY(got.mistakes[0].message.find("{\"$or\": [{\"time\": {\"$gte\": \"22:00\"}}, {\"time\": "
                                             "{\"$lt\": \"06:00\"}}]}")
                != std::string::npos);
    }

    void whatWasReadIsWrittenSoThatItReadsTheSame()
    {
        QFile file(QStringLiteral(":/schema/config.schema.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto schema = json::parseDocument(file.readAll().toStdString());
        QVERIFY(schema);
        base::Random random(5);
        int conjunctions = 0;
        for (int i = 0; i < 3000; ++i) {
            const json::Value document = test::randomConditionDocument(random);
            const std::string text = json::writeCompact(document);
            config::Reading reading;
            const auto first = config::readCondition(reading, document);
            QVERIFY2(first, text.c_str());
            const json::Value written = config::writeCondition(*first);
            const auto second = config::readCondition(reading, written);
            QVERIFY2(first == second, (text + " became " + json::writeCompact(written)).c_str());
            json::Value whole = json::Value::object();
            whole.add("schemaVersion", json::Value::integer(1))
                .add("rules", json::Value::array({json::Value::object()
                                                      .add("id", json::Value::string("r"))
                                                      .add("chain", json::Value::string("c"))
                                                      .add("when", written)}));
            QCOMPARE(test::schemaFault(schema->root, whole), std::string());
            conjunctions += written.find("$and") ? 1 : 0;
        }
        QVERIFY(conjunctions > 100); // the hard case came up
    }
};

SIGNALBOX_TEST(ConfigConditionTest)
#include "config_condition_test.moc"
