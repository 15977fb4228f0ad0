// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/language.h"

#include "tests/support/registry.h"

using namespace signalbox;

class LanguageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsLanguages_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *expected, const char *text) {
            QTest::addRow("%s: %.30s", expected, text) << QByteArray(text) << QByteArray(expected);
        };
        row("en", "What is the capital of Mongolia?");
        row("en", "Please explain how photosynthesis works.");
        row("en", "Write a function that sorts an array, and explain it.");
        row("de", "Wie heißt die Hauptstadt von Kanada?");
        row("de", "Schreibe eine freundliche Absage an einen Bewerber.");
        row("de", "Erkläre mir bitte den Begriff event loop und das await in JavaScript");
        row("fr", "Quelle est la capitale de la Mongolie et pourquoi ?");
        row("fr", "Écris une lettre pour mon propriétaire, avec les dates.");
        row("es", "¿Cuál es la capital de Mongolia y por qué?");
        row("es", "Escribe un correo para los clientes con el nuevo precio.");
        row("zh", "解释一下 TCP 和 UDP 的区别。");
        row("zh", "用 Go 实现一个线程安全的限流器 rate limiter");
        row("ja", "東京の天気を教えてください。");
        row("ja", "モンゴルの首都はどこですか");
        row("ko", "몽골의 수도는 어디입니까?");
        row("ru", "Какая столица Монголии?");
        row("", "Яка столиця Монголії і чому її так називають?");
        row("", "");
        row("", "42");
        row("", "x = foo(bar);");
        row("", "ok");
        row("", "Zażółć gęślą jaźń");
    }
    void tellsLanguages()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(QByteArray::fromStdString(routing::language(text.toStdString())), expected);
    }

    void theBeginningDecides()
    {
        std::string text;
        while (text.size() < 5000) {
            text += "This is what the text is about. ";
        }
        text += std::string(20'000, '\xE4');
        QCOMPARE(QByteArray::fromStdString(routing::language(text)), QByteArray("en"));
    }

    void takesAnyBytes()
    {
        for (int first = 0; first < 256; ++first) {
            for (int second = 0; second < 256; ++second) {
                const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
                QVERIFY(routing::language(bytes).size() <= 2);
            }
        }
    }
};

SIGNALBOX_TEST(LanguageTest)
#include "language_test.moc"
