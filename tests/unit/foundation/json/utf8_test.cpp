// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/foundation/json/utf8.h"

#include "tests/support/registry.h"

using namespace signalbox;

class Utf8Test : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void repairsOnlyWhatIsNotUtf8_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *name, const char *before, const char *after) {
            QTest::newRow(name) << QByteArray(before) << QByteArray(after);
        };
        row("all well", "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80", "a\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
        row("Latin 1", "caf\xE9!", "caf?!");
        row("cut character", "\xE4\xB8", "??");
        row("cut in front of another", "\xE4\xB8\xC3\xA9", "??\xC3\xA9");
        row("overlong", "\xC0\x80\xE0\x80\x80\xF0\x80\x80\x80", "?????????");
        row("surrogate", "\xED\xA0\x80", "???");
        row("beyond Unicode", "\xF4\x90\x80\x80\xF5", "?????");
        row("stray continuation", "\x80z", "?z");
    }
    void repairsOnlyWhatIsNotUtf8()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        std::string text = before.toStdString();
        json::repairUtf8(text);
        QCOMPARE(QByteArray::fromStdString(text), after);
    }
};

SIGNALBOX_TEST(Utf8Test)
#include "utf8_test.moc"
