// SPDX-License-Identifier: GPL-3.0-or-later
// Against a real Secret Service: tests/support/with_keyring.sh starts one in each state and names the state in
// SIGNALBOX_KEYRING_STATE. Without that, nothing here runs: the keychain of whoever runs the tests is not ours.
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>

#include "core/foundation/base/system_clock.h"
#include "core/foundation/secrets/keychain_secret_store.h"
#include "tests/support/registry.h"

using namespace signalbox;
using base::ErrorCode;
using base::SecretString;
using secrets::KeychainState;

namespace {
const QString kService = QStringLiteral("org.freedesktop.secrets");
const QString kServicePath = QStringLiteral("/org/freedesktop/secrets");
const QString kServiceInterface = QStringLiteral("org.freedesktop.Secret.Service");

/// The specification's Secret: session, parameters, value, content type.
struct DBusSecret {
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType;
};
QDBusArgument &operator<<(QDBusArgument &out, const DBusSecret &secret)
{
    out.beginStructure();
    out << secret.session << secret.parameters << secret.value << secret.contentType;
    out.endStructure();
    return out;
}
const QDBusArgument &operator>>(const QDBusArgument &in, DBusSecret &secret)
{
    in.beginStructure();
    in >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    in.endStructure();
    return in;
}

QDBusMessage callService(const QString &interface, const QString &method, const QVariantList &arguments)
{
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kServicePath, interface, method);
    call.setArguments(arguments);
    return QDBusConnection::sessionBus().call(call);
}

QDBusObjectPath defaultKeyring()
{
    return callService(kServiceInterface, QStringLiteral("ReadAlias"), {QStringLiteral("default")})
        .arguments()
        .value(0)
        .value<QDBusObjectPath>();
}

void lockKeyring()
{
    const QVariant keyrings = QVariant::fromValue(QList<QDBusObjectPath>{defaultKeyring()});
    const QDBusMessage reply = callService(kServiceInterface, QStringLiteral("Lock"), {keyrings});
    QVERIFY2(reply.type() == QDBusMessage::ReplyMessage, qPrintable(reply.errorMessage()));
}

/// As the login screen does, with the password that with_keyring.sh chose.
void unlockKeyring()
{
    const QDBusMessage opened =
        callService(kServiceInterface, QStringLiteral("OpenSession"),
                    {QStringLiteral("plain"), QVariant::fromValue(QDBusVariant(QString()))});
    const auto session = opened.arguments().value(1).value<QDBusObjectPath>();
    qDBusRegisterMetaType<DBusSecret>();
    const DBusSecret password{session, {}, QByteArrayLiteral("test"), QStringLiteral("text/plain")};
    const QDBusMessage reply =
        callService(QStringLiteral("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
                    QStringLiteral("UnlockWithMasterPassword"),
                    {QVariant::fromValue(defaultKeyring()), QVariant::fromValue(password)});
    QVERIFY2(reply.type() == QDBusMessage::ReplyMessage, qPrintable(reply.errorMessage()));
}

/// The store with calls that wait for their answer.
struct Keychain {
    base::SystemClock clock;
    std::unique_ptr<secrets::KeychainSecretStore> store = secrets::openKeychain(clock);

    template<typename T>
    static T waitFor(const std::optional<T> &answer, T otherwise)
    {
        return QTest::qWaitFor([&] { return answer.has_value(); }, 15'000) ? *answer : otherwise;
    }
    base::Result<SecretString> read(const std::string &name) const
    {
        std::optional<base::Result<SecretString>> answer;
        store->read(name, [&](base::Result<SecretString> result) { answer = std::move(result); });
        return waitFor<base::Result<SecretString>>(answer, base::fail(ErrorCode::Corrupt, "never answered"));
    }
    base::Result<void> write(const std::string &name, std::string secret) const
    {
        std::optional<base::Result<void>> answer;
        store->write(name, SecretString(std::move(secret)), [&](base::Result<void> result) { answer = result; });
        return waitFor<base::Result<void>>(answer, base::fail(ErrorCode::Corrupt, "never answered"));
    }
    base::Result<void> remove(const std::string &name) const
    {
        std::optional<base::Result<void>> answer;
        store->remove(name, [&](base::Result<void> result) { answer = result; });
        return waitFor<base::Result<void>>(answer, base::fail(ErrorCode::Corrupt, "never answered"));
    }
    secrets::KeychainStatus state() const
    {
        std::optional<secrets::KeychainStatus> answer;
        store->state([&](secrets::KeychainStatus status) { answer = std::move(status); });
        return waitFor<secrets::KeychainStatus>(answer, {});
    }
};

template<typename T>
bool says(const base::Result<T> &result, ErrorCode code, const char *text)
{
    const bool right = !result && result.error().code == code && result.error().message.find(text) != std::string::npos;
    if (!right) {
        qWarning("%s", result ? "it worked" : result.error().message.c_str());
    }
    return right;
}
} // namespace
Q_DECLARE_METATYPE(DBusSecret)

class KeychainTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        const QByteArray state = qgetenv("SIGNALBOX_KEYRING_STATE");
        if (state != QTest::currentTestFunction()) {
            QSKIP("for with_keyring.sh in another state");
        }
    }

    void unlocked()
    {
        const Keychain keychain;
        QCOMPARE(keychain.state().state, KeychainState::Available);
        QCOMPARE(keychain.state().backend, std::string("Secret Service"));
        QVERIFY(keychain.state().advice.empty());

        QVERIFY(says(keychain.read("provider/none"), ErrorCode::NotFound, "no entry 'provider/none'"));
        const auto written = keychain.write("provider/openai", "sk-test-ünicode-0123456789");
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(keychain.read("provider/openai")->reveal(), std::string_view("sk-test-ünicode-0123456789"));
        QVERIFY(keychain.write("provider/openai", "sk-test-replaced"));
        QVERIFY(keychain.write("provider/other", "sk-test-other"));
        QCOMPARE(keychain.read("provider/openai")->reveal(), std::string_view("sk-test-replaced"));
        QVERIFY(keychain.remove("provider/openai"));
        QVERIFY(says(keychain.read("provider/openai"), ErrorCode::NotFound, "enter the key again"));
        QCOMPARE(keychain.read("provider/other")->reveal(), std::string_view("sk-test-other"));
        QVERIFY(keychain.remove("provider/openai")); // gone is gone

        lockedWhileWeRun(keychain);
    }

    void locked()
    {
        const Keychain keychain;
        QCOMPARE(keychain.state().state, KeychainState::Locked);
        QVERIFY(keychain.state().advice.find("unlock it") != std::string::npos);
        QVERIFY(says(keychain.read("provider/openai"), ErrorCode::Locked, "is locked: unlock it"));
        QVERIFY(says(keychain.write("provider/openai", "sk-test-locked"), ErrorCode::Locked, "is locked"));
        QVERIFY(says(keychain.remove("provider/openai"), ErrorCode::Locked, "is locked"));
    }

    void absent()
    {
        const Keychain keychain;
        QCOMPARE(keychain.state().state, KeychainState::Missing);
        QVERIFY(says(keychain.read("x"), ErrorCode::Unavailable, "no keychain service is running"));
        QVERIFY(says(keychain.write("x", "sk-test-absent"), ErrorCode::Unavailable, "{\"env\": \"NAME\"}"));
        QVERIFY(says(keychain.remove("x"), ErrorCode::Unavailable, "install and start one"));
    }

    void nobus()
    {
        const Keychain keychain;
        QCOMPARE(keychain.state().state, KeychainState::Missing);
        QVERIFY(says(keychain.read("x"), ErrorCode::Unavailable, "no desktop session (D-Bus)"));
        QVERIFY(says(keychain.write("x", "sk-test-nobus"), ErrorCode::Unavailable, "no desktop session (D-Bus)"));
    }

private:
    static void lockedWhileWeRun(const Keychain &keychain)
    {
        int again = 0;
        keychain.store->onAvailableAgain([&] { ++again; });
        lockKeyring();
        QVERIFY(says(keychain.read("provider/other"), ErrorCode::Locked, "is locked"));
        QVERIFY(says(keychain.remove("provider/other"), ErrorCode::Locked, "is locked"));
        QCOMPARE(again, 0);
        unlockKeyring();
        QTRY_COMPARE(again, 1); // the service told us by itself
        QCOMPARE(keychain.read("provider/other")->reveal(), std::string_view("sk-test-other"));
    }
};

SIGNALBOX_TEST(KeychainTest)
#include "keychain_test.moc"
