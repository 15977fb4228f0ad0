// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/chain/exchange.h"
#include "tests/support/chain/chain_setup.h"
#include "tests/support/chain/client_side.h"
#include "tests/support/chain/watch.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using config::Strategy;
using events::AttemptKind;
using events::Outcome;
using events::RequestOutcome;
using events::SkipReason;
using test::Mood;
using test::Weather;

namespace {
struct ProviderPlan {
    const char *id;
    const char *preset;
    double bad; ///< share of bad weather, roughly
    config::ProviderLimits limits = {};
    test::Bucket bucket = {};
};
const ProviderPlan kProviders[] = {
    {"alpha", "simulated", 0.4},
    {"beta", "openai", 0.3},
    {"gamma", "simulated", 0.15},
    {"bucket", "openai", 0.05, {}, {.size = 6, .perMinute = 12}},
    {"silent", "openai", 0.05, {}, {.size = 3, .perMinute = 6, .saysWhen = false}},
    {"limited", "openai", 0.1, {.requestsPerMinute = 8, .parallel = 2}},
    {"home", "simulated", 0.02, {.parallel = 3}},
    {"dear", "openai", 0.2},
};

config::StepConfig step(const char *provider, int tier = 1)
{
    return {.provider = provider, .model = std::string("model-") + provider, .tier = tier};
}

config::ChainConfig &add(config::Config &config, const char *id, Strategy strategy,
                         std::vector<config::StepConfig> steps)
{
    config.chains.push_back({.id = id, .strategy = strategy, .steps = std::move(steps)});
    config.chains.back().policy.deadline = 90s;
    return config.chains.back();
}

void addStreamChains(config::Config &config)
{
    add(config, "restart", Strategy::Ordered, {step("beta"), step("gamma"), step("home")}).policy.midStream =
        config::MidStream::Restart;
    config::ChainPolicy &held =
        add(config, "held", Strategy::Ordered, {step("alpha"), step("beta"), step("gamma")}).policy;
    held.holdBackTokens = 5;
    held.deadline = 12s;
    config::ChainPolicy &goesOn =
        add(config, "continue", Strategy::Ordered, {step("alpha"), step("home"), step("gamma")}).policy;
    goesOn.midStream = config::MidStream::Continue;
    goesOn.sticky.enabled = true;
    add(config, "assembled", Strategy::Weighted, {step("alpha"), step("gamma"), step("beta", 2)})
        .policy.streamUpstream = true;
}

config::Config theConfig()
{
    config::Config config;
    for (const ProviderPlan &plan : kProviders) {
        config::ProviderConfig provider{.id = plan.id, .preset = plan.preset, .limits = plan.limits};
        if (plan.id == std::string("home")) {
            provider.tags = {"local"};
        }
        if (plan.id == std::string("dear")) {
            provider.prices["*"].base = {.input = base::TokenPrice{10'000'000'000},
                                         .output = base::TokenPrice{30'000'000'000}};
        }
        config.providers.push_back(provider);
    }
    add(config, "ordered", Strategy::Ordered, {step("alpha"), step("beta"), step("gamma")});
    auto &patient = add(config, "patient", Strategy::Ordered, {step("alpha"), step("bucket"), step("gamma")});
    patient.policy.waitForSoonest = false; // Watch tells repeats apart by it
    for (config::StepConfig &one : patient.steps) {
        one.tries = 3;
        one.patience = 8s;
        one.adaptive = true;
    }
    add(config, "race", Strategy::Race, {step("alpha"), step("beta"), step("bucket"), step("home", 2)});
    add(config, "hedged", Strategy::Hedged, {step("alpha"), step("gamma"), step("beta")}).policy.hedgeAfter =
        1s;
    auto &fastest = add(config, "fastest", Strategy::Fastest, {step("alpha"), step("beta"), step("gamma")});
    fastest.policy.sticky = {.enabled = true, .failback = config::Failback::AfterProbes};
    add(config, "busy", Strategy::LeastBusy, {step("limited"), step("home"), step("silent", 2)});
    auto &strict = add(config, "strict", Strategy::Ordered, {step("silent"), step("limited")}).policy;
    strict.deadline = 15s;
    strict.retryBudget = 0;
    strict.afterAmbiguous = false;
    add(config, "alone", Strategy::Ordered, {step("limited")});
    auto &money =
        add(config, "money", Strategy::Race, {step("dear"), step("dear"), step("dear"), step("dear", 2)});
    for (std::size_t i = 0; i < money.steps.size(); ++i) {
        money.steps[i].model += std::to_string(i);
    }
    money.policy.maxCost = base::Money{8'000'000};
    money.policy.waitForSoonest = false;
    addStreamChains(config);
    return config;
}

/// One day: the world, its clients, and a Signalbox that is restarted now and then.
class Day
{
public:
    explicit Day(std::uint64_t seed) : m_random(seed), m_chance(seed + 1)
    {
        const base::SteadyTime now = clock.now();
        for (const ProviderPlan &plan : kProviders) {
            test::World::Provider &provider = world.providers[plan.id];
            provider.weather = Weather(now, 24h, plan.bad, m_random);
            provider.bucket = plan.bucket;
            provider.limits = {plan.limits.requestsPerMinute, plan.limits.tokensPerMinute,
                               plan.limits.parallel};
            provider.isLocal = m_setup->provider(plan.id)->local;
            for (std::size_t i = 1; i < provider.weather.phases().size(); ++i) {
                if (provider.weather.phases()[i - 1].mood == Mood::KeyRefused) {
                    at(provider.weather.phases()[i].from, [this, id = std::string(plan.id)] { editKey(id); });
                }
            }
        }
        for (const auto &chain : m_setup->config->chains) {
            const auto shared = std::make_shared<const config::ChainConfig>(chain);
            // What breaks off in the middle is rare: more requests take the chain that goes on.
            m_chains.insert(m_chains.end(), chain.id == "continue" ? 4 : 1, shared);
        }
    }

    void run(base::Duration time)
    {
        m_traffic = clock.makeTimer([this] { arrive(); });
        m_traffic->start(1s);
        clock.advance(time);
        m_traffic.reset();
    }
    void drain()
    {
        clock.advance(15min);
        check(m_clients.empty(), 0, "a request that never ends");
        check(watch.running() == 0, 0, "a request without a last row");
        check(world.alive() == 0, 0, "an attempt that never ends");
        watch.checkBudgets();
    }
    /// The program ends with all that runs, and is back after a while with what it had written down.
    void restart()
    {
        for (auto &[number, client] : m_clients) {
            if (client->exchange && m_random.unit() < 0.5) {
                client->exchange->cancel();
                check(client->side.ended, number, "cancelled, and the client does not know");
            }
            client->exchange.reset();
            check(!watch.isRunning(number), number, "the end of the program has not ended it");
        }
        m_clients.clear();
        check(world.alive() == 0, 0, "an attempt has outlived the program");
        const auto saved = m_health.save(clock.now(), clock.wallNow());
        clock.advance(upTo(3min));
        m_health = {};
        m_health.restore(saved, clock.now(), clock.wallNow());
        m_sessions = {};
        m_drills = {};
        watch.restarted();
        world.forgetMinute();
    }
    /// The network is gone for a while, which is noticed only after some time.
    void goOffline()
    {
        world.online = false;
        m_health.setOnline(false, clock.now());
        later(upTo(10min), [this] {
            world.online = true;
            m_health.setOnline(true, clock.now());
        });
    }
    void drill()
    {
        const config::ChainConfig &chain = *m_chains[below(m_chains.size())];
        m_drills.start({.chain = chain.id,
                        .step = 1 + static_cast<int>(below(chain.steps.size())),
                        .plan = {.fault = static_cast<provider::Fault>(below(provider::kFaultCount))},
                        .until = clock.now() + 5min,
                        .requestsLeft = 20});
    }

    test::FakeClock clock;
    test::Problems problems{clock};

private:
    base::Random m_random; ///< of the world
    base::Random m_chance; ///< of the engine
    std::shared_ptr<const chain::Setup> m_setup = test::setupFor(theConfig());
    health::HealthBook m_health;

public:
    test::World world{clock, m_random, problems};
    test::Watch watch{{clock, m_health, *m_setup, world, problems}};
    int hungUp = 0;
    int cancelled = 0;
    int slowClients = 0;

private:
    struct Client {
        test::ClientSide side;
        std::unique_ptr<chain::Exchange> exchange;
        std::unique_ptr<base::Timer> hangUp;
        std::unique_ptr<base::Timer> reap;
        std::unique_ptr<base::Timer> drained;
    };

    std::size_t below(std::size_t count) { return static_cast<std::size_t>(m_random.next() % count); }
    base::Duration upTo(base::Duration most)
    {
        return std::chrono::duration_cast<base::Duration>(most * m_random.unit());
    }
    void at(base::SteadyTime time, std::function<void()> what) { later(time - clock.now(), std::move(what)); }
    void later(base::Duration time, std::function<void()> what)
    {
        m_timers.push_back(clock.makeTimer(std::move(what)));
        m_timers.back()->start(time);
    }
    void check(bool holds, int request, const std::string &what)
    {
        if (!holds) {
            problems.add(request, what);
        }
    }

    void editKey(const std::string &provider)
    {
        m_health.resetKey(provider, "");
        watch.forget(provider);
    }

    void arrive()
    {
        m_traffic->start(upTo(9s));
        const std::size_t count = m_random.unit() < 0.08 ? 2 + below(10) : 1;
        const auto &chain = m_chains[below(m_chains.size())];
        for (std::size_t i = 0; i < count; ++i) {
            send(chain);
        }
    }

    chain::ExchangeInput request(const std::shared_ptr<const config::ChainConfig> &chain, int number)
    {
        chain::ExchangeInput input;
        input.id = m_ids.next(clock.wallNow(), m_random);
        input.setup = m_setup;
        input.route.chain = chain;
        input.body = R"({"model":"m","messages":[{"role":"user","content":"#)" + std::to_string(number)
                     + R"( tell me something about trains and signals"}],"max_tokens":100,"stream":)"
                     + (m_random.unit() < 0.5 ? "true}" : "false}");
        input.request = *m_requests.read(input.body);
        input.client = "client-" + std::to_string(below(4));
        input.session = "session-" + std::to_string(below(25));
        input.receivedAt = clock.now();
        if (chain->policy.maxCost) {
            auto facts = std::make_unique<routing::Facts>();
            facts->traits.promptTokens = static_cast<std::int64_t>(input.body.size() + 3) / 4;
            facts->traits.maxOutput = 100;
            input.facts = std::move(facts);
        }
        if (m_random.unit() < 0.1) {
            input.deadline = 2s + upTo(30s);
        }
        return input;
    }

    void send(const std::shared_ptr<const config::ChainConfig> &chain)
    {
        const int number = ++m_sent;
        chain::ExchangeInput input = request(chain, number);
        watch.expect(input.id, {number, chain.get(),
                                std::min<base::Duration>(input.deadline.value_or(chain->policy.deadline),
                                                         chain->policy.deadline)});
        Client &client = *(m_clients[number] = std::make_unique<Client>());
        client.side.onEnd = [this, number, &client] { answered(number, client); };
        if (m_random.unit() < 0.03) {
            ++slowClients;
            client.side.onBytes = [this, &client] { slowDown(client); };
        }
        client.exchange = std::make_unique<chain::Exchange>(m_deps, std::move(input), client.side);
        if (m_random.unit() < 0.06) {
            client.hangUp = clock.makeTimer([this, number] { hangUp(number); });
            client.hangUp->start(upTo(m_random.unit() < 0.5 ? 1s : 30s));
        }
        client.exchange->start();
    }

    /// The answer is whole. The exchange may go at once, from inside its own call, or a little later.
    void answered(int number, Client &client)
    {
        check(!watch.isRunning(number), number, "answered before its last row");
        client.hangUp.reset();
        const double chance = m_random.unit();
        if (chance < 0.4) {
            client.exchange.reset();
        }
        client.reap = clock.makeTimer([this, number] { reap(number); });
        client.reap->start(chance < 0.9 ? 0s : 20s);
    }

    void reap(int number)
    {
        const auto client = std::move(m_clients.extract(number).mapped());
        check(client->side.problem.empty(), number, client->side.problem);
    }

    void hangUp(int number)
    {
        ++hungUp;
        const auto client = std::move(m_clients.extract(number).mapped());
        if (m_random.unit() < 0.3) { // the user, in the window
            ++cancelled;
            client->exchange->cancel();
            check(client->side.ended, number, "cancelled, and the client does not know");
        }
        client->exchange.reset();
        check(!watch.isRunning(number), number, "the client has gone, and it goes on");
        check(world.alive(number) == 0, number, "the client has gone, and an attempt goes on");
        check(client->side.problem.empty(), number, client->side.problem);
    }

    /// The client takes nothing for two seconds.
    void slowDown(Client &client)
    {
        if (!client.drained && client.exchange) {
            client.side.pending = chain::kMaxPendingBytes + 1;
            client.drained = clock.makeTimer([&client] {
                client.side.pending = 0;
                if (client.exchange) {
                    client.exchange->onDrained();
                }
            });
            client.drained->start(2s);
        }
    }

    routing::SessionBook m_sessions;
    chain::DrillBook m_drills;
    dialect::ChatFactsReader m_reader;
    dialect::ClientRequestReader m_requests;
    base::RequestIdSource m_ids;
    chain::ExchangeDeps m_deps{clock, m_chance, m_health, m_sessions, world, m_reader, watch, m_drills};
    std::vector<std::shared_ptr<const config::ChainConfig>> m_chains;
    std::vector<std::unique_ptr<base::Timer>> m_timers;
    std::unique_ptr<base::Timer> m_traffic;
    std::map<int, std::unique_ptr<Client>> m_clients;
    int m_sent = 0;
};

template<typename Key>
int countOf(const std::map<Key, int> &counts, Key key)
{
    const auto it = counts.find(key);
    return it == counts.end() ? 0 : it->second;
}
} // namespace

class LongRunTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDayOfEverything_data()
    {
        QTest::addColumn<quint64>("seed");
        QTest::newRow("1") << quint64(1);
        QTest::newRow("20261120") << quint64(20261120);
        bool given = false;
        const quint64 own = qEnvironmentVariable("SIGNALBOX_SEED").toULongLong(&given);
        if (given) {
            QTest::newRow("of the environment") << own;
        }
    }
    void aDayOfEverything()
    {
        QFETCH(quint64, seed);
        Day day(seed);
        for (int part = 1; part <= 24; ++part) {
            day.run(20min);
            day.drill();
            day.run(20min);
            if (part % 6 == 2) {
                day.goOffline();
            }
            day.run(20min);
            if (part % 4 == 3) {
                day.restart();
            }
        }
        day.drain();
        const test::Watch::Totals &all = day.watch.totals();
        qInfo() << all.requests << "requests," << all.attempts << "attempts," << all.probes << "probes,"
                << day.hungUp << "hung up";
        if (!day.problems.none()) {
            qWarning("%s", day.problems.text().c_str()); // longer than a failure's text may be
        }
        QVERIFY(day.problems.none());
        QVERIFY(all.requests >= 20'000);
        mustHaveHappened(all);
    }

private:
    /// A day on which this has not happened shows nothing.
    static void mustHaveHappened(const test::Watch::Totals &all)
    {
        for (const Outcome one :
             {Outcome::Answered, Outcome::DnsFailed, Outcome::ConnectFailed, Outcome::TlsFailed,
              Outcome::FirstTokenTimeout, Outcome::IdleTimeout, Outcome::TotalTimeout, Outcome::RateLimited,
              Outcome::QuotaSpent, Outcome::KeyRefused, Outcome::ModelMissing, Outcome::ServerFailed,
              Outcome::Garbled, Outcome::Empty, Outcome::CutOff, Outcome::ClientGone, Outcome::Superseded}) {
            QVERIFY2(countOf(all.outcomes, one) > 0, events::toText(one).data());
        }
        for (const AttemptKind one : {AttemptKind::First, AttemptKind::Repeat, AttemptKind::Fallback,
                                      AttemptKind::Hedge, AttemptKind::Race, AttemptKind::Continue}) {
            QVERIFY2(countOf(all.kinds, one) > 0, events::toText(one).data());
        }
        for (const RequestOutcome one :
             {RequestOutcome::Answered, RequestOutcome::AnsweredByFallback, RequestOutcome::Refused,
              RequestOutcome::Interrupted, RequestOutcome::Cancelled}) {
            QVERIFY2(countOf(all.requestOutcomes, one) > 10, events::toText(one).data());
        }
        for (const SkipReason one : {SkipReason::BreakerOpen, SkipReason::ProbeRunning,
                                     SkipReason::LocalLimit, SkipReason::CostLimit, SkipReason::Offline}) {
            QVERIFY2(countOf(all.skips, one) > 0, events::toText(one).data());
        }
        QVERIFY(all.probes > 100);
    }
};

SIGNALBOX_TEST(LongRunTest)
#include "long_run_test.moc"
