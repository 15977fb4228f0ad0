// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/providers/pasted_key.h"

#include <QTest>

#include "tests/support/fake_engine_data.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace signalbox::providers;

namespace {
const engine::PresetView &preset(const std::vector<engine::PresetView> &all, const char *id)
{
    return *std::ranges::find(all, std::string(id), &engine::PresetView::id);
}
} // namespace

class PastedKeyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void freesAKeyFromWhatComesWithIt_data()
    {
        QTest::addColumn<QString>("pasted");
        QTest::addColumn<QString>("key");
        const auto same = [](const char *name, const char *text) {
            QTest::newRow(name) << QString::fromLatin1(text) << QString::fromLatin1(text);
        };
        same("plain", "sk-abcDEF_123-xyz");
        same("base64 with padding", "QUJDREVGR0hJSktM==");
        same("base64 that ends like a name", "abcMYKEY==");
        same("an equals sign inside", "abc=def");
        const auto freed = [](const char *name, const char *text) {
            QTest::newRow(name) << QString::fromUtf8(text) << QStringLiteral("sk-abc123");
        };
        freed("blanks around", "  sk-abc123\t ");
        freed("a line end", "sk-abc123\r\n");
        freed("broken over lines", "sk-a\nbc123");
        freed("no-break space", "sk-abc123\u00a0");
        freed("zero width", "\ufeffsk-abc123\u200b");
        freed("double quotes", "\"sk-abc123\"");
        freed("single quotes", "'sk-abc123'");
        freed("a variable", "OPENAI_API_KEY=sk-abc123");
        freed("an exported variable with quotes", "export OPENAI_API_KEY=\"sk-abc123\"");
        freed("a header", "Authorization: Bearer sk-abc123");
        freed("bearer alone", "Bearer sk-abc123");
        freed("Anthropic's header", "x-api-key: sk-abc123");
        freed("a JSON value", "\"sk-abc123\",");
    }
    void freesAKeyFromWhatComesWithIt()
    {
        QFETCH(QString, pasted);
        QFETCH(QString, key);
        QCOMPARE(keyFromPaste(pasted), key);
        QCOMPARE(keyFromPaste(key), key); // typing on changes nothing
    }

    void recognisesTheProviderByTheLongestPrefix()
    {
        const auto presets = test::fake::presets();
        const auto *anthropic =
            betterPreset(QStringLiteral("sk-ant-api03-abc"), preset(presets, "openai"), presets);
        QVERIFY(anthropic);
        QCOMPARE(anthropic->id, std::string("anthropic"));
        QVERIFY(!betterPreset(QStringLiteral("sk-ant-api03-abc"), preset(presets, "anthropic"), presets));
        QVERIFY(!betterPreset(QStringLiteral("sk-proj-abc"), preset(presets, "openai"), presets));
        QVERIFY(!betterPreset(QStringLiteral("unknown"), preset(presets, "openai"), presets));
        QVERIFY(!betterPreset(QStringLiteral("gsk_abc"), preset(presets, "openai-compatible"), presets));
    }

    void aKeyBelongsToSchemeHostAndPort_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<bool>("leaves");
        const auto row = [](const char *name, const char *from, const char *to, bool leaves) {
            QTest::newRow(name) << QString::fromLatin1(from) << QString::fromLatin1(to) << leaves;
        };
        row("path", "https://a.example/v1", "https://a.example/v2", false);
        row("port said", "https://a.example/v1", "https://a.example:443/v1", false);
        row("case", "https://A.example/v1", "https://a.EXAMPLE/v1", false);
        row("host", "https://a.example/v1", "https://b.example/v1", true);
        row("port", "https://a.example/v1", "https://a.example:8443/v1", true);
        row("scheme", "https://a.example/v1", "http://a.example/v1", true);
        row("scheme on one port", "https://a.example:8080", "http://a.example:8080", true);
        row("subdomain", "https://a.example", "https://a.example.evil.test", true);
    }
    void aKeyBelongsToSchemeHostAndPort()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(bool, leaves);
        QCOMPARE(leavesOrigin(from, to), leaves);
    }
};

SIGNALBOX_TEST(PastedKeyTest)
#include "pasted_key_test.moc"
