// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/engine/engine.h"

namespace signalbox::models {

/// What the pages' models read beside the thing they edit; values, swapped whole when the engine announces a
/// change.
struct Surroundings {
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<const engine::Snapshot> snapshot;
    std::vector<engine::PresetView> presets;

    static Surroundings of(const engine::Engine &engine);
    const engine::PresetView *preset(std::string_view id) const;
    const engine::ProviderHealth *health(std::string_view provider) const;
    /// The name people see; the id where there is none.
    QString providerName(std::string_view id) const;
    QString providerName(const config::ProviderConfig &provider) const;
    /// It needs a key and has none.
    bool lacksKey(const config::ProviderConfig &provider) const;
};

/// "8 s", "0.6 s", "250 ms": as the limits of a step are written.
QString limitText(config::Ms limit);
/// Ids of the chains that use a provider, in the configuration's order.
QStringList chainsUsing(const config::Config &config, std::string_view provider);
/// `wanted`, or `wanted-2`, `wanted-3`, … whichever is not taken.
std::string freeId(const std::string &wanted, const std::vector<std::string> &taken);
/// A name made fit for an id: at most 64 lower case letters, digits, dots, dashes and underscores; may be
/// empty.
std::string idFromName(const QString &name);

} // namespace signalbox::models
