// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/request/dialect/refusal/reset_hint.h"

#include <cmath>

#include <QDir>

#include "core/foundation/base/random.h"
#include "tests/support/registry.h"

using namespace signalbox;
using dialect::ProviderError;
using events::Outcome;
using namespace std::chrono_literals;

namespace {
const base::WallTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + 12h;
constexpr int kNone = -1;

using Fields = std::vector<std::pair<const char *, const char *>>;

/// In whole milliseconds; kNone for no answer.
double wait(const Fields &fields, const ProviderError &error = {}, Outcome outcome = Outcome::RateLimited)
{
    http::Headers headers;
    for (const auto &[name, value] : fields) {
        headers.add(name, value);
    }
    const auto hint = dialect::resetHint(headers, error, outcome, kNow);
    return hint ? std::floor(base::toMs(*hint)) : kNone;
}

ProviderError saying(std::string message)
{
    return {.message = std::move(message)};
}

std::string pick(base::Random &random, const std::vector<std::string> &from)
{
    return from[random.next() % from.size()];
}

/// Numbers, units, dates and rubbish in any order: most of it nearly means something.
std::string rubbish(base::Random &random)
{
    static const std::vector<std::string> kPieces = {"0",
                                                     "1",
                                                     "9",
                                                     "30",
                                                     "429",
                                                     "1795176030",
                                                     "1795176030000",
                                                     "99999999999999999999",
                                                     "1e308",
                                                     "1e400",
                                                     "-",
                                                     "+",
                                                     ".",
                                                     "1.5",
                                                     "nan",
                                                     "inf",
                                                     "-inf",
                                                     "infinity",
                                                     "0x1F",
                                                     "h",
                                                     "m",
                                                     "s",
                                                     "ms",
                                                     "ns",
                                                     "d",
                                                     "days",
                                                     "minutes",
                                                     " ",
                                                     ",",
                                                     ":",
                                                     "T",
                                                     "Z",
                                                     "GMT",
                                                     "2026-11-20T12:00:30Z",
                                                     "9999-12-31T23:59:59Z",
                                                     "0000-00-00T00:00:00Z",
                                                     "2026-02-30T00:00:00+14:00",
                                                     "Fri, 20 Nov 2026 12:00:30 GMT",
                                                     "Fri, 99 Nov 9999 99:99:99 GMT",
                                                     "try again in ",
                                                     "retry after ",
                                                     "regain access on ",
                                                     "2026-12-01 at 00:00",
                                                     "\xC2\xB5s",
                                                     "\xFF",
                                                     std::string(1, '\0'),
                                                     "%s%n",
                                                     "\r\n"};
    std::string text;
    for (std::uint64_t left = random.next() % 6; left > 0; --left) {
        text += random.next() % 20 == 0 ? std::string(random.next() % 300, '9') : pick(random, kPieces);
    }
    return text;
}

std::vector<std::string> realBodies()
{
    std::vector<std::string> bodies;
    const QDir folder(QStringLiteral(SIGNALBOX_TEST_DATA "/provider_errors"));
    for (const QFileInfo &info : folder.entryInfoList(QDir::Files)) {
        QFile file(info.filePath());
        if (file.open(QIODevice::ReadOnly)) {
            for (const QByteArray &line : file.readAll().split('\n')) {
                const qsizetype body = line.indexOf("\"body\": ");
                if (body >= 0) {
                    bodies.push_back(line.mid(body + 8).toStdString());
                }
            }
        }
    }
    return bodies;
}

std::string damaged(base::Random &random, std::string body)
{
    for (std::uint64_t left = random.next() % 8; left > 0 && !body.empty(); --left) {
        const std::size_t at = random.next() % body.size();
        switch (random.next() % 4) {
        case 0:
            body[at] = static_cast<char>(random.next());
            break;
        case 1:
            body.erase(at, random.next() % 20);
            break;
        case 2:
            body.resize(at);
            break;
        default:
            body.insert(at, rubbish(random));
            break;
        }
    }
    return body;
}
} // namespace

class ResetHintTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void understandsRetryAfter_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<double>("ms");
        const auto row = [](const char *name, const char *value, double ms) {
            QTest::addRow("%s: %s", name, value) << QByteArray(name) << QByteArray(value) << ms;
        };
        row("retry-after", "20", 20'000);
        row("Retry-After", "0", 0);
        row("retry-after", "1.5", 1'500);
        row("retry-after", "86400", 3'600'000);
        row("retry-after", "99999999999999", 3'600'000);
        row("retry-after", "1e300", 3'600'000);
        row("retry-after", "Fri, 20 Nov 2026 12:00:30 GMT", 30'000);
        row("retry-after", "Fri, 20 Nov 2099 12:00:00 GMT", 3'600'000);
        row("retry-after-ms", "250.5", 250);
        for (const char *bad : {"-3", "soon", "1e400", "nan", "inf", "-inf", "", " ", "12 apples", "0x10",
                                "1,5", "Fri, 20 Nov 2026 11:00:00 GMT", "Fri, 40 Nov 2026 11:00:00 GMT"}) {
            row("retry-after", bad, kNone);
            row("retry-after-ms", bad, kNone);
        }
    }
    void understandsRetryAfter()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(double, ms);
        QCOMPARE(wait({{name.constData(), value.constData()}}), ms);
    }

    void understandsTheWordsOfAMessage_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<double>("ms");
        const auto row = [](const char *message, double ms) {
            QTest::newRow(message) << QByteArray(message) << ms;
        };
        row("Please try again in 1.2s.", 1'200);
        row("Please try again in 6m0s. Visit", 360'000);
        row("TRY AGAIN IN 250ms", 250);
        row("Please retry after 3 seconds.", 3'000);
        row("Please retry in 34.0738s.", 34'073);
        row("try again after 1 minute 5 seconds", 65'000);
        row("try again in 2 hours", 3'600'000);
        row("try again in 100\xC2\xB5s", 0);
        row("quota will reset in 5 mins", 300'000);
        row("You will regain access on 2026-11-20 at 12:30 UTC.", 1'800'000);
        for (const char *bad :
             {"try again in", "try again in ", "try again in a moment", "try again in -5s", "try again in 5",
              "try again in 5 apples", "try again in nan", "try again later", "regain access on ",
              "regain access on 2026-11-20", "regain access on soon at some point",
              "You will regain access on 2026-11-19 at 00:00 UTC."}) {
            row(bad, kNone);
        }
    }
    void understandsTheWordsOfAMessage()
    {
        QFETCH(QByteArray, message);
        QFETCH(double, ms);
        QCOMPARE(wait({}, saying(message.toStdString())), ms);
    }

    void understandsTheFieldsOfABody()
    {
        QCOMPARE(wait({}, {.retryDelay = "34s"}), 34'000);
        QCOMPARE(wait({}, {.retryDelay = "1.5s"}), 1'500);
        QCOMPARE(wait({}, {.retryDelay = "20.500000"}), 20'500);
        QCOMPARE(wait({}, {.resetTime = "1795176020000"}), 20'000);
        QCOMPARE(wait({}, {.resetTime = "1795176020"}), 20'000);
        QCOMPARE(wait({}, {.retryDelay = "-34s"}), kNone);
        QCOMPARE(wait({}, {.retryDelay = "0s"}), kNone);
        QCOMPARE(wait({}, {.resetTime = "1795175999"}), kNone);
    }

    void understandsResets_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<double>("ms");
        const auto row = [](const char *name, const char *value, double ms) {
            QTest::addRow("%s: %s", name, value) << QByteArray(name) << QByteArray(value) << ms;
        };
        row("x-ratelimit-reset-requests", "1s", 1'000);
        row("x-ratelimit-reset-requests", "6m0s", 360'000);
        row("x-ratelimit-reset-tokens", "120ms", 120);
        row("x-ratelimit-reset-tokens", "7m12.5s", 432'500);
        row("x-ratelimit-reset-tokens", "1h2m", 3'600'000);
        row("x-ratelimit-reset-tokens", "33", 33'000);
        row("x-ratelimit-reset-tokens-minute", "11.38", 11'380);
        row("x-ratelimit-reset", "30", 30'000);
        row("x-ratelimit-reset", "1795176030", 30'000);
        row("X-RateLimit-Reset", "1795176030000", 30'000);
        row("ratelimit-reset", "30", 30'000);
        row("x-tokenlimit-reset", "30", 30'000);
        row("anthropic-ratelimit-requests-reset", "2026-11-20T12:00:30Z", 30'000);
        row("anthropic-ratelimit-tokens-reset", "2026-11-20T13:00:30+01:00", 30'000);
        row("anthropic-ratelimit-input-tokens-reset", "2026-11-20T12:00:30.250Z", 30'250);
        row("anthropic-ratelimit-unified-reset", "1795176030", 30'000);
        row("llm_provider-x-ratelimit-reset-tokens", "2s", 2'000);
        row("x-password-reset", "30", kNone);
        for (const char *bad :
             {"0", "0s", "-1", "-1s", "", "soon", "nan", "inf", "1s2", "s", "1x", "1795175999",
              "1795175999000", "1e20", "2026-11-20T11:59:59Z", "2026-99-99T00:00:00Z"}) {
            row("x-ratelimit-reset-tokens", bad, kNone);
            row("anthropic-ratelimit-tokens-reset", bad, kNone);
        }
    }
    void understandsResets()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        QFETCH(double, ms);
        QCOMPARE(wait({{name.constData(), value.constData()}}), ms);
    }

    void takesTheLimitThatIsUsedUp()
    {
        QCOMPARE(wait({{"x-ratelimit-remaining-requests", "0"},
                       {"x-ratelimit-reset-requests", "2s"},
                       {"x-ratelimit-remaining-tokens", "10"},
                       {"x-ratelimit-reset-tokens", "50s"}}),
                 2'000);
    }

    void waitsForAllThatAreUsedUp()
    {
        QCOMPARE(wait({{"x-ratelimit-remaining-requests", "0"},
                       {"x-ratelimit-reset-requests", "2s"},
                       {"x-ratelimit-remaining-tokens", "0"},
                       {"x-ratelimit-reset-tokens", "50s"}}),
                 50'000);
    }

    void takesTheTokensWhereBothAreLeft()
    {
        QCOMPARE(wait({{"x-ratelimit-remaining-requests", "3"},
                       {"x-ratelimit-reset-requests", "50s"},
                       {"x-ratelimit-remaining-tokens", "10"},
                       {"x-ratelimit-reset-tokens", "2s"}}),
                 2'000);
    }

    void takesTheLongerWhereNothingIsSaidOfWhatIsLeft()
    {
        QCOMPARE(wait({{"x-ratelimit-reset-requests", "50s"}, {"x-ratelimit-reset-tokens", "2s"}}), 50'000);
    }

    void believesNoResetOfRequestsWhereRequestsAreLeft()
    {
        QCOMPARE(wait({{"x-ratelimit-remaining-requests", "3"}, {"x-ratelimit-reset-requests", "50s"}}),
                 kNone);
    }

    void takesTheRejectedWindowOfASubscription()
    {
        QCOMPARE(wait({{"anthropic-ratelimit-unified-5h-status", "rejected"},
                       {"anthropic-ratelimit-unified-5h-reset", "1795176060"},
                       {"anthropic-ratelimit-unified-7d-status", "allowed"},
                       {"anthropic-ratelimit-unified-7d-reset", "1795200000"}}),
                 60'000);
    }

    void asksFromTheMostToTheLeastDirectSource()
    {
        Fields fields = {
            {"retry-after-ms", "1000"}, {"retry-after", "2"}, {"x-ratelimit-reset-tokens", "5s"}};
        ProviderError error{.message = "try again in 4s", .retryDelay = "3s"};
        QCOMPARE(wait(fields, error), 1'000);
        fields.erase(fields.begin());
        QCOMPARE(wait(fields, error), 2'000);
        fields.erase(fields.begin());
        QCOMPARE(wait(fields, error), 3'000);
        error.retryDelay.clear();
        QCOMPARE(wait(fields, error), 4'000);
        error.message.clear();
        QCOMPARE(wait(fields, error), 5'000);
    }

    void goesOnToTheNextSourceAfterGarbage()
    {
        QCOMPARE(wait({{"retry-after-ms", "soon"}, {"retry-after", "2"}}), 2'000);
        QCOMPARE(wait({{"retry-after", "-1"}, {"x-ratelimit-reset-tokens", "5s"}}), 5'000);
        QCOMPARE(wait({{"x-ratelimit-reset-requests", "?"}, {"x-ratelimit-reset-tokens", "5s"}}), 5'000);
    }

    void aSpentQuotaComesBackWithinAMonthButNotWithinSeconds()
    {
        const auto quota = [](const char *value) {
            return wait({{"retry-after", value}}, {}, Outcome::QuotaSpent);
        };
        QCOMPARE(quota("86400"), 86'400'000);
        QCOMPARE(quota("99999999"), 31 * 86'400'000.0);
        QCOMPARE(quota("60"), kNone);
        QCOMPARE(wait({}, {.retryDelay = "34s"}, Outcome::QuotaSpent), kNone);
        QCOMPARE(wait({}, {.retryDelay = "36000s"}, Outcome::QuotaSpent), 36'000'000);
        QCOMPARE(wait({{"x-ratelimit-remaining-tokens", "10"}, {"x-ratelimit-reset-tokens", "10m"}}, {},
                      Outcome::QuotaSpent),
                 kNone);
        QCOMPARE(wait({{"x-ratelimit-remaining-tokens-day", "0"}, {"x-ratelimit-reset-tokens-day", "10h"}},
                      {}, Outcome::QuotaSpent),
                 36'000'000);
    }

    void limitsSayNothingOfAFailedServer()
    {
        QCOMPARE(wait({{"x-ratelimit-reset-tokens", "5s"}}, {}, Outcome::ServerFailed), kNone);
        QCOMPARE(wait({{"retry-after", "5"}}, {}, Outcome::ServerFailed), 5'000);
        QCOMPARE(wait({{"retry-after", "99999"}}, {}, Outcome::ServerFailed), 3'600'000);
    }

    void nothingGivenIsNoAnswer() { QCOMPARE(wait({}), kNone); }

    void rubbishDoesNoHarm()
    {
        base::Random random(20261120);
        const std::vector<std::string> names = {"retry-after",
                                                "retry-after-ms",
                                                "x-ratelimit-reset",
                                                "x-ratelimit-remaining",
                                                "ratelimit-reset",
                                                "x-ratelimit-reset-requests",
                                                "x-ratelimit-remaining-requests",
                                                "x-ratelimit-reset-tokens",
                                                "anthropic-ratelimit-tokens-reset",
                                                "anthropic-ratelimit-unified-status",
                                                "anthropic-ratelimit-unified-reset",
                                                "reset",
                                                "resetratelimitreset",
                                                "x-amzn-errortype"};
        const std::vector<std::string> bodies = realBodies();
        QVERIFY(bodies.size() > 100);
        const std::vector<Outcome> outcomes = {Outcome::RateLimited, Outcome::QuotaSpent,
                                               Outcome::ServerFailed};
        int hints = 0;
        for (int i = 0; i < 20'000; ++i) {
            http::Headers headers;
            for (std::uint64_t left = random.next() % 4; left > 0; --left) {
                headers.add(pick(random, names), rubbish(random));
            }
            const std::string body =
                random.next() % 3 == 0 ? rubbish(random) : damaged(random, pick(random, bodies));
            const ProviderError error = dialect::readProviderError(body, headers);
            QVERIFY(!error.message.empty() && error.message.size() <= 500);
            const Outcome meant = dialect::classify(static_cast<int>(200 + random.next() % 400), error);
            for (const Outcome outcome : {meant, outcomes[random.next() % outcomes.size()]}) {
                const auto hint = dialect::resetHint(headers, error, outcome, kNow);
                const base::Duration most = outcome == Outcome::QuotaSpent ? base::Duration(31 * 24h) : 1h;
                QVERIFY(!hint || (*hint >= 0s && *hint <= most));
                hints += hint ? 1 : 0;
            }
        }
        QVERIFY(hints > 1000); // else the rubbish is too far from anything meant
    }
};

SIGNALBOX_TEST(ResetHintTest)
#include "reset_hint_test.moc"
