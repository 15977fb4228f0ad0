// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/routing/privacy.h"

#include "tests/support/registry.h"

using namespace signalbox;

namespace {
// Made up, and cut in two so that nobody's scanner takes this file for a leak.
constexpr const char *kKeys[] = {
    "use sk-"
    "proj-Ab3dEf6hIj9kLm2nOp5qRs8t_uVw please",
    "OPENAI_API_KEY=sk-"
    "0123456789abcdef0123456789abcdef",
    "sk-"
    "ant-api03-Zx8Yw7Vu6Ts5Rq4Po3Nm2Lk1Ji0Hg9Fe8Dc7Ba6-_AbCdEf",
    "sk-"
    "or-v1-1f0e2d3c4b5a69788796a5b4c3d2e1f01f0e2d3c4b5a69788796a5b4c3d2e1f0",
    "(ghp_"
    "16C7e42F292c6912E7710c838347Ae178B4a)",
    "github_pat_"
    "11ABCDEFG0a1b2c3d4e5f6_g7h8i9j0k1l2m3n4o5p6",
    "aws: AKIA"
    "IOSFODNN7EXAMPL3 here",
    "xoxb-"
    "123456789012-abcdef1234567890",
    "AIza"
    "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "hf_"
    "aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uVwX",
    "glpat-"
    "a1B2c3D4e5F6g7H8i9J0",
    "-----BEGIN "
    "RSA PRIVATE KEY-----\nMIIE",
    "-----BEGIN "
    "PRIVATE KEY-----\nMIIE",
    "-----BEGIN "
    "OPENSSH PRIVATE KEY-----\nb3Bl",
    "eyJ"
    "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "password: 9fK2mQ8xZ7"
    "vL4pR1tY6wB3nC5dE0gH8j",
    "the secret is 8a7f3c2e9b1d4f60"
    "8a7f3c2e9b1d4f61",
    "\"client_secret\": \"Qm9vbGVhbk1hc3Rl"
    "cktleTEyMzQ1Njc4OTA=\"",
    "Authorization: Bearer 4f9a8b7c6d5e"
    "4f3a2b1c0d9e8f7a6b5c",
    "DB_PASSWD='a8Kd93mZx7"
    "Qp2LwR5tVb8NcY1jHs4GfU'",
    "密码 = a8Kd93mZx7"
    "Qp2LwR5tVb8NcY1jHs4GfU",
};

constexpr const char *kNoKeys[] = {
    "",
    "sk-",
    "how do I get a token?",
    "the key to success is patience and a lot of hard work every day",
    "sk-learn-pipelines-with-custom-transformers",
    "css: sk-toolbar-button-with-a-very-long-name",
    "primary key, foreign key, secret santa, password reset",
    "password: correct horse battery staple",
    "token: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "-----BEGIN CERTIFICATE-----\nMIIE",
    "-----BEGIN PUBLIC KEY-----",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "AKIA is the prefix of AWS keys",
    "eyJ and eyJ. and eyJ.",
    "the-secret-life-of-walter-mitty-and-other-stories-told-again",
    "hf_hub_download_with_progress_bar_and_retries",
    "ghp_token_goes_here_once_you_have_made_one",
    "monkey 1234567890123456789012345678901234567890",
};

config::PrivacyConfig only(bool keys, bool emails, bool cards)
{
    return {.keys = keys, .emails = emails, .cards = cards};
}

bool isPrivate(const config::PrivacyConfig &config, const std::string &text)
{
    return routing::PrivacyPatterns(config).match(text).has_value();
}
} // namespace

class PrivacyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsKeys_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("found");
        for (const char *text : kKeys) {
            QTest::addRow("key %.24s", text) << QByteArray(text) << true;
        }
        for (const char *text : kNoKeys) {
            QTest::addRow("none %.24s", text) << QByteArray(text) << false;
        }
    }
    void findsKeys()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, found);
        QCOMPARE(isPrivate(only(true, false, false), text.toStdString()), found);
        QVERIFY(!isPrivate(only(false, false, true), text.toStdString()));
    }

    void findsEmails_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("found");
        const auto row = [](const char *text, bool found) {
            QTest::addRow("%s", text) << QByteArray(text) << found;
        };
        row("write to ana.maria+news@mail.firma.de.", true);
        row("<bob@corp.io>", true);
        row("mailto:x@y.museum?subject=z", true);
        row("BOB@CORP.IO", true);
        row("a@b.co", true);
        row("git@github.com: is the host, tom@github.com the man", true);
        row("user@localhost", false);
        row("git@github.com:org/repo.git", false);
        row("@decorator.property", false);
        row("react@18.2.0", false);
        row("icon@2x.png", false);
        row("test@example.com", false);
        row("me@mail.example.org", false);
        row("me@server.test", false);
        row("a @ b.com", false);
        row("foo@bar..com", false);
        row("foo@.com", false);
        row("@", false);
    }
    void findsEmails()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, found);
        QCOMPARE(isPrivate(only(false, true, false), text.toStdString()), found);
    }

    void findsCards_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("found");
        const auto row = [](const char *text, bool found) {
            QTest::addRow("%s", text) << QByteArray(text) << found;
        };
        row("4111111111111111", true);
        row("card 4111 1111 1111 1111, exp 12/27", true);
        row("4111-1111-1111-1111.", true);
        row("5555555555554444", true);
        row("2223003122003222", true);
        row("378282246310005", true);
        row("3782 822463 10005", true);
        row("30569309025904", true);
        row("3056 930902 5904", true);
        row("3530111333300000", true);
        row("6011111111111117", true);
        row("2027 4111 1111 1111 1111", true);
        row("4222222222222", true);
        row("4111111111111112", false); // check digit
        row("1234567812345670", false); // check digit right, no issuer
        row("411111111111111", false);  // no such length
        row("41111111111111111111111111", false);
        row("id_4111111111111111", false);
        row("4111111111111111a", false);
        row("0.4111111111111111", false);
        row("4111111111111111.5", false);
        row("41 11 11 11 11 11 11 11", false); // not grouped as on cards
        row("4111 1111-1111 1111", false);
        row("2026-11-20 08:12:13", false);
        row("+43 660 1234567", false);
        row("", false);
    }
    void findsCards()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, found);
        QCOMPARE(isPrivate(only(false, false, true), text.toStdString()), found);
        QVERIFY(!isPrivate(only(true, false, false), text.toStdString()));
    }

    void findsTheUsersPatterns()
    {
        const routing::PrivacyPatterns patterns({.patterns = {"(", "Projekt\\s+Falke", "^intern:"}});
        QVERIFY(!patterns.empty());
        QVERIFY(!patterns.match("Projekt Adler"));
        QVERIFY(patterns.match("über Projekt  Falke reden"));
        QCOMPARE(QByteArray::fromStdString(*patterns.match("Projekt Falke")),
                 QByteArray("matches private pattern 1"));
        QVERIFY(patterns.match("intern: x"));
        QVERIFY(!patterns.match("x intern: x"));
        // Far behind, also over the border of two pieces; the beginning of a piece is no beginning.
        for (std::size_t length = 1990; length < 2060; ++length) {
            const std::string filler(length, 'x');
            QVERIFY(patterns.match(filler + "Projekt Falke"));
            QVERIFY(!patterns.match(filler + "intern:"));
        }
        std::string wide;
        for (int i = 0; i < 3000; ++i) {
            wide += "\xF0\x9F\x98\x80";
        }
        QVERIFY(!patterns.match(wide));
        QVERIFY(!patterns.match("x" + wide));
        QVERIFY(patterns.match(wide + "Projekt Falke"));
    }

    void asksForNothingByItself()
    {
        const routing::PrivacyPatterns none{config::PrivacyConfig{}};
        QVERIFY(none.empty());
        QVERIFY(routing::PrivacyPatterns(config::PrivacyConfig{.patterns = {"("}}).empty());
        QVERIFY(!none.match("4111111111111111 bob@corp.io"));
        QVERIFY(!routing::PrivacyPatterns().match("4111111111111111"));
    }

    void saysWhyButNotWhat()
    {
        const routing::PrivacyPatterns all(only(true, true, true));
        QCOMPARE(QByteArray::fromStdString(*all.match("bob@corp.io")), QByteArray("holds an e-mail address"));
        QCOMPARE(QByteArray::fromStdString(*all.match("4111111111111111")),
                 QByteArray("holds a payment card number"));
        QCOMPARE(QByteArray::fromStdString(*all.match(kKeys[0])), QByteArray("holds what looks like a key"));
    }

    /// A pattern that gives up may have been about to match.
    void whatGivesUpIsPrivate() { QVERIFY(isPrivate({.patterns = {"(a+)+[bc]"}}, std::string(300, 'a'))); }

    /// Texts made to be slow, of a megabyte each: whatever grows with the square would not come to an end.
    void isLinear()
    {
        const routing::PrivacyPatterns all(only(true, true, true));
        for (const char *piece : {"key.", "key=", "@", "a@", "a.", "4", "4111 ", "4111-", "eyJaaaaaaaaaa.",
                                  "-----BEGIN ", "password ", "sk-", "_", "\xE5\xAF\x86\xE7\xA0\x81"}) {
            std::string text;
            while (text.size() < (1U << 20)) {
                text += piece;
            }
            all.match(text);
        }
        QVERIFY(!all.match(std::string(1 << 20, 'a')));
        QVERIFY(!isPrivate({.patterns = {"[0-9]{4}-X"}}, std::string(1 << 20, '7')));
    }
};

SIGNALBOX_TEST(PrivacyTest)
#include "privacy_test.moc"
