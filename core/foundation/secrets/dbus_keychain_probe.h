// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QObject>
#include <QString>
#include <QStringList>

#include "core/foundation/secrets/keychain_backend.h"

class QDBusMessage;

namespace signalbox::secrets {

/// Asks the session bus about the keychain service: is there one, has it a default keyring, is that locked.
/// Source: specifications.freedesktop.org/secret-service. Every question has a limit of 2 s.
class DBusKeychainProbe final : public QObject, public KeychainProbe
{
    Q_OBJECT

public:
    DBusKeychainProbe();
    ~DBusKeychainProbe() override;

    void ask(std::function<void(KeychainStatus)> done) override;
    void watch(std::function<void()> changed) override;

private Q_SLOTS:
    void propertiesChanged(const QDBusMessage &message);

private:
    struct Question;
    using Asked = std::shared_ptr<Question>;
    void call(const QDBusMessage &message, std::function<void(const QDBusMessage &)> done);
    void askOwner(const Asked &asked);
    void askActivatable(const Asked &asked);
    void askDefaultKeyring(const Asked &asked);
    void askLocked(const Asked &asked, const QString &keyring);
    void watchKeyring(const QString &keyring);

    std::function<void()> m_changed;
    QStringList m_watched;
};

} // namespace signalbox::secrets
