// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>
#include <map>

#include "core/engine/engine.h"

namespace signalbox::test {

/// An engine that plays a part: the window sees the state it is told to show, and what the window asks for is
/// written down. Replies come from the event loop, as the real ones do, or when the test says so.
class FakeEngine : public engine::Engine
{
public:
    enum class State : std::uint8_t { Empty, Busy, Degraded, Down, LongNames };
    explicit FakeEngine(State state = State::Busy);
    void play(State state); ///< announces everything as changed

    // The script
    std::vector<engine::ConfigMistake> mistakes; ///< answer to check()
    std::map<std::string, base::Error> failures; ///< function name -> error it replies with from now on
    engine::KeychainView keychain;
    engine::TestReport testReport;
    engine::TestAnswer testAnswer;
    engine::ModelListView modelList;
    std::vector<engine::LocalServerView> localServers;
    std::vector<ledger::RequestDetail> ledgerRows; ///< newest first
    std::vector<ledger::SpendRow> spendRows;
    bool holdReplies = false;
    void deliver(); ///< what was held

    void setServer(engine::ServerState server);
    void publish(engine::Snapshot snapshot);
    void replaceConfig(config::Config config); ///< as after an edit of the file by hand
    void addRequest(ledger::RequestDetail detail);

    // What was asked
    bool watched = false;
    std::vector<config::Config> applied;
    std::vector<std::string> storedKeys; ///< provider ids
    std::vector<config::KeySource> removedKeys;
    std::vector<std::string> testRequests; ///< chains
    std::vector<base::RequestId> cancelled;
    std::vector<ledger::RequestQuery> queries;
    int retries = 0;
    std::vector<std::string>
        steered; ///< "pause sim/demo", "resume sim", "hold sim/demo 60s", "reset sim/demo"
    std::vector<engine::DrillOrder> drills;
    std::vector<int> stoppedDrills;

    const engine::ServerState &server() const override { return m_server; }
    std::shared_ptr<const config::Config> config() const override { return m_config; }
    std::vector<engine::PresetView> presets() const override;
    engine::FilesView files() const override
    {
        return {"/home/somebody/.config/signalbox/config.json",
                "/home/somebody/.local/share/signalbox/ledger.db",
                "/home/somebody/.local/state/signalbox/signalbox.log"};
    }
    std::shared_ptr<const engine::Snapshot> snapshot() const override { return m_snapshot; }
    void setWatched(bool on) override { watched = on; }
    void applyConfig(config::Config next, engine::Reply<void> reply) override;
    std::vector<engine::ConfigMistake> check(const config::Config &) const override { return mistakes; }
    void storeProviderKey(std::string providerId, base::SecretString key, bool sessionOnly,
                          engine::Reply<config::KeySource> reply) override;
    void removeKey(config::KeySource source, engine::Reply<void> reply) override;
    void keychainState(engine::Reply<engine::KeychainView> reply) override;
    void createClientToken(std::string clientId, engine::Reply<config::KeySource> reply) override;
    void revealClientToken(std::string clientId, engine::Reply<std::string> reply) override;
    void testProvider(config::ProviderConfig provider, std::function<void(engine::TestStep)> onStep,
                      engine::Reply<engine::TestReport> reply) override;
    void models(std::string providerId, bool refresh, engine::Reply<engine::ModelListView> reply) override;
    void findLocalServers(engine::Reply<std::vector<engine::LocalServerView>> reply) override;
    void sendTestRequest(std::string chain, engine::Reply<engine::TestAnswer> reply) override;
    void cancelRequest(base::RequestId id) override { cancelled.push_back(std::move(id)); }
    void retryListening() override { ++retries; }
    void pauseTarget(std::string provider, std::string model, bool paused,
                     engine::Reply<void> reply) override;
    void holdOpen(std::string provider, std::string model, std::optional<base::Duration> time,
                  engine::Reply<void> reply) override;
    void resetBreakers(std::string provider, std::string model, engine::Reply<void> reply) override;
    void startDrill(engine::DrillOrder order, engine::Reply<int> reply) override;
    void stopDrill(int id, engine::Reply<void> reply) override;
    void look(engine::Reply<std::shared_ptr<const engine::Snapshot>> reply) override;
    void requests(ledger::RequestQuery query, engine::Reply<std::vector<ledger::RequestRow>> reply) override;
    void request(base::RequestId id, engine::Reply<ledger::RequestDetail> reply) override;
    void spend(std::string firstDay, std::string lastDay,
               engine::Reply<std::vector<ledger::SpendRow>> reply) override;

private:
    template<typename T>
    void answer(const char *function, engine::Reply<T> reply, base::Result<T> result);
    void later(std::function<void()> call);

    engine::ServerState m_server;
    std::shared_ptr<const config::Config> m_config;
    std::shared_ptr<const engine::Snapshot> m_snapshot;
    std::deque<std::function<void()>> m_held;
};

} // namespace signalbox::test
