// SPDX-License-Identifier: GPL-3.0-or-later
// The first start on a machine: no configuration, no keys, no network, no keychain. It works at once.
#include "core/foundation/config/document.h"
#include "core/foundation/config/file/default_config.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;

class FirstRunTest : public QObject
{
    Q_OBJECT

private:
    static void waitForClient(test::EngineFixture &box)
    {
        QTRY_VERIFY_WITH_TIMEOUT(box.engine().server().listening, 10'000);
        QTRY_VERIFY_WITH_TIMEOUT(box.engine().config()->client("default"), 10'000);
    }

    static std::string tokenOf(test::EngineFixture &box, const std::string &client)
    {
        std::optional<std::string> token;
        box.engine().revealClientToken(client,
                                       [&](base::Result<std::string> shown) { token = shown.value_or(""); });
        return QTest::qWaitFor([&] { return token.has_value(); }) ? *token : std::string();
    }

    static engine::TestAnswer testRequest(test::EngineFixture &box, const std::string &chain)
    {
        ++box.otherRequests;
        std::optional<base::Result<engine::TestAnswer>> got;
        box.engine().sendTestRequest(
            chain, [&](base::Result<engine::TestAnswer> answer) { got = std::move(answer); });
        if (!QTest::qWaitFor([&] { return got.has_value(); }, 20'000)) {
            return {.id = {}, .servedBy = {}, .text = "no reply"};
        }
        return got->value_or(engine::TestAnswer{
            .id = {}, .servedBy = {}, .text = got->has_value() ? "" : got->error().message});
    }

private Q_SLOTS:
    void theDemoIsThereAndAnswers()
    {
        test::EngineFixture box;
        box.startAsItIs();
        waitForClient(box);
        const config::ReadResult written = config::readConfig(box.profile.read("config.json"));
        QVERIFY(written.ok());
        const config::Config expected = config::defaultConfig();
        QCOMPARE(written.config.chains, expected.chains);
        QCOMPARE(written.config.providers, expected.providers);
        QCOMPARE(written.config.chains[0].id, std::string("demo"));
        QVERIFY(written.config.client("default"));

        const engine::TestAnswer answer = testRequest(box, "demo");
        QVERIFY2(answer.status == 200, answer.text.c_str());
        QVERIFY(!answer.text.empty());
        QVERIFY(answer.servedBy.starts_with("sim-"));
        QVERIFY(answer.attempts >= 1);

        const auto rows = box.rows(1);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(rows[0].request.started.id.text(), answer.id.text());
        QCOMPARE(rows[0].request.started.client, std::string("signalbox"));
        QCOMPARE(static_cast<int>(rows[0].attempts.size()), answer.attempts);
        QVERIFY(rows[0].attempts.back().simulated);
        QVERIFY(rows[0].attempts.back().cost && rows[0].attempts.back().cost->nano > 0);
        QCOMPARE(test::disagreement(box), QString());
    }

    void theWindowSeesTheRequest()
    {
        test::EngineFixture box;
        box.startAsItIs();
        waitForClient(box);
        box.engine().setWatched(true);
        QCOMPARE(testRequest(box, "demo").status, 200);
        const auto seen = [&] {
            const auto now = box.engine().snapshot();
            return now->totals.requestsLastHour == 1 && now->inFlight.empty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(seen(), 10'000);
        const auto snapshot = box.engine().snapshot();
        QCOMPARE(snapshot->providers.size(), std::size_t(2));
        QCOMPARE(snapshot->minutes.size(), std::size_t(60));
        QVERIFY(snapshot->totals.spendToday.nano > 0);
        QCOMPARE(snapshot->inFlight.size(), std::size_t(0));
        QCOMPARE(snapshot->totals.ledgerLost, 0);
    }

    void theFallbackCanBeSeen()
    {
        test::EngineFixture box;
        config::Config always = config::defaultConfig();
        always.server.port = 0;
        always.providers[0].simulate.errors["429"] = 1;
        always.providers[1].simulate.firstToken = config::Ms(0);
        always.providers[1].simulate.tokensPerSecond = 10'000;
        box.profile.writeConfig(config::writeConfig(always));
        box.startAsItIs();
        waitForClient(box);
        const engine::TestAnswer answer = testRequest(box, "demo");
        QCOMPARE(answer.servedBy, std::string("sim-backup/sim-small"));
        QCOMPARE(answer.attempts, 2);
        QCOMPARE(box.onlyRow().attempts[0].outcome, events::Outcome::RateLimited);
        QCOMPARE(test::disagreement(box), QString());
    }

    void theFirstClientsTokenOpensTheDoor()
    {
        test::EngineFixture box;
        box.startAsItIs();
        waitForClient(box);
        const std::string token = tokenOf(box, "default");
        QVERIFY2(token.starts_with("sk-signalbox-") && token.size() > 40, token.c_str());
        test::RawClient tool(box.port());
        const std::string host = "Host: 127.0.0.1:" + std::to_string(box.port()) + "\r\n";
        tool.send("GET /v1/models HTTP/1.1\r\n" + host + "\r\n");
        QVERIFY(tool.waitForResponses(1));
        QCOMPARE(tool.statuses(), std::string("401"));
        test::RawClient known(box.port());
        known.send("GET /v1/models HTTP/1.1\r\n" + host + "Authorization: Bearer " + token + "\r\n\r\n");
        QVERIFY(known.waitForResponses(1));
        QCOMPARE(known.statuses(), std::string("200"));
        QVERIFY(known.body().find("\"demo\"") != std::string::npos);
        QVERIFY(box.profile.read("config.json").find(token) == std::string::npos);
        QVERIFY(box.profile.read("state/signalbox.log").find(token) == std::string::npos);
    }

    void aSecondStartFindsEverythingAgain()
    {
        test::EngineFixture box;
        box.startAsItIs();
        waitForClient(box);
        QCOMPARE(testRequest(box, "demo").status, 200);
        const std::string before = box.profile.read("config.json");
        box.stop();
        box.startAsItIs();
        waitForClient(box);
        QCOMPARE(box.profile.read("config.json"), before);
        QVERIFY(!tokenOf(box, "default").empty());
        QCOMPARE(box.rows(1).size(), std::size_t(1));
        box.engine().setWatched(true); // today's spend is remembered
        QTRY_VERIFY_WITH_TIMEOUT(box.engine().snapshot()->totals.spendToday.nano > 0, 10'000);
    }
};

SIGNALBOX_TEST(FirstRunTest)
#include "first_run_test.moc"
