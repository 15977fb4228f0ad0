// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>

#include "core/engine/engine.h"
#include "core/engine/engine_thread.h"
#include "core/engine/errand/fetch.h"
#include "core/engine/errand/model_lists.h"
#include "core/engine/key_ring.h"
#include "core/foundation/config/file/store.h"
#include "core/record/ledger/ledger.h"
#include "core/request/provider/preset.h"

namespace signalbox::engine {

/// The engine in this process: joins configuration file, keys, ledger and engine thread. It holds no policy
/// of its own. Main thread; made by the composition.
class LocalEngine final : public Engine
{
    Q_OBJECT

public:
    struct Deps {
        base::Clock &clock; ///< the main thread's
        config::ConfigStore &store;
        KeyRing &keys;
        FilesView files;
        std::optional<std::uint16_t> port; ///< from the command line; beats the configuration
        std::string healthFile;            ///< where breakers are remembered; empty: nowhere
        std::string modelsFile;            ///< where lists of models are kept; empty: nowhere
        /// Makes the watch of the system's network; none: this machine counts as online.
        std::function<std::unique_ptr<machine::NetworkSource>()> network;
    };
    explicit LocalEngine(Deps deps);
    ~LocalEngine() override;

    /// Loads the configuration and begins to serve; serverChanged() tells how that went.
    void start();
    /// Stops accepting, lets running requests finish for up to 5 s, then calls back.
    void shutDown(std::function<void()> done);

    const ServerState &server() const override { return m_server; }
    std::shared_ptr<const config::Config> config() const override { return m_deps.store.current(); }
    FilesView files() const override { return m_deps.files; }
    std::vector<PresetView> presets() const override;
    std::shared_ptr<const Snapshot> snapshot() const override { return m_snapshot; }
    void setWatched(bool watched) override;
    void applyConfig(config::Config next, Reply<void> reply) override;
    std::vector<ConfigMistake> check(const config::Config &candidate) const override;
    void storeProviderKey(std::string providerId, base::SecretString key, bool sessionOnly,
                          Reply<config::KeySource> reply) override;
    void removeKey(config::KeySource source, Reply<void> reply) override;
    void keychainState(Reply<KeychainView> reply) override;
    void createClientToken(std::string clientId, Reply<config::KeySource> reply) override;
    void revealClientToken(std::string clientId, Reply<std::string> reply) override;
    void testProvider(config::ProviderConfig provider, std::function<void(TestStep)> onStep,
                      Reply<TestReport> reply) override;
    void models(std::string providerId, bool refresh, Reply<ModelListView> reply) override;
    void findLocalServers(Reply<std::vector<LocalServerView>> reply) override;
    void sendTestRequest(std::string chain, Reply<TestAnswer> reply) override;
    void cancelRequest(base::RequestId id) override;
    void retryListening() override;
    void pauseTarget(std::string provider, std::string model, bool paused, Reply<void> reply) override;
    void holdOpen(std::string provider, std::string model, std::optional<base::Duration> time,
                  Reply<void> reply) override;
    void resetBreakers(std::string provider, std::string model, Reply<void> reply) override;
    void startDrill(DrillOrder order, Reply<int> reply) override;
    void stopDrill(int id, Reply<void> reply) override;
    void look(Reply<std::shared_ptr<const Snapshot>> reply) override;
    void requests(ledger::RequestQuery query, Reply<std::vector<ledger::RequestRow>> reply) override;
    void request(base::RequestId id, Reply<ledger::RequestDetail> reply) override;
    void spend(std::string firstDay, std::string lastDay,
               Reply<std::vector<ledger::SpendRow>> reply) override;

private:
    template<typename T>
    void answer(Reply<T> reply, base::Result<T> result);
    template<typename T>
    auto onMain(Reply<T> reply);

    void ask(upstream::WireRequest request, base::Duration limit, errand::Fetch::Done done);
    void listCame(const std::string &provider, base::Result<errand::ModelList> list, bool refresh,
                  const Reply<ModelListView> &reply);
    void adopt(const config::Config &before);
    void rebuild();
    std::shared_ptr<const chain::ListedModels> listed() const;
    void listen();
    void listened(base::Result<std::uint16_t> port, std::uint16_t wanted);
    void ensureFirstClient();
    void watchNetwork();
    void tellOfMistakes(const config::Mistakes &mistakes);
    void tellOfKeyProblems();
    void notice(events::Notice::Kind kind, std::string subject, std::string text);
    void askForSnapshot();
    void seedSpend();
    void askCosts(std::uint64_t question, base::WallTime from, base::WallTime fineFrom);

    Deps m_deps;
    provider::PresetList m_presets;
    std::shared_ptr<const spend::PriceTable> m_prices;
    std::shared_ptr<const routing::ModelCatalogue> m_models;
    std::shared_ptr<const provider::ParameterRules> m_rules;
    errand::ModelLists m_lists;
    std::unique_ptr<ledger::Ledger> m_ledger;
    base::SecretString m_ownToken; ///< of the window's own requests; new at every start
    ServerState m_server;
    std::optional<std::uint16_t> m_listenAsked; ///< on its way
    std::shared_ptr<const Snapshot> m_snapshot;
    std::unique_ptr<base::Timer> m_snapshotTimer;
    bool m_watched = false;
    bool m_snapshotAsked = false;
    std::set<std::string> m_toldKeyProblems; ///< providers whose missing key the user has been told of
    std::unique_ptr<machine::NetworkSource> m_network;
    std::unique_ptr<EngineThread> m_engine; ///< last: it uses the ledger
};

} // namespace signalbox::engine
