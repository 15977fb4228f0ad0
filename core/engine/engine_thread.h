// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include <QObject>
#include <QThread>

#include "core/engine/engine_core.h"

namespace signalbox::engine {

/// The thread named "engine" and the core that lives on it. Made and destroyed in the main thread, which
/// never waits for it but at the end.
class EngineThread
{
public:
    explicit EngineThread(EngineCore::Deps deps);
    ~EngineThread();

    /// Runs `work` on the engine thread, in the order of the calls.
    void post(std::function<void(EngineCore &)> work);

private:
    QThread m_thread;
    QObject m_context;                  ///< lives on the engine thread, so that messages go there
    std::unique_ptr<EngineCore> m_core; ///< touched on the engine thread only
};

} // namespace signalbox::engine
