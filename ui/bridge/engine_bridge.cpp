// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/engine_bridge.h"

#include <QTimer>

#include "ui/bridge/format.h"
#include "ui/theme/colors.h"

namespace signalbox::bridge {

namespace {
constexpr int kPaceMs = 250;
}

EngineBridge::EngineBridge(engine::Engine &engine, QObject *parent)
    : QObject(parent), m_engine(engine), m_snapshot(engine.snapshot()), m_pace(new QTimer(this))
{
    m_pace->setSingleShot(true);
    m_pace->setInterval(kPaceMs);
    connect(m_pace, &QTimer::timeout, this, [this] {
        if (m_stale) {
            take();
        }
    });
    connect(&engine, &engine::Engine::snapshotChanged, this, &EngineBridge::onSnapshot);
    connect(&engine, &engine::Engine::serverChanged, this, &EngineBridge::serverChanged);
    connect(&engine, &engine::Engine::configChanged, this, &EngineBridge::configChanged);
    connect(&engine, &engine::Engine::noticeRaised, this, &EngineBridge::noticeRaised);
}

void EngineBridge::setWatched(bool watched)
{
    if (watched != m_watched) {
        m_watched = watched;
        m_engine.setWatched(watched);
        if (watched) {
            onSnapshot();
        }
    }
}

// The first of a burst is shown at once, the rest after the pace.
void EngineBridge::onSnapshot()
{
    m_stale = true;
    if (m_watched && !m_pace->isActive()) {
        take();
    }
}

void EngineBridge::take()
{
    m_stale = false;
    if (!m_watched) {
        m_stale = true;
        return;
    }
    m_snapshot = m_engine.snapshot();
    m_pace->start();
    Q_EMIT snapshotChanged();
}

QString EngineBridge::providerName(const std::string &id) const
{
    const auto config = m_engine.config();
    const config::ProviderConfig *provider = config->provider(id);
    if (provider && !provider->name.empty()) {
        return text(provider->name);
    }
    if (provider) {
        for (const engine::PresetView &preset : m_engine.presets()) {
            // Two providers of one preset would have one name: the id tells them apart.
            if (preset.id == provider->preset && provider->id == preset.id) {
                return text(preset.name);
            }
        }
    }
    return text(id);
}

int EngineBridge::providerIndex(const std::string &id) const
{
    const auto &providers = m_engine.config()->providers;
    for (std::size_t i = 0; i < providers.size(); ++i) {
        if (providers[i].id == id) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

QColor EngineBridge::providerColor(const std::string &id, const QPalette &palette) const
{
    return theme::seriesColor(providerIndex(id), palette);
}

} // namespace signalbox::bridge
