// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/undo.h"

#include <algorithm>

#include "core/clients/diff.h"

namespace signalbox::clients {

using json::Value;

namespace {
/// The text that stood at a key before it was written; nothing if it cannot be had any more.
std::optional<std::string> sourceBefore(const edit::Editor &editor, const JournalKey &key,
                                        const ReadBackup &backup)
{
    if (!key.secret) {
        return key.before;
    }
    const std::string text = backup(key.backup);
    const auto at = editor.locate(text, key.path);
    return at && *at ? std::optional(text.substr((*at)->begin, (*at)->size())) : std::nullopt;
}

/// Whether the file holds already what the undo would bring back.
bool isBackAlready(const edit::Editor &editor, const JournalKey &key, std::string_view text,
                   const ReadBackup &backup)
{
    const auto at = editor.locate(text, key.path);
    if (!at) {
        return false;
    }
    if (!*at || !key.wasThere) {
        return !*at && !key.wasThere;
    }
    const auto before = sourceBefore(editor, key, backup);
    return before && text.substr((*at)->begin, (*at)->size()) == *before;
}

std::string secretsMasked(const edit::Editor &editor, std::string text, const JournalFile &journal,
                          std::string_view from)
{
    const auto root = editor.read(from);
    for (const JournalKey &key : journal.keys) {
        const Value *const value = root && key.secret ? edit::find(*root, key.path) : nullptr;
        if (value && value->is(Value::Type::String)) {
            text = withMasked(std::move(text), value->text());
        }
    }
    return text;
}

void describe(FileUndo &undo, const edit::Editor &editor, const JournalFile &journal)
{
    const auto shown = [&](const std::string &text) {
        return secretsMasked(editor, secretsMasked(editor, text, journal, undo.now.text), journal,
                             undo.after);
    };
    undo.diff = unifiedDiff(shown(undo.now.text), undo.removeFile ? std::string() : shown(undo.after),
                            undo.now.path, false);
}
} // namespace

void dropEmpty(const edit::Editor &editor, std::string &text, std::vector<edit::Path> &created)
{
    for (std::size_t i = created.size(); i-- > 0;) {
        const auto root = editor.read(text);
        const Value *const container = root ? edit::find(*root, created[i]) : nullptr;
        if (container && !edit::isEmptyContainer(*container, created[i].back())) {
            continue;
        }
        if (container) {
            auto after = edit::remove(editor, text, created[i]);
            if (!after) {
                continue; // an empty object does no harm
            }
            text = *std::move(after);
        }
        created.erase(created.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

base::Result<FileUndo> planUndo(const JournalFile &journal, const FileText &now, const ReadBackup &backup)
{
    FileUndo out;
    out.now = now;
    out.after = now.text;
    const edit::Editor &editor = edit::editorFor(journal.format);
    if (!now.exists) {
        return out;
    }
    const auto root = editor.read(now.text);
    if (!root) {
        return base::fail(root.error().code, now.path + ": " + root.error().message);
    }
    const bool untouched = fingerprint(now.text) == journal.hashAfter;
    if (untouched && (!journal.existed || !journal.hashBefore.empty())) {
        const std::string before = journal.existed ? backup(journal.backup) : std::string();
        if (!journal.existed || fingerprint(before) == journal.hashBefore) {
            for (const JournalKey &key : journal.keys) {
                out.putBack.push_back(key.path);
            }
            out.removeFile = !journal.existed;
            out.after = before;
            describe(out, editor, journal);
            return out;
        }
    }
    for (auto key = journal.keys.rbegin(); key != journal.keys.rend(); ++key) {
        const auto current = editor.read(out.after);
        const std::string name = edit::pathText(key->path);
        if (!stillOurs(*key, current ? edit::find(*current, key->path) : nullptr)) {
            if (!isBackAlready(editor, *key, out.after, backup)) {
                out.leftAlone.push_back("'" + name + "' was changed since and is left as it is");
            }
            continue;
        }
        const auto before = key->wasThere ? sourceBefore(editor, *key, backup) : std::optional(std::string());
        auto after = !before         ? base::fail(base::ErrorCode::NotFound, "the backup is gone")
                     : key->wasThere ? edit::setSource(editor, out.after, key->path, *before)
                                     : edit::remove(editor, out.after, key->path);
        if (!after) {
            out.leftAlone.push_back("'" + name + "' is left as it is: " + after.error().message);
            continue;
        }
        out.after = *std::move(after);
        out.putBack.push_back(key->path);
    }
    std::vector<edit::Path> created = journal.created;
    dropEmpty(editor, out.after, created);
    const auto left = editor.read(out.after);
    out.removeFile = !journal.existed && left && edit::isEmptyContainer(*left, {})
                     && out.after.find_first_not_of("{}[] \t\r\n") == std::string::npos;
    describe(out, editor, journal);
    return out;
}

ToolState stateOf(const std::vector<JournalFile> &journal, const std::vector<FileText> &files)
{
    ToolState out;
    for (const JournalFile &file : journal) {
        const auto now = std::find_if(files.begin(), files.end(),
                                      [&](const FileText &one) { return one.path == file.path; });
        const auto root = now != files.end() && now->exists ? edit::editorFor(file.format).read(now->text)
                                                            : base::Result<Value>(Value());
        for (const JournalKey &key : file.keys) {
            if (!root || !stillOurs(key, edit::find(*root, key.path))) {
                out.drifted.push_back(file.path + ": " + edit::pathText(key.path));
            }
        }
    }
    out.standing = journal.empty()       ? Standing::NotConnected
                   : out.drifted.empty() ? Standing::Connected
                                         : Standing::Drifted;
    return out;
}

} // namespace signalbox::clients
