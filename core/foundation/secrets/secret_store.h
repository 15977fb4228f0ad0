// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "core/foundation/base/error.h"
#include "core/foundation/base/secret_string.h"

namespace signalbox::secrets {

/// Where secrets are kept. Main thread; every call answers once, later, within 5 s (Timeout if the service
/// hangs). Errors say what to do: Locked (unlock it), Unavailable (no service), Denied (it refused), NotFound
/// (no such entry).
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    using Read = std::function<void(base::Result<base::SecretString>)>;
    using Done = std::function<void(base::Result<void>)>;

    virtual void read(const std::string &name, Read done) = 0;
    /// Succeeds only after the secret has been read back and is the same.
    virtual void write(const std::string &name, base::SecretString secret, Done done) = 0;
    /// Succeeds only when the entry is gone.
    virtual void remove(const std::string &name, Done done) = 0;
};

} // namespace signalbox::secrets
