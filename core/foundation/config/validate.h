// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"
#include "core/foundation/config/mistake.h"

// Checks of a configuration as a value. Pure.
namespace signalbox::config {

/// Everything a file with this content would be refused or warned for, without lines: for configurations made
/// in the window. `presets`: the known provider presets; empty leaves them unchecked.
Mistakes validate(const Config &config, std::span<const std::string> presets = {});

/// The part of it that types and ranges do not say: ids, references, addresses.
Mistakes semanticMistakes(const Config &config, std::span<const std::string> presets = {});

/// Ids of clients, providers and chains: [a-z0-9][a-z0-9._-]{0,63}.
bool isValidId(std::string_view id);

/// https anywhere, http to this machine only, a plain host or address, perhaps a port and a path; no user
/// name, query or fragment, and no character two URL parsers could read differently. Says what is wrong.
base::Result<void> checkBaseUrl(std::string_view url);

/// Whether an address names one of the loopback hosts Signalbox listens on (127.0.0.1, localhost, [::1]) and
/// this port. A program that asks itself goes in a circle.
bool leadsToPort(std::string_view url, std::uint16_t port);

} // namespace signalbox::config
