// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/surroundings.h"

#include <algorithm>

#include <QCoreApplication>
#include <QLocale>

#include "ui/bridge/format.h"

namespace signalbox::models {

Surroundings Surroundings::of(const engine::Engine &engine)
{
    return {engine.config(), engine.snapshot(), engine.presets()};
}

const engine::PresetView *Surroundings::preset(std::string_view id) const
{
    const auto it = std::ranges::find(presets, id, &engine::PresetView::id);
    return it == presets.end() ? nullptr : &*it;
}

const engine::ProviderHealth *Surroundings::health(std::string_view provider) const
{
    if (!snapshot) {
        return nullptr;
    }
    const auto it = std::ranges::find(snapshot->providers, provider, &engine::ProviderHealth::provider);
    return it == snapshot->providers.end() ? nullptr : &*it;
}

QString Surroundings::providerName(std::string_view id) const
{
    const auto *provider = config ? config->provider(id) : nullptr;
    return provider ? providerName(*provider) : bridge::text(id);
}

QString Surroundings::providerName(const config::ProviderConfig &provider) const
{
    if (!provider.name.empty()) {
        return bridge::text(provider.name);
    }
    // Two providers of one preset without names would look the same, so only the plain one takes the
    // preset's.
    const auto *known = preset(provider.preset);
    return known && provider.id == provider.preset ? bridge::text(known->name) : bridge::text(provider.id);
}

bool Surroundings::lacksKey(const config::ProviderConfig &provider) const
{
    const auto *known = preset(provider.preset);
    return known && known->needsKey && provider.key.kind == config::KeySource::Kind::None;
}

QString limitText(config::Ms limit)
{
    const QLocale locale;
    if (limit.count() != 0 && limit < config::Ms(500)) {
        return QCoreApplication::translate("Limit", "%1 ms").arg(locale.toString(qint64(limit.count())));
    }
    const double seconds = static_cast<double>(limit.count()) / 1000.0;
    const bool whole = limit.count() % 1000 == 0 || limit >= config::Ms(100'000);
    return QCoreApplication::translate("Limit", "%1 s").arg(locale.toString(seconds, 'f', whole ? 0 : 1));
}

QStringList chainsUsing(const config::Config &config, std::string_view provider)
{
    QStringList ids;
    for (const auto &chain : config.chains) {
        if (std::ranges::find(chain.steps, provider, &config::StepConfig::provider) != chain.steps.end()) {
            ids.append(bridge::text(chain.id));
        }
    }
    return ids;
}

std::string freeId(const std::string &wanted, const std::vector<std::string> &taken)
{
    std::string id = wanted;
    for (int n = 2; std::ranges::find(taken, id) != taken.end(); ++n) {
        id = wanted + "-" + std::to_string(n);
    }
    return id;
}

std::string idFromName(const QString &name)
{
    constexpr std::size_t kLongest = 64;
    std::string id;
    for (const char c : name.trimmed().toLower().toStdString()) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter || (!id.empty() && (c == '.' || c == '_'))) {
            id += c;
        } else if (!id.empty() && id.back() != '-') {
            id += '-';
        }
    }
    id.resize(std::min(id.size(), kLongest));
    while (!id.empty() && id.back() == '-') {
        id.pop_back();
    }
    return id;
}

} // namespace signalbox::models
