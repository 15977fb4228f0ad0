// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/errand/token_source.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

#include "core/engine/setup_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_upstream.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;
using errand::TokenSource;
using test::Reply;

namespace {
std::string privateKey()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/tokens/service_account.key"));
    return file.open(QFile::ReadOnly) ? file.readAll().toStdString() : std::string();
}

std::string account(const std::string &tokenUri, const std::string &pem = privateKey())
{
    const QJsonObject json{{QStringLiteral("type"), QStringLiteral("service_account")},
                           {QStringLiteral("client_email"), QStringLiteral("box@p.iam.gserviceaccount.com")},
                           {QStringLiteral("private_key_id"), QStringLiteral("kid-1")},
                           {QStringLiteral("private_key"), QString::fromStdString(pem)},
                           {QStringLiteral("token_uri"), QString::fromStdString(tokenUri)}};
    return QJsonDocument(json).toJson().toStdString();
}

std::string tokenAnswer(const char *token, int seconds = 3599)
{
    return std::string(R"({"access_token":")") + token + R"(","token_type":"Bearer","expires_in":)"
           + std::to_string(seconds) + "}";
}

QJsonObject decoded(const QByteArray &part)
{
    return QJsonDocument::fromJson(QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding)).object();
}
} // namespace

class TokenSourceTest : public QObject
{
    Q_OBJECT

private:
    struct Bench {
        test::FakeClock clock;
        test::FakeUpstream google;
        upstream::Transport transport{clock};
        const provider::PresetList presets = provider::PresetList::shipped();
        std::string json;
        int changes = 0;
        int fresh = 0;
        std::shared_ptr<const chain::Setup> setup;
        TokenSource source{{clock, transport,
                            [this](const std::string &, const std::string &, bool isFresh) {
                                ++changes;
                                fresh += isFresh ? 1 : 0;
                            },
                            true}};

        std::string uri() const { return google.origin().text() + "/token"; }
        void want(std::string key)
        {
            json = std::move(key);
            auto config = std::make_shared<config::Config>();
            config::ProviderConfig provider{.id = "v", .preset = "vertex"};
            provider.baseUrl = "https://aiplatform.googleapis.com/v1/projects/p/locations/global";
            provider.key = {config::KeySource::Kind::Memory, "sa", ""};
            config->providers = {provider};
            const base::Result<base::SecretString> secret{base::SecretString(std::string(json))};
            setup = engine::buildSetup(config, presets, nullptr, nullptr,
                                       [&](const config::KeySource &) { return &secret; });
            source.want(*setup);
        }
        const chain::KeySetup key() const
        {
            return source.applied(setup)->providers.find("v")->second.keys.front();
        }
        std::string secret() const
        {
            return std::string(key().secret.value_or(base::SecretString()).reveal());
        }
    };

private Q_SLOTS:
    void asksWithASignedAssertion()
    {
        Bench b;
        b.google.always(Reply::json(200, tokenAnswer("ya29.one")));
        b.want(account(b.uri()));
        QVERIFY(!b.key().secret);
        QCOMPARE(b.key().problem, std::string("its token is still being fetched"));
        QTRY_COMPARE(b.secret(), std::string("ya29.one"));
        QCOMPARE(b.fresh, 1);
        const test::SeenRequest &seen = b.google.seen().front();
        QCOMPARE(seen.method, std::string("POST"));
        QCOMPARE(seen.target, std::string("/token"));
        QVERIFY(seen.headers.find("content-type") == "application/x-www-form-urlencoded");
        const QUrlQuery form(QString::fromStdString(seen.body));
        QCOMPARE(form.queryItemValue(QStringLiteral("grant_type"), QUrl::FullyDecoded),
                 QStringLiteral("urn:ietf:params:oauth:grant-type:jwt-bearer"));
        const QList<QByteArray> parts =
            form.queryItemValue(QStringLiteral("assertion")).toLatin1().split('.');
        QCOMPARE(parts.size(), 3);
        QCOMPARE(decoded(parts[0])[QStringLiteral("alg")].toString(), QStringLiteral("RS256"));
        QCOMPARE(decoded(parts[0])[QStringLiteral("kid")].toString(), QStringLiteral("kid-1"));
        const QJsonObject claims = decoded(parts[1]);
        QCOMPARE(claims[QStringLiteral("iss")].toString(), QStringLiteral("box@p.iam.gserviceaccount.com"));
        QCOMPARE(claims[QStringLiteral("aud")].toString(), QString::fromStdString(b.uri()));
        QVERIFY(claims[QStringLiteral("scope")].toString().endsWith(QStringLiteral("/cloud-platform")));
        const qint64 now =
            std::chrono::floor<std::chrono::seconds>(b.clock.wallNow()).time_since_epoch().count();
        QCOMPARE(claims[QStringLiteral("iat")].toInteger(), now);
        QCOMPARE(claims[QStringLiteral("exp")].toInteger(), now + 3600);
        // What `openssl dgst -sha256 -sign` makes of the same key is as long; that it verifies is held by
        // theSignatureIsOpenSsls.
        QCOMPARE(QByteArray::fromBase64(parts[2], QByteArray::Base64UrlEncoding).size(), 256);
    }

    void theSignatureIsOpenSsls()
    {
        // Made with `openssl dgst -sha256 -sign service_account.key` over the first two parts: PKCS #1 v1.5
        // signatures are the same every time.
        QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/tokens/assertion.txt"));
        QVERIFY(file.open(QFile::ReadOnly));
        const std::string expected = file.readAll().trimmed().toStdString();
        const auto read = errand::readGoogleAccount(account(""));
        QVERIFY(read);
        QCOMPARE(read->audience, std::string("https://oauth2.googleapis.com/token"));
        const auto form = errand::tokenForm(*read, base::WallTime(1'795'176'000s));
        QVERIFY(form);
        QCOMPARE(QByteArray::fromStdString(form->substr(form->find("&assertion=") + 11)),
                 QByteArray::fromStdString(expected));
    }

    void refreshesBeforeItRunsOutAndKeepsTheOldOneMeanwhile()
    {
        Bench b;
        b.google.then(Reply::json(200, tokenAnswer("one")));
        b.google.then(Reply().wait("now").add(Reply::json(200, tokenAnswer("two"))));
        b.want(account(b.uri()));
        QTRY_COMPARE(b.secret(), std::string("one"));
        b.clock.advance(3298s);
        QCOMPARE(b.google.requestCount(), 1);
        b.clock.advance(2s);
        QTRY_COMPARE(b.google.requestCount(), 2);
        b.source.check();
        b.source.want(*b.setup); // the configuration was applied again: still one fetch
        QCOMPARE(b.secret(), std::string("one"));
        b.google.go("now");
        QTRY_COMPARE(b.secret(), std::string("two"));
        QCOMPARE(b.google.requestCount(), 2);
        QCOMPARE(b.fresh, 2);
    }

    void aRefusalIsToldAndTriedAgain()
    {
        Bench b;
        b.google.then(
            Reply::json(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})"));
        b.google.then(Reply::json(503, "busy"));
        b.google.always(Reply::json(200, tokenAnswer("late")));
        b.want(account(b.uri()));
        QTRY_COMPARE(b.changes, 1);
        QVERIFY(!b.key().secret);
        QCOMPARE(b.key().problem, std::string("no access token: invalid_grant: Invalid JWT Signature."));
        b.clock.advance(TokenSource::kFirstRetry);
        QTRY_COMPARE(b.changes, 2);
        QVERIFY(b.key().problem.ends_with("status 503"));
        b.clock.advance(TokenSource::kFirstRetry * 2);
        QTRY_COMPARE(b.secret(), std::string("late"));
    }

    void aTokenThatRanOutDuringASleepIsNotUsed()
    {
        Bench b;
        b.google.then(Reply::json(200, tokenAnswer("one")));
        b.google.then(Reply().wait("now").add(Reply::json(200, tokenAnswer("two"))));
        b.want(account(b.uri()));
        QTRY_COMPARE(b.secret(), std::string("one"));
        b.clock.sleepFor(2h);
        QVERIFY(!b.key().secret);
        b.source.check();
        QVERIFY(b.key().problem.find("run out") != std::string::npos);
        b.google.go("now");
        QTRY_COMPARE(b.secret(), std::string("two"));
    }

    void aSilentServerIsNotWaitedForForEver()
    {
        Bench b;
        b.google.always(Reply());
        b.want(account(b.uri()));
        QTRY_COMPARE(b.google.requestCount(), 1);
        b.clock.advance(TokenSource::kLimit);
        QTRY_VERIFY(b.key().problem.find("no answer in time") != std::string::npos);
    }

    void anotherAccountGetsAnotherToken()
    {
        Bench b;
        b.google.then(Reply::json(200, tokenAnswer("one")));
        b.google.then(Reply::json(200, tokenAnswer("two")));
        b.want(account(b.uri()));
        QTRY_COMPARE(b.secret(), std::string("one"));
        b.want(account(b.uri() + "/x"));
        QVERIFY(!b.key().secret);
        QTRY_COMPARE(b.secret(), std::string("two"));
    }

    void whatIsNoAccountIsSentAsItIs()
    {
        Bench b;
        b.want("ya29.mine");
        QCOMPARE(b.secret(), std::string("ya29.mine"));
        QCOMPARE(b.source.applied(b.setup).get(), b.setup.get());
    }

    void anAccountThatCannotWorkSaysWhy_data()
    {
        QTest::addColumn<std::string>("json");
        QTest::addColumn<std::string>("why");
        QTest::newRow("not JSON") << std::string("{") << std::string("not the JSON of a service account");
        QTest::newRow("another kind") << std::string(R"({"type":"x"})") << std::string("neither");
        QTest::newRow("no key") << account("", "") << std::string("no private_key");
        QTest::newRow("a broken key")
            << account("", "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n")
            << std::string("private key cannot be used");
        QTest::newRow("another host")
            << account("https://oauth2.googleapis.com.evil.example/token") << std::string("token_uri");
        QTest::newRow("plain http") << account("http://oauth2.googleapis.com/token")
                                    << std::string("token_uri");
    }
    void anAccountThatCannotWorkSaysWhy()
    {
        QFETCH(std::string, json);
        QFETCH(std::string, why);
        Bench b;
        b.want(json);
        QVERIFY(!b.key().secret);
        QVERIFY2(b.key().problem.find(why) != std::string::npos, b.key().problem.c_str());
        QVERIFY(b.key().problem.find("BEGIN") == std::string::npos);
        QCOMPARE(b.google.requestCount(), 0);
    }

    void loopbackIsForTestsOnly()
    {
        QVERIFY(errand::readGoogleAccount(account("http://127.0.0.1:1/token"), true));
        QVERIFY(!errand::readGoogleAccount(account("http://127.0.0.1:1/token")));
    }

    void aUsersLoginIsRefreshed()
    {
        const auto read = errand::readGoogleAccount(
            R"({"type":"authorized_user","client_id":"c d","client_secret":"s","refresh_token":"r/1"})");
        QVERIFY(read);
        QCOMPARE(*errand::tokenForm(*read, {}),
                 std::string("grant_type=refresh_token&client_id=c%20d&client_secret=s&refresh_token=r%2F1"));
    }
};

SIGNALBOX_TEST(TokenSourceTest)
#include "token_source_test.moc"
