// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/provider_list_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"

using namespace signalbox;
using models::ProviderListModel;
using models::Surroundings;
using test::FakeEngine;

namespace {
QString subtitle(const ProviderListModel &model, const char *id)
{
    return model.index(model.rowOf(id)).data(ProviderListModel::SubtitleRole).toString();
}
} // namespace

class ProviderListModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysHowEachProviderStands()
    {
        FakeEngine engine(FakeEngine::State::Degraded);
        ProviderListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSurroundings(Surroundings::of(engine));
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(subtitle(model, "openai"), QStringLiteral("OK · in 1 chain"));
        QCOMPARE(subtitle(model, "anthropic"), QStringLiteral("Half-open · in 1 chain"));
        QCOMPARE(subtitle(model, "ollama"), QStringLiteral("OK · in 3 chains"));
        QVERIFY(subtitle(model, "groq").startsWith(QStringLiteral("Rate limited until")));
    }

    void aMissingKeyAndASwitchedOffProviderComeBeforeHealth()
    {
        FakeEngine engine;
        auto config = *engine.config();
        config.providers[0].key = {};
        config.providers[1].enabled = false;
        config.providers[2].key = {}; // needs none
        engine.replaceConfig(config);
        ProviderListModel model;
        model.setSurroundings(Surroundings::of(engine));
        QCOMPARE(subtitle(model, "openai"), QStringLiteral("No key · in 1 chain"));
        QCOMPARE(subtitle(model, "anthropic"), QStringLiteral("Disabled · in 1 chain"));
        QCOMPARE(subtitle(model, "ollama"), QStringLiteral("OK · in 3 chains"));
    }

    void aNewSnapshotKeepsTheRows()
    {
        FakeEngine engine;
        ProviderListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSurroundings(Surroundings::of(engine));
        const QPersistentModelIndex kept = model.index(2);
        engine.play(FakeEngine::State::Down);
        model.setSurroundings(Surroundings::of(engine));
        QVERIFY(kept.isValid());
        auto config = *engine.config();
        config.providers.pop_back();
        engine.replaceConfig(config);
        model.setSurroundings(Surroundings::of(engine));
        QCOMPARE(model.rowCount(), 3);
    }
};

SIGNALBOX_TEST(ProviderListModelTest)
#include "provider_list_model_test.moc"
