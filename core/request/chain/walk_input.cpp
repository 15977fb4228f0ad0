// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk_input.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/record/spend/cost.h"
#include "core/request/chain/dialect_choice.h"
#include "core/request/chain/key_order.h"
#include "core/request/dialect/usage.h"

namespace signalbox::chain {

using events::SkipReason;

namespace {
StepState stateOf(const config::StepConfig &step, const ProviderSetup *provider, const KeySetup *key)
{
    StepState state{.enabled = step.enabled, .providerExists = provider != nullptr};
    if (provider) {
        state.providerEnabled = provider->config->enabled;
        state.usable = provider->target.has_value();
        // Where a key is only optional, one that was configured is still meant to be used.
        const bool wanted = !state.usable || provider->target->needsKey || !key->problem.empty();
        state.keyAvailable = key->secret.has_value() || !wanted;
    }
    return state;
}

/// The detail behind a step that the configuration bars, for people.
std::string whyBarred(SkipReason reason, const ProviderSetup *provider, const KeySetup *key)
{
    if (reason == SkipReason::KeyUnavailable) {
        return key->problem.empty() ? "it has no key yet" : key->problem;
    }
    return reason == SkipReason::NotSupported ? provider->target.error().message : std::string();
}

health::Target targetOf(const config::StepConfig &step, const ProviderSetup &provider, const KeySetup &key)
{
    return {step.provider, key.name, provider.originText, step.model};
}

/// The provider's keys that are to be had; where none is, the first, to say why.
std::vector<const KeySetup *> usableKeys(const ProviderSetup &provider)
{
    std::vector<const KeySetup *> keys;
    for (const KeySetup &key : provider.keys) {
        if (key.secret) {
            keys.push_back(&key);
        }
    }
    return keys.empty() ? std::vector<const KeySetup *>{&provider.keys.front()} : keys;
}

/// … in the order in which this request tries them.
std::vector<const KeySetup *> keysInOrder(const config::StepConfig &step, const ProviderSetup &provider,
                                          const health::HealthBook &health, base::SteadyTime now,
                                          base::Random &random)
{
    const std::vector<const KeySetup *> keys = usableKeys(provider);
    if (keys.size() < 2) {
        return keys;
    }
    std::vector<KeyChance> chances;
    for (const KeySetup *key : keys) {
        chances.push_back({key->weight, !wouldSkip(health.view(targetOf(step, provider, *key), now))});
    }
    std::vector<const KeySetup *> ordered;
    for (const std::size_t i : keyOrder(chances, random)) {
        ordered.push_back(keys[i]);
    }
    return ordered;
}

Travel travelOf(const config::ChainPolicy &policy, const WalkRequest &request)
{
    if (request.stream) {
        return policy.midStream == config::MidStream::Restart ? Travel::Held : Travel::Stream;
    }
    const bool assembles = policy.streamUpstream && base::isConversation(request.dialect);
    return assembles ? Travel::Assembled : Travel::Whole;
}

/// Why this request, of all, cannot go to the step; empty: it can.
std::string whyNotThis(const WalkRequest &request, const config::StepConfig &step,
                       const ProviderSetup &provider)
{
    const auto spoken = dialectFor(
        {.client = request.dialect, .goesOnFromId = request.goesOnFromId, .rules = nullptr, .body = {}},
        *provider.target);
    if (!spoken) {
        return spoken.error().message;
    }
    const std::string &firstModel = request.chain->steps.front().model;
    const bool mixes = request.dialect == base::Dialect::Embeddings && step.model != firstModel;
    return mixes ? "its vectors do not mix with those of " + firstModel : std::string();
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
        bool first = true; // what holds for the best of its keys holds for the step
        for (const KeySetup *key : usableKeys(*provider)) {
            const health::Target target = targetOf(step, *provider, *key);
            const bool admitted = !wouldSkip(health.view(target, request.receivedAt));
            if (first || (admitted && !facts.admitted)) {
                facts.load = health.load(target, request.receivedAt);
                facts.admitted = admitted;
            }
            first = false;
        }
    }
    return facts;
}

WalkStep walkStep(const config::StepConfig &step, const ProviderSetup *provider, const KeySetup *key,
                  const routing::PlannedStep &planned, const routing::StepFacts &facts)
{
    WalkStep out;
    out.index = planned.index;
    out.tier = planned.tier;
    out.config = &step;
    out.firstToken = planned.firstToken;
    out.fitTokens = planned.fitTokens;
    out.likelyCost = facts.likelyCost;
    out.continues = facts.model.continues;
    out.contextTokens = facts.model.contextTokens;
    out.barred = wouldBar(stateOf(step, provider, key));
    if (out.barred) {
        out.why = whyBarred(*out.barred, provider, key);
    } else {
        out.barred = planned.barred;
        out.why = planned.why;
    }
    if (provider) {
        const config::ProviderLimits &limits = provider->config->limits;
        out.target = targetOf(step, *provider, *key);
        out.key = provider->keys.size() > 1 ? key->name : std::string();
        out.limits = {limits.requestsPerMinute, limits.tokensPerMinute, limits.parallel};
    }
    return out;
}

/// A step that can be tried stands there once for each key that is to be had: next to each other, or, where
/// steps run side by side, behind all steps of the tier, so that no step runs against itself.
class StepList
{
public:
    StepList(const Setup &setup, const WalkRequest &request, const health::HealthBook &health,
             base::Random &random)
        : m_setup(setup), m_request(request), m_health(health), m_random(random)
    {}

    void add(const routing::PlannedStep &planned, const routing::StepFacts &facts)
    {
        const config::StepConfig &step = m_request.chain->steps[planned.index];
        const ProviderSetup *const provider = m_setup.provider(step.provider);
        if (!m_steps.empty() && m_steps.back().tier != planned.tier) {
            flush();
        }
        if (!provider) {
            m_steps.push_back(walkStep(step, nullptr, nullptr, planned, facts));
            return;
        }
        bool another = false;
        for (const KeySetup *key : keysInOrder(step, *provider, m_health, m_request.receivedAt, m_random)) {
            WalkStep one = walkStep(step, provider, key, planned, facts);
            one.alternate = std::exchange(another, true);
            const bool barred = one.barred.has_value();
            (one.alternate && isSideBySide() ? m_later : m_steps).push_back(std::move(one));
            if (barred) {
                return; // for all keys alike: those that are not to be had are no alternates
            }
        }
    }

    std::vector<WalkStep> take()
    {
        flush();
        return std::move(m_steps);
    }

private:
    bool isSideBySide() const
    {
        const config::Strategy strategy = m_request.chain->strategy;
        return strategy == config::Strategy::Race || strategy == config::Strategy::Hedged;
    }
    void flush()
    {
        std::ranges::move(m_later, std::back_inserter(m_steps));
        m_later.clear();
    }

    const Setup &m_setup;
    const WalkRequest &m_request;
    const health::HealthBook &m_health;
    base::Random &m_random;
    std::vector<WalkStep> m_steps;
    std::vector<WalkStep> m_later; ///< of the tier that is being added
};
} // namespace

WalkInput makeWalkInput(const Setup &setup, const WalkRequest &request, const health::HealthBook &health,
                        base::Random &random)
{
    const config::ChainConfig &chain = *request.chain;
    WalkInput input;
    input.chain = request.chain;
    input.travel = travelOf(chain.policy, request);
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
    StepList list(setup, request, health, random);
    for (const routing::PlannedStep &planned : plan.steps) {
        list.add(planned, facts[planned.index]);
    }
    input.steps = list.take();
    for (WalkStep &step : input.steps) {
        step.tokens = tokens;
        const ProviderSetup *const provider = setup.provider(step.config->provider);
        if (!step.barred && provider) {
            step.why = whyNotThis(request, *step.config, *provider);
            step.barred = step.why.empty() ? std::nullopt : std::optional(SkipReason::Capability);
        }
    }
    return input;
}

} // namespace signalbox::chain
