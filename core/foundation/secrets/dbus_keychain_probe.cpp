// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/secrets/dbus_keychain_probe.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusVariant>

namespace signalbox::secrets {

namespace {
constexpr int kLimitMs = 2000;
const QString kSecrets = QStringLiteral("org.freedesktop.secrets");
const QString kSecretsPath = QStringLiteral("/org/freedesktop/secrets");
const QString kWallet = QStringLiteral("org.kde.kwalletd5");
const QString kBus = QStringLiteral("org.freedesktop.DBus");
const QString kProperties = QStringLiteral("org.freedesktop.DBus.Properties");

constexpr const char *kElsewhere =
    "or keep keys for this session only, or take them from the environment with {\"env\": \"NAME\"}";

bool onKde()
{
    return qgetenv("XDG_CURRENT_DESKTOP").split(':').contains("KDE");
}

/// QtKeychain speaks to KWallet itself on Plasma 4 and 5, and to the Secret Service everywhere else.
bool speaksToWallet()
{
    const QByteArray session = qgetenv("KDE_SESSION_VERSION");
    return qgetenv("XDG_CURRENT_DESKTOP") == "KDE" && (session == "4" || session == "5");
}

QDBusMessage busCall(const char *method)
{
    return QDBusMessage::createMethodCall(kBus, QStringLiteral("/org/freedesktop/DBus"), kBus,
                                          QString::fromLatin1(method));
}

bool isRefusal(const QDBusMessage &reply)
{
    return reply.errorName().endsWith(QStringLiteral(".AccessDenied"))
           || reply.errorName().endsWith(QStringLiteral(".AuthFailed"));
}
} // namespace

struct DBusKeychainProbe::Question {
    std::function<void(KeychainStatus)> done;
    std::string backend = onKde() ? "KWallet" : "Secret Service";
    QString service = speaksToWallet() ? kWallet : kSecrets;

    void answer(KeychainState state, bool answers, std::string advice) const
    {
        done({state, answers, backend, std::move(advice)});
    }
    void failed(const QDBusMessage &reply) const
    {
        if (isRefusal(reply)) {
            answer(KeychainState::Refused, false,
                   "the keychain (" + backend + ") refuses Signalbox: allow it there, " + kElsewhere);
        } else {
            answer(KeychainState::Missing, false,
                   "the keychain (" + backend + ") does not answer: restart its service, " + kElsewhere);
        }
    }
};

DBusKeychainProbe::DBusKeychainProbe() = default;
DBusKeychainProbe::~DBusKeychainProbe() = default;

void DBusKeychainProbe::call(const QDBusMessage &message, std::function<void(const QDBusMessage &)> done)
{
    auto *const watcher =
        new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(message, kLimitMs), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this,
            [done = std::move(done)](QDBusPendingCallWatcher *ended) {
                ended->deleteLater();
                done(ended->reply());
            });
}

void DBusKeychainProbe::ask(std::function<void(KeychainStatus)> done)
{
    const auto asked = std::make_shared<Question>(Question{std::move(done)});
    // Later in every case: a bus that is missing is known at once.
    QMetaObject::invokeMethod(
        this,
        [this, asked] {
            if (QDBusConnection::sessionBus().isConnected()) {
                askOwner(asked);
                return;
            }
            asked->answer(
                KeychainState::Missing, false,
                std::string("there is no keychain here, because there is no desktop session (D-Bus): start "
                            "Signalbox inside one, ")
                    + kElsewhere);
        },
        Qt::QueuedConnection);
}

void DBusKeychainProbe::askOwner(const Asked &asked)
{
    QDBusMessage message = busCall("NameHasOwner");
    message << asked->service;
    call(message, [this, asked](const QDBusMessage &reply) {
        if (reply.type() == QDBusMessage::ErrorMessage) {
            asked->failed(reply);
        } else if (!reply.arguments().value(0).toBool()) {
            askActivatable(asked);
        } else {
            askDefaultKeyring(asked);
        }
    });
}

void DBusKeychainProbe::askActivatable(const Asked &asked)
{
    call(busCall("ListActivatableNames"), [this, asked](const QDBusMessage &reply) {
        if (reply.arguments().value(0).toStringList().contains(asked->service)) {
            askDefaultKeyring(asked); // the question itself starts it
            return;
        }
        asked->answer(
            KeychainState::Missing, false,
            std::string("no keychain service is running: install and start one (GNOME Keyring, KWallet or "
                        "KeePassXC), ")
                + kElsewhere);
    });
}

void DBusKeychainProbe::askDefaultKeyring(const Asked &asked)
{
    if (asked->service == kWallet) { // asking it for its state blocks and may prompt
        asked->answer(KeychainState::Available, true, {});
        return;
    }
    QDBusMessage message = QDBusMessage::createMethodCall(kSecrets, kSecretsPath,
                                                          QStringLiteral("org.freedesktop.Secret.Service"),
                                                          QStringLiteral("ReadAlias"));
    message << QStringLiteral("default");
    call(message, [this, asked](const QDBusMessage &reply) {
        if (reply.type() == QDBusMessage::ErrorMessage) {
            asked->failed(reply);
            return;
        }
        const QString keyring = reply.arguments().value(0).value<QDBusObjectPath>().path();
        if (keyring.isEmpty() || keyring == u"/") {
            asked->answer(
                KeychainState::Missing, true,
                std::string("the keychain has no default keyring yet: create one in its own program "
                            "(Passwords and Keys), ")
                    + kElsewhere);
            return;
        }
        askLocked(asked, keyring);
    });
}

void DBusKeychainProbe::askLocked(const Asked &asked, const QString &keyring)
{
    watchKeyring(keyring);
    QDBusMessage message =
        QDBusMessage::createMethodCall(kSecrets, keyring, kProperties, QStringLiteral("Get"));
    message << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
    call(message, [asked](const QDBusMessage &reply) {
        if (reply.type() == QDBusMessage::ErrorMessage) {
            asked->failed(reply);
        } else if (reply.arguments().value(0).value<QDBusVariant>().variant().toBool()) {
            asked->answer(
                KeychainState::Locked, true,
                "the keychain (" + asked->backend
                    + ") is locked: unlock it, by logging in with your password or in its own program "
                      "(Passwords and Keys)");
        } else {
            asked->answer(KeychainState::Available, true, {});
        }
    });
}

void DBusKeychainProbe::watch(std::function<void()> changed)
{
    m_changed = std::move(changed);
    auto *const owner = new QDBusServiceWatcher(kSecrets, QDBusConnection::sessionBus(),
                                                QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(owner, &QDBusServiceWatcher::serviceOwnerChanged, this, [this] { m_changed(); });
}

/// The string form of connect() is the only one D-Bus signals have.
void DBusKeychainProbe::watchKeyring(const QString &keyring)
{
    if (m_watched.contains(keyring)) {
        return;
    }
    m_watched.append(keyring);
    QDBusConnection::sessionBus().connect(kSecrets, keyring, kProperties, QStringLiteral("PropertiesChanged"),
                                          this, SLOT(propertiesChanged(QDBusMessage)));
}

void DBusKeychainProbe::propertiesChanged(const QDBusMessage &)
{
    if (m_changed) {
        m_changed();
    }
}

} // namespace signalbox::secrets
