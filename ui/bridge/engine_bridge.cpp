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
    readNames();
    m_pace->setSingleShot(true);
    m_pace->setInterval(kPaceMs);
    connect(m_pace, &QTimer::timeout, this, [this] {
        if (m_stale) {
            take();
        }
    });
    connect(&engine, &engine::Engine::snapshotChanged, this, &EngineBridge::onSnapshot);
    connect(&engine, &engine::Engine::serverChanged, this, &EngineBridge::serverChanged);
    connect(&engine, &engine::Engine::configChanged, this, [this] {
        readNames();
        Q_EMIT configChanged();
    });
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

void EngineBridge::readNames()
{
    m_names.clear();
    const std::vector<engine::PresetView> presets = m_engine.presets();
    for (const config::ProviderConfig &provider : m_engine.config()->providers) {
        std::string name = provider.name.empty() ? provider.id : provider.name;
        for (const engine::PresetView &preset : presets) {
            // Two providers of one preset would have one name: then the id tells them apart.
            if (provider.name.empty() && preset.id == provider.preset && provider.id == preset.id) {
                name = preset.name;
            }
        }
        m_names.emplace(provider.id, text(name));
    }
}

QString EngineBridge::providerName(const std::string &id) const
{
    const auto known = m_names.find(id);
    return known != m_names.end() ? known->second : text(id);
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
