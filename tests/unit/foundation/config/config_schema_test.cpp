// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped JSON Schema and the loader say the same.
#include <QDirIterator>
#include <QFile>

#include "core/foundation/config/document.h"
#include "core/foundation/config/key_table.h"
#include "core/foundation/json/document.h"
#include "core/foundation/json/writer.h"
#include "tests/support/registry.h"
#include "tests/unit/foundation/config/schema_check.h"

using namespace signalbox;
using json::Value;

namespace {
std::string contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

const Value &schema()
{
    static const Value root = [] {
        const auto document = json::parseDocument(contents(QStringLiteral(":/schema/config.schema.json")));
        return document ? document->root : Value();
    }();
    return root;
}

const Value &objectSchema(std::string_view section)
{
    return section == "config" ? schema() : *schema().find("$defs")->find(section);
}

/// The value of a word of the schema, looked up through a $ref.
const Value *wordOf(const Value &property, std::string_view word)
{
    if (const Value *own = property.find(word)) {
        return own;
    }
    const Value *ref = property.find("$ref");
    return ref ? schema().find("$defs")->find(ref->text().substr(8))->find(word) : nullptr;
}

std::string schemaType(const config::FieldInfo &info)
{
    static const std::map<std::string_view, std::string> special = {
        {"decimal", R"(["number","string"])"}, {"keySource", R"("object")"},
        {"stringMap", R"("object")"},          {"numberMap", R"("object")"},
        {"objectMap", R"("object")"},          {"anyMap", R"("object")"},
        {"optionalFlag", R"("boolean")"},      {"flagOrWord", R"(["boolean","string"])"}};
    const auto found = special.find(info.type);
    return found != special.end() ? found->second : "\"" + std::string(info.type) + "\"";
}

void addFiles(const char *folder)
{
    QTest::addColumn<QString>("path");
    QDirIterator files(QStringLiteral(QT_TESTCASE_SOURCEDIR "/data/config/") + QLatin1String(folder),
                       {QStringLiteral("*.json")});
    while (files.hasNext()) {
        const QString path = files.next();
        QTest::newRow(qPrintable(files.fileName())) << path;
    }
}
} // namespace

class ConfigSchemaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(schema().is(Value::Type::Object)); // the resource is there
    }

    void knowsTheSameSections()
    {
        std::vector<std::string> ours;
        for (const config::SectionInfo &section : config::sections()) {
            if (section.name != "config") {
                ours.emplace_back(section.name);
            }
        }
        std::vector<std::string> theirs;
        for (const json::Member &definition : schema().find("$defs")->members()) {
            const bool special = definition.name == "keySource" || definition.name.ends_with("ondition");
            if (definition.value.find("additionalProperties") && !special) {
                theirs.push_back(definition.name);
            }
        }
        std::sort(ours.begin(), ours.end());
        std::sort(theirs.begin(), theirs.end());
        QCOMPARE(ours, theirs);
    }

    void knowsTheSameFields_data()
    {
        QTest::addColumn<int>("index");
        const auto sections = config::sections();
        for (std::size_t i = 0; i < sections.size(); ++i) {
            QTest::newRow(std::string(sections[i].name).c_str()) << static_cast<int>(i);
        }
    }

    void knowsTheSameFields()
    {
        QFETCH(int, index);
        const config::SectionInfo section = config::sections().at(static_cast<std::size_t>(index));
        const Value &object = objectSchema(section.name);
        QVERIFY(!object.find("additionalProperties")->toBool());
        const Value &properties = *object.find("properties");
        QCOMPARE(properties.members().size(), section.fields.size());
        for (std::size_t i = 0; i < section.fields.size(); ++i) {
            const config::FieldInfo &info = section.fields[i];
            const std::string name = std::string(section.name) + "." + std::string(info.name);
            const Value *property = properties.find(info.name);
            QVERIFY2(property, name.c_str());
            QVERIFY2(wordOf(*property, "description"), name.c_str());
            compareField(name, info, *property, section.defaults[i]);
            const Value *required = object.find("required");
            const bool needed = required
                                && std::any_of(required->items().begin(), required->items().end(),
                                               [&](const Value &one) { return one.text() == info.name; });
            QVERIFY2(needed == info.required, name.c_str());
        }
    }

    void knowsTheSameConditions()
    {
        std::vector<std::string> ours;
        for (const std::string_view name : config::conditionFields()) {
            ours.emplace_back(name);
        }
        ours.insert(ours.end(), {"$and", "$or", "$not"});
        std::vector<std::string> theirs;
        for (const json::Member &one : objectSchema("condition").find("properties")->members()) {
            theirs.push_back(one.name);
        }
        QCOMPARE(theirs, ours);
    }

    void goodDocumentsPassBoth_data() { addFiles("good"); }
    void goodDocumentsPassBoth()
    {
        QFETCH(QString, path);
        const std::string text = contents(path);
        const config::ReadResult read = config::readConfig(text);
        QVERIFY2(read.ok(), read.mistakes.empty() ? "" : read.mistakes[0].message.c_str());
        const auto document = json::parseDocument(text);
        QVERIFY(document);
        QCOMPARE(test::schemaFault(schema(), document->root), std::string());
        // And so does what we write ourselves.
        const auto again = json::parseDocument(config::writeConfig(read.config));
        QVERIFY(again);
        QCOMPARE(test::schemaFault(schema(), again->root), std::string());
    }

    void badDocumentsFailBoth_data() { addFiles("bad"); }
    void badDocumentsFailBoth()
    {
        QFETCH(QString, path);
        const std::string text = contents(path);
        const config::ReadResult read = config::readConfig(text);
        QVERIFY(!read.ok());
        QVERIFY(read.mistakes[0].line == 1 && !read.mistakes[0].message.empty());
        for (const config::Mistake &mistake : read.mistakes) { // a key in the wrong place is not repeated
            QVERIFY2(mistake.message.find("sk-not") == std::string::npos, mistake.message.c_str());
        }
        const auto document = json::parseDocument(text);
        QVERIFY(document);
        const std::string fault = test::schemaFault(schema(), document->root);
        QVERIFY(!fault.empty());
        QVERIFY2(fault.find("unknown word") == std::string::npos, fault.c_str());
    }

    void badValuesFailTheLoader_data() { addFiles("bad-values"); }
    void badValuesFailTheLoader()
    {
        QFETCH(QString, path);
        QVERIFY(!config::readConfig(contents(path)).ok());
    }

private:
    static void compareField(const std::string &name, const config::FieldInfo &info, const Value &property,
                             const Value &ourDefault)
    {
        const Value *type = wordOf(property, "type");
        QVERIFY2(type, name.c_str());
        QVERIFY2(json::writeCompact(*type) == schemaType(info), name.c_str());
        if (info.type == "integer" || info.type == "number") {
            const Value *min = property.find("minimum");
            const Value *max = property.find("maximum");
            QVERIFY2(min && info.min && min->text() == std::to_string(*info.min), name.c_str());
            QVERIFY2(max && info.max && max->text() == std::to_string(*info.max), name.c_str());
        }
        std::vector<std::string_view> choices;
        if (const Value *all = property.find("enum")) {
            for (const Value &one : all->items()) {
                if (one.is(Value::Type::String)) { // and not the true and false beside a word
                    choices.push_back(one.text());
                }
            }
        }
        QVERIFY2(choices == info.choices, name.c_str());
        if (!info.section.empty()) {
            const Value *items = property.find(info.type == "array"       ? "items"
                                               : info.type == "objectMap" ? "additionalProperties"
                                                                          : "description");
            const Value *ref = info.type == "object" ? property.find("$ref") : items->find("$ref");
            QVERIFY2(ref && ref->text() == "#/$defs/" + std::string(info.section), name.c_str());
        }
        const bool hasDefault = !info.required && info.type != "decimal" && info.type != "keySource"
                                && info.type != "optionalFlag" && info.type != "object" && info.name != "id";
        const bool emptyMap = info.type.ends_with("Map");
        if (hasDefault) {
            const Value *theirs = property.find("default");
            QVERIFY2(theirs, name.c_str());
            QVERIFY2(emptyMap ? theirs->members().empty() : *theirs == ourDefault, name.c_str());
        }
    }
};

SIGNALBOX_TEST(ConfigSchemaTest)
#include "config_schema_test.moc"
