// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/parts/token_estimate.h"

#include "tests/support/registry.h"

using namespace signalbox;

class TokenEstimateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsAsTokenisersCut_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("tokens");
        const auto row = [](const char *name, const QByteArray &text, int tokens) {
            QTest::newRow(name) << text << tokens;
        };
        row("nothing", "", 0);
        row("one letter", "a", 1);
        row("a sentence: its words and its full stop", "The quick brown fox jumps over the lazy dog.", 10);
        row("a long word", "internationalization", 3);
        row("camel case is several words", "getElementById", 4);
        row("capitals", "HTTP", 1);
        row("digits in threes", "1234567", 3);
        row("indentation is one token a line", "if (x)\n        return;", 7);
        row("a rule costs little", QByteArray(80, '-'), 3);
        row("Chinese: a token a character", "\xE4\xBD\xA0\xE5\xA5\xBD\xE4\xB8\x96\xE7\x95\x8C", 4);
        row("Korean", "\xEC\x95\x88\xEB\x85\x95", 2);
        row("Russian: about two letters a token", "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82", 3);
        row("accents", "\xC3\xA9t\xC3\xA9", 2);
        row("emoji", "\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 4);
        row("a cut character", "\xE4", 1);
    }
    void countsAsTokenisersCut()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, tokens);
        QCOMPARE(parts::estimateTokens(text.toStdString()), qint64(tokens));
    }

    void isNearTheRuleOfThumbForProse()
    {
        // 100 tokens are about 75 words of English; this has 69 words.
        const std::string prose =
            "When a provider does not answer within its limit, the next step of the chain takes over, and "
            "the "
            "tool that asked notices nothing but a short delay. If the answer breaks off in the middle, the "
            "tool gets a clear error instead of half an answer that looks like a whole one. Every attempt is "
            "written down with what it cost, so that the bill at the end of the month holds no surprise.";
        const auto tokens = parts::estimateTokens(prose);
        QVERIFY2(tokens >= 72 && tokens <= 100, std::to_string(tokens).c_str());
    }

    void base64CostsMoreThanProseOfItsLength()
    {
        const std::string base64 = "aGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0IG9mIGJhc2U2NCBlbmNvZGluZw";
        const auto tokens = parts::estimateTokens(base64);
        QVERIFY2(tokens >= qint64(base64.size()) / 4 && tokens <= qint64(base64.size()),
                 std::to_string(tokens).c_str());
    }
};

SIGNALBOX_TEST(TokenEstimateTest)
#include "token_estimate_test.moc"
