// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/foundation/config/mistake.h"

namespace signalbox::app {

struct CheckResult {
    bool ok = false;
    std::string text; ///< a line per mistake: "file:line: path: message"
};

/// Checks a configuration file without changing anything. `presets`: the known ones; empty leaves them
/// unchecked.
CheckResult checkFile(const std::string &file, std::span<const std::string> presets = {});

/// The ids of the presets this program comes with.
std::vector<std::string> shippedPresets();

std::string mistakeLine(const std::string &file, const config::Mistake &mistake);

} // namespace signalbox::app
