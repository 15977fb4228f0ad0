// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/foundation/base/secret_string.h"
#include "ui/models/surroundings.h"

namespace signalbox::providers {

/// A provider being edited: what the configuration holds, what Save would make of it, and a key that is not
/// stored yet. A value; the page keeps one per provider so that looking at another one loses nothing.
struct ProviderEdit {
    std::optional<config::ProviderConfig> saved; ///< none: it is new
    config::ProviderConfig now;
    base::SecretString newKey;

    static ProviderEdit of(const config::ProviderConfig &provider) { return {provider, provider, {}}; }
    static ProviderEdit fresh(const engine::PresetView &preset, const config::Config &config);

    bool isChanged() const { return !saved || *saved != now || !newKey.empty(); }
    QString baseUrl(const models::Surroundings &around) const; ///< its own, else the preset's
    /// It goes to another address than the one its key was given for, and there is no key for that one yet.
    bool wantsKeyAgain(const models::Surroundings &around) const;
    /// What keeps it from being saved, in plain words; empty: nothing.
    QString baseUrlMistake(const models::Surroundings &around) const;
    QString keyMistake(const models::Surroundings &around) const;

    /// `config` with this provider; the key source is `key` where given.
    config::Config applied(config::Config config, const std::optional<config::KeySource> &key) const;
};

} // namespace signalbox::providers
