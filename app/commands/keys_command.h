// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"
#include "core/foundation/config/file/store.h"
#include "core/foundation/secrets/secret_store.h"

namespace signalbox::app {

/// One key from an open file, up to its end or the first line break; blanks around it are cut off. From a
/// terminal it is asked for, and not shown while it is typed.
base::Result<base::SecretString> readKey(int file);

/// Puts a provider's key into the keychain as "provider/ID" and a reference with its last 4 characters into
/// the configuration. `store` must be loaded without mistakes. The configuration is not touched when the
/// keychain fails. Answers later.
void setProviderKey(config::ConfigStore &store, secrets::SecretStore &keychain, const std::string &provider,
                    base::SecretString key, std::function<void(base::Result<void>)> done);

} // namespace signalbox::app
