// SPDX-License-Identifier: GPL-3.0-or-later
// Keys: missing, refused, replaced. The chain goes on, the user is told once, and nobody ever reads one where
// it does not belong.
#include <algorithm>

#include "tests/support/engine/replies.h"
#include "tests/support/engine/three_logs.h"
#include "tests/support/registry.h"

using namespace signalbox;
using events::Notice;
using test::Reply;

namespace {
constexpr const char *kVariable = "SIGNALBOX_TEST_PROVIDER_KEY";
constexpr const char *kCanary = "sk-canary-4f1c9be2d7a86053";
constexpr const char *kFresh = "sk-canary-fresh-77aa0b12cd9e";

config::KeySource fromEnvironment()
{
    return {config::KeySource::Kind::Environment, kVariable, {}};
}

Reply refusal()
{
    // Providers do quote the key they refuse.
    return Reply::json(401, R"({"error":{"message":"Incorrect API key provided: )" + std::string(kCanary)
                                + R"(","type":"invalid_request_error","code":"invalid_api_key"}})");
}
} // namespace

class KeysTest : public QObject
{
    Q_OBJECT

private:
    static void store(test::EngineFixture &box, const char *key)
    {
        std::optional<base::Result<config::KeySource>> stored;
        box.engine().storeProviderKey(
            "first", base::SecretString(key), true,
            [&](base::Result<config::KeySource> source) { stored = std::move(source); });
        QTRY_VERIFY_WITH_TIMEOUT(stored.has_value(), 10'000);
        QVERIFY(stored->has_value());
        QCOMPARE((*stored)->kind, config::KeySource::Kind::Memory);
    }

    static std::size_t keyNotices(test::EngineFixture &box)
    {
        return box.notices(Notice::Kind::KeyProblem).size();
    }

    /// Everything that is kept or told; no secret may be in it.
    static void hidesTheCanaries(test::EngineFixture &box)
    {
        std::string everything;
        for (const char *file : {"config.json", "ledger.db", "ledger.db-wal", "state/signalbox.log"}) {
            everything += box.profile.read(file);
        }
        for (const Notice &notice : box.notices()) {
            everything += notice.subject + notice.text;
        }
        for (test::Call &call : box.calls()) {
            everything += call.client().received();
        }
        QVERIFY(everything.size() > 10'000);
        for (const std::string_view secret :
             {std::string_view(kCanary), std::string_view(kFresh), test::kToken}) {
            QVERIFY2(everything.find(secret) == std::string::npos, std::string(secret).c_str());
        }
    }

private Q_SLOTS:
    void cleanup() { qunsetenv(kVariable); }

    void aMissingKeySkipsTheStep_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::newRow("needed") << QStringLiteral("openai");
        QTest::newRow("optional, but one is configured") << QStringLiteral("openai-compatible");
    }
    void aMissingKeySkipsTheStep()
    {
        QFETCH(QString, preset);
        test::TwoProviders box;
        box.config.providers[0].preset = preset.toStdString();
        box.config.providers[0].key = fromEnvironment();
        QVERIFY(box.start());
        for (int i = 0; i < 3; ++i) {
            const test::Answer answer = box.ask();
            QVERIFY2(answer.says("from the second"), answer.body.c_str());
            QVERIFY(answer.field("x-signalbox-route").find("KeyUnavailable") != std::string::npos);
        }
        QCOMPARE(box.first.connectionCount(), 0);
        for (const ledger::RequestDetail &row : box.rows(3)) {
            QCOMPARE(row.skipped.size(), std::size_t(1));
            QCOMPARE(row.skipped[0].reason, events::SkipReason::KeyUnavailable);
            QVERIFY2(row.skipped[0].detail.find(kVariable) != std::string::npos,
                     row.skipped[0].detail.c_str());
            QCOMPARE(row.request.ended->outcome, events::RequestOutcome::AnsweredByFallback);
        }
        QTRY_COMPARE(keyNotices(box), std::size_t(1)); // one, not one per request
        const Notice told = box.notices(Notice::Kind::KeyProblem).front();
        QCOMPARE(told.subject, std::string("first"));
        QVERIFY2(told.text.find(kVariable) != std::string::npos, told.text.c_str());
        QCOMPARE(test::disagreement(box), QString());
    }

    void aKeyFromTheEnvironmentIsSentToItsProviderOnly()
    {
        qputenv(kVariable, kCanary);
        test::TwoProviders box;
        box.config.providers[0].key = fromEnvironment();
        box.first.then(Reply::json(500, "{}"));
        box.first.always(test::chatting("from the first"));
        QVERIFY(box.start());
        QVERIFY(box.ask().says("from the second"));
        QVERIFY(box.ask().says("from the first"));
        QCOMPARE(box.first.seen()[1].headers.find("authorization").value_or(""),
                 "Bearer " + std::string(kCanary));
        QVERIFY(box.second.seen()[0].raw.find(kCanary) == std::string::npos);
        QCOMPARE(test::disagreement(box), QString());
        hidesTheCanaries(box);
    }

    void aRefusedKeyIsLeftAloneUntilItIsReplaced()
    {
        test::TwoProviders box;
        box.config.providers[0].key = {config::KeySource::Kind::Memory, "provider/first", {}};
        // A second model of the same provider: the key is refused for both.
        config::StepConfig another = box.demo().steps[0];
        another.model = "another-model";
        box.demo().steps.insert(box.demo().steps.begin() + 1, another);
        box.first.always([](const test::SeenRequest &request) {
            const bool good = request.raw.find(kFresh) != std::string::npos;
            return good ? test::chatting("from the first")(request) : refusal();
        });
        QVERIFY(box.start());
        QTRY_COMPARE(keyNotices(box), std::size_t(1)); // memory is empty after a start
        store(box, kCanary);
        for (int i = 0; i < 3; ++i) {
            const test::Answer answer = box.ask();
            QVERIFY2(answer.says("from the second"), answer.body.c_str());
        }
        QCOMPARE(box.first.requestCount(), 1); // no hammering
        const auto rows = box.rows(3);
        QCOMPARE(rows[0].attempts[0].outcome, events::Outcome::KeyRefused);
        QCOMPARE(rows[0].attempts[0].breakerAfter, std::string("open"));
        QCOMPARE(rows[2].skipped.size(), std::size_t(2));
        QCOMPARE(rows[2].skipped[0].reason, events::SkipReason::BreakerOpen);
        QTRY_COMPARE(keyNotices(box), std::size_t(2));
        QVERIFY(box.notices(Notice::Kind::KeyProblem).back().text.find("refused its key")
                != std::string::npos);

        store(box, kFresh);
        const test::Answer answer = box.ask();
        QVERIFY2(answer.says("from the first"), answer.body.c_str());
        QCOMPARE(box.rows(4).back().attempts[0].breakerBefore, std::string("closed"));
        QCOMPARE(keyNotices(box), std::size_t(2));
        QCOMPARE(test::disagreement(box), QString());
        hidesTheCanaries(box);
    }

    void everyStepWithoutAKeyIsAClearError()
    {
        test::TwoProviders box;
        box.config.providers[0].key = fromEnvironment();
        box.config.providers[1].key = fromEnvironment();
        QVERIFY(box.start());
        const test::Answer answer = box.ask(true);
        QCOMPARE(answer.status, 503);
        QVERIFY2(answer.says("KeyUnavailable") && answer.says(kVariable), answer.body.c_str());
        QTRY_COMPARE(keyNotices(box), std::size_t(2)); // one per provider
        QCOMPARE(test::disagreement(box), QString());
    }
};

SIGNALBOX_TEST(KeysTest)
#include "keys_test.moc"
