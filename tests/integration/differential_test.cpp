// SPDX-License-Identifier: GPL-3.0-or-later
// The pure simulation and the engine over real sockets, told the same, must tell the same story.
#include <algorithm>

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
test::Story simulated(const test::RandomCase &what, const test::RequestPlan &plan, base::SteadyTime now,
                      base::WallTime wall, health::HealthBook &health)
{
    const chain::Simulation simulation{.setup = *what.setup,
                                       .request = {.chain = what.chain(),
                                                   .stream = plan.stream,
                                                   .bodyBytes = test::requestBody(plan).size(),
                                                   .receivedAt = now,
                                                   .at = wall,
                                                   .deadline = plan.deadline},
                                       .steps = plan.scripts,
                                       .seed = plan.seed};
    chain::Timeline timeline = chain::simulate(simulation, health);
    health = timeline.health;
    return test::storyOf(timeline, what.chain()->id, now);
}

/// Nothing where they agree.
std::string disagreement(std::uint64_t seed, int &requests, int &attempts)
{
    const test::RandomCase what = test::makeCase(seed);
    test::RealEngine engine(what);
    health::HealthBook health = engine.health();
    for (const test::RequestPlan &plan : what.requests) {
        engine.rest(plan.pause);
        const base::SteadyTime now = engine.now();
        const test::Story pure = simulated(what, plan, now, engine.wallNow(), health);
        const auto real = engine.run(plan);
        ++requests;
        attempts += static_cast<int>(std::ranges::count_if(
            pure.steps, [](const std::string &line) { return line.find("started") != line.npos; }));
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
        int requests = 0;
        int attempts = 0;
        int failed = 0;
        for (int i = 0; i < cases && failed < most; ++i) {
            const std::string wrong = disagreement(first + static_cast<std::uint64_t>(i), requests, attempts);
            if (!wrong.empty()) {
                ++failed;
                qWarning("%s", wrong.c_str());
            }
        }
        qInfo("%d cases, %d requests, %d attempts, %d disagreements", cases, requests, attempts, failed);
        QCOMPARE(failed, 0);
        QVERIFY(given || attempts > cases); // the cases must have something in them
    }
};

SIGNALBOX_TEST(DifferentialTest)
#include "differential_test.moc"
