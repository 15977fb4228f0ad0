// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clients/file/connector.h"

#include <algorithm>

#include <QFile>
#include <QFileInfo>

#include "core/clients/file/tool_file.h"

namespace signalbox::clients {

namespace {
bool isThere(const std::string &path)
{
    const QFileInfo info(QString::fromStdString(path));
    return info.exists() || info.isSymLink();
}
} // namespace

std::string Connector::pathOf(const ToolFile &file) const
{
    std::string first;
    for (const std::string &one : file.paths) {
        const auto path = resolve(one, m_deps.places);
        // A folder named by a variable is the tool's only one.
        if (path && (isThere(*path) || one.starts_with('$'))) {
            return *path;
        }
        first = first.empty() && path ? *path : first;
    }
    return first;
}

base::Result<std::vector<FileText>> Connector::files(const Tool &tool) const
{
    std::vector<FileText> out;
    for (const ToolFile &file : tool.files) {
        auto text = readToolFile(pathOf(file), m_deps.places.home);
        if (!text) {
            return std::unexpected(text.error());
        }
        const auto older = file.insteadOf.empty() ? std::nullopt : resolve(file.insteadOf, m_deps.places);
        if (!text->exists && older && isThere(*older)) {
            return base::fail(base::ErrorCode::Conflict, *older + ": " + file.insteadWhy);
        }
        out.push_back(*std::move(text));
    }
    return out;
}

base::Result<Journal> Connector::journal() const
{
    QFile file(QString::fromStdString(journalPath()));
    if (!file.exists()) {
        return Journal{};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return base::fail(base::ErrorCode::Io,
                          journalPath() + ": cannot be read: " + file.errorString().toStdString());
    }
    auto out = readJournal(file.readAll().toStdString());
    if (!out) {
        return base::fail(out.error().code, journalPath() + ": " + out.error().message);
    }
    return out;
}

base::Result<void> Connector::saveJournal(const Journal &journal) const
{
    return writePrivate(journalPath(), writeJournal(journal));
}

base::Result<Plan> Connector::plan(const Tool &tool, const Endpoint &endpoint) const
{
    const auto known = journal();
    const auto texts = files(tool);
    if (!known || !texts) {
        return std::unexpected(!known ? known.error() : texts.error());
    }
    auto out = planConnect(tool, *texts, endpoint, *known);
    if (!out) {
        return out;
    }
    for (const FilePlan &file : out->files) {
        const auto mode = QFileInfo(QString::fromStdString(file.now.path)).permissions();
        const bool secret = std::any_of(file.journal.keys.begin(), file.journal.keys.end(),
                                        [](const JournalKey &key) { return key.secret; });
        if (file.now.exists && secret && (mode & (QFileDevice::ReadGroup | QFileDevice::ReadOther))) {
            out->notes.push_back(file.now.path
                                 + ": other users of this machine can read this file, and with it the "
                                   "token: chmod 600");
        }
    }
    return out;
}

base::Result<void> Connector::keepBackups(const Tool &tool, const Plan &plan) const
{
    for (const FilePlan &file : plan.files) {
        const std::string path = backupPath(backupName(tool.id, file.now));
        if (file.writes() && file.now.exists && !isThere(path)) {
            if (const auto kept = writePrivate(path, file.now.text); !kept) {
                return kept;
            }
        }
    }
    return {};
}

base::Result<void> Connector::apply(const Tool &tool, const Plan &plan)
{
    if (!plan.writes()) {
        return {};
    }
    const auto before = journal();
    if (!before) {
        return std::unexpected(before.error());
    }
    if (const auto kept = keepBackups(tool, plan); !kept) {
        return kept;
    }
    Journal next = *before;
    auto &files = next.tools[tool.id];
    for (const FilePlan &file : plan.files) {
        std::erase_if(files, [&](const JournalFile &one) { return one.path == file.journal.path; });
        if (!file.journal.keys.empty()) {
            files.push_back(file.journal);
        }
    }
    if (const auto saved = saveJournal(next); !saved) {
        return saved;
    }
    for (std::size_t i = 0; i < plan.files.size(); ++i) {
        const FilePlan &file = plan.files[i];
        const auto written =
            file.writes() ? writeToolFile(file.now, file.after, m_deps.places.home) : base::Result<void>();
        if (written) {
            continue;
        }
        for (std::size_t done = 0; done < i; ++done) {
            const FilePlan &back = plan.files[done];
            const FileText now{back.now.path, true, back.after};
            const auto restored = !back.writes()    ? base::Result<void>()
                                  : back.now.exists ? writeToolFile(now, back.now.text, m_deps.places.home)
                                                    : removeToolFile(now, m_deps.places.home);
            if (!restored) {
                return base::fail(written.error().code, written.error().message + "; and "
                                                            + restored.error().message + ": run --undo");
            }
        }
        const auto saved = saveJournal(*before);
        return saved ? written : saved;
    }
    return {};
}

bool Connector::Undo::writes() const
{
    return std::any_of(files.begin(), files.end(), [](const FileUndo &file) { return file.writes(); });
}

base::Result<Connector::Undo> Connector::planUndo(const Tool &tool) const
{
    const auto known = journal();
    if (!known) {
        return std::unexpected(known.error());
    }
    const auto of = known->tools.find(tool.id);
    if (of == known->tools.end() || of->second.empty()) {
        return base::fail(base::ErrorCode::NotFound,
                          "Signalbox has written nothing into the files of " + tool.name);
    }
    const auto backup = [this](const std::string &name) {
        QFile file(QString::fromStdString(backupPath(name)));
        return !name.empty() && file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    };
    Undo out;
    for (const JournalFile &file : of->second) {
        const auto now = readToolFile(file.path, m_deps.places.home);
        if (!now) {
            return std::unexpected(now.error());
        }
        auto one = clients::planUndo(file, *now, backup);
        if (!one) {
            return std::unexpected(one.error());
        }
        out.files.push_back(*std::move(one));
    }
    return out;
}

base::Result<void> Connector::undo(const Tool &tool, const Undo &plan)
{
    auto known = journal();
    if (!known) {
        return std::unexpected(known.error());
    }
    for (const FileUndo &file : plan.files) {
        const auto done = file.removeFile ? removeToolFile(file.now, m_deps.places.home)
                          : file.writes() ? writeToolFile(file.now, file.after, m_deps.places.home)
                                          : base::Result<void>();
        if (!done) {
            return done; // the journal still knows: what is back already counts as such the next time
        }
    }
    known->tools.erase(tool.id);
    return saveJournal(*known);
}

bool Connector::isInstalled(const Tool &tool) const
{
    const std::string path =
        m_deps.places.variable ? m_deps.places.variable("PATH").value_or("") : std::string();
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find(':', at), path.size());
        const std::string folder = path.substr(at, end - at);
        at = end + 1;
        for (const std::string &program : tool.programs) {
            const QFileInfo info(QString::fromStdString(folder + "/" + program));
            if (folder.starts_with('/') && info.isFile() && info.isExecutable()) {
                return true;
            }
        }
    }
    const auto folder = tool.folder.empty() ? std::nullopt : resolve(tool.folder, m_deps.places);
    return folder && isThere(*folder);
}

Connector::State Connector::state(const Tool &tool) const
{
    State out;
    out.installed = isInstalled(tool);
    const auto known = journal();
    if (!known) {
        out.problem = known.error().message;
        return out;
    }
    const auto of = known->tools.find(tool.id);
    if (of == known->tools.end()) {
        return out;
    }
    std::vector<FileText> texts;
    for (const JournalFile &file : of->second) {
        const auto text = readToolFile(file.path, m_deps.places.home);
        if (!text) {
            out.problem = text.error().message;
            continue;
        }
        texts.push_back(*text);
    }
    out.tool = stateOf(of->second, texts);
    return out;
}

} // namespace signalbox::clients
