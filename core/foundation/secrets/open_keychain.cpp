// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/dbus_keychain_probe.h"
#include "core/foundation/secrets/keychain_secret_store.h"
#include "core/foundation/secrets/qt_keychain_jobs.h"

namespace signalbox::secrets {

std::unique_ptr<KeychainSecretStore> openKeychain(base::Clock &clock)
{
    return std::make_unique<KeychainSecretStore>(
        clock, std::make_unique<QtKeychainJobs>(QStringLiteral("signalbox")),
        std::make_unique<DBusKeychainProbe>());
}

} // namespace signalbox::secrets
