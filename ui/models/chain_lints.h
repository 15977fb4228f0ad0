// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/models/surroundings.h"

namespace signalbox::models {

/// Something about a chain that is allowed and probably not meant. Only what is certain from the
/// configuration.
struct ChainLint {
    int row = -1; ///< the step it is about; -1: the chain
    QString text;
};

std::vector<ChainLint> lintChain(const config::ChainConfig &chain, const Surroundings &around);

} // namespace signalbox::models
