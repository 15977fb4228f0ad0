// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QFileSystemWatcher>
#include <QObject>

#include "core/foundation/base/clock.h"
#include "core/foundation/base/error.h"
#include "core/foundation/config/config.h"
#include "core/foundation/config/mistake.h"

namespace signalbox::config {

/// The configuration file: reads it, writes it whole or not at all, and takes over edits made by hand while
/// it runs. What is wrong in the file never replaces what runs, and a file that is wrong is never overwritten
/// without a copy (config.json.bak). Main thread; owned by the engine or a command.
class ConfigStore : public QObject
{
    Q_OBJECT

public:
    /// `presets`: the known provider presets; empty leaves them unchecked. `clock` must outlive the store.
    ConfigStore(base::Clock &clock, std::string path, std::vector<std::string> presets = {});

    /// Reads the file and begins to watch it. Missing: the default is written. Wrong: the file is left alone,
    /// the default runs, and the mistakes say why. Call once.
    Mistakes load();

    /// Never null; the default before load().
    const std::shared_ptr<const Config> &current() const { return m_current; }
    const std::string &path() const { return m_path; }

    /// Checks, writes (0600, atomically, through a symlink to its target) and makes it current; `changed` is
    /// not emitted. InvalidArgument with the first mistake, or Io; then everything is as before.
    base::Result<void> save(const Config &next);

Q_SIGNALS:
    /// The file was edited and taken over, or is in order again after it was rejected.
    void changed();
    /// The file was edited and has mistakes; what runs stays.
    void rejected(const signalbox::config::Mistakes &mistakes);

private:
    base::Result<std::string> readFile() const;
    base::Result<void> writeFile(const std::string &text);
    base::Result<void> keepForeignText() const;
    void watch();
    void reload();

    base::Clock &m_clock;
    std::string m_path;
    std::vector<std::string> m_presets;
    std::shared_ptr<const Config> m_current;
    std::optional<std::string> m_known; ///< the text that `m_current` was read from or written as
    std::optional<std::string> m_seen;  ///< the text last found in the file, good or bad
    std::string m_schema;               ///< the file's "$schema"
    bool m_wasRejected = false;
    QFileSystemWatcher m_watcher;
    std::unique_ptr<base::Timer> m_settle;
};

} // namespace signalbox::config
