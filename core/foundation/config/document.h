// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/foundation/config/config.h"
#include "core/foundation/config/mistake.h"

namespace signalbox::config {

/// What a text says. With an error among the mistakes, `config` holds what could be read and must not be
/// used.
struct ReadResult {
    Config config;
    Mistakes mistakes;  ///< by line
    std::string schema; ///< "$schema", which editors use and we keep
    bool ok() const { return !hasErrors(mistakes); }
};

/// Reads and checks a configuration file. `presets`: the known provider presets; empty leaves them unchecked.
ReadResult readConfig(std::string_view text, std::span<const std::string> presets = {});

/// The file for a configuration: fields in a fixed order, defaults left out. Reads back as the same value.
std::string writeConfig(const Config &config, const std::string &schema = {});

} // namespace signalbox::config
