// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "app/commands/command_line.h"
#include "core/foundation/base/clock.h"
#include "core/request/chain/play/scorecard.h"

// `signalbox drill CHAIN`: every fault against every step, played by the code that carries requests, and not
// sent. The JSON is documented in README.md beside this file.
namespace signalbox::app {

struct DrillResult {
    int exitCode = 0; ///< 0: the chain holds; 1: it would fail its user; 2: it cannot be played
    std::string out;
    std::string problem; ///< for stderr
};

/// Reads the configuration file and changes nothing. `at` is the time of the request that is played.
DrillResult drillChain(const std::string &file, const CommandLine &commandLine, base::WallTime at);

std::string scorecardAsText(const config::ChainConfig &chain, const chain::Scorecard &card);
std::string scorecardAsJson(const config::ChainConfig &chain, const chain::Scorecard &card);
/// One line that says it all.
std::string verdict(const config::ChainConfig &chain, const chain::Scorecard &card);

} // namespace signalbox::app
