// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/instance/steering.h"

#include <thread>

#include <QTemporaryDir>

#include "app/instance/single_instance.h"
#include "tests/support/fake_engine.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using app::Words;

namespace {
base::Result<std::string> carriedOut(const Words &words, engine::Engine &engine)
{
    std::optional<base::Result<std::string>> result;
    app::carryOut(words, engine, [&](base::Result<std::string> answer) { result = std::move(answer); });
    const bool came = QTest::qWaitFor([&] { return result.has_value(); });
    return came ? *result : base::fail(base::ErrorCode::Timeout, "no answer");
}
const char *const kModelsJson = R"({"fetchedAt":"2026-01-02T03:04:05Z","models":[)"
                                R"({"id":"gpt","contextTokens":128000,"maxOutput":null},)"
                                R"({"id":"tiny","contextTokens":null,"maxOutput":null}]})"
                                "\n";
const char *const kServersJson =
    R"([{"preset":"ollama","baseUrl":"http://127.0.0.1:11434/v1","models":["qwen3"]}])"
    "\n";
} // namespace

class SteeringTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsSurviveTheLine()
    {
        const Words words = {"drill", "my chain/ü", "", "50%\n"};
        const std::string line = app::toLine(words);
        QVERIFY(line.find('\n') == std::string::npos);
        QCOMPARE(app::fromLine(line), words);
    }

    void steersTargets()
    {
        test::FakeEngine engine;
        QVERIFY(carriedOut({"pause", "sim"}, engine));
        QVERIFY(carriedOut({"resume", "sim/org/model"}, engine));
        QVERIFY(carriedOut({"reset", "sim/demo"}, engine));
        QVERIFY(carriedOut({"open", "sim/demo", "120"}, engine));
        QVERIFY(carriedOut({"open", "sim/demo", "0"}, engine));
        QCOMPARE(engine.steered,
                 (std::vector<std::string>{"pause sim", "resume sim/org/model", "reset sim/demo",
                                           "hold sim/demo 120s", "hold sim/demo"}));
    }

    void tellsWhereItServes()
    {
        test::FakeEngine engine;
        engine.setServer({.listening = true, .port = 8378, .baseUrl = {}, .problem = {}});
        QCOMPARE(carriedOut({"port"}, engine).value_or(""), std::string("8378\n"));
        engine.setServer({.listening = false, .port = 0, .baseUrl = {}, .problem = "the port is taken"});
        const auto result = carriedOut({"port"}, engine);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("the port is taken") != std::string::npos);
    }

    void startsAndStopsDrills()
    {
        test::FakeEngine engine;
        const auto started = carriedOut({"drill", "coding", "2", "stall", "0", "300"}, engine);
        QCOMPARE(started.value_or(""), std::string("drill 1 runs\n"));
        const engine::DrillOrder &order = engine.drills.at(0);
        QCOMPARE(order.chain, std::string("coding"));
        QCOMPARE(order.step, 2);
        QVERIFY(order.plan.fault == provider::Fault::Stall);
        QCOMPARE(order.requests, 0);
        QVERIFY(order.time == 5min);
        QVERIFY(carriedOut({"drill-stop"}, engine));
        QCOMPARE(engine.stoppedDrills, std::vector<int>{0});
    }

    void listsTheModelsOfAProvider()
    {
        test::FakeEngine engine;
        engine.modelList.fetchedAt = base::WallTime(std::chrono::seconds(1'767'323'045));
        engine.modelList.models = {{.id = "gpt", .contextTokens = 128'000}, {.id = "tiny"}};
        QCOMPARE(carriedOut({"models", "openai", "kept", "json"}, engine).value_or(""),
                 std::string(kModelsJson));
        const std::string text = carriedOut({"models", "openai", "fresh", "text"}, engine).value_or("");
        QVERIFY(
            text.starts_with("MODEL  CONTEXT  OUTPUT\ngpt    128000   -\ntiny   -        -\nas of 2026-"));
        engine.failures["models"] = {base::ErrorCode::NotFound, "no provider is named 'openai'"};
        QCOMPARE(carriedOut({"models", "openai", "kept", "text"}, engine).error().message,
                 std::string("no provider is named 'openai'"));
    }

    void findsServersOnThisMachine()
    {
        test::FakeEngine engine;
        QVERIFY(carriedOut({"servers", "text"}, engine).value_or("").starts_with("No server was found"));
        engine.localServers = {
            {.preset = "ollama", .baseUrl = "http://127.0.0.1:11434/v1", .models = {"qwen3"}}};
        QCOMPARE(carriedOut({"servers", "json"}, engine).value_or(""), std::string(kServersJson));
        engine.localServers.push_back({.preset = "vllm", .baseUrl = "http://127.0.0.1:8000/v1"});
        const std::string text = carriedOut({"servers", "text"}, engine).value_or("");
        QVERIFY(text.find("ollama  http://127.0.0.1:11434/v1  qwen3") != std::string::npos);
        QVERIFY(text.find("wants a key") != std::string::npos);
    }

    void whatTheEngineRefusesIsTold()
    {
        test::FakeEngine engine;
        engine.failures["resetBreakers"] = {base::ErrorCode::NotFound, "no provider is named 'x'"};
        const auto result = carriedOut({"reset", "x"}, engine);
        QVERIFY(!result);
        QCOMPARE(result.error().message, std::string("no provider is named 'x'"));
    }

    void nonsenseChangesNothing()
    {
        test::FakeEngine engine;
        for (const Words &words : std::vector<Words>{{},
                                                     {""},
                                                     {"quit"},
                                                     {"pause"},
                                                     {"open", "a/b"},
                                                     {"open", "a/b", "-1"},
                                                     {"open", "a/b", "1x"},
                                                     {"drill", "c", "1", "fire", "1", "0"},
                                                     {"drill", "c", "x", "429", "1", "0"},
                                                     {"drill-stop", "1"}}) {
            QVERIFY(!carriedOut(words, engine));
        }
        QVERIFY(engine.steered.empty() && engine.drills.empty() && engine.stoppedDrills.empty());
    }

    void listsBreakersAndDrills()
    {
        engine::Snapshot snapshot;
        QVERIFY(app::breakersAsText(snapshot).find("Nothing is known") == 0);
        engine::ProviderHealth health{.provider = "sim"};
        health.breakers.push_back(
            {.provider = "sim", .model = "demo", .state = "open", .cause = events::Outcome::RateLimited});
        health.breakers.push_back({.provider = "sim", .model = "held", .state = "open", .forced = true});
        snapshot.providers.push_back(health);
        snapshot.drills.push_back({.id = 3, .chain = "coding", .step = 2, .requestsLeft = 4});
        const std::string text = app::breakersAsText(snapshot);
        for (const char *const part : {"sim/demo  open", "RateLimited", "held open by hand",
                                       "DRILL 3: chain coding, step 2, 429, 4 requests left"}) {
            QVERIFY2(text.find(part) != std::string::npos, text.c_str());
        }
    }

    void theRunningOneAnswersOverItsSocket()
    {
        const QTemporaryDir folder;
        const std::string root = folder.path().toStdString();
        const config::ProfilePaths paths{root + "/config.json", root + "/ledger.db", root + "/state",
                                         root + "/run"};
        QVERIFY(config::createFolders(paths));
        QCOMPARE(app::SingleInstance::ask(paths, "breakers").error().code, base::ErrorCode::NotFound);

        test::FakeEngine engine;
        engine.failures["pauseTarget"] = {base::ErrorCode::NotFound, "no provider is named 'x'"};
        app::SingleInstance single(paths);
        QVERIFY(single.start());
        app::takeOrders(single, engine);
        const auto asked = [&](const Words &words) {
            std::optional<base::Result<std::string>> result;
            std::atomic<bool> done = false;
            std::thread other([&] {
                result = app::SingleInstance::ask(paths, app::toLine(words));
                done = true;
            });
            (void)QTest::qWaitFor([&] { return done.load(); }, 20'000);
            other.join();
            return *result;
        };
        QCOMPARE(asked({"reset", "sim/demo"}).value_or(""), std::string("sim/demo is reset\n"));
        QCOMPARE(asked({"pause", "x"}).error().message, std::string("no provider is named 'x'"));
        engine::Snapshot snapshot;
        snapshot.drills.push_back({.id = 7, .chain = "coding"});
        engine.publish(snapshot);
        QVERIFY(asked({"breakers"}).value_or("").find("DRILL 7") != std::string::npos);
        QVERIFY(!asked({"reset", std::string(2'000, 'x')}));
        QCOMPARE(engine.steered, (std::vector<std::string>{"reset sim/demo", "pause x"}));
    }
};

SIGNALBOX_TEST(SteeringTest)
#include "steering_test.moc"
