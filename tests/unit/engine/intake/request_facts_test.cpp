// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/request_facts.h"

#include <QTest>

#include "tests/support/registry.h"

using namespace signalbox;
using config::Condition;

namespace {
const char *const kEasy = "What is the capital of France?";
const char *const kHard =
    "Design a distributed, fault tolerant scheduler step by step: prove that it makes progress, derive "
    "its complexity, compare three consensus algorithms and refactor this code:\\n```cpp\\nint f();\\n```";

/// A configuration with the chains "plain" and "other", and one request to it.
struct Intake {
    config::Config config;
    http::Headers headers;
    std::string client;
    intake::RequestFacts facts;

    Intake()
    {
        config.providers.push_back({.id = "a", .preset = "simulated"});
        for (const char *const id : {"plain", "other"}) {
            config::ChainConfig chain{.id = id};
            chain.steps.push_back({.provider = "a", .model = "m"});
            config.chains.push_back(chain);
        }
    }
    void rule(Condition when)
    {
        config.rules.push_back({.id = "r", .when = std::move(when), .chain = "other"});
    }
    base::Result<intake::Routed> route(const std::string &text)
    {
        chain::Setup setup;
        setup.config = std::make_shared<const config::Config>(config);
        chain::complete(setup);
        m_keep = setup.config;
        std::string body = R"({"model":"plain","messages":[{"role":"user","content":")" + text + R"("}]})";
        dialect::ClientRequestReader reader;
        const dialect::ClientRequest request = reader.read(body).value();
        return facts.route({.setup = setup,
                            .request = request,
                            .body = body,
                            .headers = headers,
                            .client = client,
                            .network = {},
                            .at = base::WallTime(std::chrono::hours(24 * 20'000 + 12))});
    }

private:
    std::shared_ptr<const config::Config> m_keep;
};

Condition comparison(Condition::Op op, const char *field, const char *value)
{
    return {.op = op, .field = field, .values = {value}};
}
} // namespace

class RequestFactsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPlainChainIsNotReadFor()
    {
        Intake intake;
        const auto routed = intake.route(kEasy);
        QVERIFY(routed && !routed->facts && routed->complexity.empty());
        QCOMPARE(routed->route.chain->id, std::string("plain"));
    }

    void aRuleSendsHardRequestsElsewhere()
    {
        Intake intake;
        intake.rule(comparison(Condition::Op::AtLeast, "complexity", "complex"));
        QCOMPARE(intake.route(kEasy)->route.chain->id, std::string("plain"));
        const auto hard = intake.route(kHard);
        QVERIFY2(hard->route.chain->id == "other", hard->complexity.c_str());
        QCOMPARE(hard->route.rule, std::string("r"));
        QVERIFY2(hard->complexity.find(": ") != std::string::npos, hard->complexity.c_str()); // with reasons
    }

    void metadataOfTheHeaderCanBeAskedFor()
    {
        Intake intake;
        intake.rule(comparison(Condition::Op::Equal, "metadata.team", "search"));
        QCOMPARE(intake.route(kEasy)->route.chain->id, std::string("plain"));
        intake.headers.add("x-signalbox-metadata", R"({"team":"search","urgent":true})");
        QCOMPARE(intake.route(kEasy)->route.chain->id, std::string("other"));
        intake.headers = {};
        intake.headers.add("x-signalbox-metadata", "not JSON");
        QCOMPARE(intake.route(kEasy)->route.chain->id, std::string("plain"));
    }

    void aStepsConditionIsHeldAgainstWhatTheRequestSaysOfItself()
    {
        Intake intake;
        intake.config.chains[0].steps[0].when = comparison(Condition::Op::Equal, "client", "aider");
        intake.client = "aider";
        const auto routed = intake.route(kEasy);
        QVERIFY(routed->facts && routed->complexity.empty()); // nothing of the conversation was read
        QCOMPARE(routed->facts->client, std::string("aider"));
    }

    void aRequestIsPrivateByHeaderByToolOrByItsText()
    {
        Intake intake;
        intake.headers.add("x-signalbox-private", "1");
        QVERIFY(intake.route(kEasy)->facts->isPrivate);
        intake.headers = {};
        intake.config.clients.push_back({.id = "diary", .isPrivate = true});
        intake.client = "diary";
        QVERIFY(intake.route(kEasy)->facts->isPrivate);
        intake.client = "other";
        QVERIFY(!intake.route(kEasy)->facts);
        intake.config.privacy.emails = true;
        QVERIFY(!intake.route(kEasy)->facts->isPrivate);
        QVERIFY(intake.route("write to jane.doe@signal-works.de")->facts->isPrivate);
    }

    void theSessionIsTheToolsOwnOrThatOfTheConversation()
    {
        Intake intake;
        intake.config.chains[0].policy.sticky.enabled = true;
        const std::string own = intake.route(kEasy)->session;
        QVERIFY(!own.empty());
        QCOMPARE(intake.route(kEasy)->session, own);
        QVERIFY(intake.route(kHard)->session != own);
        intake.headers.add("x-signalbox-session", "mine");
        QCOMPARE(intake.route(kEasy)->session, std::string("mine"));
    }

    void aSpentBudgetSendsRequestsElsewhere()
    {
        Intake intake;
        intake.client = "aider";
        intake.rule(comparison(Condition::Op::Equal, "budget", "spent"));
        intake.config.budgets.push_back({.scope = {}, .period = "day", .limit = {1}, .atLimit = "warn"});
        auto state = config::BudgetState::Warned;
        std::string asked;
        intake.facts.askBudgets([&](const std::string &client, base::WallTime) {
            asked = client;
            return std::vector<routing::BudgetFact>{{.state = state}};
        });
        QCOMPARE(intake.route(kEasy)->route.chain->id, std::string("plain"));
        state = config::BudgetState::Spent;
        const auto routed = intake.route(kEasy);
        QCOMPARE(routed->route.chain->id, std::string("other"));
        QCOMPARE(asked, std::string("aider"));
        QVERIFY(routed->complexity.empty()); // its conversation was not read for that
        intake.config.budgets.clear();       // taken out: what is still counted says nothing
        QCOMPARE(intake.route(kEasy)->route.chain->id, std::string("plain"));
    }

    void aStepThatAsksForBudgetsIsToldOfThem()
    {
        Intake intake;
        intake.config.chains[0].steps[0].when = comparison(Condition::Op::Less, "budget", "spent");
        intake.config.budgets.push_back(
            {.scope = {{"provider", "a"}}, .period = "day", .limit = {1}, .atLimit = "warn"});
        intake.facts.askBudgets([](const std::string &, base::WallTime) {
            return std::vector<routing::BudgetFact>{{.provider = "a", .state = config::BudgetState::Spent}};
        });
        const auto routed = intake.route(kEasy);
        QVERIFY(routed->facts);
        QCOMPARE(routed->facts->budgets.size(), 1U);
        QCOMPARE(routed->facts->budgets[0].provider, std::string("a"));
    }
};

SIGNALBOX_TEST(RequestFactsTest)
#include "request_facts_test.moc"
