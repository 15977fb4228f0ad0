// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/engine/machine/peer_process.h"
#include "core/request/server/service.h"

namespace signalbox::intake {

/// Who sent a request: the client its token belongs to, else the tool its User-Agent names, else (where that
/// names only a library that anybody may use) the program at the other end of the connection, else that
/// library. Engine thread; owned by the service.
class Attribution
{
public:
    explicit Attribution(base::Clock &clock, std::string proc = "/proc");
    /// Never empty.
    std::string clientOf(const server::ServerRequest &request);

private:
    machine::PeerProcess m_processes;
    std::map<std::string, std::string, std::less<>> m_tools; ///< by program
};

} // namespace signalbox::intake
