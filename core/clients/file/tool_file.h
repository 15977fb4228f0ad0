// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/clients/plan.h"

// Files of other programs on disk: read with care, written whole or not at all. Blocking; any thread.
namespace signalbox::clients {

constexpr std::size_t kMaxToolFileBytes = std::size_t{4} * 1024 * 1024;

/// A missing file is no error. Refused, each with its own message: too large, not a file, a way that leads
/// out of the home folder through a symlink, no right to read or write.
base::Result<FileText> readToolFile(const std::string &path, const std::string &home);

/// Writes through a symlink to its target, keeping the mode of a file that is there; new ones are 0600.
/// Conflict: the file is not what `now` says any more.
base::Result<void> writeToolFile(const FileText &now, const std::string &after, const std::string &home);
base::Result<void> removeToolFile(const FileText &now, const std::string &home);

/// 0600, with its folder (0700).
base::Result<void> writePrivate(const std::string &path, const std::string &text);

} // namespace signalbox::clients
