// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk_input.h"

#include <algorithm>

#include "core/record/spend/cost.h"
#include "core/request/dialect/usage.h"

namespace signalbox::chain {

using events::SkipReason;

namespace {
StepState stateOf(const config::StepConfig &step, const ProviderSetup *provider)
{
    StepState state{.enabled = step.enabled, .providerExists = provider != nullptr};
    if (provider) {
        state.providerEnabled = provider->config->enabled;
        state.usable = provider->target.has_value();
        // Where a key is only optional, one that was configured is still meant to be used.
        const bool wanted = !state.usable || provider->target->needsKey || !provider->keyProblem.empty();
        state.keyAvailable = provider->key.has_value() || !wanted;
    }
    return state;
}

/// The detail behind a step that the configuration bars, for people.
std::string whyBarred(SkipReason reason, const ProviderSetup *provider)
{
    if (reason == SkipReason::KeyUnavailable) {
        return provider->keyProblem.empty() ? "it has no key yet" : provider->keyProblem;
    }
    return reason == SkipReason::NotSupported ? provider->target.error().message : std::string();
}

health::Target targetOf(const config::StepConfig &step, const ProviderSetup &provider)
{
    return {step.provider, provider.keyName, provider.originText, step.model};
}

Travel travelOf(const config::ChainPolicy &policy, bool stream)
{
    if (stream) {
        return policy.midStream == config::MidStream::Restart ? Travel::Held : Travel::Stream;
    }
    return policy.streamUpstream ? Travel::Assembled : Travel::Whole;
}

/// Tokens that nobody has limited, guessed for the likely cost.
constexpr std::int64_t kLikelyOutput = 500;

std::optional<base::Money> costOf(const Setup &setup, const WalkRequest &request,
                                  const config::StepConfig &step, std::int64_t output)
{
    const ProviderSetup *const provider = setup.provider(step.provider);
    if (!provider || !setup.prices) {
        return std::nullopt;
    }
    const auto quote =
        setup.prices->lookup(provider->config->preset, step.model, *provider->config, request.at);
    events::TokenUsage usage;
    usage.input = request.facts->traits.promptTokens;
    usage.output = output;
    return quote ? spend::cost(usage, quote->price) : std::nullopt;
}

bool wantsCost(const config::ChainConfig &chain)
{
    return chain.strategy == config::Strategy::Cheapest || chain.policy.maxCost
           || std::ranges::any_of(chain.steps,
                                  [](const config::StepConfig &one) { return one.maxCost.has_value(); });
}

routing::StepFacts factsFor(const Setup &setup, const WalkRequest &request, const config::StepConfig &step,
                            const health::HealthBook &health)
{
    routing::StepFacts facts;
    facts.model = setup.modelOf(step);
    const ProviderSetup *const provider = setup.provider(step.provider);
    if (!provider) {
        return facts;
    }
    facts.local = provider->local;
    if (request.facts && wantsCost(*request.chain)) {
        const std::int64_t asked = request.facts->traits.maxOutput;
        const std::int64_t most = asked > 0 ? asked : facts.model.maxOutput;
        facts.likelyCost =
            costOf(setup, request, step, std::min(asked > 0 ? asked : kLikelyOutput, kLikelyOutput));
        facts.worstCost = most > 0 ? costOf(setup, request, step, most) : std::nullopt;
    }
    if (request.chain->strategy != config::Strategy::Ordered || request.home) {
        const health::Target target = targetOf(step, *provider);
        facts.load = health.load(target, request.receivedAt);
        facts.admitted = !wouldSkip(health.view(target, request.receivedAt));
    }
    return facts;
}

WalkStep walkStep(const Setup &setup, const config::StepConfig &step, const routing::PlannedStep &planned,
                  const routing::StepFacts &facts)
{
    const ProviderSetup *const provider = setup.provider(step.provider);
    WalkStep out;
    out.index = planned.index;
    out.tier = planned.tier;
    out.config = &step;
    out.firstToken = planned.firstToken;
    out.fitTokens = planned.fitTokens;
    out.likelyCost = facts.likelyCost;
    out.continues = facts.model.continues;
    out.contextTokens = facts.model.contextTokens;
    out.barred = wouldBar(stateOf(step, provider));
    if (out.barred) {
        out.why = whyBarred(*out.barred, provider);
    } else {
        out.barred = planned.barred;
        out.why = planned.why;
    }
    if (provider) {
        const config::ProviderLimits &limits = provider->config->limits;
        out.target = targetOf(step, *provider);
        out.limits = {limits.requestsPerMinute, limits.tokensPerMinute, limits.parallel};
    }
    return out;
}
} // namespace

WalkInput makeWalkInput(const Setup &setup, const WalkRequest &request, const health::HealthBook &health,
                        base::Random &random)
{
    const config::ChainConfig &chain = *request.chain;
    WalkInput input;
    input.chain = request.chain;
    input.travel = travelOf(chain.policy, request.stream);
    input.promptBytes = request.bodyBytes;
    input.deadline =
        request.receivedAt
        + std::min<base::Duration>(chain.policy.deadline, request.deadline.value_or(chain.policy.deadline));
    std::vector<routing::StepFacts> facts;
    facts.reserve(chain.steps.size());
    for (const config::StepConfig &step : chain.steps) {
        facts.push_back(factsFor(setup, request, step, health));
    }
    const routing::Plan plan = routing::makePlan({.chain = chain,
                                                  .steps = facts,
                                                  .facts = request.facts,
                                                  .home = request.home,
                                                  .standIn = request.standIn},
                                                 random);
    const std::int64_t tokens =
        request.facts ? request.facts->traits.promptTokens : dialect::estimatedTokens(request.bodyBytes);
    input.steps.reserve(plan.steps.size());
    for (const routing::PlannedStep &planned : plan.steps) {
        WalkStep &step = input.steps.emplace_back(
            walkStep(setup, chain.steps[planned.index], planned, facts[planned.index]));
        step.tokens = tokens;
    }
    return input;
}

} // namespace signalbox::chain
