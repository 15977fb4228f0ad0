// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>

#include <QColor>
#include <QObject>

#include "core/engine/engine.h"

class QPalette;
class QTimer;

namespace signalbox::bridge {

/// Between the engine and the pages: hands on its snapshots at most four times a second and not at all while
/// nobody looks, and knows what providers are called and which colour they keep everywhere. GUI thread; owned
/// by the main window.
class EngineBridge : public QObject
{
    Q_OBJECT

public:
    explicit EngineBridge(engine::Engine &engine, QObject *parent = nullptr);

    engine::Engine &engine() const { return m_engine; }
    /// The picture to draw; never null.
    std::shared_ptr<const engine::Snapshot> snapshot() const { return m_snapshot; }
    /// False while the window is hidden or minimised.
    void setWatched(bool watched);

    QString providerName(const std::string &id) const;
    /// Its place in the configuration, which is its series; -1 for one that is gone.
    int providerIndex(const std::string &id) const;
    QColor providerColor(const std::string &id, const QPalette &palette) const;

Q_SIGNALS:
    void snapshotChanged();
    void serverChanged();
    void configChanged();
    void noticeRaised(const signalbox::events::Notice &notice);

private:
    void readNames();
    void onSnapshot();
    void take();

    engine::Engine &m_engine;
    std::shared_ptr<const engine::Snapshot> m_snapshot;
    QTimer *m_pace;
    std::map<std::string, QString> m_names; ///< of the providers that are configured
    bool m_watched = false;
    bool m_stale = false;
};

} // namespace signalbox::bridge
