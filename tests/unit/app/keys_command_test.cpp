// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/keys_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <QFile>
#include <QTemporaryDir>

#include "core/foundation/config/file/default_config.h"
#include "core/foundation/secrets/memory_secret_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;

namespace {
base::Result<base::SecretString> keyFrom(const std::string &input)
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0 || ::write(ends[1], input.data(), input.size()) < 0) {
        return base::fail(base::ErrorCode::Io, "no pipe");
    }
    ::close(ends[1]);
    auto key = app::readKey(ends[0]);
    ::close(ends[0]);
    return key;
}

class RefusingStore final : public secrets::SecretStore
{
public:
    void read(const std::string &, Read) override {}
    void write(const std::string &, base::SecretString, Done done) override
    {
        done(base::fail(base::ErrorCode::Locked, "it is locked"));
    }
    void remove(const std::string &, Done) override {}
};

struct Bench {
    QTemporaryDir folder;
    test::FakeClock clock;
    std::string file = folder.path().toStdString() + "/config.json";
    config::ConfigStore store{clock, file};

    Bench() { store.load(); }
    base::Result<void> set(secrets::SecretStore &keychain, const std::string &provider,
                           const std::string &key)
    {
        std::optional<base::Result<void>> answer;
        app::setProviderKey(store, keychain, provider, base::SecretString(std::string(key)),
                            [&](base::Result<void> result) { answer = result; });
        return QTest::qWaitFor([&] { return answer.has_value(); })
                   ? *answer
                   : base::fail(base::ErrorCode::Timeout, "never");
    }
    std::string text() const
    {
        QFile source(QString::fromStdString(file));
        return source.open(QIODevice::ReadOnly) ? source.readAll().toStdString() : "";
    }
};
} // namespace

class KeysCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKeyIsOneWordFromItsFirstLine()
    {
        for (const char *input : {"sk-test-0123456789", "sk-test-0123456789\n", "  sk-test-0123456789\t\r\n",
                                  "sk-test-0123456789\nand a second line\n"}) {
            const auto key = keyFrom(input);
            QVERIFY2(key, input);
            QCOMPARE(key->reveal(), std::string_view("sk-test-0123456789"));
        }
    }

    void whatIsNoKeyIsRefusedWithoutRepeatingIt()
    {
        for (const std::string &input :
             {std::string(), std::string("\n"), std::string("  \t\n"), std::string("two words\n"),
              std::string("a\0b\n", 4), std::string("schlüssel"), std::string(10'000, 'x')}) {
            const auto key = keyFrom(input);
            QVERIFY2(!key, input.c_str());
            QVERIFY(key.error().message.find("words") == std::string::npos);
            QVERIFY(key.error().message.find("xxx") == std::string::npos);
        }
    }

    void theKeyGoesToTheKeychainAndItsReferenceToTheFile()
    {
        Bench bench;
        secrets::MemorySecretStore keychain;
        QVERIFY(bench.set(keychain, "sim-backup", "sk-test-0123456789"));
        const config::KeySource &key = bench.store.current()->provider("sim-backup")->key;
        QCOMPARE(key.kind, config::KeySource::Kind::Keychain);
        QCOMPARE(key.name, std::string("provider/sim-backup"));
        QCOMPARE(key.last4, std::string("6789"));
        QVERIFY(bench.text().find("\"key\": {\"keychain\": \"provider/sim-backup\", \"last4\": \"6789\"}")
                != std::string::npos);
        QVERIFY(bench.text().find("sk-test") == std::string::npos);
        QVERIFY(bench.store.current()->provider("sim-primary")->key == config::KeySource());
        std::string stored;
        keychain.read("provider/sim-backup",
                      [&](const auto &secret) { stored = std::string(secret->reveal()); });
        QTRY_COMPARE(stored, std::string("sk-test-0123456789"));
    }

    void aFailingKeychainLeavesTheFileAlone()
    {
        Bench bench;
        const std::string before = bench.text();
        RefusingStore keychain;
        const auto set = bench.set(keychain, "sim-backup", "sk-test-0123456789");
        QVERIFY(!set);
        QCOMPARE(set.error().code, base::ErrorCode::Locked);
        QCOMPARE(bench.text(), before);
    }
};

SIGNALBOX_TEST(KeysCommandTest)
#include "keys_command_test.moc"
