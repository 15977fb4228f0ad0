// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/clients/catalogue.h"
#include "core/clients/guard.h"
#include "core/clients/journal.h"

namespace signalbox::clients {

/// A tool's file as it is now.
struct FileText {
    std::string path; ///< absolute
    bool exists = false;
    std::string text;
};

struct KeyChange {
    edit::Path path;
    bool wasThere = false;
    std::string before; ///< as it stands in the file; secrets masked
    std::string after;
};

/// What would be written into one file, and what the journal will say of it.
struct FilePlan {
    FileText now;
    std::string after;
    std::vector<KeyChange> changes;
    std::string diff;    ///< unified, secrets masked
    JournalFile journal; ///< `backup` is the name of the copy to keep of `now`, if there is one
    bool writes() const { return after != now.text || (!now.exists && !after.empty()); }
};

struct Plan {
    std::vector<FilePlan> files;
    std::vector<std::string> notes; ///< what the user should know or do besides
    bool writes() const;
};

/// A value with its placeholders filled in: {origin}, {base} (with /v1), {token}, {chain}, {context}; a
/// string that is nothing but {context}, {input} or {output} becomes a number.
json::Value expand(const json::Value &value, const Endpoint &endpoint);
std::string expand(std::string_view text, const Endpoint &endpoint);

/// A value of the templates and where it goes.
struct Setting {
    edit::Path path;
    json::Value value;
    bool secret = false;
};
std::vector<Setting> settingsOf(const json::Value &templates, const Endpoint &endpoint);

/// What connecting `tool` would change in `files` (of tool.files, in that order). `journal`: what was written
/// before; keys in it that are not wanted any more are put back. Pure. Errors name file and line.
base::Result<Plan> planConnect(const Tool &tool, const std::vector<FileText> &files, const Endpoint &endpoint,
                               const Journal &journal);

/// Where the copy of a file is kept, in the folder of backups.
std::string backupName(std::string_view tool, const FileText &file);

} // namespace signalbox::clients
