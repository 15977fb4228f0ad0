// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_engine_data.h"

#include "core/foundation/base/random.h"

namespace signalbox::test::fake {

using namespace std::chrono;
using namespace std::chrono_literals;
using config::ChainConfig;
using config::KeySource;
using config::ProviderConfig;
using State = FakeEngine::State;

namespace {

constexpr int kRows = 420;

KeySource keychain(std::string name, std::string last4)
{
    return {KeySource::Kind::Keychain, std::move(name), std::move(last4)};
}

config::StepConfig step(std::string provider, std::string model, config::Ms firstToken)
{
    config::StepConfig step;
    step.provider = std::move(provider);
    step.model = std::move(model);
    step.firstToken = firstToken;
    return step;
}

ProviderConfig provider(std::string id, std::string name, std::string preset, KeySource key)
{
    ProviderConfig provider;
    provider.id = std::move(id);
    provider.name = std::move(name);
    provider.preset = std::move(preset);
    provider.key = std::move(key);
    return provider;
}

ChainConfig demoChain()
{
    ChainConfig chain;
    chain.id = "demo";
    chain.steps = {step("shaky", "shaky-1", 5s), step("steady", "steady-1", 5s)};
    return chain;
}

config::Config emptyConfig()
{
    config::Config config;
    config.providers = {provider("shaky", "Shaky (simulated)", "simulated", {}),
                        provider("steady", "Steady (simulated)", "simulated", {})};
    config.providers[0].simulate.errors = {{"429", 0.5}};
    config.chains = {demoChain()};
    return config;
}

config::Config fullConfig(bool longNames)
{
    config::Config config = emptyConfig();
    const auto name = [&](std::string shortName, const char *longer) {
        return longNames ? shortName + longer : shortName;
    };
    config.providers = {
        provider("openai", name("OpenAI", " – the company account that everybody in the office shares"),
                 "openai", keychain("provider/openai", "3fQx")),
        provider("anthropic", name("Anthropic", " (Abteilung für Rechtsschutzversicherungsgesellschaften)"),
                 "anthropic", keychain("provider/anthropic", "h2Zk")),
        provider("ollama", name("Ollama", " on the machine under the desk by the window"), "ollama", {}),
        provider("groq", "Groq", "groq", keychain("provider/groq", "m9Pd"))};
    config.providers[2].tags = {"local"};
    ChainConfig coding;
    coding.id = name("coding", "-with-a-name-that-nobody-would-ever-type-by-hand-but-a-script-might");
    coding.version = 7;
    coding.aliases = {"gpt-5*", "claude-*"};
    coding.steps = {step("openai", name("gpt-5.6", "-preview-2026-11-01-extended-thinking-with-tools"), 8s),
                    step("anthropic", "claude-opus-5.5", 10s), step("groq", "llama-4-70b", 5s),
                    step("ollama", "qwen3:32b", 60s)};
    if (longNames) {
        using Op = config::Condition::Op;
        coding.strategy = config::Strategy::Hedged;
        coding.policy.midStream = config::MidStream::Continue;
        coding.policy.sticky = {true, config::Failback::SessionEnd, 3, 1'800s};
        coding.policy.holdBackTokens = 100'000;
        coding.policy.fallbackOn.refusal = coding.policy.fallbackOn.refusalOnce = true;
        coding.steps[0].firstToken = 0ms;
        coding.steps[0].when = {Op::All,
                                {},
                                {},
                                {{Op::Greater, "promptTokens", {"8000"}, {}},
                                 {Op::In, "complexity", {"complex", "reasoning"}, {}},
                                 {Op::Equal, "metadata.department", {"legal"}, {}}}};
    }
    ChainConfig cheap;
    cheap.id = "cheap";
    cheap.version = 3;
    cheap.steps = {step("groq", "llama-4-70b", 5s), step("ollama", "qwen3:32b", 60s)};
    ChainConfig local;
    local.id = "local";
    local.enabled = false;
    local.steps = {step("ollama", "qwen3:32b", 60s)};
    config.chains = {coding, cheap, local};
    if (longNames) {
        using Op = config::Condition::Op;
        config.rules = {{"contracts", true, {Op::Matches, "model", {"^contract-.*"}, {}}, coding.id},
                        {"at-night", true, {Op::AtLeast, "time", {"22:00"}, {}}, coding.id},
                        {"everything-else-that-nobody-thought-of", true, {}, coding.id}};
    }
    config.clients = {
        {name("aider", "-on-the-build-server-in-the-basement"), keychain("client/aider", "wxyz"), coding.id},
        {"codex", keychain("client/codex", "k3v9"), coding.id},
        {"open-webui", keychain("client/open-webui", "77ab"), "cheap"}};
    return config;
}

engine::ServerState listening()
{
    return {true, 8377, "http://127.0.0.1:8377/v1", {}};
}

metrics::TrafficMinute minute(int i, State state, base::Random &random)
{
    metrics::TrafficMinute m;
    m.start = floor<minutes>(now()) - minutes(59 - i);
    const bool degraded = state == State::Degraded || state == State::LongNames;
    const auto vary = [&](double from, double to) {
        return static_cast<int>(from + random.unit() * (to - from));
    };
    const bool anthropicOut = degraded && i >= 22 && i < 36;
    const bool groqOut = degraded && i >= 44;
    m.providers = {
        {"openai", vary(16, 26), degraded && i >= 32 && i < 35 ? vary(3, 7) : 0, false},
        {"anthropic", anthropicOut ? 0 : vary(10, 16), degraded && i >= 19 && i < 22 ? 6 : 0, anthropicOut},
        {"ollama", i < 12 ? 0 : vary(6, anthropicOut ? 18 : 10), 0, false},
        {"groq", groqOut ? 0 : vary(3, 6), degraded && i >= 41 && i < 44 ? 5 : 0, groqOut}};
    if (state == State::Down && i >= 50) {
        for (auto &by : m.providers) {
            by = {by.provider, 0, i < 53 ? 4 : 0, i >= 53};
        }
    }
    for (const auto &by : m.providers) {
        m.requests += by.answered + (state == State::Down ? by.failed / 4 : 0);
        m.fallbacks += by.failed > 4 ? 1 : 0;
    }
    m.errors = degraded && i % 11 == 3 ? 1 : 0;
    m.firstTokenP50 = milliseconds(vary(480, 760));
    m.spend = {vary(18, 44) * 1'000'000};
    return m;
}

engine::ProviderHealth health(std::string id, milliseconds p95, std::int64_t failures, std::int64_t cents)
{
    engine::ProviderHealth health;
    health.provider = std::move(id);
    health.attempts = 480;
    health.failures = failures;
    health.firstTokenP50 = p95 / 3;
    health.firstTokenP95 = p95;
    health.spendToday = {cents * 10'000'000};
    return health;
}

std::vector<engine::ProviderHealth> healths(State state)
{
    std::vector<engine::ProviderHealth> list{health("openai", 1900ms, 1, 91),
                                             health("anthropic", 4000ms, 0, 70),
                                             health("ollama", 800ms, 0, 0), health("groq", 600ms, 0, 23)};
    if (state == State::Degraded || state == State::LongNames) {
        list[1].state = "half-open";
        list[1].failures = 28;
        list[1].cause = events::Outcome::ServerFailed;
        list[3].state = "open";
        list[3].failures = 480;
        list[3].cause = events::Outcome::RateLimited;
        list[3].until = now() + 11min;
        list[3].firstTokenP95.reset();
        list[3].unpricedToday = 2;
        list[1].breakers = {
            {"anthropic", "claude-opus-5.5", "half-open", {}, events::Outcome::ServerFailed, 3}};
        list[3].breakers = {{"groq", "llama-4-70b", "open", list[3].until, list[3].cause, 5}};
    }
    if (state == State::Down) {
        for (auto &provider : list) {
            provider.state = "open";
            provider.cause = events::Outcome::ConnectFailed;
            provider.until = now() + 40s;
            provider.failures = provider.attempts;
            provider.firstTokenP95.reset();
        }
    }
    return list;
}

events::RequestEnded fallbackEnd(base::WallTime at)
{
    events::RequestEnded end;
    end.id = base::RequestId::fromText("01KAFAKEFEED00000000000001");
    end.at = at;
    end.total = 9200ms;
    end.firstToken = 1600ms;
    end.outcome = events::RequestOutcome::AnsweredByFallback;
    end.status = 200;
    end.attempts = 2;
    end.servedStep = 2;
    end.servedBy = "anthropic/claude-opus-5.5";
    return end;
}

std::vector<engine::FeedEntry> feed(State state)
{
    using events::Outcome;
    std::vector<engine::FeedEntry> feed;
    feed.push_back({fallbackEnd(now() - 9s), 6});
    if (state != State::Busy) {
        events::AttemptEnded failed;
        failed.request = base::RequestId::fromText("01KAFAKEFEED00000000000001");
        failed.attempt = 1;
        failed.step = 1;
        failed.provider = "openai";
        failed.model = "gpt-5.6";
        failed.at = now() - 19s;
        failed.outcome = Outcome::RateLimited;
        failed.status = 429;
        failed.detail =
            "429 Too Many Requests: Rate limit reached for gpt-5.6 in organization, try again in 20 s";
        feed.push_back({failed, 5});
        feed.push_back({events::BreakerChanged{now() - 100s, "groq", "llama-4-70b", "closed", "open",
                                               Outcome::RateLimited, now() + 11min},
                        4});
        feed.push_back({events::BreakerChanged{now() - 918s,
                                               "anthropic",
                                               "claude-opus-5.5",
                                               "open",
                                               "half-open",
                                               Outcome::ServerFailed,
                                               {}},
                        3});
    }
    feed.push_back({events::Notice{now() - 1070s, events::Notice::Kind::ConfigApplied, "coding",
                                   "Chain coding: version 7 applied"},
                    2});
    if (state == State::LongNames) {
        feed.push_back(
            {events::Notice{
                 now() - 1900s, events::Notice::Kind::KeyProblem, "openai",
                 "The keychain did not hand over the key for OpenAI – the company account that "
                 "everybody in the office shares: it is locked. Unlock it and send the request again"},
             1});
    }
    return feed;
}

std::vector<engine::InFlight> inFlight(const config::Config &config)
{
    return {{base::RequestId::fromText("01KAFAKEFLIGHT000000000001"), config.clients[0].id,
             config.chains[0].id, "openai", config.chains[0].steps[0].model, 1, now() - 4200ms, 4200ms, 812},
            {base::RequestId::fromText("01KAFAKEFLIGHT000000000002"), "codex", config.chains[0].id,
             "anthropic", "claude-opus-5.5", 2, now() - 1100ms, 1100ms, 0}};
}

events::AttemptEnded attempt(const events::RequestStarted &request, int number,
                             const config::StepConfig &step)
{
    events::AttemptEnded a;
    a.request = request.id;
    a.attempt = number;
    a.step = number;
    a.provider = step.provider;
    a.model = step.model;
    a.modelAnswered = step.model;
    a.at = request.at;
    a.outcome = events::Outcome::Answered;
    a.status = 200;
    a.phases.dns = 8ms;
    a.phases.connect = 22ms;
    a.phases.tls = 41ms;
    a.phases.firstByte = 320ms;
    a.phases.firstToken = 540ms;
    a.phases.total = 6s;
    a.usageConfidence = events::Confidence::Reported;
    a.costConfidence = events::Confidence::Computed;
    a.priceVersion = "2026-11-01";
    a.breakerBefore = a.breakerAfter = "closed";
    return a;
}

void refuse(events::AttemptEnded &a)
{
    a.outcome = events::Outcome::RateLimited;
    a.status = 429;
    a.detail = "429 Too Many Requests, Retry-After 20 s";
    a.phases.firstToken = {};
    a.phases.firstByte = 290ms;
    a.phases.total = 380ms;
    a.usage = {};
    a.cost = base::Money{};
    a.modelAnswered.clear();
}

// Of every forty requests two fall back, one is refused by all, one is cancelled and one has no price.
ledger::RequestDetail detail(int i, const config::Config &config, base::Random &random)
{
    ledger::RequestDetail d;
    const ChainConfig &chain = config.chains[i % 7 == 2 ? 1 : 0];
    const base::WallTime at = now() - 9s - i * 11s;
    d.request.started = {base::RequestIdSource().next(at, random),
                         at,
                         config.clients[static_cast<std::size_t>(i) % 3].id,
                         "chat.completions",
                         i % 5 ? "gpt-5.6" : chain.id,
                         chain.id,
                         chain.version,
                         i % 4 != 0};
    const int kind = i % 40;
    const bool refused = kind == 3;
    const std::size_t served = kind == 0 || kind == 17 ? 1 : 0;
    events::RequestEnded end;
    end.id = d.request.started.id;
    for (std::size_t s = 0; s < chain.steps.size(); ++s) {
        if (!refused && s > served) {
            const bool open = s == 2 && kind == 0;
            d.skipped.push_back({end.id, static_cast<int>(s) + 1, chain.steps[s].provider,
                                 chain.steps[s].model,
                                 open ? events::SkipReason::BreakerOpen : events::SkipReason::NotNeeded,
                                 open ? "open until 12:14" : ""});
            continue;
        }
        events::AttemptEnded a = attempt(d.request.started, static_cast<int>(s) + 1, chain.steps[s]);
        a.usage.input = 400 + static_cast<std::int64_t>(random.next() % 18'000);
        a.usage.output = 100 + static_cast<std::int64_t>(random.next() % 1'100);
        a.phases.firstByte = milliseconds(180 + random.next() % 260);
        a.phases.firstToken = a.phases.firstByte + milliseconds(30 + random.next() % 900);
        a.phases.total = 900ms + milliseconds(random.next() % 8'000);
        a.phases.queue = end.total + 1ms;
        if (kind != 9) {
            a.cost = base::Money{a.usage.input * 2'500 + a.usage.output * 10'000};
        }
        if (refused || s < served) {
            refuse(a);
        }
        end.total += a.phases.total + 1ms;
        end.usage.input += a.usage.input;
        end.usage.output += a.usage.output;
        end.firstToken = a.phases.queue + a.phases.firstToken;
        end.cost = a.cost ? base::Money{end.cost.value_or(base::Money{}).nano + a.cost->nano} : a.cost;
        d.attempts.push_back(std::move(a));
    }
    end.at = at + duration_cast<microseconds>(end.total);
    end.overhead = 180us;
    end.attempts = static_cast<int>(d.attempts.size());
    end.status = refused ? 503 : 200;
    end.outcome = refused      ? events::RequestOutcome::Refused
                  : served     ? events::RequestOutcome::AnsweredByFallback
                  : kind == 11 ? events::RequestOutcome::Cancelled
                               : events::RequestOutcome::Answered;
    if (refused) {
        end.firstToken = {};
        end.error = "No provider of this chain could answer: all were rate limited";
    } else {
        end.servedStep = static_cast<int>(served) + 1;
        end.servedBy = chain.steps[served].provider + "/" + chain.steps[served].model;
    }
    d.request.ended = end;
    return d;
}

std::vector<ledger::SpendRow> spendRows(base::Random &random)
{
    std::vector<ledger::SpendRow> rows;
    const auto today = floor<days>(now());
    for (int back = 29; back >= 0; --back) {
        const year_month_day day(today - days(back));
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
        const bool weekend = weekday(sys_days(day)) == Saturday || weekday(sys_days(day)) == Sunday;
        for (const char *id : {"openai", "anthropic", "groq"}) {
            ledger::SpendRow row;
            row.day = text;
            row.provider = id;
            row.attempts = 40 + static_cast<std::int64_t>(random.next() % 200);
            row.unpriced = id[0] == 'g' && back % 9 == 0 ? 2 : 0;
            row.usage.input = row.attempts * 4'200;
            row.usage.cachedInput = row.attempts * 2'000;
            row.usage.output = row.attempts * 610;
            row.cost = {row.attempts * (id[0] == 'g' ? 900'000 : 6'400'000) / (weekend ? 6 : 1)};
            rows.push_back(row);
        }
    }
    return rows;
}

} // namespace

base::WallTime now()
{
    return sys_days(year(2026) / 11 / 20) + 12h + 3min + 20s;
}

std::vector<engine::PresetView> presets()
{
    return {{"openai",
             "OpenAI",
             "https://api.openai.com/v1",
             true,
             false,
             false,
             {"sk-"},
             {"gpt-5.6", "gpt-5.6-mini"}},
            {"anthropic",
             "Anthropic",
             "https://api.anthropic.com",
             true,
             false,
             false,
             {"sk-ant-"},
             {"claude-opus-5.5"}},
            {"groq", "Groq", "https://api.groq.com/openai/v1", true, false, false, {"gsk_"}, {"llama-4-70b"}},
            {"ollama", "Ollama", "http://127.0.0.1:11434/v1", false, true, false, {}, {"qwen3:32b"}},
            {"openai-compatible", "Any OpenAI-compatible", "", true, false, true, {}, {}},
            {"simulated", "Simulated", "", false, true, false, {}, {"steady-1", "shaky-1"}}};
}

Script script(State state)
{
    base::Random random(8377);
    Script script;
    script.server = listening();
    script.snapshot.at = now();
    if (state == State::Empty) {
        script.config = emptyConfig();
        for (int i = 0; i < 60; ++i) {
            script.snapshot.minutes.push_back({floor<minutes>(now()) - minutes(59 - i), {}, 0, 0, 0, {}, {}});
        }
        for (const ProviderConfig &provider : script.config.providers) {
            script.snapshot.providers.push_back({provider.id});
        }
        return script;
    }
    script.config = fullConfig(state == State::LongNames);
    for (int i = 0; i < 60; ++i) {
        script.snapshot.minutes.push_back(minute(i, state, random));
    }
    script.snapshot.providers = healths(state);
    script.snapshot.feed = feed(state);
    script.snapshot.inFlight = inFlight(script.config);
    script.snapshot.totals = {42, 2520, 10, 3, 1, 600ms, 2100ms, {1'840'000'000}, 2, 0};
    for (int i = 0; i < kRows; ++i) {
        script.rows.push_back(detail(i, script.config, random));
    }
    script.spend = spendRows(random);
    if (state == State::Down) {
        script.server = {false,
                         8377,
                         {},
                         "Port 8377 is taken by another program (litellm, process 4211). Close it or choose "
                         "another port in Settings"};
        script.snapshot.inFlight.clear();
    }
    return script;
}

} // namespace signalbox::test::fake
