// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/config_names.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

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
    return provider ? providerName(*provider) : qs(id);
}

QString Surroundings::providerName(const config::ProviderConfig &provider) const
{
    if (!provider.name.empty()) {
        return qs(provider.name);
    }
    // Two providers of one preset without names would look the same, so only the plain one takes the
    // preset's.
    const auto *known = preset(provider.preset);
    return known && provider.id == provider.preset ? qs(known->name) : qs(provider.id);
}

bool Surroundings::lacksKey(const config::ProviderConfig &provider) const
{
    const auto *known = preset(provider.preset);
    return known && known->needsKey && provider.key.kind == config::KeySource::Kind::None;
}

QString durationText(config::Ms duration)
{
    const QLocale locale;
    if (duration.count() != 0 && duration < config::Ms(500)) {
        return QCoreApplication::translate("Duration", "%1 ms")
            .arg(locale.toString(qint64(duration.count())));
    }
    const double seconds = static_cast<double>(duration.count()) / 1000.0;
    const bool whole = duration.count() % 1000 == 0 || duration >= config::Ms(100'000);
    return QCoreApplication::translate("Duration", "%1 s").arg(locale.toString(seconds, 'f', whole ? 0 : 1));
}

QString durationText(base::Duration duration)
{
    return durationText(std::chrono::round<config::Ms>(duration));
}

QString clockText(base::WallTime at, base::WallTime now)
{
    const auto local = [](base::WallTime time) {
        return QDateTime::fromMSecsSinceEpoch(
            std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count());
    };
    return local(at).date() == local(now).date() ? QLocale().toString(local(at).time(), QLocale::ShortFormat)
                                                 : QLocale().toString(local(at), QLocale::ShortFormat);
}

QStringList chainsUsing(const config::Config &config, std::string_view provider)
{
    QStringList ids;
    for (const auto &chain : config.chains) {
        if (std::ranges::find(chain.steps, provider, &config::StepConfig::provider) != chain.steps.end()) {
            ids.append(qs(chain.id));
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
    std::string id;
    for (const char c : name.toLower().toUtf8()) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            id += c;
        } else if (!id.empty() && id.back() != '-') {
            id += '-';
        }
    }
    while (!id.empty() && id.back() == '-') {
        id.pop_back();
    }
    return id;
}

} // namespace signalbox::models
