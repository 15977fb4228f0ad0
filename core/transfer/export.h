// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/foundation/config/config.h"
#include "core/transfer/import.h"

namespace signalbox::transfer {

struct Exported {
    std::string text;               ///< a configuration file
    std::vector<ReportLine> report; ///< what was taken out of it
};

/// The configuration for other eyes: where keys and tokens are kept, never they themselves or parts of them.
/// What looks like a key in headers, addresses, parameters, names or conditions is taken out and reported.
/// Pure.
Exported exportConfig(config::Config config);

} // namespace signalbox::transfer
