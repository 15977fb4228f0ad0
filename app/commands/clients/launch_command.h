// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/clients/catalogue.h"
#include "core/clients/guard.h"

// `signalbox launch`: a tool with Signalbox in its environment and nothing written.
namespace signalbox::app {

/// How a tool is started.
struct Launch {
    std::vector<std::string> programs; ///< the first that is there
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> set;
    std::vector<std::string> unset;
};

/// `rest`: the user's own arguments, of tools that are no program with the program first. Without an endpoint
/// the tool keeps its own settings. `nameChain`: it is told the chain to ask for. InvalidArgument: there is
/// no program to start.
base::Result<Launch> planLaunch(const clients::Tool &tool, const clients::Endpoint *endpoint,
                                const std::vector<std::string> &rest, bool nameChain);

/// Becomes the tool; returns only if none of its programs is there.
base::Error execute(const Launch &launch);

} // namespace signalbox::app
