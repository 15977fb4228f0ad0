// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_bridge.h"

#include <QSignalSpy>

#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"
#include "ui/theme/colors.h"

namespace signalbox::bridge {

using test::FakeEngine;

class EngineBridgeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheFirstOfABurstAtOnceAndTheLastLater()
    {
        FakeEngine engine;
        EngineBridge bridge(engine);
        bridge.setWatched(true);
        QSignalSpy changed(&bridge, &EngineBridge::snapshotChanged);
        QTRY_COMPARE(changed.size(), 0);
        for (int i = 1; i <= 20; ++i) {
            engine::Snapshot snapshot;
            snapshot.totals.requestsLastHour = i;
            engine.publish(snapshot);
        }
        QVERIFY(changed.size() <= 1);
        QTRY_COMPARE(bridge.snapshot()->totals.requestsLastHour, 20);
        QVERIFY(changed.size() <= 2);
    }

    void drawsNothingWhileNobodyLooks()
    {
        FakeEngine engine;
        EngineBridge bridge(engine);
        bridge.setWatched(true);
        QVERIFY(engine.watched);
        bridge.setWatched(false);
        QVERIFY(!engine.watched);
        QSignalSpy changed(&bridge, &EngineBridge::snapshotChanged);
        engine::Snapshot snapshot;
        snapshot.totals.requestsLastHour = 7;
        engine.publish(snapshot);
        QCoreApplication::processEvents();
        QCOMPARE(changed.size(), 0);
        bridge.setWatched(true);
        QTRY_COMPARE(bridge.snapshot()->totals.requestsLastHour, 7);
    }

    void providersHaveNamesAndKeepTheirColours()
    {
        FakeEngine engine;
        const EngineBridge bridge(engine);
        QCOMPARE(bridge.providerName("anthropic"), QStringLiteral("Anthropic"));
        QCOMPARE(bridge.providerName("gone"), QStringLiteral("gone"));
        config::Config config = *engine.config();
        config.providers[1].name.clear();
        engine.replaceConfig(config);
        QCOMPARE(bridge.providerName("anthropic"), QStringLiteral("Anthropic")); // the preset's
        const QPalette palette = theme::makePalette(false);
        QCOMPARE(bridge.providerColor("openai", palette), theme::seriesColor(0, palette));
        QCOMPARE(bridge.providerIndex("gone"), -1);
    }
};

} // namespace signalbox::bridge

using signalbox::bridge::EngineBridgeTest;
SIGNALBOX_TEST(EngineBridgeTest)

#include "engine_bridge_test.moc"
