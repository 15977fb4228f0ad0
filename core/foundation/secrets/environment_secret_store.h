// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <QObject>

#include "core/foundation/secrets/secret_store.h"

namespace signalbox::secrets {

/// Secrets from environment variables, for machines without a keychain. Read only: Unsupported for the rest.
/// Main thread.
class EnvironmentSecretStore final : public SecretStore
{
public:
    using Lookup = std::function<std::optional<std::string>(const std::string &name)>;
    EnvironmentSecretStore(); ///< of this process
    explicit EnvironmentSecretStore(Lookup lookup);

    void read(const std::string &name, Read done) override;
    void write(const std::string &name, base::SecretString secret, Done done) override;
    void remove(const std::string &name, Done done) override;

private:
    Lookup m_lookup;
    QObject m_context;
};

} // namespace signalbox::secrets
