// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/chain/watch.h"

#include <algorithm>
#include <set>

#include "core/foundation/base/stable_order.h"
#include "core/request/provider/fault.h"
#include "tests/support/chain/chain_setup.h"

namespace signalbox::test {

using namespace std::chrono_literals;
using events::AttemptKind;
using events::Confidence;
using health::BreakerState;

void Watch::expect(const base::RequestId &id, const Expected &request)
{
    m_open[id].what = request;
    m_numbers[request.number] = id;
}

void Watch::record(const events::Event &event)
{
    std::visit([this](const auto &one) { hear(one); }, event);
}

Watch::Open *Watch::find(const base::RequestId &id, const char *what)
{
    const auto it = m_open.find(id);
    if (it == m_open.end()) {
        m_deps.problems.add(0, std::string(what) + " of a request that is over or never was: " + id.text());
        return nullptr;
    }
    return &it->second;
}

health::Target Watch::targetOf(const Open &request, int step) const
{
    return test::targetOf(m_deps.setup, request.what.chain->steps[static_cast<std::size_t>(step) - 1]);
}

void Watch::hear(const events::RequestStarted &event)
{
    Open *const request = find(event.id, "the start");
    if (request == nullptr) {
        return;
    }
    if (std::exchange(request->begun, true)) {
        m_deps.problems.add(request->what.number, "it has started twice");
    }
    ++m_totals.requests;
    Budget &budget = m_budgets[request->what.chain->id];
    budget.chain = request->what.chain;
    budget.requests.push_back({m_deps.clock.now(), request->what.number});
}

void Watch::hear(const events::AttemptStarted &event)
{
    Open *const request = find(event.request, "an attempt");
    if (request == nullptr) {
        return;
    }
    const int number = request->what.number;
    ++m_totals.attempts;
    ++m_totals.kinds[event.kind];
    if (event.attempt != ++request->started) {
        m_deps.problems.add(number, "attempt " + std::to_string(event.attempt) + " is its "
                                        + std::to_string(request->started) + ".");
    }
    request->attempts[event.attempt] = checkBreaker(*request, event);
    if (event.kind == AttemptKind::Repeat || event.kind == AttemptKind::Hedge
        || event.kind == AttemptKind::Race) {
        // A repeat within a step's tries was granted when the one before had ended. Where a chain waits for
        // the soonest it has but one try for each step, so that the two can be told apart.
        const bool within = event.kind == AttemptKind::Repeat && !request->what.chain->policy.waitForSoonest;
        m_budgets[request->what.chain->id].extra.push_back(
            {within ? request->lastEnd : m_deps.clock.now(), number});
    }
    m_deps.world.announced = {number, event.attempt, event.provider};
}

bool Watch::checkBreaker(const Open &request, const events::AttemptStarted &event)
{
    const base::SteadyTime now = m_deps.clock.now();
    const health::Target target = targetOf(request, event.step);
    const health::View view = m_deps.health.view(target, now); // the attempt has begun in it
    Guard &guard = m_guards[target];
    const std::string name = event.provider + "/" + event.model;
    if ((guard.openUntil && now < *guard.openUntil) || view.state == BreakerState::Open) {
        m_deps.problems.add(request.what.number, "an attempt at " + name + ", whose breaker is open");
    }
    if (view.state != BreakerState::HalfOpen) {
        return false;
    }
    ++m_totals.probes;
    if (++guard.probes > 1) {
        m_deps.problems.add(request.what.number, "a second probe of " + name);
    }
    return true;
}

void Watch::hear(const events::AttemptEnded &event)
{
    Open *const request = find(event.request, "the end of an attempt");
    if (request == nullptr) {
        return;
    }
    const auto it = request->attempts.find(event.attempt);
    if (it == request->attempts.end()) {
        m_deps.problems.add(request->what.number, "an attempt has ended that does not run");
        return;
    }
    const base::SteadyTime now = m_deps.clock.now();
    const health::Target target = targetOf(*request, event.step);
    Guard &guard = m_guards[target];
    guard.probes -= it->second && guard.probes > 0 ? 1 : 0;
    const health::View view = m_deps.health.view(target, now);
    guard.openUntil = view.state == BreakerState::Open ? std::optional(view.openUntil) : std::nullopt;
    request->attempts.erase(it);
    request->usage += event.usage;
    request->lastEnd = now;
    ++m_totals.outcomes[event.outcome];
    checkUsage(*request, event);
}

void Watch::checkUsage(const Open &request, const events::AttemptEnded &event)
{
    const int number = request.what.number;
    const auto seen = m_deps.world.take(number, event.attempt);
    if (!seen) {
        const auto fault = provider::faultFromText(event.drill);
        if (!fault || provider::reachesProvider(*fault)) {
            m_deps.problems.add(number, "an attempt at " + event.provider + " that the world has not seen");
        }
        return;
    }
    if (seen->alive) {
        m_deps.problems.add(number, "its attempt at " + event.provider + " is over and yet alive");
    }
    if (event.usageConfidence == Confidence::Estimated || event.ambiguous) {
        return;
    }
    const std::int64_t prompt = seen->usageSent ? seen->prompt : 0;
    const std::int64_t completion = seen->usageSent ? seen->completion : 0;
    const bool drilled = !event.drill.empty(); // what the provider sent may have been taken away
    if (!drilled && (event.usage.prompt() != prompt || event.usage.output != completion)) {
        m_deps.problems.add(number, event.provider + " sent " + std::to_string(prompt) + " + "
                                        + std::to_string(completion) + " tokens, the row has "
                                        + std::to_string(event.usage.prompt()) + " + "
                                        + std::to_string(event.usage.output));
    }
}

void Watch::hear(const events::StepSkipped &event)
{
    if (find(event.request, "a skipped step") != nullptr) {
        ++m_totals.skips[event.reason];
    }
}

void Watch::hear(const events::RequestEnded &event)
{
    Open *const request = find(event.id, "the end");
    if (request == nullptr) {
        return;
    }
    const Expected &what = request->what;
    const auto check = [&](bool holds, const char *problem) {
        if (!holds) {
            m_deps.problems.add(what.number, problem);
        }
    };
    check(request->attempts.empty(), "it is over, but not all of its attempts are");
    check(m_deps.world.alive(what.number) == 0, "it is over, but not for all providers");
    check(event.attempts == request->started, "its last row does not count its attempts");
    check(event.usage == request->usage, "its tokens are not the sum of its attempts'");
    const bool content = event.firstToken > base::Duration{};
    check((content ? event.firstToken : event.total) <= what.deadline, "it has outlived its deadline");
    const auto &most = what.chain->policy.maxCost;
    check(!most || (event.cost && *event.cost <= *most), "it has cost more than it may, or nobody knows");
    ++m_totals.requestOutcomes[event.outcome];
    m_numbers.erase(what.number);
    m_open.erase(event.id);
}

void Watch::hear(const events::BreakerChanged &event)
{
    ++m_totals.breakers[event.from + ">" + event.to];
    std::string &state = m_told.emplace(event.provider + "/" + event.model, "closed").first->second;
    // A breaker of the key speaks for all of its models; one that is due is half-open before anybody comes.
    const bool isDue = event.from == "half-open" && state == "open";
    if (event.from == event.to || (event.from != state && !isDue && isOnlyModel(event.provider))) {
        m_deps.problems.add(0, "the breaker of " + event.provider + " goes from " + event.from + " to "
                                   + event.to + ", but it was " + state);
    }
    state = event.to;
}

bool Watch::isOnlyModel(const std::string &provider) const
{
    std::set<std::string> models;
    for (const config::ChainConfig &chain : m_deps.setup.config->chains) {
        for (const config::StepConfig &step : chain.steps) {
            if (step.provider == provider) {
                models.insert(step.model);
            }
        }
    }
    return models.size() == 1;
}

void Watch::forget(const std::string &provider)
{
    for (auto &[target, guard] : m_guards) {
        if (target.provider == provider) {
            guard = {};
            m_told[target.provider + "/" + target.model] = "closed";
        }
    }
}

void Watch::restarted()
{
    checkBudgets();
    m_budgets.clear();
    for (auto &[target, guard] : m_guards) {
        const health::View view = m_deps.health.view(target, m_deps.clock.now());
        const bool isOpen = view.state == BreakerState::Open;
        if (guard.openUntil && *guard.openUntil > m_deps.clock.now() && !isOpen) {
            m_deps.problems.add(0, "the breaker of " + target.provider + " has not come back from the file");
        }
        guard = {.openUntil = isOpen ? std::optional(view.openUntil) : std::nullopt};
        m_told[target.provider + "/" + target.model] = toText(view.state);
    }
}

void Watch::checkBudgets()
{
    const auto after = [](const std::vector<Moment> &all, base::SteadyTime from) {
        return std::ranges::upper_bound(all, from, {}, &Moment::at);
    };
    for (auto &[chain, budget] : m_budgets) {
        base::stableOrder(budget.extra, [](const Moment &a, const Moment &b) { return a.at < b.at; });
        for (auto one = budget.extra.begin(); one != budget.extra.end(); ++one) {
            // Both are counted by the second: for a minute at least, 61 s at most.
            const auto extra = one + 1 - after(budget.extra, one->at - 60s);
            const auto requests = after(budget.requests, one->at) - after(budget.requests, one->at - 61s);
            const double share = budget.chain->policy.retryBudget / 100.0;
            const double most = share > 0 ? std::max(3.0, share * static_cast<double>(requests)) : 0;
            if (static_cast<double>(extra) > most) {
                m_deps.problems.add(one->request, "chain " + chain + " has added " + std::to_string(extra)
                                                      + " tries in a minute of " + std::to_string(requests)
                                                      + " requests");
            }
        }
    }
}

} // namespace signalbox::test
