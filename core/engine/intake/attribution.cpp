// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/intake/attribution.h"

#include "core/clients/catalogue.h"
#include "core/clients/user_agent.h"

namespace signalbox::intake {

Attribution::Attribution(base::Clock &clock, std::string proc) : m_processes(clock, std::move(proc))
{
    const clients::Catalogue catalogue = clients::Catalogue::shipped();
    for (const clients::Tool &tool : catalogue.tools()) {
        for (const std::string &program : tool.programs) {
            m_tools.emplace(program, tool.id);
        }
    }
}

std::string Attribution::clientOf(const server::ServerRequest &request)
{
    if (!request.client.empty()) {
        return request.client;
    }
    clients::ClientName told = clients::clientNameOf(request.userAgent);
    if (told.specific) {
        return std::move(told.name);
    }
    if (request.peerPort != 0) {
        std::string program = m_processes.nameOf(request.peerPort, request.localPort);
        if (const auto tool = m_tools.find(program); tool != m_tools.end()) {
            return tool->second;
        }
        if (!program.empty()) {
            return program;
        }
    }
    return told.name.empty() ? "unknown" : std::move(told.name);
}

} // namespace signalbox::intake
