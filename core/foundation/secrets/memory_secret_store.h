// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include <QObject>

#include "core/foundation/secrets/secret_store.h"

namespace signalbox::secrets {

/// Secrets for this run of the program only: where there is no keychain, or the user wants none. Main thread.
class MemorySecretStore final : public SecretStore
{
public:
    void read(const std::string &name, Read done) override;
    void write(const std::string &name, base::SecretString secret, Done done) override;
    void remove(const std::string &name, Done done) override;

private:
    std::map<std::string, base::SecretString> m_secrets;
    QObject m_context; ///< answers come from the event loop, and not after the store is gone
};

} // namespace signalbox::secrets
