// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include "core/request/chain/exchange.h"
#include "tests/support/chain/chain_setup.h"
#include "tests/support/chain/client_side.h"
#include "tests/support/event_recorder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"
#include "tests/support/scripted_attempts.h"

using namespace signalbox;
using namespace std::chrono_literals;
using config::Strategy;
using events::RequestOutcome;
using test::chunk;
using test::Script;
using upstream::WireEnd;

namespace {
const char *const kProviders[] = {"cloud-1", "cloud-2", "cloud-3", "home-1", "home-2"};

bool isLocal(const std::string &provider)
{
    return provider.starts_with("home");
}

config::Config providersAlone()
{
    config::Config config;
    for (const char *const id : kProviders) {
        config.providers.push_back({.id = id, .preset = "simulated"});
        if (isLocal(id)) {
            config.providers.back().tags = {"fast", "local"};
        }
    }
    return config;
}

/// Private requests on random chains, over providers that fail in every way.
struct Lane {
    explicit Lane(std::uint64_t seed) : random(seed), chance(seed + 1) {}

    std::size_t below(std::size_t count) { return static_cast<std::size_t>(random.next() % count); }
    bool oneIn(std::size_t count) { return below(count) == 0; }

    config::StepConfig step()
    {
        config::StepConfig step{.provider = kProviders[below(std::size(kProviders))], .model = "m"};
        step.model += std::to_string(below(2));
        step.enabled = !oneIn(10);
        step.tier = 1 + static_cast<int>(below(2));
        step.weight = static_cast<int>(below(3));
        step.tries = 1 + static_cast<int>(below(3));
        step.patience = oneIn(2) ? 5s : 0s;
        step.adaptive = oneIn(3);
        return step;
    }
    config::ChainPolicy policy()
    {
        config::ChainPolicy policy;
        policy.deadline = 5s + below(60) * 1s;
        policy.midStream = static_cast<config::MidStream>(below(3));
        policy.holdBackTokens = oneIn(3) ? 3 : 0;
        policy.streamUpstream = oneIn(2);
        policy.afterAmbiguous = !oneIn(4);
        policy.waitForSoonest = oneIn(2);
        policy.hedgeAfter = 500ms;
        policy.retryBudget = oneIn(3) ? 100 : 20;
        policy.contextFit = static_cast<config::ContextFit>(below(2));
        policy.sticky = {.enabled = oneIn(2), .failback = static_cast<config::Failback>(below(4))};
        policy.fallbackOn.refusal = oneIn(2);
        policy.fallbackOn.looping = oneIn(2);
        policy.fallbackOn.brokenToolCall = oneIn(2);
        return policy;
    }
    std::shared_ptr<const config::ChainConfig> chain()
    {
        config::ChainConfig chain{.id = "chain", .strategy = static_cast<Strategy>(below(7))};
        for (std::size_t i = 1 + below(5); i > 0; --i) {
            chain.steps.push_back(step());
        }
        chain.policy = policy();
        return std::make_shared<const config::ChainConfig>(std::move(chain));
    }

    Script answer()
    {
        switch (below(12)) {
        case 0:
            return test::answers("hello", 300ms);
        case 1:
            return test::streams({chunk("hello "), chunk("you"), test::kStopChunk, test::kDone});
        case 2:
            return test::streams({chunk("hello "), chunk("you"), chunk("there")}, WireEnd::CutOff);
        case 3:
            return test::refuses(429, "{}", {{"retry-after", "2"}});
        case 4:
            return test::refuses(401, "{}");
        case 5:
            return test::refuses(400, R"({"error":{"message":"bad","type":"invalid_request_error"}})");
        case 6:
            return test::refuses(413, "{}");
        case 7:
            return test::refuses(200, test::refusal());
        case 8:
            return test::staysSilent();
        case 9:
            return test::breaksOff(WireEnd::ConnectFailed, false);
        case 10:
            return test::refuses(200, test::brokenToolCall());
        default:
            return test::refuses(500, "oops");
        }
    }

    void send(const std::shared_ptr<const config::ChainConfig> &chain, bool isPrivate)
    {
        side = std::make_unique<test::ClientSide>();
        side->keepsBody = true;
        chain::ExchangeInput input;
        input.id = ids.next(clock.wallNow(), random);
        input.setup = setup;
        input.route.chain = chain;
        input.body = std::string(R"({"model":"m","messages":[{"role":"user","content":"tell me"}],"stream":)")
                     + (oneIn(2) ? "true}" : "false}");
        input.request = *requests.read(input.body);
        input.session = "session";
        input.receivedAt = clock.now();
        auto facts = std::make_unique<routing::Facts>();
        facts->isPrivate = isPrivate;
        facts->traits.promptTokens = 20;
        input.facts = std::move(facts);
        exchange = std::make_unique<chain::Exchange>(deps, std::move(input), *side);
        exchange->start();
        clock.advance(30min);
        exchange.reset();
    }

    base::Random random; ///< of the test
    base::Random chance; ///< of the engine
    test::FakeClock clock;
    health::HealthBook health;
    routing::SessionBook sessions;
    chain::DrillBook drills;
    test::EventRecorder events;
    dialect::ChatFactsReader reader;
    dialect::ClientRequestReader requests;
    base::RequestIdSource ids;
    test::ScriptedAttempts attempts{clock};
    chain::ExchangeDeps deps{clock, chance, health, sessions, attempts, reader, events, drills};
    std::shared_ptr<const chain::Setup> setup = test::setupFor(providersAlone());
    std::unique_ptr<test::ClientSide> side;
    std::unique_ptr<chain::Exchange> exchange;
};
} // namespace

class PrivacyLaneTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPrivateRequestNeverLeavesTheMachine_data()
    {
        QTest::addColumn<quint64>("seed");
        QTest::newRow("1") << quint64(1);
        QTest::newRow("2") << quint64(2);
        bool given = false;
        const quint64 own = qEnvironmentVariable("SIGNALBOX_SEED").toULongLong(&given);
        if (given) {
            QTest::newRow("of the environment") << own;
        }
    }
    void aPrivateRequestNeverLeavesTheMachine()
    {
        QFETCH(quint64, seed);
        int answered = 0;
        int refused = 0;
        int barredAtHome = 0;
        for (std::uint64_t i = 0; i < 3000; ++i) {
            Lane lane(seed * 1'000'000 + i);
            for (const char *const id : kProviders) {
                for (int k = 0; k < 3; ++k) {
                    lane.attempts.script(id, lane.answer());
                }
            }
            const auto chain = lane.chain();
            if (lane.oneIn(3)) {
                lane.drills.start(
                    {.chain = "chain",
                     .step = 1 + static_cast<int>(lane.below(chain->steps.size())),
                     .plan = {.fault = static_cast<provider::Fault>(lane.below(provider::kFaultCount))}});
            }
            for (std::size_t before = lane.below(3); before > 0;
                 --before) { // the session may be at home anywhere
                lane.send(chain, false);
            }
            lane.attempts.calls.clear();
            lane.events.clear();
            lane.send(chain, true);
            const QByteArray where = "seed " + QByteArray::number(quint64(seed * 1'000'000 + i));
            check(lane, where);
            if (QTest::currentTestFailed()) {
                return;
            }
            const auto ended = lane.events.of<events::RequestEnded>().front();
            ++(ended.servedStep > 0 ? answered : refused);
            barredAtHome += lane.attempts.calls.empty() ? 1 : 0;
        }
        QVERIFY(answered > 300);
        QVERIFY(refused > 300);
        QVERIFY(barredAtHome > 300);
    }

private:
    static void check(const Lane &lane, const QByteArray &where)
    {
        for (const auto &call : lane.attempts.calls) {
            QVERIFY2(isLocal(call.provider), where);
        }
        for (const auto &one : lane.events.of<events::AttemptStarted>()) {
            QVERIFY2(isLocal(one.provider), where);
        }
        QVERIFY2(lane.side->ended, where);
        QVERIFY2(lane.side->problem.empty(), where + ": " + lane.side->problem.c_str());
        QCOMPARE(lane.attempts.alive, 0);
        const auto ended = lane.events.of<events::RequestEnded>();
        QVERIFY2(ended.size() == 1, where);
        saysWhy(lane, ended.front(), where);
    }

    /// An answer comes from a local step. A refusal that is ours names every step that was kept from it.
    static void saysWhy(const Lane &lane, const events::RequestEnded &ended, const QByteArray &where)
    {
        if (ended.outcome == RequestOutcome::Answered
            || ended.outcome == RequestOutcome::AnsweredByFallback) {
            QVERIFY2(isLocal(ended.servedBy), where);
            return;
        }
        if (ended.outcome == RequestOutcome::Interrupted) {
            QVERIFY2(lane.side->body.find(R"(data: {"error":)") != std::string::npos, where);
            return;
        }
        QVERIFY2(ended.outcome == RequestOutcome::Refused, where);
        QVERIFY2(lane.side->begun || lane.side->status >= 400, where);
        QVERIFY2(lane.side->body.find(R"("error":)") != std::string::npos, where);
        const bool ours = lane.side->body.find("No step of chain") != std::string::npos;
        for (const auto &skip : lane.events.of<events::StepSkipped>()) {
            if (ours && skip.reason == events::SkipReason::Private) {
                const std::string said =
                    std::to_string(skip.step) + " " + skip.provider + "/" + skip.model
                    + ": skipped, Private (the request is private and the step is not local)";
                QVERIFY2(lane.side->body.find(said) != std::string::npos,
                         where + ": " + lane.side->body.c_str());
            }
        }
        // Where nothing was tried, the answer is ours.
        QVERIFY2(ours || !lane.attempts.calls.empty() || !lane.events.of<events::AttemptStarted>().empty(),
                 where);
    }
};

SIGNALBOX_TEST(PrivacyLaneTest)
#include "privacy_lane_test.moc"
