// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engine_thread.h"

#include <utility>

namespace signalbox::engine {

EngineThread::EngineThread(EngineCore::Deps deps)
{
    // GLib's event loop costs a poll and three small system calls per wake-up; only the main thread needs it
    // (QtKeychain).
    qputenv("QT_NO_THREADED_GLIB", "1");
    m_thread.setObjectName(QStringLiteral("engine"));
    m_context.moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        &m_context,
        [this, deps = std::move(deps)]() mutable { m_core = std::make_unique<EngineCore>(std::move(deps)); },
        Qt::QueuedConnection);
}

EngineThread::~EngineThread()
{
    QMetaObject::invokeMethod(
        &m_context,
        [this] {
            m_core.reset();
            m_context.moveToThread(nullptr); // destroyed by the main thread
            m_thread.quit();
        },
        Qt::QueuedConnection);
    m_thread.wait();
}

void EngineThread::post(std::function<void(EngineCore &)> work)
{
    QMetaObject::invokeMethod(
        &m_context, [this, work = std::move(work)] { work(*m_core); }, Qt::QueuedConnection);
}

} // namespace signalbox::engine
