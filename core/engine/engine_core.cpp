// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_core.h"

#include <utility>

#include "core/engine/drill/drill_desk.h"
#include "core/engine/errand/fetch.h"
#include "core/engine/errand/token_source.h"
#include "core/engine/machine/health_file.h"
#include "core/engine/provider_test.h"
#include "core/engine/service.h"
#include "core/engine/snapshot_builder.h"
#include "core/foundation/base/system_clock.h"
#include "core/foundation/json/splice.h"
#include "core/record/metrics/metrics.h"
#include "core/request/provider/outgoing_request.h"
#include "core/request/provider/provider_attempts.h"
#include "core/request/server/listener.h"

namespace signalbox::engine {

using namespace std::chrono_literals;

namespace {
constexpr base::Duration kProviderTestLimit = 15s;
constexpr base::Duration kTestRequestLimit = 150s;

/// Gives every event to the ledger and the metrics, and tells the user what needs telling.
class EventHub final : public events::EventSink
{
public:
    struct Deps {
        base::Clock &clock;
        events::EventSink &ledger;
        metrics::Metrics &metrics;
        intake::BudgetWatch &budgets;
        std::function<void(const events::Notice &)> onNotice;
    };
    explicit EventHub(Deps deps)
        : m_clock(deps.clock),
          m_ledger(deps.ledger),
          m_metrics(deps.metrics),
          m_budgets(deps.budgets),
          m_onNotice(std::move(deps.onNotice))
    {}
    /// Called after events that come with a change of some breaker.
    void onBreakers(std::function<void()> changed) { m_onBreakers = std::move(changed); }
    void onAttempts(std::function<void(const events::AttemptEnded &)> ended)
    {
        m_onAttempts = std::move(ended);
    }

    void record(const events::Event &event) override
    {
        m_ledger.record(event);
        m_metrics.record(event);
        m_budgets.record(event);
        if (const auto *const notice = std::get_if<events::Notice>(&event)) {
            m_onNotice(*notice);
        } else if (const auto *const changed = std::get_if<events::BreakerChanged>(&event)) {
            tellOfRefusedKey(*changed);
            m_onBreakers();
        } else if (const auto *const ended = std::get_if<events::AttemptEnded>(&event)) {
            m_onBreakers(); // a breaker of its key may have changed behind it
            m_onAttempts(*ended);
        }
    }

private:
    /// The breaker of a refused key stays open until somebody acts, so this happens once per key.
    void tellOfRefusedKey(const events::BreakerChanged &changed)
    {
        if (changed.cause == events::Outcome::KeyRefused && changed.to == "open") {
            record(events::Notice{m_clock.wallNow(), events::Notice::Kind::KeyProblem, changed.provider,
                                  changed.provider
                                      + " refused its key; its steps are skipped until you enter another"});
        }
    }

    base::Clock &m_clock;
    events::EventSink &m_ledger;
    metrics::Metrics &m_metrics;
    intake::BudgetWatch &m_budgets;
    std::function<void(const events::Notice &)> m_onNotice;
    std::function<void()> m_onBreakers = [] {};
    std::function<void(const events::AttemptEnded &)> m_onAttempts = [](const auto &) {};
};

std::vector<machine::KeyMark> marksOf(const chain::Setup &setup)
{
    std::vector<machine::KeyMark> marks;
    for (const auto &[id, provider] : setup.providers) {
        for (const chain::KeySetup &key : provider.keys) {
            if (key.secret) {
                marks.push_back({id, key.name, key.secret->last4()});
            }
        }
    }
    return marks;
}
} // namespace

struct EngineCore::Private {
    std::unique_ptr<base::Clock> ownClock;
    base::Clock &clock;
    base::Random random = base::Random::fromSystem();
    health::HealthBook health;
    machine::HealthFile healthFile; ///< goes after all that ends requests, and writes then
    routing::SessionBook sessions;
    dialect::ChatFactsReader reader;
    metrics::Metrics metrics;
    intake::BudgetWatch budgets;
    EventHub hub;
    upstream::Transport transport;
    machine::NetworkWatch network;
    errand::TokenSource tokens;
    provider::ProviderAttempts attempts;
    chain::DrillBook drills;
    drill::DrillDesk drillDesk;
    Service service;
    server::Listener listener;
    std::shared_ptr<const chain::Setup> setup;    ///< as requests have it
    std::shared_ptr<const chain::Setup> withKeys; ///< … with accounts where that has tokens
    std::uint64_t nextFetch = 0;
    std::map<std::uint64_t, std::unique_ptr<errand::Fetch>> fetches;
    std::unique_ptr<base::Timer> drainLimit;

    explicit Private(Deps deps)
        : ownClock(deps.makeClock ? deps.makeClock() : std::make_unique<base::SystemClock>()),
          clock(*ownClock),
          healthFile({clock, health, std::move(deps.healthFile),
                      [this](std::string text) { tell(std::move(text)); }}),
          metrics(clock),
          budgets(clock, std::move(deps.askCosts)),
          hub({clock, deps.ledger, metrics, budgets, std::move(deps.onNotice)}),
          transport(clock),
          network({clock, health, [this] { transport.flushIdle(); }, std::move(deps.hasWayOut)}),
          tokens({clock, transport,
                  [this](const std::string &provider, const std::string &key, bool fresh) {
                      if (fresh) {
                          health.resetKey(provider, key); // it may have refused the one before
                      }
                      useTokens();
                  }}),
          attempts(transport, clock),
          drillDesk({clock, drills, [this] { return setup->config; },
                     [this](const std::string &provider, const std::string &model) {
                         resetAfterDrill(provider, model);
                     },
                     [this](std::string chain, std::string text) {
                         hub.record(events::Notice{clock.wallNow(), events::Notice::Kind::Info,
                                                   std::move(chain), "drill: " + std::move(text)});
                     }}),
          service(
              {clock, random, health, sessions, attempts, reader, hub, drills, [this] { checkMachine(); }},
              [this] { return network.state(); }),
          listener(clock, service)
    {
        hub.onBreakers([this] { healthFile.noteChanges(); });
        hub.onAttempts([this](const events::AttemptEnded &ended) { drillDesk.attemptEnded(ended); });
        service.facts().askBudgets(
            [this](const std::string &client, base::WallTime now) { return budgets.factsFor(client, now); });
        healthFile.restore();
    }

    void checkMachine()
    {
        network.check();
        tokens.check();
    }

    void useTokens()
    {
        setup = tokens.applied(withKeys);
        service.use(setup);
    }

    void tell(std::string text)
    {
        hub.record(events::Notice{clock.wallNow(), events::Notice::Kind::Info, "health", std::move(text)});
    }

    /// As the configuration has it now: one for each of its keys.
    base::Result<std::vector<health::Target>> targets(const std::string &provider,
                                                      const std::string &model) const
    {
        const auto it = setup->providers.find(provider);
        if (it == setup->providers.end()) {
            return base::fail(base::ErrorCode::NotFound, "no provider is named '" + provider + "'");
        }
        std::vector<health::Target> found;
        for (const chain::KeySetup &key : it->second.keys) {
            found.push_back({provider, key.name, it->second.originText, model});
        }
        return found;
    }

    std::vector<std::pair<health::Target, health::View>> notClosed(const std::string &provider) const
    {
        std::vector<std::pair<health::Target, health::View>> found;
        health.forEach(clock.now(), [&](const health::Target &target, const health::View &view) {
            if (target.provider == provider && view.state != health::BreakerState::Closed) {
                found.emplace_back(target, view);
            }
        });
        return found;
    }

    /// Without a model: all of the provider's.
    void reset(const health::Target &target)
    {
        const auto before = notClosed(target.provider);
        target.model.empty() ? health.resetAll(target.provider) : health.reset(target);
        for (const auto &[one, view] : before) {
            if (health.view(one, clock.now()).state == health::BreakerState::Closed) {
                hub.record(events::BreakerChanged{.at = clock.wallNow(),
                                                  .provider = one.provider,
                                                  .model = one.model,
                                                  .from = std::string(toText(view.state)),
                                                  .to = "closed",
                                                  .cause = view.cause});
            }
        }
        healthFile.noteChanges();
    }

    /// What the user holds open stays so.
    void resetAfterDrill(const std::string &provider, const std::string &model)
    {
        for (const health::Target &one : targets(provider, model).value_or(std::vector<health::Target>())) {
            if (!health.view(one, clock.now()).forced) {
                reset(one);
            }
        }
    }

    void steered(const health::Target &target, const char *how)
    {
        const std::string who = target.model.empty() ? target.provider : target.provider + "/" + target.model;
        hub.record(
            events::Notice{clock.wallNow(), events::Notice::Kind::Info, who, who + ": " + how + " by hand"});
        healthFile.noteChanges();
    }

    void fetch(upstream::WireRequest request, base::Duration limit, errand::Fetch::Done done)
    {
        const std::uint64_t number = nextFetch++;
        const auto finished = [this, number, done = std::move(done)](errand::Fetched fetched) {
            const auto own = fetches.extract(number); // lives until the answer has been handed on
            done(std::move(fetched));
        };
        fetches.emplace(
            number, std::make_unique<errand::Fetch>(transport, clock, std::move(request), limit, finished));
    }
};

EngineCore::EngineCore(Deps deps) : d(std::make_unique<Private>(std::move(deps))) {}
EngineCore::~EngineCore() = default;

base::Result<std::uint16_t> EngineCore::listen(std::uint16_t port)
{
    return d->listener.listen(port);
}

void EngineCore::use(std::shared_ptr<const chain::Setup> setup,
                     std::shared_ptr<const server::AccessRules> rules)
{
    d->healthFile.keysAre(marksOf(*setup));
    d->budgets.use(*setup->config);
    d->withKeys = std::move(setup);
    d->tokens.want(*d->withKeys);
    d->useTokens();
    d->listener.setRules(std::move(rules));
}

void EngineCore::keyChanged(const std::string &provider, const std::string &keyName)
{
    d->health.resetKey(provider, keyName);
    d->healthFile.noteChanges();
}

void EngineCore::networkIs(const machine::NetworkSource::Reading &reading)
{
    d->network.heard(reading);
}

const NetworkState &EngineCore::network() const
{
    return d->network.state();
}

base::Result<void> EngineCore::pause(const std::string &provider, const std::string &model, bool paused)
{
    const auto targets = d->targets(provider, model);
    if (!targets) {
        return std::unexpected(targets.error());
    }
    for (const health::Target &one : *targets) {
        model.empty() ? d->health.pause(provider, paused) : d->health.pause(one, paused);
    }
    d->steered(targets->front(), paused ? "paused" : "no longer paused");
    return {};
}

base::Result<void> EngineCore::holdOpen(const std::string &provider, const std::string &model,
                                        std::optional<base::Duration> time)
{
    const auto targets = d->targets(provider, model);
    if (!targets || model.empty()) {
        return targets ? base::fail(base::ErrorCode::InvalidArgument, "name the model to hold open")
                       : std::unexpected(targets.error());
    }
    for (const health::Target &one : *targets) {
        d->health.forceOpen(one, time ? std::optional(d->clock.now() + *time) : std::nullopt);
    }
    d->steered(targets->front(), "held open");
    return {};
}

base::Result<void> EngineCore::resetBreakers(const std::string &provider, const std::string &model)
{
    const auto targets = d->targets(provider, model);
    if (!targets) {
        return std::unexpected(targets.error());
    }
    for (const health::Target &one : *targets) {
        d->reset(one);
    }
    d->steered(targets->front(), "reset");
    return {};
}

base::Result<int> EngineCore::startDrill(const DrillOrder &order)
{
    return d->drillDesk.start(order);
}

base::Result<void> EngineCore::stopDrill(int id)
{
    return d->drillDesk.stop(id);
}

std::shared_ptr<const Snapshot> EngineCore::snapshot()
{
    for (const auto &[id, pieces] : d->service.pieces()) {
        d->metrics.contentPieces(base::RequestId::fromText(id), pieces);
    }
    d->network.check();
    auto picture = buildSnapshot(*d->setup->config, d->metrics, d->health, d->clock);
    picture->network = d->network.state();
    picture->drills = d->drillDesk.views();
    return picture;
}

void EngineCore::seedSpend(const std::vector<ledger::SpendRow> &rows)
{
    for (const ledger::SpendRow &row : rows) {
        d->metrics.seedSpend(row.provider, row.cost, row.unpriced);
    }
}

void EngineCore::costs(std::uint64_t question, const base::Result<ledger::CostsAnswer> &answer)
{
    d->budgets.answer(question, answer);
}

void EngineCore::notice(events::Notice notice)
{
    d->hub.record(std::move(notice));
}

void EngineCore::cancel(const base::RequestId &id)
{
    d->service.cancel(id);
}

void EngineCore::fetch(upstream::WireRequest request, base::Duration limit, errand::Fetch::Done done)
{
    d->fetch(std::move(request), limit, std::move(done));
}

void EngineCore::testProvider(const chain::ProviderSetup &provider, std::function<void(TestStep)> onStep,
                              TestDone done)
{
    if (!provider.target) {
        done(std::unexpected(provider.target.error()));
        return;
    }
    if (provider.target->simulated) {
        TestReport report{.steps = {{"Simulated", true, {}, "answers offline, nothing to reach"}},
                          .models = {"sim-large", "sim-small"},
                          .ok = true};
        onStep(report.steps.front());
        done(std::move(report));
        return;
    }
    const base::SecretString key = provider.anyKey().secret.value_or(base::SecretString());
    auto request = provider::modelsRequest(*provider.target, key);
    if (!request) {
        done(std::unexpected(request.error()));
        return;
    }
    const auto finished = [onStep = std::move(onStep), done = std::move(done),
                           keySent = !key.empty()](const errand::Fetched &fetched) {
        TestReport report = reportOn(fetched, keySent);
        for (const TestStep &step : report.steps) {
            onStep(step);
        }
        done(std::move(report));
    };
    d->fetch(*std::move(request), kProviderTestLimit, finished);
}

void EngineCore::sendTestRequest(const std::string &chain, const base::SecretString &token, AnswerDone done)
{
    if (d->listener.port() == 0) {
        done(base::fail(base::ErrorCode::Unavailable, "the server is not listening"));
        return;
    }
    upstream::WireRequest request;
    request.origin = {.tls = false, .host = "127.0.0.1", .port = d->listener.port()};
    request.target = "/v1/chat/completions";
    request.headers.add("content-type", "application/json");
    request.headers.add("user-agent", "Signalbox-window/" SIGNALBOX_VERSION);
    request.headers.add("authorization", "Bearer " + std::string(token.reveal()));
    request.body =
        "{\"model\":" + json::quoted(chain)
        + R"(,"messages":[{"role":"user","content":"Say in one sentence what a signal box does."}]})";
    const auto finished = [done = std::move(done)](const errand::Fetched &fetched) {
        if (fetched.head.status == 0) {
            done(base::fail(base::ErrorCode::Unavailable, fetched.wire.detail));
            return;
        }
        const auto field = [&](const char *name) {
            return std::string(fetched.head.headers.find(name).value_or(""));
        };
        done(TestAnswer{.id = base::RequestId::fromText(field("x-signalbox-request-id")),
                        .status = fetched.head.status,
                        .servedBy = field("x-signalbox-served-by"),
                        .attempts = std::atoi(field("x-signalbox-attempts").c_str()),
                        .text = textOfAnswer(fetched.body)});
    };
    d->fetch(std::move(request), kTestRequestLimit, finished);
}

void EngineCore::drain(base::Duration limit, std::function<void()> done)
{
    d->listener.stopAccepting();
    d->listener.closeIdle();
    if (d->listener.activeRequests() == 0) {
        done();
        return;
    }
    const auto once = std::make_shared<std::function<void()>>(std::move(done));
    const auto finish = [once] {
        if (const auto call = std::exchange(*once, {})) {
            call();
        }
    };
    d->listener.onQuiet(finish);
    d->drainLimit = d->clock.makeTimer(finish);
    d->drainLimit->start(limit);
}

} // namespace signalbox::engine
