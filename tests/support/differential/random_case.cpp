// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/differential/random_case.h"

#include <algorithm>
#include <array>

#include "core/foundation/base/random.h"

namespace signalbox::test {

using chain::AttemptScript;
using config::Ms;
using events::Outcome;
using Ending = AttemptScript::Ending;
using namespace std::chrono_literals;

namespace {
/// Builds one case from its own chance.
class Maker
{
public:
    explicit Maker(std::uint64_t seed) : m_random(seed) {}

    RandomCase make(std::uint64_t seed)
    {
        RandomCase out;
        out.seed = seed;
        config::Config config;
        config::ChainConfig chain{.id = "demo"};
        const int steps = upTo(1, 4);
        for (int i = 0; i < steps; ++i) {
            addStep(i, config, chain);
        }
        using config::Strategy;
        chain.strategy = pick<Strategy>({Strategy::Ordered, Strategy::Ordered, Strategy::Weighted,
                                         Strategy::Fastest, Strategy::LeastBusy, Strategy::Race,
                                         Strategy::Race, Strategy::Hedged, Strategy::Hedged});
        chain.policy = policy();
        m_race = chain.strategy == Strategy::Race;
        config.chains.push_back(std::move(chain));
        out.setup = setup(std::move(config));
        out.past = past(steps);
        const int requests = upTo(1, 3);
        for (int i = 0; i < requests; ++i) {
            out.requests.push_back(request(steps));
        }
        return out;
    }

private:
    bool chance(double share) { return m_random.unit() < share; }
    int upTo(int least, int most)
    {
        return least + static_cast<int>(m_random.unit() * static_cast<double>(most - least + 1));
    }
    template<typename T>
    T pick(std::initializer_list<T> from)
    {
        return *(from.begin() + upTo(0, static_cast<int>(from.size()) - 1));
    }
    Ms ms(int least, int most) { return Ms(upTo(least, most)); }
    /// Odd to the nanosecond: no two are the same.
    base::Duration odd(int leastMs, int mostMs)
    {
        return Ms(upTo(leastMs, mostMs)) + std::chrono::nanoseconds(upTo(1, 999'983));
    }

    void addStep(int i, config::Config &config, config::ChainConfig &chain)
    {
        std::string id = "p" + std::to_string(i);
        if (i > 0 && chance(0.15)) {
            id = "p0"; // another model behind the same key
        } else {
            config::ProviderConfig provider{.id = id, .preset = "openai-compatible"};
            provider.enabled = chance(0.95);
            if (chance(0.8)) {
                config::TieredPrice price;
                price.base.input = base::TokenPrice{1'000'000'000LL * upTo(1, 30)};
                price.base.output = base::TokenPrice{1'000'000'000LL * upTo(1, 90)};
                provider.prices.emplace("m*", price);
            }
            if (chance(0.1)) {
                provider.limits.requestsPerMinute = upTo(1, 4);
                provider.limits.parallel = upTo(0, 2);
            }
            config.providers.push_back(std::move(provider));
        }
        config::StepConfig step{.provider = id, .model = "m" + std::to_string(i)};
        step.enabled = chance(0.95);
        step.tier = upTo(1, 2);
        step.weight = upTo(0, 3);
        step.firstToken = chance(0.3) ? Ms(0) : ms(300, 6000);
        step.answer = ms(500, 12'000);
        step.adaptive = chance(0.3);
        step.idle = ms(200, 3000);
        step.total = ms(1000, 20'000);
        step.tries = upTo(1, 3);
        step.patience = chance(0.5) ? Ms(0) : ms(500, 9000);
        if (chance(0.1)) {
            step.when = {.op = config::Condition::Op::Less, .field = "budget", .values = {"spent"}};
        }
        chain.steps.push_back(std::move(step));
    }

    config::ChainPolicy policy()
    {
        config::ChainPolicy policy;
        policy.deadline = chance(0.3) ? Ms(300'000) : 2 * ms(400, 7500);
        using config::MidStream;
        policy.midStream = pick({MidStream::Error, MidStream::Error, MidStream::Restart, MidStream::Continue,
                                 MidStream::Continue});
        policy.sticky.enabled = chance(0.25);
        using config::Failback;
        policy.sticky.failback =
            pick({Failback::AtOnce, Failback::AfterProbes, Failback::SessionEnd, Failback::Stay});
        policy.sticky.probes = 1;
        policy.holdBackTokens = chance(0.3) ? upTo(1, 5) : 0;
        policy.holdBack = chance(0.3) ? ms(50, 2500) : Ms(0);
        policy.streamUpstream = chance(0.4);
        policy.afterAmbiguous = chance(0.75);
        policy.waitForSoonest = chance(0.6);
        policy.hedgeAfter = 2 * ms(25, 1250) + Ms(1); // never at the deadline
        policy.retryBudget = pick({0, 20, 50, 100});
        config::FallbackOn &on = policy.fallbackOn;
        for (bool config::FallbackOn::*const one :
             {&config::FallbackOn::connect, &config::FallbackOn::timeout, &config::FallbackOn::keyRefused,
              &config::FallbackOn::quota, &config::FallbackOn::rateLimit, &config::FallbackOn::serverError,
              &config::FallbackOn::modelMissing, &config::FallbackOn::contextTooLong,
              &config::FallbackOn::garbled, &config::FallbackOn::empty, &config::FallbackOn::cutOff}) {
            on.*one = chance(0.9);
        }
        on.brokenToolCall = chance(0.5);
        on.refusal = chance(0.5);
        on.refusalOnce = on.refusal && chance(0.5);
        return policy;
    }

    /// Most models can go on from a partial answer.
    std::shared_ptr<const routing::ModelCatalogue> models()
    {
        std::string unable;
        for (int i = 0; i < 4; ++i) {
            if (chance(0.2)) {
                unable += (unable.empty() ? "" : ",") + std::string("\"m") + std::to_string(i)
                          + "\":{\"continues\":false}";
            }
        }
        return std::make_shared<const routing::ModelCatalogue>(
            *routing::ModelCatalogue::fromJson("{\"date\":\"2026-11-20\",\"models\":{},\"presets\":{"
                                               "\"openai-compatible\":{\"continues\":\"plain\",\"models\":{"
                                               + unable + "}}}}"));
    }

    std::shared_ptr<const chain::Setup> setup(config::Config config)
    {
        auto made = std::make_shared<chain::Setup>();
        made->config = std::make_shared<const config::Config>(std::move(config));
        made->prices = std::make_shared<const spend::PriceTable>();
        made->models = models();
        for (const config::ProviderConfig &one : made->config->providers) {
            chain::ProviderSetup provider;
            provider.config = &one;
            provider.target = provider::Target{.providerId = one.id,
                                               .origin = {false, "127.0.0.1", 1},
                                               .speaks = {{base::Dialect::Chat, "/v1/chat/completions", {}}},
                                               .needsKey = false};
            provider.originText = "https://" + one.id + ".example";
            provider.keys.front().name = "key";
            made->providers.emplace(one.id, std::move(provider));
        }
        chain::complete(*made);
        return made;
    }

    std::vector<Past> past(int steps)
    {
        std::vector<Past> out;
        for (int step = 0; step < steps; ++step) {
            if (chance(0.6)) {
                continue;
            }
            Past one{.step = static_cast<std::size_t>(step)};
            one.outcome =
                pick({Outcome::Answered, Outcome::Answered, Outcome::RateLimited, Outcome::ServerFailed,
                      Outcome::ConnectFailed, Outcome::KeyRefused, Outcome::QuotaSpent, Outcome::Empty});
            one.times = one.outcome == Outcome::Answered ? 12 : upTo(1, 4);
            one.took = odd(50, 900);
            if (one.outcome == Outcome::RateLimited && chance(0.7)) {
                one.retryAfter = odd(200, 8000);
            }
            one.forced = chance(0.05);
            one.paused = chance(0.05);
            one.hanging = chance(0.1) ? 3 : 0;
            out.push_back(one);
        }
        return out;
    }

    RequestPlan request(int steps)
    {
        RequestPlan out;
        out.pause = odd(0, chance(0.3) ? 70'000 : 3000);
        out.stream = chance(0.6);
        if (chance(0.2)) {
            out.deadline = 2 * (chance(0.3) ? ms(0, 2) : ms(150, 4500));
        }
        out.session = chance(0.8) ? "s" : "";
        out.spent = chance(0.5) ? upTo(0, steps - 1) : -1;
        out.seed = m_random.next();
        m_deadBefore = false;
        for (int step = 0; step < steps; ++step) {
            auto &scripts = out.scripts.emplace_back();
            const int count = upTo(1, 3);
            for (int i = 0; i < count; ++i) {
                scripts.push_back(script());
            }
        }
        return out;
    }

    AttemptScript script()
    {
        AttemptScript out;
        out.after = odd(1, chance(0.2) ? 9000 : 900);
        const double kind = m_random.unit();
        if (kind < 0.15) {
            wireFailure(out);
        } else if (kind < 0.22) {
            out.silent = true;
        } else if (kind < 0.45) {
            refusal(out);
        } else {
            content(out);
        }
        return out;
    }

    void wireFailure(AttemptScript &out)
    {
        using upstream::WireEnd;
        out.wire = pick({WireEnd::ConnectFailed, WireEnd::ClosedBeforeResponse, WireEnd::Malformed});
        if (out.wire == WireEnd::ConnectFailed && m_race && std::exchange(m_deadBefore, true)) {
            out.wire = WireEnd::ClosedBeforeResponse; // two that fail at once have no order
        }
        if (out.wire == WireEnd::ConnectFailed) {
            out.after = {};
            out.written = false;
        }
    }

    void refusal(AttemptScript &out)
    {
        out.status =
            pick({302, 400, 401, 402, 403, 404, 408, 413, 422, 429, 429, 429, 500, 500, 502, 503, 529});
        out.errorBody = pick<const char *>(
            {R"({"error":{"message":"no","type":"t","code":null,"param":null}})",
             R"({"error":{"message":"no","code":"insufficient_quota"}})",
             R"({"error":{"message":"maximum context length exceeded","code":"context_length_exceeded"}})",
             R"({"error":{"message":"busy, try again in 2 seconds"}})", R"({"detail":"no such thing"})", "{}",
             "oops"});
        if ((out.status == 429 || out.status >= 500) && chance(0.5)) {
            out.retryAfter = std::chrono::seconds(upTo(0, 12));
        }
    }

    void content(AttemptScript &out)
    {
        out.pieces = upTo(0, 8);
        out.gap = odd(1, chance(0.15) ? 4000 : 400);
        out.ending =
            pick({Ending::Complete, Ending::Complete, Ending::Complete, Ending::Complete, Ending::CutOff,
                  Ending::Silent, Ending::Error, Ending::Garbage, Ending::Refusal, Ending::BrokenToolCall});
        if (out.ending == Ending::BrokenToolCall) {
            out.pieces = std::max(out.pieces, 1);
        }
        if (out.ending == Ending::Error) {
            out.errorBody = pick<const char *>(
                {R"({"error":{"message":"overloaded","code":503}})",
                 R"({"error":{"message":"slow down","code":429}})",
                 R"({"error":{"message":"slow down, try again in 3 seconds","code":429}})"});
        }
        if (chance(0.5)) {
            out.usage = events::TokenUsage{.input = upTo(1, 900), .output = upTo(1, 900)};
        }
    }

    base::Random m_random;
    bool m_race = false;
    bool m_deadBefore = false;
};
} // namespace

std::shared_ptr<const config::ChainConfig> RandomCase::chain() const
{
    return {setup->config, &setup->config->chains.front()};
}

health::HealthBook RandomCase::book(base::SteadyTime now) const
{
    health::HealthBook book;
    for (const Past &one : past) {
        const config::StepConfig &step = chain()->steps[one.step];
        const chain::ProviderSetup &provider = setup->providers.at(step.provider);
        const health::Target target{step.provider, provider.keys.front().name, provider.originText, step.model};
        for (int i = 0; i < one.times; ++i) {
            const health::Ticket ticket = book.begin(target, now);
            health::Result result;
            result.outcome = one.outcome;
            result.retryAfter = one.retryAfter;
            result.total = one.took;
            result.promptBytes = 100;
            book.finish(target, ticket, result, now, 0.3);
            if (one.outcome == Outcome::Answered) { // and one that streamed
                result.firstToken = one.took / 2;
                result.total.reset();
                book.finish(target, book.begin(target, now), result, now, 0.3);
            }
        }
        for (int i = 0; i < one.hanging; ++i) {
            book.beginWhole(target, now, {.limit = std::chrono::milliseconds(2)});
        }
        if (one.forced) {
            book.forceOpen(target, std::nullopt);
        }
        if (one.paused) {
            book.pause(target, true);
        }
    }
    return book;
}

std::unique_ptr<routing::Facts> RandomCase::facts(const RequestPlan &plan) const
{
    const auto &steps = chain()->steps;
    const bool asked = std::ranges::any_of(
        steps, [](const config::StepConfig &step) { return step.when.op != config::Condition::Op::Always; });
    if (!asked) {
        return nullptr;
    }
    auto facts = std::make_unique<routing::Facts>();
    if (plan.spent >= 0) {
        facts->budgets.push_back({.provider = steps[static_cast<std::size_t>(plan.spent)].provider,
                                  .state = config::BudgetState::Spent});
    }
    return facts;
}

std::string RandomCase::text() const
{
    const config::ChainConfig &chain = *this->chain();
    std::string out = "  strategy " + std::to_string(static_cast<int>(chain.strategy)) + " deadline "
                      + std::to_string(chain.policy.deadline.count()) + " midStream "
                      + std::to_string(static_cast<int>(chain.policy.midStream)) + " holdBack "
                      + std::to_string(chain.policy.holdBackTokens) + "/"
                      + std::to_string(chain.policy.holdBack.count()) + " streamUpstream "
                      + std::to_string(chain.policy.streamUpstream) + " refusal "
                      + std::to_string(chain.policy.fallbackOn.refusal) + "\n";
    for (const config::StepConfig &step : chain.steps) {
        out += "  step " + step.provider + "/" + step.model + " tier " + std::to_string(step.tier)
               + " firstToken " + std::to_string(step.firstToken.count()) + " answer "
               + std::to_string(step.answer.count()) + " idle " + std::to_string(step.idle.count())
               + " total " + std::to_string(step.total.count()) + " tries " + std::to_string(step.tries)
               + "\n";
    }
    for (const RequestPlan &request : requests) {
        out += "  request " + std::string(request.stream ? "streaming" : "whole") + "\n";
        for (std::size_t step = 0; step < request.scripts.size(); ++step) {
            for (const AttemptScript &one : request.scripts[step]) {
                out += "    step " + std::to_string(step + 1) + ": "
                       + (one.wire     ? "wire " + std::to_string(static_cast<int>(*one.wire))
                          : one.silent ? std::string("silent")
                                       : "status " + std::to_string(one.status))
                       + " after " + std::to_string(one.after.count()) + " pieces "
                       + std::to_string(one.pieces) + " gap " + std::to_string(one.gap.count()) + " ending "
                       + std::to_string(static_cast<int>(one.ending)) + " " + one.errorBody + "\n";
            }
        }
    }
    return out;
}

RandomCase makeCase(std::uint64_t seed)
{
    return Maker(seed).make(seed);
}

} // namespace signalbox::test
