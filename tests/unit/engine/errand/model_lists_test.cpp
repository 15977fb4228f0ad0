// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/errand/model_lists.h"

#include <QFile>
#include <QTemporaryDir>

#include "core/engine/setup_builder.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using errand::ModelList;
using errand::ModelLists;

class ModelListsTest : public QObject
{
    Q_OBJECT

private:
    const provider::PresetList presets = provider::PresetList::shipped();
    const base::WallTime now{1'795'176'000s};

    const errand::LocalPlace *placeAt(const std::vector<errand::LocalPlace> &places, std::uint16_t port)
    {
        const auto it = std::ranges::find_if(
            places, [&](const errand::LocalPlace &one) { return one.origin.port == port; });
        return it == places.end() ? nullptr : &*it;
    }

private Q_SLOTS:
    void whatIsWrittenReadsBackTheSame()
    {
        ModelLists lists;
        lists["a"] = {"https://a.example", now, {{"m \"1\"", 131072, 4096}, {"m2", 0, 0}}};
        lists["b"] = {"https://b.example", now - 5h, {}};
        const auto again = errand::readModelLists(errand::writeModelLists(lists));
        QVERIFY(again && *again == lists);
        QVERIFY(!errand::readModelLists("{}"));
        QVERIFY(!errand::readModelLists("{\"version\":2,\"providers\":{}}"));
        QVERIFY(!errand::readModelLists("x"));
    }

    void theFileIsForItsOwnerAndMayBeBroken()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("models.json"));
        QVERIFY(errand::loadModelLists(path.toStdString()).empty());
        const ModelLists lists{{"a", {"https://a.example", now, {{"m", 1, 2}}}}};
        QVERIFY(errand::saveModelLists(path.toStdString(), lists));
        QVERIFY(errand::loadModelLists(path.toStdString()) == lists);
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QCOMPARE(QFile::permissions(path) & others, QFile::Permissions());
        QFile file(path);
        QVERIFY(file.open(QFile::WriteOnly));
        file.write("{");
        file.close();
        QVERIFY(errand::loadModelLists(path.toStdString()).empty());
        QVERIFY(!errand::saveModelLists("/nowhere/at/all/models.json", lists));
    }

    void aListIsFreshForADayAtItsAddress()
    {
        const ModelList list{"https://a.example", now, {}};
        QVERIFY(errand::isFresh(list, "https://a.example", now));
        QVERIFY(errand::isFresh(list, "https://a.example", now + 24h - 1s));
        QVERIFY(!errand::isFresh(list, "https://a.example", now + 24h));
        QVERIFY(!errand::isFresh(list, "https://b.example", now));
        QVERIFY(!errand::isFresh(list, "https://a.example", now - 1s));
    }

    void placesAreOnThisMachineAndEachIsAskedOnce()
    {
        const auto places = errand::localPlaces(presets);
        QVERIFY(places.size() >= 6);
        for (const errand::LocalPlace &place : places) {
            QCOMPARE(place.origin.host, std::string("127.0.0.1"));
            QVERIFY(!place.origin.tls);
            QCOMPARE(place.modelsPath, std::string("/v1/models"));
        }
        QVERIFY(placeAt(places, 11434));
        QCOMPARE(placeAt(places, 8080)->candidates.size(), std::size_t(2));
    }

    void aServerIsKnownByItsList_data()
    {
        QTest::addColumn<int>("port");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("preset");
        const auto row = [](int port, int status, const char *owner, const char *preset) {
            QTest::addRow("%d %d %s", port, status, owner)
                << port << status << QByteArray(R"({"data":[{"id":"m","owned_by":")") + owner + "\"}]}"
                << QByteArray(preset);
        };
        row(8080, 200, "llamacpp", "llamacpp");
        row(8080, 200, "someone", "localai");
        row(8000, 200, "vllm", "vllm");
        row(8000, 200, "someone", "openai-compatible");
        row(11434, 200, "library", "ollama");
        row(1337, 401, "", "jan");
        row(11434, 404, "library", "");
        row(11434, 0, "", "");
        QTest::newRow("a web page") << 8000 << 200 << QByteArray("<html>vllm</html>") << QByteArray();
    }
    void aServerIsKnownByItsList()
    {
        QFETCH(int, port);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        const auto places = errand::localPlaces(presets);
        const errand::LocalPlace *const place = placeAt(places, std::uint16_t(port));
        QVERIFY(place);
        QTEST(QByteArray::fromStdString(errand::localServerAt(*place, status, body.toStdString())), "preset");
    }

    void whatAProviderSaysFillsGapsInTheCatalogueOnly()
    {
        auto config = std::make_shared<config::Config>();
        config->providers = {{.id = "g", .preset = "groq"}};
        config->chains.resize(1);
        config->chains[0].steps = {{.provider = "g", .model = "new-model"},
                                   {.provider = "g", .model = "llama-3.1-8b-instant"},
                                   {.provider = "g", .model = "other"}};
        auto listed = std::make_shared<chain::ListedModels>();
        (*listed)["g"]["new-model"] = {"new-model", 1000, 100};
        (*listed)["g"]["llama-3.1-8b-instant"] = {"llama-3.1-8b-instant", 5, 5};
        const auto setup = engine::buildSetup(
            config, presets, nullptr,
            std::make_shared<const routing::ModelCatalogue>(routing::ModelCatalogue::shipped()),
            [](const config::KeySource &) { return nullptr; }, {.listed = listed});
        const auto &steps = config->chains[0].steps;
        QCOMPARE(setup->modelOf(steps[0]).contextTokens, std::int64_t(1000));
        QCOMPARE(setup->modelOf(steps[0]).maxOutput, std::int64_t(100));
        QCOMPARE(setup->modelOf(steps[1]).contextTokens, std::int64_t(131072));
        QCOMPARE(setup->modelOf(steps[2]).contextTokens, std::int64_t(0));
    }
};

SIGNALBOX_TEST(ModelListsTest)
#include "model_lists_test.moc"
