// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/guard.h"

#include "core/foundation/config/validate.h"

namespace signalbox::clients {

Endpoint endpointOn(std::uint16_t port)
{
    Endpoint out;
    out.port = port;
    out.origin = "http://127.0.0.1:" + std::to_string(port);
    return out;
}

base::Result<void> checkEndpoint(const Endpoint &endpoint)
{
    const bool ours = endpoint.port != 0 && endpoint.origin.starts_with("http://")
                      && endpoint.origin.find('/', 7) == std::string::npos
                      && config::leadsToPort(endpoint.origin, endpoint.port);
    if (!ours) {
        return base::fail(
            base::ErrorCode::InvalidArgument,
            "'" + endpoint.origin
                + "' is not Signalbox's address on this machine: tools are pointed at nothing else");
    }
    if (endpoint.token.empty() || endpoint.token.find_first_of(" \t\r\n\"\\'{}$") != std::string::npos) {
        return base::fail(base::ErrorCode::InvalidArgument, "a tool needs a token that is one plain word");
    }
    if (endpoint.chain.empty()) {
        return base::fail(base::ErrorCode::InvalidArgument, "a tool needs a chain");
    }
    return {};
}

base::Result<void> checkNoCircle(const config::Config &config, std::uint16_t port)
{
    for (const config::ProviderConfig &provider : config.providers) {
        if (provider.enabled && config::leadsToPort(provider.baseUrl, port)) {
            return base::fail(base::ErrorCode::Conflict,
                              "provider '" + provider.id + "' is Signalbox itself (" + provider.baseUrl
                                  + "): requests would go in a circle; change or remove that provider first");
        }
    }
    return {};
}

} // namespace signalbox::clients
