// SPDX-License-Identifier: GPL-3.0-or-later
// The pure simulation and the engine over real sockets, told the same, must tell the same story.
#include <algorithm>
#include <array>
#include <map>

#include "core/request/chain/play/simulate.h"
#include "tests/support/differential/real_story.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
constexpr std::uint64_t kFirstSeed = 20'261'120;
constexpr int kCases = 2500;
// SIGNALBOX_DIFFERENTIAL_SEED=N runs that case alone, …_CASES=M that many from there on (or from the first),
// …_FAILURES=K goes on until there are K disagreements.

/// Leaves the health book as the request leaves it.
test::Story simulated(const test::RandomCase &what, const test::RequestPlan &plan,
                      const test::RealEngine &engine, health::HealthBook &health)
{
    const config::ChainConfig &chain = *what.chain();
    const base::SteadyTime now = engine.now();
    const auto facts = what.facts(plan);
    const chain::Simulation simulation{
        .setup = *what.setup,
        .request = {.chain = what.chain(),
                    .facts = facts.get(),
                    .home = engine.sessions().home(chain, plan.session, now),
                    .standIn = engine.sessions().standIn(chain, plan.session, now),
                    .stream = plan.stream,
                    .bodyBytes = test::requestBody(plan).size(),
                    .receivedAt = now,
                    .at = engine.wallNow(),
                    .deadline = plan.deadline},
        .steps = plan.scripts,
        .seed = plan.seed};
    chain::Timeline timeline = chain::simulate(simulation, health);
    health = timeline.health;
    return test::storyOf(timeline, chain.id, now);
}

/// What the cases were made of.
struct Met {
    int requests = 0;
    int attempts = 0;
    std::map<std::string, int> words;

    void count(const test::Story &story)
    {
        ++requests;
        for (const auto *lines : {&story.steps, &story.end}) {
            for (const std::string &line : *lines) {
                attempts += line.find(" started ") != line.npos ? 1 : 0;
                countWords(line.substr(0, line.find(':')));
            }
        }
    }
    void countWords(const std::string &line)
    {
        for (std::size_t at = 0; at < line.size();) {
            const std::size_t end = std::min(line.find(' ', at), line.size());
            ++words[line.substr(at, end - at)];
            at = end + 1;
        }
    }
};

/// Kinds of attempts, outcomes and skips that any run of some length has to have in it.
constexpr std::array kExpected = {
    "First",        "Fallback",         "Repeat",     "Race",           "Hedge",
    "Continue",     "Answered",         "Refused",    "BrokenToolCall", "ConnectFailed",
    "RateLimited",  "QuotaSpent",       "KeyRefused", "ModelMissing",   "ContextTooLong",
    "ServerFailed", "Garbled",          "Empty",      "CutOff",         "FirstTokenTimeout",
    "IdleTimeout",  "TotalTimeout",     "BadRequest", "Superseded",     "Disabled",
    "Condition",    "BreakerOpen",      "Paused",     "LocalLimit",     "FinalAnswer",
    "NotNeeded",    "ProviderDisabled", "Capability", "Interrupted",    "AnsweredByFallback",
};

/// Nothing where they agree.
std::string disagreement(std::uint64_t seed, Met &met)
{
    const test::RandomCase what = test::makeCase(seed);
    test::RealEngine engine(what);
    health::HealthBook health = engine.health();
    for (const test::RequestPlan &plan : what.requests) {
        engine.rest(plan.pause);
        const test::Story pure = simulated(what, plan, engine, health);
        const auto real = engine.run(plan);
        met.count(pure);
        if (real != pure) {
            return "seed " + std::to_string(seed) + ", request "
                   + std::to_string(&plan - what.requests.data() + 1) + "\n" + what.text() + "  engine: "
                   + (real ? "\n" + real->text() : engine.problem() + "\n") + "  simulation:\n" + pure.text();
        }
    }
    return {};
}
} // namespace

class DifferentialTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSimulationAgreesWithTheEngineOverSockets()
    {
        bool given = false;
        const auto own = qEnvironmentVariable("SIGNALBOX_DIFFERENTIAL_SEED").toULongLong(&given);
        const std::uint64_t first = given ? own : kFirstSeed;
        const int asked = qEnvironmentVariableIntValue("SIGNALBOX_DIFFERENTIAL_CASES");
        const int cases = asked > 0 ? asked : given ? 1 : kCases;
        const int most = std::max(1, qEnvironmentVariableIntValue("SIGNALBOX_DIFFERENTIAL_FAILURES"));
        Met met;
        int failed = 0;
        for (int i = 0; i < cases && failed < most; ++i) {
            const std::string wrong = disagreement(first + static_cast<std::uint64_t>(i), met);
            if (!wrong.empty()) {
                ++failed;
                qWarning("%s", wrong.c_str());
            }
        }
        qInfo("%d cases, %d requests, %d attempts, %d disagreements", cases, met.requests, met.attempts,
              failed);
        QCOMPARE(failed, 0);
        if (!given) {
            for (const char *const word : kExpected) {
                QVERIFY2(met.words.contains(word), word);
            }
        }
    }
};

SIGNALBOX_TEST(DifferentialTest)
#include "differential_test.moc"
