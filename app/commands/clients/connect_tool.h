// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/clients/file/connector.h"
#include "core/foundation/config/file/store.h"
#include "core/foundation/secrets/secret_store.h"

// What `signalbox connect` and `signalbox launch` do, without their printing. Main thread; waits for the
// keychain in an event loop.
namespace signalbox::app {

struct ConnectDeps {
    config::ConfigStore &store; ///< loaded without mistakes
    secrets::SecretStore &keychain;
    secrets::SecretStore &environment;
    clients::Connector &connector;
};

struct ConnectWish {
    std::string chain; ///< empty: the client's own, else the first that is enabled
    bool dryRun = false;
};

/// What became of it, or would.
struct Connected {
    config::ClientConfig client;
    bool newClient = false;
    bool newToken = false;
    clients::Plan plan; ///< without files if the tool is only shown what to do
    clients::Endpoint endpoint;
};

/// Gives the tool a client of its own with a token in the keychain, and writes its files. What fails takes
/// back what was done before it, in reverse order. Of a dry run nothing is written anywhere.
base::Result<Connected> connectTool(const ConnectDeps &deps, const clients::Tool &tool,
                                    const ConnectWish &wish);

/// The chain a client uses that asked for `asked`, which may be empty. NotFound names what there is.
base::Result<std::string> chainFor(const config::Config &config, const config::ClientConfig *client,
                                   const std::string &asked);

/// The endpoint for a tool that uses the chain: as much context and output as the chain's most capable step
/// is known to have, since smaller ones are passed over when a prompt is too long for them.
clients::Endpoint endpointOf(const config::Config &config, std::uint16_t port, const std::string &chain);

/// NotFound: there is no such client, it has no token, or it is not where the configuration says.
/// Unsupported: it is known only to the Signalbox that runs.
base::Result<base::SecretString> clientToken(const ConnectDeps &deps, const config::ClientConfig &client);

/// The client's token of `toolId`, else of the first client that has one, else why there is none.
base::Result<base::SecretString> anyToken(const ConnectDeps &deps, const std::string &toolId);

} // namespace signalbox::app
