// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/engine/engine.h"
#include "core/engine/intake/budget_watch.h"
#include "core/engine/errand/fetch.h"
#include "core/engine/machine/network_watch.h"
#include "core/request/chain/setup.h"
#include "core/request/server/access.h"

namespace signalbox::engine {

/// Everything that lives on the engine thread: server, chains, breakers, upstream connections, metrics. Made,
/// used and destroyed there; LocalEngine talks to it in messages only.
class EngineCore
{
public:
    struct Deps {
        events::EventSink &ledger;                            ///< outlives the core
        std::function<void(const events::Notice &)> onNotice; ///< called on the engine thread
        std::string healthFile; ///< where breakers are remembered over restarts; empty: nowhere
        /// Asks the ledger for what budgets have to know of the time before; costs() is to be called with the
        /// answer. None: they begin at nothing. Called on the engine thread.
        intake::BudgetWatch::Ask askCosts = {};
        // What a test has its own of.
        std::function<std::unique_ptr<base::Clock>()> makeClock = {}; ///< none: the machine's
        std::function<bool()> hasWayOut = machine::machineHasWayOut;
    };
    explicit EngineCore(Deps deps);
    ~EngineCore();

    base::Result<std::uint16_t> listen(std::uint16_t port);
    /// For every request from now on.
    void use(std::shared_ptr<const chain::Setup> setup, std::shared_ptr<const server::AccessRules> rules);
    void keyChanged(const std::string &provider, const std::string &keyName);
    void networkIs(const machine::NetworkSource::Reading &reading);
    const NetworkState &network() const;

    // By hand; remembered over restarts. An empty model means the provider with all its models. NotFound
    // where the configuration has no such provider.
    base::Result<void> pause(const std::string &provider, const std::string &model, bool paused);
    /// For so long, or until it is reset. The model must be named.
    base::Result<void> holdOpen(const std::string &provider, const std::string &model,
                                std::optional<base::Duration> time);
    base::Result<void> resetBreakers(const std::string &provider, const std::string &model);

    /// Faults on purpose, in live traffic; gone with a restart. Errors as DrillDesk's.
    base::Result<int> startDrill(const DrillOrder &order);
    base::Result<void> stopDrill(int id);

    std::shared_ptr<const Snapshot> snapshot();
    /// What earlier runs spent today.
    void seedSpend(const std::vector<ledger::SpendRow> &rows);
    /// The ledger's answer to Deps::askCosts.
    void costs(std::uint64_t question, const base::Result<ledger::CostsAnswer> &answer);
    void notice(events::Notice notice);
    void cancel(const base::RequestId &id);

    /// One request outside every chain. `done` is called on this thread.
    void fetch(upstream::WireRequest request, base::Duration limit, errand::Fetch::Done done);
    using TestDone = std::function<void(base::Result<TestReport>)>;
    void testProvider(const chain::ProviderSetup &provider, std::function<void(TestStep)> onStep,
                      TestDone done);
    using AnswerDone = std::function<void(base::Result<TestAnswer>)>;
    void sendTestRequest(const std::string &chain, const base::SecretString &token, AnswerDone done);

    /// Stops accepting, lets running requests finish for up to `limit`, then calls back.
    void drain(base::Duration limit, std::function<void()> done);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::engine
