// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/provider_writer.h"

#include <algorithm>

#include "ui/bridge/reply.h"

namespace signalbox::providers {

using base::Error;
using base::ErrorCode;
using bridge::replyTo;
using config::ProviderConfig;

namespace {
ProviderConfig *providerIn(config::Config &config, const std::string &id)
{
    const auto it = std::ranges::find(config.providers, id, &ProviderConfig::id);
    return it == config.providers.end() ? nullptr : &*it;
}
} // namespace

ProviderWriter::ProviderWriter(engine::Engine &engine, QObject *parent) : QObject(parent), m_engine(engine) {}

void ProviderWriter::save(const std::string &slot, const ProviderEdit &edit, bool sessionOnly)
{
    // A configuration that would be refused must not cost a key first.
    for (const auto &mistake : m_engine.check(edit.applied(*m_engine.config(), std::nullopt))) {
        if (!mistake.warning && mistake.path.starts_with("providers")) {
            Q_EMIT failed({ErrorCode::InvalidArgument, mistake.message});
            return;
        }
    }
    if (edit.newKey.empty()) {
        saveConfig(slot, edit, std::nullopt);
        return;
    }
    m_engine.storeProviderKey(edit.now.id, edit.newKey, sessionOnly,
                              replyTo<config::KeySource>(this, [this, slot, edit](auto result) {
                                  if (result) {
                                      saveConfig(slot, edit, *result);
                                  } else {
                                      Q_EMIT keyNotStored(result.error());
                                  }
                              }));
}

void ProviderWriter::saveConfig(const std::string &slot, const ProviderEdit &edit,
                                const std::optional<config::KeySource> &key)
{
    auto next = edit.applied(*m_engine.config(), key);
    const auto provider = *next.provider(edit.now.id);
    m_engine.applyConfig(std::move(next), replyTo<void>(this, [this, slot, provider](auto result) {
                             if (result) {
                                 Q_EMIT saved(slot, provider);
                             } else {
                                 Q_EMIT failed(result.error());
                             }
                         }));
}

void ProviderWriter::setEnabled(const std::string &id, bool on, const QString &done)
{
    auto next = *m_engine.config();
    if (auto *provider = providerIn(next, id)) {
        provider->enabled = on;
        apply(std::move(next), done);
    }
}

void ProviderWriter::setModels(const std::string &id, const std::vector<std::string> &models,
                               const QString &done)
{
    auto next = *m_engine.config();
    if (auto *provider = providerIn(next, id)) {
        provider->models = models;
        apply(std::move(next), done);
    }
}

void ProviderWriter::remove(const std::string &id, const QString &done)
{
    auto next = *m_engine.config();
    std::erase_if(next.providers, [&](const ProviderConfig &one) { return one.id == id; });
    apply(std::move(next), done);
}

void ProviderWriter::apply(config::Config next, const QString &text)
{
    const auto before = m_engine.config()->providers;
    m_engine.applyConfig(std::move(next), replyTo<void>(this, [this, text, before](auto result) {
                             if (result) {
                                 Q_EMIT done(text, before);
                             } else {
                                 Q_EMIT failed(result.error());
                             }
                         }));
}

void ProviderWriter::restore(const std::vector<ProviderConfig> &before)
{
    auto next = *m_engine.config();
    next.providers = before;
    applyOrFail(std::move(next));
}

void ProviderWriter::applyOrFail(config::Config next)
{
    m_engine.applyConfig(std::move(next), replyTo<void>(this, [this](auto result) {
                             if (!result) {
                                 Q_EMIT failed(result.error());
                             }
                         }));
}

void ProviderWriter::deleteKey(const std::string &id)
{
    const auto *provider = m_engine.config()->provider(id);
    if (!provider) {
        return;
    }
    m_engine.removeKey(provider->key, replyTo<void>(this, [this, id](auto result) {
                           if (!result && result.error().code != ErrorCode::NotFound) {
                               Q_EMIT failed(result.error());
                               return;
                           }
                           auto next = *m_engine.config();
                           if (auto *without = providerIn(next, id)) {
                               without->key = {};
                               applyOrFail(std::move(next));
                           }
                       }));
}

} // namespace signalbox::providers
