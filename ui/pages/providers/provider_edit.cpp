// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/provider_edit.h"

#include <algorithm>

#include <QCoreApplication>
#include <QUrl>

#include "ui/bridge/format.h"
#include "ui/pages/providers/pasted_key.h"

namespace signalbox::providers {

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("ProviderEdit", text);
}
} // namespace

ProviderEdit ProviderEdit::fresh(const engine::PresetView &preset, const config::Config &config)
{
    std::vector<std::string> taken;
    for (const auto &provider : config.providers) {
        taken.push_back(provider.id);
    }
    ProviderEdit edit;
    edit.now.id = models::freeId(preset.id, taken);
    edit.now.preset = preset.id;
    if (edit.now.id != preset.id) {
        const auto number = edit.now.id.substr(preset.id.size() + 1);
        edit.now.name = preset.name + " " + number; // tells it from the one that is there
    }
    return edit;
}

QString ProviderEdit::baseUrl(const models::Surroundings &around) const
{
    const auto *preset = around.preset(now.preset);
    return bridge::text(now.baseUrl.empty() && preset ? preset->baseUrl : now.baseUrl);
}

bool ProviderEdit::wantsKeyAgain(const models::Surroundings &around) const
{
    if (!saved || saved->key.kind == config::KeySource::Kind::None || !newKey.empty()) {
        return false;
    }
    const auto before = ProviderEdit::of(*saved).baseUrl(around);
    return leavesOrigin(before, baseUrl(around));
}

QString ProviderEdit::baseUrlMistake(const models::Surroundings &around) const
{
    const auto *preset = around.preset(now.preset);
    if (now.baseUrl.empty()) {
        return preset && preset->baseUrlRequired ? tr("Enter the address, such as https://example.com/v1")
                                                 : QString();
    }
    const QUrl url(bridge::text(now.baseUrl), QUrl::StrictMode);
    const bool web = url.scheme() == QStringLiteral("https") || url.scheme() == QStringLiteral("http");
    if (!url.isValid() || !web || url.host().isEmpty()) {
        return tr("An address begins with https:// or http:// and names a host");
    }
    if (!url.userInfo().isEmpty()) {
        return tr("Put the key into the key field, not into the address");
    }
    return {};
}

QString ProviderEdit::keyMistake(const models::Surroundings &around) const
{
    if (wantsKeyAgain(around)) {
        return tr("The stored key was given for %1 and is not sent anywhere else. Enter the key for the new "
                  "address.")
            .arg(QUrl(ProviderEdit::of(*saved).baseUrl(around)).host());
    }
    return {};
}

config::Config ProviderEdit::applied(config::Config config, const std::optional<config::KeySource> &key) const
{
    auto provider = now;
    const auto it = std::ranges::find(config.providers, now.id, &config::ProviderConfig::id);
    if (it != config.providers.end()) {
        provider.key = it->key;
    }
    if (key) {
        provider.key = *key;
    }
    if (it != config.providers.end()) {
        *it = std::move(provider);
    } else {
        config.providers.push_back(std::move(provider));
    }
    return config;
}

} // namespace signalbox::providers
