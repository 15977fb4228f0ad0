// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_core.h"

#include "core/engine/setup_builder.h"
#include "tests/support/event_recorder.h"
#include "tests/support/registry.h"
#include "tests/support/temp_profile.h"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {
/// An engine with one provider on the net, made anew by every start().
struct Bench {
    test::TempProfile profile;
    test::EventRecorder events;
    std::unique_ptr<engine::EngineCore> core;

    void start()
    {
        core.reset();
        core = std::make_unique<engine::EngineCore>(
            engine::EngineCore::Deps{events, [](const events::Notice &) {}, profile.dir() + "/health.json"});
        auto config = std::make_shared<config::Config>();
        config->providers.push_back({.id = "far", .preset = "openai"});
        config::ChainConfig chain{.id = "coding"};
        chain.steps.push_back({.provider = "far", .model = "gpt"});
        config->chains.push_back(chain);
        const auto find = [](const config::KeySource &) -> const base::Result<base::SecretString> * {
            return nullptr;
        };
        core->use(engine::buildSetup(config, provider::PresetList::shipped(),
                                     std::make_shared<const spend::PriceTable>(), nullptr, find),
                  engine::buildRules(*config, find));
    }
    engine::ProviderHealth health() const { return core->snapshot()->providers.at(0); }
    std::vector<std::string> notices() const
    {
        std::vector<std::string> texts;
        for (const auto &notice : events.of<events::Notice>()) {
            texts.push_back(notice.text);
        }
        return texts;
    }
};
} // namespace

class EngineCoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsDoneByHandOutlivesTheEngine()
    {
        Bench b;
        b.start();
        QVERIFY(b.core->pause("far", {}, true));
        QVERIFY(b.core->holdOpen("far", "gpt", std::nullopt));
        b.start();
        QVERIFY(b.health().paused);
        QCOMPARE(b.health().breakers.size(), 1U);
        const engine::BreakerView held = b.health().breakers[0];
        QVERIFY(held.forced && held.paused && !held.until && !held.cause);
        QCOMPARE(held.state, std::string("open"));
        QVERIFY(b.core->pause("far", {}, false));
        QVERIFY(b.core->resetBreakers("far", {}));
        b.start();
        QVERIFY(!b.health().paused);
        QCOMPARE(b.health().state, std::string("closed"));
        QCOMPARE(b.notices(),
                 (std::vector<std::string>{"far: paused by hand", "far/gpt: held open by hand",
                                           "far: no longer paused by hand", "far: reset by hand"}));
        QCOMPARE(b.events.of<events::BreakerChanged>().size(), 1U);
        QCOMPARE(b.events.of<events::BreakerChanged>()[0].to, std::string("closed"));
    }

    void whatIsNotThereCannotBeSteered()
    {
        Bench b;
        b.start();
        QVERIFY(!b.core->pause("nobody", {}, true));
        QVERIFY(!b.core->holdOpen("nobody", "m", 1min));
        QVERIFY(!b.core->holdOpen("far", {}, 1min));
        QVERIFY(!b.core->resetBreakers("nobody", {}));
    }

    void theSnapshotListsTheDrills()
    {
        Bench b;
        b.start();
        QVERIFY(!b.core->startDrill({.chain = "nobody", .requests = 1}));
        const auto id =
            b.core->startDrill({.chain = "coding", .plan = {.fault = provider::Fault::Hang}, .requests = 2});
        QVERIFY(id);
        QCOMPARE(b.core->snapshot()->drills.size(), 1U);
        QCOMPARE(b.core->snapshot()->drills[0].provider, std::string("far"));
        QVERIFY(b.core->stopDrill(*id));
        QVERIFY(b.core->snapshot()->drills.empty());
        QCOMPARE(b.notices(), (std::vector<std::string>{"drill: step 1 drilled with hang from now on",
                                                        "drill: step 1 drilled with hang no longer"}));
    }

    void theEndOfADrillLeavesWhatIsHeldOpenByHand()
    {
        Bench b;
        b.start();
        QVERIFY(b.core->holdOpen("far", "gpt", std::nullopt));
        QVERIFY(b.core->startDrill({.chain = "coding", .requests = 1}));
        QVERIFY(b.core->stopDrill(0));
        QVERIFY(b.health().breakers[0].forced);
        QCOMPARE(b.health().state, std::string("open"));
    }

    void theSnapshotTellsOfTheNetwork()
    {
        Bench b;
        b.start();
        QVERIFY(b.core->snapshot()->network == engine::NetworkState{});
        b.core->networkIs({.state = {.captive = true, .metered = true}, .link = 1});
        QVERIFY(b.core->snapshot()->network.captive);
        QVERIFY(b.core->network().metered);
    }

    void aFileThatIsCorruptIsToldOf()
    {
        Bench b;
        b.profile.write("health.json", "{");
        b.start();
        QCOMPARE(b.notices().size(), 1U);
        QVERIFY(b.notices()[0].find("health.json") != std::string::npos);
    }
};

SIGNALBOX_TEST(EngineCoreTest)
#include "engine_core_test.moc"
