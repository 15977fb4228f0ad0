// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/foundation/base/error.h"

namespace signalbox::config {

/// Where everything of one profile lives. Absolute paths.
struct ProfilePaths {
    std::string config;  ///< the file
    std::string ledger;  ///< the database file
    std::string state;   ///< folder for logs, locks and what the window remembers
    std::string runtime; ///< folder for sockets; empty where the system offers none
    std::string log() const { return state + "/signalbox.log"; }
    std::string health() const { return state + "/health.json"; } ///< breakers, over restarts
    std::string models() const { return state + "/models.json"; } ///< lists of models
    bool operator==(const ProfilePaths &) const = default;
};

using Environment = std::function<std::optional<std::string>(const char *name)>;
/// Of this process.
std::optional<std::string> environmentVariable(const char *name);

/// With a `profile` folder everything is in it: config.json, ledger.db, state/. Without one, the folders of
/// the XDG Base Directory Specification, in which relative paths count as unset. NotFound when there is no
/// home.
base::Result<ProfilePaths> profilePaths(const std::string &profile,
                                        const Environment &environment = environmentVariable);

/// Makes the folders that are missing, for this user only (0700). Those that are there keep their mode.
base::Result<void> createFolders(const ProfilePaths &paths);
base::Result<void> createPrivateFolder(const std::string &folder);

} // namespace signalbox::config
