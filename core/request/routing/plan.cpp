// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/plan.h"

#include <algorithm>
#include <cassert>

#include "core/foundation/base/stable_order.h"
#include "core/request/routing/condition_check.h"

namespace signalbox::routing {

namespace {
using config::StepConfig;
using config::Strategy;
using events::SkipReason;

/// What is kept free for the answer where the client sets no limit: a fair answer, but never most of a small
/// context.
std::int64_t reserveFor(const Facts &facts, const ModelFacts &model)
{
    constexpr std::int64_t kFairAnswer = 4096;
    const std::int64_t asked = facts.traits.maxOutput;
    if (asked <= 0) {
        return std::min(kFairAnswer, model.contextTokens / 4);
    }
    return model.maxOutput > 0 ? std::min(asked, model.maxOutput) : asked;
}

void bar(PlannedStep &step, SkipReason reason, std::string why)
{
    step.barred = reason;
    step.why = std::move(why);
}

std::string missing(const Facts &facts, const ModelFacts &model)
{
    std::string lacks;
    const auto check = [&](bool needed, bool has, std::string_view what) {
        if (needed && !has) {
            lacks += (lacks.empty() ? "" : ", ") + std::string(what);
        }
    };
    check(facts.traits.tools, model.tools, "tools");
    check(facts.traits.images, model.images, "images");
    check(facts.traits.audio, model.audio, "audio");
    check(facts.traits.jsonSchema, model.jsonSchema, "JSON schemas");
    return lacks;
}

void checkContext(const PlanInput &input, const ModelFacts &model, PlannedStep &step)
{
    if (model.contextTokens <= 0) {
        return;
    }
    const std::int64_t prompt = input.facts->traits.promptTokens;
    std::int64_t room = model.contextTokens - reserveFor(*input.facts, model);
    if (model.maxPrompt > 0) {
        room = std::min(room, model.maxPrompt);
    }
    if (prompt <= room) {
        return;
    }
    if (room > 0 && input.chain.policy.contextFit == config::ContextFit::Fit) {
        step.fitTokens = room;
        return;
    }
    bar(step, SkipReason::ContextTooSmall,
        "about " + std::to_string(prompt) + " tokens, room for "
            + std::to_string(std::max<std::int64_t>(room, 0)));
}

void checkCost(const PlanInput &input, const StepFacts &facts, PlannedStep &step)
{
    const std::optional<base::Money> &own = input.chain.steps[step.index].maxCost;
    const std::optional<base::Money> &request = input.chain.policy.maxCost;
    if (!own && !request) {
        return;
    }
    const std::optional<base::Money> cost = facts.worstCost ? facts.worstCost : facts.likelyCost;
    if (!cost) {
        step.why = "its price is not known: the cost limit was not checked";
        return;
    }
    const bool isOwn = own && *cost > *own;
    if (isOwn || (request && *cost > *request)) {
        bar(step, SkipReason::CostLimit,
            "may cost $" + base::formatDollars(*cost) + ", the " + (isOwn ? "step" : "request") + " may $"
                + base::formatDollars(isOwn ? *own : *request));
    }
}

PlannedStep examine(const PlanInput &input, std::size_t index)
{
    const StepConfig &config = input.chain.steps[index];
    const StepFacts &known = input.steps[index];
    PlannedStep step{.index = index, .tier = config.tier};
    step.firstToken = firstTokenLimit(config, known.model, known.local);
    if (!config.enabled) {
        bar(step, SkipReason::Disabled, {});
        return step;
    }
    if (!input.facts) {
        return step;
    }
    const Facts &facts = *input.facts;
    if (facts.isPrivate && !known.local) {
        bar(step, SkipReason::Private, "the request is private and the step is not local");
        return step;
    }
    if (!holds(config.when, facts, {input.chain.id, config.provider, config.model})) {
        bar(step, SkipReason::Condition, {});
        return step;
    }
    if (const std::string lacks = missing(facts, known.model); !lacks.empty()) {
        bar(step, SkipReason::Capability, "the model does not take " + lacks);
        return step;
    }
    checkContext(input, known.model, step);
    if (!step.barred) {
        checkCost(input, known, step);
    }
    return step;
}

/// One tier while it is put in order. Steps are indexes into the chain.
using Indexes = std::vector<std::size_t>;

std::size_t below(std::size_t count, base::Random &random)
{
    return std::min(count - 1, static_cast<std::size_t>(random.unit() * static_cast<double>(count)));
}

Indexes weighted(Indexes left, const config::ChainConfig &chain, base::Random &random)
{
    const auto weight = [&](std::size_t index) { return std::max(0.0, double(chain.steps[index].weight)); };
    Indexes order;
    while (!left.empty()) {
        double sum = 0;
        for (const std::size_t index : left) {
            sum += weight(index);
        }
        if (sum <= 0) { // those without weight come last, as configured
            order.insert(order.end(), left.begin(), left.end());
            break;
        }
        double point = random.unit() * sum;
        auto chosen = left.end();
        for (auto at = left.begin(); at != left.end(); ++at) {
            if (weight(*at) <= 0) {
                continue;
            }
            chosen = at;
            point -= weight(*at);
            if (point < 0) {
                break;
            }
        }
        order.push_back(*chosen);
        left.erase(chosen);
    }
    return order;
}

/// Of two, is `a` to be tried before `b`? A step whose time is not known goes first, so that it becomes
/// known, but only one request at a time finds it out.
bool faster(const health::Load &a, const health::Load &b)
{
    if (a.firstToken && b.firstToken) {
        return *a.firstToken < *b.firstToken;
    }
    if (!a.firstToken && !b.firstToken) {
        return a.inFlight < b.inFlight;
    }
    return a.firstToken ? b.inFlight > 0 : a.inFlight == 0;
}

Indexes fastest(Indexes left, std::span<const StepFacts> steps, base::Random &random)
{
    Indexes order;
    while (left.size() > 1) {
        const std::size_t first = below(left.size(), random);
        const std::size_t other = (first + 1 + below(left.size() - 1, random)) % left.size();
        const std::size_t chosen = faster(steps[left[other]].load, steps[left[first]].load) ? other : first;
        order.push_back(left[chosen]);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(chosen));
    }
    order.insert(order.end(), left.begin(), left.end());
    return order;
}

Indexes byStrategy(Indexes steps, const PlanInput &input, base::Random &random)
{
    switch (input.chain.strategy) {
    case Strategy::Ordered:
    case Strategy::Race:
    case Strategy::Hedged:
        break;
    case Strategy::Weighted:
        return weighted(std::move(steps), input.chain, random);
    case Strategy::Fastest:
        return fastest(std::move(steps), input.steps, random);
    case Strategy::Cheapest:
        base::stableOrder(steps, [&](std::size_t a, std::size_t b) {
            const auto &costA = input.steps[a].likelyCost;
            const auto &costB = input.steps[b].likelyCost;
            return costA && (!costB || *costA < *costB);
        });
        break;
    case Strategy::LeastBusy:
        base::stableOrder(steps, [&](std::size_t a, std::size_t b) {
            return input.steps[a].load.inFlight < input.steps[b].load.inFlight;
        });
        break;
    }
    return steps;
}

bool keepsOrder(Strategy strategy)
{
    return strategy == Strategy::Ordered || strategy == Strategy::Race || strategy == Strategy::Hedged;
}

/// The steps of one tier: those that may be tried and are admitted, those that are not admitted, the barred.
/// Where the order is the user's own nothing is moved.
Indexes orderTier(const Indexes &tier, const std::vector<PlannedStep> &examined, const PlanInput &input,
                  base::Random &random)
{
    if (keepsOrder(input.chain.strategy)) {
        return tier;
    }
    Indexes admitted;
    Indexes waiting;
    Indexes barred;
    for (const std::size_t index : tier) {
        (examined[index].barred ? barred : input.steps[index].admitted ? admitted : waiting).push_back(index);
    }
    Indexes order = byStrategy(std::move(admitted), input, random);
    const Indexes behind = byStrategy(std::move(waiting), input, random);
    order.insert(order.end(), behind.begin(), behind.end());
    order.insert(order.end(), barred.begin(), barred.end());
    return order;
}

void putFirst(Indexes &order, const std::vector<PlannedStep> &examined, const PlanInput &input)
{
    for (const auto &home : {input.home, input.standIn}) {
        if (home && *home < examined.size() && !examined[*home].barred && input.steps[*home].admitted) {
            const auto at = std::ranges::find(order, *home);
            std::rotate(order.begin(), at, at + 1);
            return;
        }
    }
}
} // namespace

Plan makePlan(const PlanInput &input, base::Random &random)
{
    assert(input.steps.size() == input.chain.steps.size());
    std::vector<PlannedStep> examined;
    Indexes all;
    for (std::size_t index = 0; index < input.chain.steps.size(); ++index) {
        examined.push_back(examine(input, index));
        all.push_back(index);
    }
    const auto tierOf = [&](std::size_t index) { return examined[index].tier; };
    base::stableOrder(all, [&](std::size_t a, std::size_t b) { return tierOf(a) < tierOf(b); });
    Indexes order;
    for (auto begin = all.begin(); begin != all.end();) {
        const auto end =
            std::find_if(begin, all.end(), [&](std::size_t i) { return tierOf(i) != tierOf(*begin); });
        const Indexes tier = orderTier(Indexes(begin, end), examined, input, random);
        order.insert(order.end(), tier.begin(), tier.end());
        begin = end;
    }
    putFirst(order, examined, input);

    Plan plan;
    for (const std::size_t index : order) {
        plan.steps.push_back(std::move(examined[index]));
    }
    plan.cannotBePrivate =
        input.facts && input.facts->isPrivate
        && std::ranges::all_of(plan.steps, [](const PlannedStep &step) { return step.barred.has_value(); });
    return plan;
}

} // namespace signalbox::routing
