// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/clients/plan.h"

namespace signalbox::clients {

/// What taking our keys out of one file would do.
struct FileUndo {
    FileText now;
    std::string after;
    bool removeFile = false;            ///< it is ours, and nothing else is in it
    std::vector<edit::Path> putBack;    ///< keys that come to what they were
    std::vector<std::string> leftAlone; ///< keys that do not hold what was written any more, and why
    std::string diff;
    bool writes() const { return removeFile || after != now.text; }
};

/// The text of a backup by its name; empty if it is gone.
using ReadBackup = std::function<std::string(const std::string &name)>;

/// Undoes one file's journal, key by key and only where the file still holds what was written. Where nobody
/// has touched the file since, the text is what it was, to the byte. Pure.
base::Result<FileUndo> planUndo(const JournalFile &journal, const FileText &now, const ReadBackup &backup);

/// Where a tool stands, by its journal and files.
enum class Standing : std::uint8_t { NotConnected, Connected, Drifted };
struct ToolState {
    Standing standing = Standing::NotConnected;
    std::vector<std::string> drifted; ///< keys that do not hold what was written any more
};
ToolState stateOf(const std::vector<JournalFile> &journal, const std::vector<FileText> &files);

/// Takes out the containers of `created` that are empty, inner ones first, and forgets them.
void dropEmpty(const edit::Editor &editor, std::string &text, std::vector<edit::Path> &created);

} // namespace signalbox::clients
