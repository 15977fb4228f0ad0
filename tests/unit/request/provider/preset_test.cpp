// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/provider/preset.h"

#include <QDir>
#include <QRegularExpression>
#include <set>

#include "core/request/provider/target.h"
#include "tests/support/registry.h"

using namespace signalbox;

class PresetTest : public QObject
{
    Q_OBJECT

private:
    const provider::PresetList list = provider::PresetList::shipped();

private Q_SLOTS:
    void everyFileIsShipped()
    {
        const QDir folder(QStringLiteral(SIGNALBOX_TEST_DATA "/../../resources/presets"));
        const QStringList files = folder.entryList({QStringLiteral("*.json")}, QDir::Files);
        QVERIFY(files.size() >= 30);
        QCOMPARE(list.all().size(), std::size_t(files.size()));
        for (const QString &file : files) {
            QVERIFY2(list.find(file.chopped(5).toStdString()), qPrintable(file));
        }
    }

    void everyPresetMakesATarget_data()
    {
        QTest::addColumn<std::string>("id");
        for (const provider::Preset &preset : list.all()) {
            QTest::newRow(preset.id.c_str()) << preset.id;
        }
    }
    void everyPresetMakesATarget()
    {
        QFETCH(std::string, id);
        const provider::Preset &preset = *list.find(id);
        config::ProviderConfig config;
        config.id = "p";
        const auto target = provider::makeTarget(config, preset);
        QCOMPARE(target.has_value(), !preset.baseUrlRequired);
        QVERIFY(!preset.name.empty());
        static const QRegularExpression variable(QStringLiteral("^([A-Z][A-Z0-9_]*)?$"));
        QVERIFY(variable.match(QString::fromStdString(preset.keyVariable)).hasMatch());
        const std::set<std::string> unique(preset.models.begin(), preset.models.end());
        QCOMPARE(unique.size(), preset.models.size());
        std::vector<std::string> forwarded = preset.forward;
        QVERIFY(!preset.dialects.empty());
        for (const provider::DialectEntry &entry : preset.dialects) {
            QVERIFY(entry.path.starts_with('/'));
            QVERIFY(http::isValidFieldName(entry.key.name));
            forwarded.insert(forwarded.end(), entry.forward.begin(), entry.forward.end());
        }
        QVERIFY(preset.basePath.empty() || preset.basePath.starts_with('/'));
        for (const std::string &name : forwarded) {
            QVERIFY(http::isValidFieldName(name));
            for (const char *never : {"authorization", "x-api-key", "cookie", "origin", "referer", "host",
                                      "connection", "content-length", "transfer-encoding"}) {
                QVERIFY(!http::equalsIgnoringCase(name, never));
            }
        }
        if (!target) {
            return;
        }
        QCOMPARE(target->speaks.size(), preset.dialects.size());
        QCOMPARE(target->simulated, preset.simulated);
        QVERIFY(!preset.local || target->origin.isLoopback());
        QVERIFY(preset.kind != provider::PresetKind::Cloud || target->origin.tls);
        QCOMPARE(target->needsKey, preset.keyNeed == provider::KeyNeed::Required);
    }

    void aCompatibleProviderIsOneEntry()
    {
        const auto preset = provider::parsePreset(
            R"({"id":"new","name":"New","kind":"cloud","baseUrl":"https:\u002f\u002fai.example\u002fv1",)"
            R"("key":{"need":"required"}})");
        QVERIFY(preset);
        const auto target = provider::makeTarget({.id = "new"}, *preset);
        QCOMPARE(target->speaking(base::Dialect::Chat)->path, std::string("/v1/chat/completions"));
        QCOMPARE(target->speaking(base::Dialect::Embeddings)->path, std::string("/v1/embeddings"));
        QVERIFY(!target->speaking(base::Dialect::Responses));
        QCOMPARE(target->modelsPath, std::string("/v1/models"));
    }

    void cloudsComeFirstAndTheSimulatedLast()
    {
        QVERIFY(list.all().front().kind == provider::PresetKind::Cloud);
        QCOMPARE(list.all().back().id, std::string("simulated"));
        QVERIFY(std::ranges::is_sorted(list.all(), {}, &provider::Preset::kind));
    }

    void saysWhatIsWrongWithAFile_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("about");
        const auto row = [](const char *name, const char *json, const char *about) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(about);
        };
        row("not JSON", "{", "JSON");
        row("an array", "[]", "JSON");
        row("no id", R"({"name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"}})", "id");
        row("no key", R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b"})", "key");
        row("unknown kind", R"({"id":"a","name":"a","kind":"x","baseUrl":"b","key":{"need":"none"}})",
            "kind");
        row("unknown need", R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"x"}})",
            "need");
        row("no base", R"({"id":"a","name":"a","kind":"cloud","key":{"need":"none"}})", "baseUrl");
        row("wrong type", R"({"id":"a","name":1,"kind":"cloud","baseUrl":"b","key":{"need":"none"}})",
            "name");
        row("unknown member",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"x":1})", "x");
        row("a member twice",
            R"({"id":"a","id":"b","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"}})", "id");
        row("unknown dialect",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"dialects":["x"]})",
            "dialects");
        row("a dialect twice",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"dialects":["chat","chat"]})",
            "dialects");
        row("no dialect",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"dialects":[]})",
            "dialects");
        row("a path that is none",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"dialects":{"chat":"x"}})",
            "dialects");
        row("unknown member of a dialect",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"dialects":{"chat":{"y":1}}})",
            "y");
        row("models of numbers",
            R"({"id":"a","name":"a","kind":"cloud","baseUrl":"b","key":{"need":"none"},"models":[1]})",
            "models");
    }
    void saysWhatIsWrongWithAFile()
    {
        QFETCH(QByteArray, json);
        QFETCH(QByteArray, about);
        const auto preset = provider::parsePreset(json.toStdString());
        QVERIFY(!preset);
        QVERIFY2(preset.error().message.find(about.toStdString()) != std::string::npos,
                 preset.error().message.c_str());
    }
};

SIGNALBOX_TEST(PresetTest)
#include "preset_test.moc"
