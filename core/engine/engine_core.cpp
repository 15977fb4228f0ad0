// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_core.h"

#include <utility>

#include "core/engine/fetch.h"
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
    EventHub(base::Clock &clock, events::EventSink &ledger, metrics::Metrics &metrics,
             std::function<void(const events::Notice &)> onNotice)
        : m_clock(clock), m_ledger(ledger), m_metrics(metrics), m_onNotice(std::move(onNotice))
    {}

    void record(const events::Event &event) override
    {
        m_ledger.record(event);
        m_metrics.record(event);
        if (const auto *const notice = std::get_if<events::Notice>(&event)) {
            m_onNotice(*notice);
        } else if (const auto *const changed = std::get_if<events::BreakerChanged>(&event)) {
            tellOfRefusedKey(*changed);
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
    std::function<void(const events::Notice &)> m_onNotice;
};
} // namespace

struct EngineCore::Private {
    base::SystemClock clock;
    base::Random random = base::Random::fromSystem();
    health::HealthBook health;
    dialect::ChatFactsReader reader;
    metrics::Metrics metrics;
    EventHub hub;
    upstream::Transport transport;
    provider::ProviderAttempts attempts;
    Service service;
    server::Listener listener;
    std::shared_ptr<const chain::Setup> setup;
    std::uint64_t nextFetch = 0;
    std::map<std::uint64_t, std::unique_ptr<Fetch>> fetches;
    std::unique_ptr<base::Timer> drainLimit;

    explicit Private(Deps deps)
        : metrics(clock),
          hub(clock, deps.ledger, metrics, std::move(deps.onNotice)),
          transport(clock),
          attempts(transport, clock),
          service({clock, random, health, attempts, reader, hub}),
          listener(clock, service)
    {}

    void fetch(upstream::WireRequest request, base::Duration limit, Fetch::Done done)
    {
        const std::uint64_t number = nextFetch++;
        const auto finished = [this, number, done = std::move(done)](Fetched fetched) {
            const auto own = fetches.extract(number); // lives until the answer has been handed on
            done(std::move(fetched));
        };
        fetches.emplace(number,
                        std::make_unique<Fetch>(transport, clock, std::move(request), limit, finished));
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
    d->setup = setup;
    d->service.use(std::move(setup));
    d->listener.setRules(std::move(rules));
}

void EngineCore::keyChanged(const std::string &provider, const std::string &keyName)
{
    d->health.resetKey(provider, keyName);
}

std::shared_ptr<const Snapshot> EngineCore::snapshot()
{
    for (const auto &[id, pieces] : d->service.pieces()) {
        d->metrics.contentPieces(base::RequestId::fromText(id), pieces);
    }
    return buildSnapshot(*d->setup->config, d->metrics, d->health, d->clock);
}

void EngineCore::seedSpend(const std::vector<ledger::SpendRow> &rows)
{
    for (const ledger::SpendRow &row : rows) {
        d->metrics.seedSpend(row.provider, row.cost, row.unpriced);
    }
}

void EngineCore::notice(events::Notice notice)
{
    d->hub.record(std::move(notice));
}

void EngineCore::cancel(const base::RequestId &id)
{
    d->service.cancel(id);
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
    const base::SecretString key = provider.key.value_or(base::SecretString());
    auto request = provider::modelsRequest(*provider.target, key);
    if (!request) {
        done(std::unexpected(request.error()));
        return;
    }
    const auto finished = [onStep = std::move(onStep), done = std::move(done),
                           keySent = !key.empty()](const Fetched &fetched) {
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
    const auto finished = [done = std::move(done)](const Fetched &fetched) {
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
