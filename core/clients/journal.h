// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clients/edit/editor.h"

namespace signalbox::clients {

/// One value that was written into a tool's file.
struct JournalKey {
    edit::Path path;
    bool wasThere = false;
    std::string before;  ///< its text in the file; of secrets it stands in the backup only
    std::string written; ///< the value as JSON; of secrets its fingerprint
    bool secret = false;
    std::string backup; ///< copy of the file from before this key was written
    bool operator==(const JournalKey &) const = default;
};

struct JournalFile {
    std::string path;
    edit::Format format = edit::Format::Json;
    bool existed = true;
    /// Of the file before the first and after the last time it was written. `before` is empty when somebody
    /// else wrote in between.
    std::string hashBefore;
    std::string hashAfter;
    std::string backup; ///< what hashBefore is of; empty if the file was not there
    std::vector<JournalKey> keys;
    std::vector<edit::Path> created; ///< objects and lists made on the way, outer ones first
    bool operator==(const JournalFile &) const = default;
};

/// What Signalbox has written into the files of other programs, by tool: the only ground on which anything is
/// taken back. Holds no secret.
struct Journal {
    std::map<std::string, std::vector<JournalFile>> tools;
    bool operator==(const Journal &) const = default;

    const JournalFile *file(std::string_view tool, std::string_view path) const;
};

std::string writeJournal(const Journal &journal);
/// Corrupt: it must not be guessed at.
base::Result<Journal> readJournal(std::string_view text);

/// SHA-256 in hexadecimal.
std::string fingerprint(std::string_view text);
/// What the journal holds of a value.
std::string journalText(const json::Value &value, bool secret);
/// Whether `now`, null if it is not there, is what was written.
bool stillOurs(const JournalKey &key, const json::Value *now);

} // namespace signalbox::clients
