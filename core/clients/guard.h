// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"

namespace signalbox::clients {

/// What a tool is given.
struct Endpoint {
    std::uint16_t port = 0;
    std::string origin; ///< http://127.0.0.1:8377
    std::string token;
    std::string chain;
    int context = 128'000; ///< tokens in all, for tools that cannot ask
    int output = 16'384;
};

/// The endpoint of a Signalbox that listens on `port`.
Endpoint endpointOn(std::uint16_t port);

/// A tool is only ever pointed at our own loopback address, with a token and a chain.
base::Result<void> checkEndpoint(const Endpoint &endpoint);

/// Conflict: a provider of the configuration leads back to `port`, so that requests would go in a circle.
base::Result<void> checkNoCircle(const config::Config &config, std::uint16_t port);

} // namespace signalbox::clients
