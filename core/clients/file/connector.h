// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/clients/catalogue.h"
#include "core/clients/undo.h"

namespace signalbox::clients {

/// Connects tools and takes that back: joins plans, the journal and the files. The journal is written before
/// a file is touched, so that what happened can be undone whenever it ends. Blocking; main thread.
class Connector
{
public:
    struct Deps {
        Places places;
        std::string state; ///< the profile's folder: journal and backups go there
    };
    explicit Connector(Deps deps) : m_deps(std::move(deps)) {}

    /// The files of a tool as they are. Errors name the file.
    base::Result<std::vector<FileText>> files(const Tool &tool) const;
    base::Result<Journal> journal() const;

    base::Result<Plan> plan(const Tool &tool, const Endpoint &endpoint) const;
    /// All files or none: when one cannot be written, those before it are put back.
    base::Result<void> apply(const Tool &tool, const Plan &plan);

    struct Undo {
        std::vector<FileUndo> files;
        bool writes() const;
    };
    /// NotFound: it is not connected.
    base::Result<Undo> planUndo(const Tool &tool) const;
    base::Result<void> undo(const Tool &tool, const Undo &plan);

    struct State {
        bool installed = false; ///< its program or its folder is there
        ToolState tool;
        std::string problem; ///< of its files or of the journal
    };
    State state(const Tool &tool) const;

private:
    std::string journalPath() const { return m_deps.state + "/clients.json"; }
    std::string backupPath(const std::string &name) const { return m_deps.state + "/client-backups/" + name; }
    std::string pathOf(const ToolFile &file) const;
    base::Result<void> saveJournal(const Journal &journal) const;
    base::Result<void> keepBackups(const Tool &tool, const Plan &plan) const;
    bool isInstalled(const Tool &tool) const;

    Deps m_deps;
};

} // namespace signalbox::clients
