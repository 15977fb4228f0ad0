// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>

#include "core/foundation/base/log.h"
#include "core/foundation/secrets/environment_secret_store.h"
#include "core/foundation/secrets/memory_secret_store.h"
#include "tests/support/registry.h"

using namespace signalbox;
using base::ErrorCode;
using base::SecretString;

namespace {
base::Result<SecretString> read(secrets::SecretStore &store, const std::string &name)
{
    std::optional<base::Result<SecretString>> answer;
    store.read(name, [&](base::Result<SecretString> result) { answer = std::move(result); });
    const bool atOnce = answer.has_value();
    const bool answered = QTest::qWaitFor([&] { return answer.has_value(); });
    return answered && !atOnce ? *answer : base::fail(ErrorCode::Timeout, "at once, or never");
}

base::Result<void> write(secrets::SecretStore &store, const std::string &name, std::string secret)
{
    std::optional<base::Result<void>> answer;
    store.write(name, SecretString(std::move(secret)), [&](base::Result<void> result) { answer = result; });
    return QTest::qWaitFor([&] { return answer.has_value(); }) ? *answer
                                                               : base::fail(ErrorCode::Timeout, "never");
}

base::Result<void> remove(secrets::SecretStore &store, const std::string &name)
{
    std::optional<base::Result<void>> answer;
    store.remove(name, [&](base::Result<void> result) { answer = result; });
    return QTest::qWaitFor([&] { return answer.has_value(); }) ? *answer
                                                               : base::fail(ErrorCode::Timeout, "never");
}
} // namespace

class SimpleSecretStoresTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memoryKeepsUntilRemoved()
    {
        secrets::MemorySecretStore store;
        QCOMPARE(read(store, "a").error().code, ErrorCode::NotFound);
        QVERIFY(write(store, "a", "one"));
        QVERIFY(write(store, "a", "two"));
        QCOMPARE(read(store, "a")->reveal(), std::string_view("two"));
        QVERIFY(remove(store, "a"));
        QCOMPARE(read(store, "a").error().code, ErrorCode::NotFound);
        QCOMPARE(write(store, "a", "").error().code, ErrorCode::InvalidArgument);
    }

    void environmentReadsOnly()
    {
        secrets::EnvironmentSecretStore store([](const std::string &name) -> std::optional<std::string> {
            return name == "KEY"     ? std::optional("value\r\n")
                   : name == "EMPTY" ? std::optional("")
                   : name == "LINES" ? std::optional("a\nb")
                                     : std::nullopt;
        });
        QCOMPARE(read(store, "KEY")->reveal(), std::string_view("value"));
        for (const char *name : {"EMPTY", "NONE"}) {
            const auto missing = read(store, name);
            QCOMPARE(missing.error().code, ErrorCode::NotFound);
            QVERIFY(missing.error().message.find(name) != std::string::npos);
        }
        QCOMPARE(read(store, "LINES").error().code, ErrorCode::Corrupt);
        QCOMPARE(write(store, "KEY", "other").error().code, ErrorCode::Unsupported);
        QCOMPARE(remove(store, "KEY").error().code, ErrorCode::Unsupported);
    }

    void environmentIsThatOfTheProcess()
    {
        qputenv("SIGNALBOX_TEST_KEY", "from-the-process");
        secrets::EnvironmentSecretStore store;
        QCOMPARE(read(store, "SIGNALBOX_TEST_KEY")->reveal(), std::string_view("from-the-process"));
        qunsetenv("SIGNALBOX_TEST_KEY");
        QVERIFY(!read(store, "SIGNALBOX_TEST_KEY"));
    }

    void nobodyIsAnsweredAfterTheStoreIsGone()
    {
        bool answered = false;
        {
            secrets::MemorySecretStore store;
            store.read("a", [&](const auto &) { answered = true; });
        }
        QCoreApplication::processEvents();
        QVERIFY(!answered);
    }

    void aKnownSecretNeverReachesTheLog()
    {
        const std::string canary = "sk-canary/of the+log=ÿ?4711";
        const QByteArray bytes = QByteArray::fromStdString(canary);
        base::redactFromLogs(SecretString(std::string(canary)));
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("signalbox.log"));
        const QtMessageHandler ofQtTest = qInstallMessageHandler(nullptr);
        base::openLog(path.toStdString(), base::LogLevel::Debug);
        base::logInfo("test", "plain: " + canary);
        base::logInfo("test", "base64: " + bytes.toBase64().toStdString());
        base::logInfo("test", "percent: " + bytes.toPercentEncoding().toStdString());
        qWarning("through Qt: %s", canary.c_str());
        base::openLog({}, base::LogLevel::Info);
        qInstallMessageHandler(ofQtTest);

        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray log = file.readAll();
        QCOMPARE(log.count("[redacted …4711]"), 4);
        QVERIFY(!log.contains(bytes));
        QVERIFY(!log.contains(bytes.toBase64(QByteArray::OmitTrailingEquals)));
        QVERIFY(!log.contains(bytes.toPercentEncoding()));
        QVERIFY(!log.contains("canary"));
    }
};

SIGNALBOX_TEST(SimpleSecretStoresTest)
#include "simple_secret_stores_test.moc"
