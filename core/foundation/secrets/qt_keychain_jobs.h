// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/foundation/secrets/keychain_backend.h"

namespace signalbox::secrets {

/// QtKeychain 0.13 behind our seam. Its jobs need an event loop with GLib (Qt's default on Linux) in the main
/// thread. They are never deleted by us: a job that runs holds a raw pointer to itself and ends by itself.
class QtKeychainJobs final : public QObject, public KeychainJobs
{
    Q_OBJECT

public:
    explicit QtKeychainJobs(QString service) : m_service(std::move(service)) {}

    void read(const std::string &name, Done done) override;
    void write(const std::string &name, const base::SecretString &secret, Done done) override;
    void remove(const std::string &name, Done done) override;

private:
    QString m_service;
};

} // namespace signalbox::secrets
