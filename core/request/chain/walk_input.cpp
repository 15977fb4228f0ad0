// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/walk_input.h"

#include <algorithm>

#include "core/request/dialect/usage.h"

namespace signalbox::chain {

using events::SkipReason;
using namespace std::chrono_literals;

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

Travel travelOf(const config::ChainPolicy &policy, bool stream)
{
    if (stream) {
        return policy.midStream == config::MidStream::Restart ? Travel::Held : Travel::Stream;
    }
    return policy.streamUpstream ? Travel::Assembled : Travel::Whole;
}

WalkStep stepFor(const Setup &setup, const config::StepConfig &step)
{
    const auto it = setup.providers.find(step.provider);
    const ProviderSetup *const provider = it == setup.providers.end() ? nullptr : &it->second;
    WalkStep out;
    out.config = &step;
    out.firstToken = step.firstToken == 0ms ? base::Duration(20s) : step.firstToken;
    out.barred = wouldBar(stateOf(step, provider));
    if (out.barred) {
        out.why = whyBarred(*out.barred, provider);
    }
    if (provider) {
        const config::ProviderLimits &limits = provider->config->limits;
        out.target = {step.provider, provider->keyName, provider->originText, step.model};
        out.limits = {limits.requestsPerMinute, limits.tokensPerMinute, limits.parallel};
    }
    return out;
}
} // namespace

WalkInput makeWalkInput(const Setup &setup, const WalkRequest &request, const health::HealthBook &,
                        base::Random &)
{
    const config::ChainPolicy &policy = request.chain->policy;
    WalkInput input;
    input.chain = request.chain;
    input.travel = travelOf(policy, request.stream);
    input.promptBytes = request.bodyBytes;
    input.deadline = request.receivedAt
                     + std::min<base::Duration>(policy.deadline, request.deadline.value_or(policy.deadline));
    input.steps.reserve(request.chain->steps.size());
    for (std::size_t i = 0; i < request.chain->steps.size(); ++i) {
        WalkStep step = stepFor(setup, request.chain->steps[i]);
        step.index = i;
        step.tokens = dialect::estimatedTokens(request.bodyBytes);
        input.steps.push_back(std::move(step));
    }
    return input;
}

} // namespace signalbox::chain
