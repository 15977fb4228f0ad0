// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <QObject>

#include "core/engine/engine.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/config/config.h"
#include "core/foundation/secrets/secret_store.h"

namespace signalbox::engine {

/// The secrets the configuration names, fetched once from where they are kept and then held in memory, each
/// known to the log's redactor. Main thread; owned by the composition.
class KeyRing : public QObject
{
    Q_OBJECT

public:
    using AskKeychain = std::function<void(std::function<void(KeychainView)>)>;
    struct Stores {
        secrets::SecretStore &keychain;
        secrets::SecretStore &environment;
        secrets::SecretStore &memory;
        AskKeychain keychainState;
    };
    explicit KeyRing(Stores stores) : m_stores(std::move(stores)) {}

    /// 256 bits of chance, in the form tools expect of a key.
    static base::SecretString freshToken();

    /// Fetches what the configuration names and is not known yet; changed() tells when something came.
    void want(const config::Config &config);
    /// Null while it is being fetched or was never wanted.
    const base::Result<base::SecretString> *find(const config::KeySource &source) const;
    /// Asks again for what could not be had: the keychain has been unlocked, or has come up.
    void retryFailed();
    /// Calls back when find() has an answer.
    void fetch(const config::KeySource &source, std::function<void()> done);

    using Stored = std::function<void(base::Result<config::KeySource>)>;
    /// Into the keychain (read back before it answers), or into memory until the program ends.
    void store(const std::string &name, base::SecretString secret, bool inMemory, Stored done);
    void putInMemory(const std::string &name, base::SecretString secret);
    void remove(const config::KeySource &source, secrets::SecretStore::Done done);
    void keychainState(std::function<void(KeychainView)> done) { m_stores.keychainState(std::move(done)); }

Q_SIGNALS:
    void changed();

private:
    using Place = std::pair<config::KeySource::Kind, std::string>;
    struct Entry {
        std::optional<base::Result<base::SecretString>> secret; ///< none: on its way
        std::vector<std::function<void()>> waiting;
    };
    secrets::SecretStore &storeOf(config::KeySource::Kind kind);
    void came(const Place &place, base::Result<base::SecretString> secret);

    Stores m_stores;
    std::map<Place, Entry> m_entries;
};

} // namespace signalbox::engine
