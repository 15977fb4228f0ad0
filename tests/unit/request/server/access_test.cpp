// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/server/access.h"

#include "tests/support/registry.h"

using namespace signalbox;
using server::OriginVerdict;
using Token = server::TokenVerdict::Kind;

namespace {
http::Headers fields(std::initializer_list<std::pair<const char *, const char *>> list)
{
    http::Headers headers;
    for (const auto &[name, value] : list) {
        headers.add(name, value);
    }
    return headers;
}

server::AccessRules rules()
{
    server::AccessRules rules;
    rules.port = 8377;
    rules.allowedOrigins = {"https://app.example", "http://localhost:3000"};
    rules.tokens.emplace_back("aider", base::SecretString(std::string("token-of-aider")));
    rules.tokens.emplace_back("codex", base::SecretString(std::string("token-of-codex")));
    rules.tokens.emplace_back("unset", base::SecretString());
    return rules;
}
} // namespace

class AccessTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersToItsOwnNamesOnly_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<bool>("own");
        for (const char *host : {"127.0.0.1:8377", "localhost:8377", "LocalHost:8377", "[::1]:8377"}) {
            QTest::addRow("%s", host) << QByteArray(host) << true;
        }
        for (const char *host : {"",
                                 "127.0.0.1",
                                 "localhost",
                                 "localhost:",
                                 "localhost:8378",
                                 "localhost:08377",
                                 "localhost:+8377",
                                 "localhost.:8377",
                                 "localhost.evil.example:8377",
                                 "evil.example:8377",
                                 "evil.example",
                                 "127.0.0.1.nip.io:8377",
                                 "0.0.0.0:8377",
                                 "[::]:8377",
                                 "::1:8377",
                                 "[::1%lo]:8377",
                                 "127.0.0.2:8377",
                                 "127.1:8377",
                                 "2130706433:8377",
                                 "0x7f000001:8377",
                                 "user@localhost:8377",
                                 "localhost:8377 ",
                                 " localhost:8377",
                                 "localhost:8377,x",
                                 "[::ffff:127.0.0.1]:8377",
                                 "localhost:8377:8377"}) {
            QTest::addRow("%s", *host ? host : "empty") << QByteArray(host) << false;
        }
    }
    void answersToItsOwnNamesOnly()
    {
        QFETCH(QByteArray, host);
        QFETCH(bool, own);
        QCOMPARE(server::isOwnHost(host.toStdString(), 8377), own);
    }

    void allowsAnOriginOnlyWhenItIsListedExactly()
    {
        QCOMPARE(server::judgeOrigin(fields({{"Origin", "https://app.example"}}), rules()),
                 OriginVerdict::Allowed);
        QCOMPARE(
            server::judgeOrigin(
                fields({{"origin", "http://localhost:3000"}, {"Sec-Fetch-Site", "cross-site"}}), rules()),
            OriginVerdict::Allowed);
        for (const char *origin : {"null",
                                   "",
                                   "file://",
                                   "http://app.example",
                                   "https://app.example/",
                                   "https://APP.example",
                                   "https://app.example.",
                                   "https://app.example:443",
                                   "https://evil.example",
                                   "https://app.example.evil.example",
                                   "http://localhost",
                                   "https://localhost:3000",
                                   "http://localhost:8377",
                                   "http://127.0.0.1:8377",
                                   "chrome-extension://abc",
                                   "moz-extension://abc",
                                   "*",
                                   "https://app.example http://localhost:3000",
                                   "http://[::1]:3000",
                                   "data:"}) {
            QCOMPARE(server::judgeOrigin(fields({{"Origin", origin}}), rules()), OriginVerdict::Refused);
        }
    }

    void twoOriginsAreRefusedWhateverTheirOrder()
    {
        const char *good = "https://app.example";
        const char *bad = "https://evil.example";
        QCOMPARE(server::judgeOrigin(fields({{"Origin", good}, {"Origin", bad}}), rules()),
                 OriginVerdict::Refused);
        QCOMPARE(server::judgeOrigin(fields({{"Origin", bad}, {"Origin", good}}), rules()),
                 OriginVerdict::Refused);
        QCOMPARE(server::judgeOrigin(fields({{"Origin", good}, {"Origin", good}}), rules()),
                 OriginVerdict::Refused);
    }

    void requestsOfOtherSitesAreRefusedWithoutOriginToo()
    {
        for (const char *site : {"cross-site", "same-site", "Cross-Site", ""}) {
            QCOMPARE(server::judgeOrigin(fields({{"Sec-Fetch-Site", site}}), rules()),
                     OriginVerdict::Refused);
        }
        QCOMPARE(server::judgeOrigin(fields({{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Site", "cross-site"}}),
                                     rules()),
                 OriginVerdict::Refused);
        QCOMPARE(server::judgeOrigin(fields({{"Sec-Fetch-Site", "none"}}), rules()), OriginVerdict::NotAPage);
        QCOMPARE(server::judgeOrigin(fields({{"User-Agent", "curl"}}), rules()), OriginVerdict::NotAPage);
    }

    void aTokenTellsTheClient_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("client");
        const auto add = [](const char *name, const QByteArray &value, Token kind, const char *client = "") {
            QTest::addRow("%s: %s", name, value.left(40).constData())
                << QByteArray(name) << value << int(kind) << QByteArray(client);
        };
        add("Authorization", "Bearer token-of-aider", Token::Right, "aider");
        add("authorization", "bearer  token-of-codex", Token::Right, "codex");
        add("X-API-Key", "token-of-codex", Token::Right, "codex");
        add("Authorization", "Bearer token-of-aide", Token::Wrong);
        add("Authorization", "Bearer token-of-aiderx", Token::Wrong);
        add("Authorization", "Bearer token-of-aidertoken-of-aider", Token::Wrong);
        add("Authorization", "Bearer TOKEN-OF-AIDER", Token::Wrong);
        add("x-api-key", "Bearer token-of-aider", Token::Wrong);
        add("x-api-key", QByteArray(40'000, 'x'), Token::Wrong);
        add("Authorization", "Bearer ", Token::Missing);
        add("Authorization", "Bearer", Token::Missing);
        add("Authorization", "Basic token-of-aider", Token::Missing);
        add("Authorization", "token-of-aider", Token::Missing);
        add("x-api-key", "", Token::Missing);
        add("Cookie", "token-of-aider", Token::Missing);
    }
    void aTokenTellsTheClient()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(int, kind);
        QFETCH(QByteArray, client);
        const auto verdict = server::judgeToken(fields({{name.constData(), value.constData()}}), rules());
        QCOMPARE(int(verdict.kind), kind);
        QCOMPARE(verdict.client, client.toStdString());
    }

    void eitherOfTwoTokensMayBeTheRightOne()
    {
        QCOMPARE(server::judgeToken(fields({{"Authorization", "Bearer no"}, {"x-api-key", "token-of-codex"}}),
                                    rules())
                     .client,
                 std::string("codex"));
        QCOMPARE(server::judgeToken(fields({{"x-api-key", "no"}, {"Authorization", "Bearer token-of-aider"}}),
                                    rules())
                     .kind,
                 Token::Right);
    }
};

SIGNALBOX_TEST(AccessTest)
#include "access_test.moc"
