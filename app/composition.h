// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "app/commands/command_line.h"
#include "core/engine/local_engine.h"
#include "core/foundation/config/file/profile_paths.h"

namespace signalbox::app {

/// The object graph of a running Signalbox, with or without a window: built once, here. Main thread; needs an
/// application object that outlives it.
class Composition
{
public:
    /// Makes the profile's folders and opens the log. The error says what is wrong with them.
    static base::Result<std::unique_ptr<Composition>> make(const CommandLine &commandLine);
    ~Composition();

    engine::LocalEngine &engine();
    const config::ProfilePaths &paths() const;

private:
    struct Private;
    explicit Composition(std::unique_ptr<Private> parts);
    std::unique_ptr<Private> d;
};

} // namespace signalbox::app
