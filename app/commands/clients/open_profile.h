// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "app/commands/clients/connect_tool.h"
#include "core/foundation/base/system_clock.h"
#include "core/foundation/config/file/profile_paths.h"
#include "core/foundation/secrets/environment_secret_store.h"
#include "core/foundation/secrets/keychain_secret_store.h"

namespace signalbox::app {

/// Where this user's settings are.
clients::Places placesOfThisUser();

/// Everything that connecting a tool needs of a profile and this machine. Main thread; owned by a command.
class OpenProfile
{
public:
    /// NotFound: there is no configuration yet; Conflict: it has mistakes. Writes nothing.
    static base::Result<std::unique_ptr<OpenProfile>> open(const config::ProfilePaths &paths);
    ConnectDeps deps() { return {m_store, *m_keychain, m_environment, m_connector}; }
    const config::Config &config() const { return *m_store.current(); }

private:
    explicit OpenProfile(const config::ProfilePaths &paths);

    base::SystemClock m_clock;
    config::ConfigStore m_store;
    std::unique_ptr<secrets::KeychainSecretStore> m_keychain;
    secrets::EnvironmentSecretStore m_environment;
    clients::Connector m_connector;
};

} // namespace signalbox::app
