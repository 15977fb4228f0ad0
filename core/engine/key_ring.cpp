// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/key_ring.h"

#include <utility>

#include <QByteArray>

#include "core/foundation/base/log.h"
#include "core/foundation/base/random.h"

namespace signalbox::engine {

using Kind = config::KeySource::Kind;

base::SecretString KeyRing::freshToken()
{
    constexpr std::size_t kTokenBytes = 32;
    const QByteArray bytes = QByteArray::fromStdString(base::secureBytes(kTokenBytes));
    const QByteArray text = bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    base::SecretString token("sk-signalbox-" + text.toStdString());
    base::redactFromLogs(token);
    return token;
}

secrets::SecretStore &KeyRing::storeOf(Kind kind)
{
    switch (kind) {
    case Kind::Environment:
        return m_stores.environment;
    case Kind::Memory:
        return m_stores.memory;
    default:
        return m_stores.keychain;
    }
}

const base::Result<base::SecretString> *KeyRing::find(const config::KeySource &source) const
{
    const auto it = m_entries.find({source.kind, source.name});
    return it != m_entries.end() && it->second.secret ? &*it->second.secret : nullptr;
}

void KeyRing::want(const config::Config &config)
{
    const auto one = [this](const config::KeySource &source) {
        // What failed is asked for again: the user may have unlocked the keychain since.
        if (!find(source)) {
            fetch(source, [] {});
        }
    };
    for (const config::ProviderConfig &provider : config.providers) {
        for (const config::WeightedKey &key : provider.allKeys()) {
            one(key.source);
        }
    }
    for (const config::ClientConfig &client : config.clients) {
        one(client.token);
    }
}

void KeyRing::retryFailed()
{
    for (const auto &[place, entry] : m_entries) {
        if (entry.secret && !*entry.secret) {
            fetch({place.first, place.second, {}}, [] {});
        }
    }
}

void KeyRing::fetch(const config::KeySource &source, std::function<void()> done)
{
    if (source.kind == Kind::None) {
        QMetaObject::invokeMethod(this, std::move(done), Qt::QueuedConnection);
        return;
    }
    const Place place{source.kind, source.name};
    const auto [it, isNew] = m_entries.try_emplace(place);
    if (!isNew && it->second.secret && it->second.secret->has_value()) {
        QMetaObject::invokeMethod(this, std::move(done), Qt::QueuedConnection);
        return;
    }
    const bool asked = !isNew && !it->second.secret;
    it->second.secret.reset();
    it->second.waiting.push_back(std::move(done));
    if (!asked) {
        storeOf(source.kind).read(source.name, [this, place](base::Result<base::SecretString> secret) {
            came(place, std::move(secret));
        });
    }
}

void KeyRing::came(const Place &place, base::Result<base::SecretString> secret)
{
    if (secret) {
        base::redactFromLogs(*secret);
    }
    Entry &entry = m_entries[place];
    entry.secret = std::move(secret);
    for (const auto &waiting : std::exchange(entry.waiting, {})) {
        waiting();
    }
    Q_EMIT changed();
}

void KeyRing::store(const std::string &name, base::SecretString secret, bool inMemory, Stored done)
{
    base::redactFromLogs(secret);
    const config::KeySource source{inMemory ? Kind::Memory : Kind::Keychain, name, secret.last4()};
    const auto stored = [this, source, secret, done = std::move(done)](base::Result<void> ok) {
        if (!ok) {
            done(std::unexpected(ok.error()));
            return;
        }
        came({source.kind, source.name}, secret);
        done(source);
    };
    storeOf(source.kind).write(name, secret, stored);
}

void KeyRing::putInMemory(const std::string &name, base::SecretString secret)
{
    store(name, std::move(secret), true, [](base::Result<config::KeySource>) {});
}

void KeyRing::remove(const config::KeySource &source, secrets::SecretStore::Done done)
{
    const Place place{source.kind, source.name};
    storeOf(source.kind).remove(source.name, [this, place, done = std::move(done)](base::Result<void> ok) {
        if (ok) {
            m_entries.erase(place);
            Q_EMIT changed();
        }
        done(std::move(ok));
    });
}

} // namespace signalbox::engine
