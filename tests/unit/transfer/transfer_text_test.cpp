// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/writer.h"
#include "core/transfer/text/secret_text.h"
#include "core/transfer/text/source_text.h"
#include "core/transfer/vendors.h"
#include "tests/support/registry.h"
#include "tests/unit/transfer/import_bench.h"

using namespace signalbox;

namespace {
std::string asJson(const base::Result<json::Value> &value)
{
    return value ? json::writeCompact(*value) : "error: " + value.error().message;
}

std::string repeated(const std::string &part, int times)
{
    std::string out;
    for (int i = 0; i < times; ++i) {
        out += part;
    }
    return out;
}

/// Each line names the one before twice: a few hundred bytes that stand for millions.
std::string yamlBomb()
{
    std::string out = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        out += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + repeated(before + ", ", 9)
               + before + "]\n";
    }
    return out;
}
} // namespace

class TransferTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void yamlBecomesTheSameTreeAsJson_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("plain words") << QByteArray(
            "a: 1\nb: x\nc: true\nd: ~\ne: 'true'\nf: 1.5e-7\ng: 007\nh: yes\n")
                                     << QByteArray("{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null,\"e\":"
                                                   "\"true\",\"f\":1.5e-7,\"g\":\"007\",\"h\":\"yes\"}");
        QTest::newRow("lists") << QByteArray("- 1\n- [2, {a: b}]\n-\n")
                               << QByteArray("[1,[2,{\"a\":\"b\"}],null]");
        QTest::newRow("number as a name")
            << QByteArray("1: a\ntrue: b\n") << QByteArray("{\"1\":\"a\",\"true\":\"b\"}");
        QTest::newRow("anchor")
            << QByteArray("a: &x {k: v}\nb: *x\nc: {<<: *x, m: n}\n")
            << QByteArray("{\"a\":{\"k\":\"v\"},\"b\":{\"k\":\"v\"},\"c\":{\"k\":\"v\",\"m\":\"n\"}}");
        QTest::newRow("block text") << QByteArray("a: |\n  x\n  y\n") << QByteArray("{\"a\":\"x\\ny\\n\"}");
    }
    void yamlBecomesTheSameTreeAsJson()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, json);
        QCOMPARE(asJson(transfer::readYaml(yaml.toStdString())), json.toStdString());
    }

    void hostileYamlIsAnError_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("bomb") << QByteArray::fromStdString(yamlBomb()) << QByteArray("repeats itself");
        QTest::newRow("deep flow") << QByteArray(100'000, '[') << QByteArray("line 1");
        QTest::newRow("deep block") << QByteArray::fromStdString(repeated("- ", 5'000))
                                    << QByteArray("nested too deeply");
        QTest::newRow("inside itself") << QByteArray("a: &x [*x]\n") << QByteArray("line 1");
        QTest::newRow("unknown alias") << QByteArray("a: *nobody\n") << QByteArray("this is not YAML");
        QTest::newRow("list as a name") << QByteArray("? [a]\n: b\n") << QByteArray("a name must be");
        QTest::newRow("not UTF-8") << QByteArray("a: 1\nb: \xFF\xFE\n")
                                   << QByteArray("line 2: this is not UTF-8");
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("not UTF-8");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QByteArray("not UTF-8");
        QTest::newRow("unfinished") << QByteArray("a: 'x\nb: \"") << QByteArray("not YAML");
        QTest::newRow("nothing") << QByteArray("") << QByteArray("nothing");
        QTest::newRow("too large") << QByteArray(static_cast<int>(transfer::kMaxSourceBytes) + 1, ' ')
                                   << QByteArray("larger than 8 MiB");
    }
    void hostileYamlIsAnError()
    {
        QFETCH(QByteArray, yaml);
        QFETCH(QByteArray, says);
        const auto read = transfer::readYaml(yaml.toStdString());
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(says.toStdString()) != std::string::npos,
                 read.error().message.c_str());
    }

    void tomlBecomesATree()
    {
        QCOMPARE(asJson(transfer::readToml("b = 1\na = 'x'\n[t.u]\nc = [1.5, true]\nd = 2026-01-02\n")),
                 std::string("{\"a\":\"x\",\"b\":1,\"t\":{\"u\":{\"c\":[1.5,true],\"d\":\"2026-01-02\"}}}"));
        QCOMPARE(asJson(transfer::readToml("a = 1\nb = \"sk-test-unfinished\nc = 2")),
                 std::string("error: line 2: this is not TOML"));
        QVERIFY(!transfer::readToml("a = " + std::string(100'000, '[')));
        QVERIFY(!transfer::readToml("a = \"\xFF\""));
    }

    void jsonMayHaveCommentsAndCommasTooMany()
    {
        QCOMPARE(asJson(transfer::readJson("// x\n{\"a\": [1, 2, /* y */], \"b\": \"http://z,]\", }")),
                 std::string("{\"a\":[1,2],\"b\":\"http://z,]\"}"));
        QVERIFY(!transfer::readJson("{\"a\": 1,, }"));
        QVERIFY(!transfer::readJson("{\"a\": \"sk-test-unfinished"));
    }

    void errorsDoNotQuoteTheDocument()
    {
        for (const auto &read :
             {transfer::readJson("{\"key\": \"sk-test-0123456789\" oops}"),
              transfer::readYaml("k: [sk-test-0123456789"), transfer::readToml("k = sk-test-0123456789")}) {
            QVERIFY(!read);
            QVERIFY2(read.error().message.find("sk-") == std::string::npos, read.error().message.c_str());
        }
    }

    void whatLooksLikeAKey()
    {
        for (const char *key :
             {"sk-test-0001", "Bearer abcdefgh", "AIzaSyA1234567", "a1b2c3d4e5f6a7b8c9d0e1f2",
              "x=sk-abcdefgh", "portkey-sk-test-0001", "0123456789abcdef0123456789abcdef",
              "123e4567-e89b-12d3-a456-426614174000", "eyJhbGciOi.eyJzdWIi"}) {
            QVERIFY2(transfer::looksLikeSecret(key), key);
        }
        for (const char *word :
             {"gpt-4o-2024-08-06", "claude-3-5-sonnet-20241022", "meta-llama/Llama-3.3-70B-Instruct-Turbo",
              "Qwen3-235B-A22B-Thinking-2507", "https://api.example.com/v1",
              "anthropic.claude-3-5-sonnet-20240620-v1:0", "", "text-embedding-3-large", "keyboard",
              "task-runner", "ask-me-anything"}) {
            QVERIFY2(!transfer::looksLikeSecret(word), word);
        }
    }

    void placeholdersAndReferencesAreNoKeys()
    {
        for (const char *text : {"", "none", "sk-xxx", "sk-xxxxxxxx", "your-api-key", "<key>", "sk-***",
                                 "PROXY_MANAGED", "EMPTY"}) {
            QVERIFY2(transfer::isPlaceholder(text), text);
        }
        QVERIFY(!transfer::isPlaceholder("sk-test-0001"));
        for (const char *text : {"os.environ/A_KEY", "$A_KEY", "${A_KEY}", "{env:A_KEY}", "env.A_KEY"}) {
            QCOMPARE(transfer::environmentReference(text), std::optional<std::string>("A_KEY"));
        }
        QVERIFY(!transfer::environmentReference("$(rm)") && !transfer::environmentReference("sk-test")
                && !transfer::environmentReference("$"));
    }

    void addressesLoseTheirEndpoints()
    {
        QCOMPARE(transfer::cleanUrl(" https://a.example/v1/chat/completions/ ").url,
                 std::string("https://a.example/v1"));
        const transfer::CleanUrl messages = transfer::cleanUrl("https://a.example/anthropic/v1/messages");
        QVERIFY(messages.messages);
        QCOMPARE(messages.url, std::string("https://a.example/anthropic"));
        const transfer::CleanUrl user = transfer::cleanUrl("https://me:secret@a.example/v1?key=secret");
        QVERIFY(user.cutSecret);
        QCOMPARE(user.url, std::string("https://a.example/v1"));
        QCOMPARE(transfer::originOf("HTTPS://A.example"), std::string("https://a.example:443"));
        QCOMPARE(transfer::originOf("ftp://a"), std::string());
        QCOMPARE(transfer::withVersion("https://a.example"), std::string("https://a.example/v1"));
        QCOMPARE(transfer::withVersion("https://a.example/api/paas/v4"),
                 std::string("https://a.example/api/paas/v4"));
    }

    void vendorsHaveTheirPreset()
    {
        const auto &presets = test::shippedPresetList();
        for (const auto &[word, preset] :
             {std::pair("together_ai", "together"), std::pair("Fireworks-AI", "fireworks"),
              std::pair("nvidia_nim", "nvidia"), std::pair("dashscope", "qwen"), std::pair("nobody", "")}) {
            QCOMPARE(transfer::presetForVendor(word, presets), std::string(preset));
        }
        QCOMPARE(transfer::presetForUrl("https://api.groq.com/openai/v1", presets), std::string("groq"));
        QCOMPARE(transfer::presetForUrl("http://localhost:8080/v1", presets), std::string());
    }
};

SIGNALBOX_TEST(TransferTextTest)
#include "transfer_text_test.moc"
