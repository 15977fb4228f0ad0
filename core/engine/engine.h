// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QObject>

#include "core/engine/snapshot.h"
#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/config/config.h"
#include "core/record/ledger/rows.h"

namespace signalbox::engine {

/// Called on the main thread, once, never from inside the call that takes it.
template<typename T>
using Reply = std::function<void(base::Result<T>)>;

struct ServerState {
    bool listening = false;
    std::uint16_t port = 0;
    std::string baseUrl; ///< "http://127.0.0.1:8377/v1"; empty when not listening
    std::string problem; ///< why it is not listening, and what to do
};

/// A mistake in a configuration: where, what, and what to do.
struct ConfigMistake {
    int line = 0;
    std::string path; ///< "chains[0].steps[1].provider"
    std::string message;
    bool warning = false;
};

/// A provider preset as the window offers it.
struct PresetView {
    std::string id;
    std::string name;
    std::string baseUrl;
    bool needsKey = true;
    bool local = false;
    bool baseUrlRequired = false; ///< "any OpenAI-compatible"
    std::vector<std::string> keyPrefixes;
    std::vector<std::string> models; ///< suggestions
};

/// One step of a provider test, as it finishes: "Name found", "Key accepted", …
struct TestStep {
    std::string name;
    bool ok = false;
    base::Duration took{};
    std::string detail;
};

struct TestReport {
    std::vector<TestStep> steps;
    std::vector<std::string> models; ///< what the provider lists
    bool ok = false;
};

/// A model as a provider lists it. Numbers: 0 is not said.
struct ModelView {
    std::string id;
    std::int64_t contextTokens = 0;
    std::int64_t maxOutput = 0;
    bool operator==(const ModelView &) const = default;
};

struct ModelListView {
    base::WallTime fetchedAt;
    std::vector<ModelView> models;
};

/// A server found on this machine.
struct LocalServerView {
    std::string preset;
    std::string baseUrl;
    std::vector<std::string> models; ///< none: it wants a key first
};

/// The answer to a request sent from the window itself.
struct TestAnswer {
    base::RequestId id;
    int status = 0;
    std::string servedBy;
    int attempts = 0;
    std::string text; ///< the answer, or the error message
};

enum class KeychainState : std::uint8_t { Available, Locked, Missing, Refused, NotAsked };

struct KeychainView {
    KeychainState state = KeychainState::NotAsked;
    std::string backend; ///< "Secret Service", "KWallet"
    std::string advice;  ///< what the user can do; empty when available
};

/// Where things are kept on this machine, for people who want to look; empty: not said.
struct FilesView {
    std::string config;
    std::string ledger;
    std::string log;
};

/// Everything app and window may ask of the engine. The facade decides nothing. Lives in the main thread; the
/// work is done on the engine and ledger threads.
class Engine : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // What is now
    virtual const ServerState &server() const = 0;
    virtual std::shared_ptr<const config::Config> config() const = 0;
    virtual std::vector<PresetView> presets() const = 0;
    virtual FilesView files() const = 0;
    /// The latest snapshot; never null.
    virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
    /// While true, a fresh snapshot is announced at most 4 times a second; otherwise none is made.
    virtual void setWatched(bool watched) = 0;

    // Configuration: checked, written to the file, then taken over as a whole; running requests keep the old
    // one.
    virtual void applyConfig(config::Config next, Reply<void> reply) = 0;
    /// Mistakes the configuration would be refused for, and warnings. Pure.
    virtual std::vector<ConfigMistake> check(const config::Config &candidate) const = 0;

    // Keys. A key is written to the keychain and read back before the reply says so.
    /// `sessionOnly` keeps it in memory instead. Replies with the source to put into the provider's
    /// configuration.
    virtual void storeProviderKey(std::string providerId, base::SecretString key, bool sessionOnly,
                                  Reply<config::KeySource> reply) = 0;
    virtual void removeKey(config::KeySource source, Reply<void> reply) = 0;
    virtual void keychainState(Reply<KeychainView> reply) = 0;
    /// Makes a fresh token for a tool, keeps it in the keychain (or in memory where there is none).
    virtual void createClientToken(std::string clientId, Reply<config::KeySource> reply) = 0;
    /// The token in plain text, to be pasted into the tool.
    virtual void revealClientToken(std::string clientId, Reply<std::string> reply) = 0;

    // Trying things out
    /// Name look-up, connection, TLS, key and model list; sends no prompt. `onStep` hears each step as it
    /// ends.
    virtual void testProvider(config::ProviderConfig provider, std::function<void(TestStep)> onStep,
                              Reply<TestReport> reply) = 0;
    /// The models of a configured provider: those fetched within the last day, else fetched now. `refresh`:
    /// fetched now in any case. Where that fails an older list is better than none, unless `refresh`.
    virtual void models(std::string providerId, bool refresh, Reply<ModelListView> reply) = 0;
    /// Looks for servers on the ports they are known to take on this machine. Never done unasked.
    virtual void findLocalServers(Reply<std::vector<LocalServerView>> reply) = 0;
    /// Sends a small chat request to the chain through the real server.
    virtual void sendTestRequest(std::string chain, Reply<TestAnswer> reply) = 0;
    virtual void cancelRequest(base::RequestId id) = 0;
    virtual void retryListening() = 0;

    // By hand. What is done to targets is remembered over restarts, drills are not. An empty model means the
    // provider with all its models. NotFound where the configuration has no such provider, chain or step.
    virtual void pauseTarget(std::string provider, std::string model, bool paused, Reply<void> reply) = 0;
    /// For so long, or until it is reset. The model must be named.
    virtual void holdOpen(std::string provider, std::string model, std::optional<base::Duration> time,
                          Reply<void> reply) = 0;
    virtual void resetBreakers(std::string provider, std::string model, Reply<void> reply) = 0;
    /// Replies with the drill's id; it replaces one of the same step. The snapshot lists those running.
    virtual void startDrill(DrillOrder order, Reply<int> reply) = 0;
    /// 0: all of them. Its target's breaker is reset, as when it ends by itself.
    virtual void stopDrill(int id, Reply<void> reply) = 0;
    /// A picture of now, also while nobody watches.
    virtual void look(Reply<std::shared_ptr<const Snapshot>> reply) = 0;

    // The ledger
    virtual void requests(ledger::RequestQuery query, Reply<std::vector<ledger::RequestRow>> reply) = 0;
    virtual void request(base::RequestId id, Reply<ledger::RequestDetail> reply) = 0;
    /// Days from `firstDay` to `lastDay` ("2026-11-20", UTC, both included).
    virtual void spend(std::string firstDay, std::string lastDay,
                       Reply<std::vector<ledger::SpendRow>> reply) = 0;

Q_SIGNALS:
    void serverChanged();
    void configChanged();
    void snapshotChanged();
    /// Something the user should see in an info bar: a rejected hand edit, a key refused, a full disk.
    void noticeRaised(const signalbox::events::Notice &notice);
};

} // namespace signalbox::engine
