// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/composition.h"

#include "core/foundation/base/log.h"
#include "core/foundation/base/system_clock.h"
#include "core/foundation/config/file/store.h"
#include "core/foundation/secrets/environment_secret_store.h"
#include "core/foundation/secrets/keychain_secret_store.h"
#include "core/foundation/secrets/memory_secret_store.h"
#include "core/request/provider/preset.h"

namespace signalbox::app {

namespace {
engine::KeychainView viewOf(const secrets::KeychainStatus &status)
{
    using State = secrets::KeychainState;
    engine::KeychainView view{.backend = status.backend, .advice = status.advice};
    switch (status.state) {
    case State::Available:
        view.state = engine::KeychainState::Available;
        break;
    case State::Locked:
        view.state = engine::KeychainState::Locked;
        break;
    case State::Missing:
        view.state = engine::KeychainState::Missing;
        break;
    case State::Refused:
        view.state = engine::KeychainState::Refused;
        break;
    }
    return view;
}

std::vector<std::string> presetIds()
{
    std::vector<std::string> ids;
    const provider::PresetList presets = provider::PresetList::shipped();
    for (const provider::Preset &preset : presets.all()) {
        ids.push_back(preset.id);
    }
    return ids;
}
} // namespace

struct Composition::Private {
    config::ProfilePaths paths;
    base::SystemClock clock;
    std::unique_ptr<secrets::KeychainSecretStore> keychain = secrets::openKeychain(clock);
    secrets::EnvironmentSecretStore environment;
    secrets::MemorySecretStore memory;
    engine::KeyRing keys{
        {*keychain, environment, memory, [this](std::function<void(engine::KeychainView)> done) {
             keychain->state(
                 [done = std::move(done)](const secrets::KeychainStatus &status) { done(viewOf(status)); });
         }}};
    config::ConfigStore store;
    engine::LocalEngine engine;

    Private(config::ProfilePaths where, std::optional<std::uint16_t> port)
        : paths(std::move(where)),
          store(clock, paths.config, presetIds()),
          engine({.clock = clock,
                  .store = store,
                  .keys = keys,
                  .files = {paths.config, paths.ledger, paths.log()},
                  .port = port,
                  .healthFile = paths.health(),
                  .modelsFile = paths.models(),
                  .network = machine::systemNetwork})
    {
        keychain->onAvailableAgain([this] { keys.retryFailed(); });
    }
};

Composition::Composition(std::unique_ptr<Private> parts) : d(std::move(parts)) {}
Composition::~Composition() = default;

base::Result<std::unique_ptr<Composition>> Composition::make(const CommandLine &commandLine)
{
    auto paths = config::profilePaths(commandLine.profile);
    if (!paths) {
        return std::unexpected(paths.error());
    }
    if (auto made = config::createFolders(*paths); !made) {
        return std::unexpected(made.error());
    }
    base::openLog(paths->log(), base::LogLevel::Info);
    return std::unique_ptr<Composition>(
        new Composition(std::make_unique<Private>(*std::move(paths), commandLine.port)));
}

engine::LocalEngine &Composition::engine()
{
    return d->engine;
}

const config::ProfilePaths &Composition::paths() const
{
    return d->paths;
}

} // namespace signalbox::app
