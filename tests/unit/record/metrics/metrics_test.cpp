// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/metrics/metrics.h"

#include <cmath>

#include "core/foundation/base/random.h"
#include "tests/support/fake_clock.h"
#include "tests/support/registry.h"

using namespace signalbox;
using namespace std::chrono_literals;

namespace {
calendar::LocalSpan utcDay(base::WallTime at)
{
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return {day, day + std::chrono::days(1)};
}

bool near(std::optional<base::Duration> got, base::Duration expected)
{
    return got && std::abs(base::toMs(*got) / base::toMs(expected) - 1) < 0.033;
}
} // namespace

class MetricsTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::FakeClock> m_clock;
    std::unique_ptr<metrics::Metrics> m_metrics;
    base::Random m_random{1};

    base::RequestId start(const char *client = "aider")
    {
        const auto id = base::RequestIdSource().next(m_clock->wallNow(), m_random);
        m_metrics->record(events::RequestStarted{id, m_clock->wallNow(), client, "chat.completions", "coding",
                                                 "coding", 1, true});
        return id;
    }
    void attempt(const base::RequestId &id, const char *provider, events::Outcome outcome,
                 std::optional<base::Money> cost = base::Money{0}, base::Duration firstToken = {})
    {
        m_metrics->record(events::AttemptStarted{id, 1, 1, provider, "m"});
        events::AttemptEnded ended;
        ended.request = id;
        ended.provider = provider;
        ended.outcome = outcome;
        ended.cost = cost;
        ended.phases.firstToken = firstToken;
        m_metrics->record(ended);
    }
    void end(const base::RequestId &id, events::RequestOutcome outcome, base::Duration firstToken = {})
    {
        events::RequestEnded ended;
        ended.id = id;
        ended.outcome = outcome;
        ended.firstToken = firstToken;
        m_metrics->record(ended);
    }
    metrics::ProviderTraffic provider(const char *name)
    {
        for (const auto &view : m_metrics->views().providers) {
            if (view.provider == name) {
                return view;
            }
        }
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m_clock = std::make_unique<test::FakeClock>();
        m_metrics = std::make_unique<metrics::Metrics>(*m_clock, utcDay);
    }

    void knowsNothingAtFirst()
    {
        const auto views = m_metrics->views();
        QCOMPARE(views.minutes.size(), 60U);
        QCOMPARE(views.minutes.back().start, m_clock->wallNow()); // noon
        QCOMPARE(views.minutes.front().start, m_clock->wallNow() - 59min);
        QVERIFY(views.providers.empty() && views.inFlight.empty() && views.feed.empty());
        QVERIFY(!views.totals.firstTokenP50);
        QCOMPARE(views.totals.spendToday.nano, 0);
    }

    void countsRequestsPerMinuteAndHour()
    {
        for (int i = 0; i < 6; ++i) {
            end(start(), i < 4 ? events::RequestOutcome::Answered : events::RequestOutcome::Refused);
        }
        end(start(), events::RequestOutcome::Cancelled);
        end(start(), events::RequestOutcome::Interrupted);
        m_clock->advance(60s);
        end(start(), events::RequestOutcome::AnsweredByFallback);
        auto views = m_metrics->views();
        QCOMPARE(views.totals.requestsPerMinute, 8.0); // the full minute had more than this one has so far
        QCOMPARE(views.totals.requestsLastHour, 9);
        QCOMPARE(views.totals.errorsLastHour, 3); // cancelled is no error
        QCOMPARE(views.totals.fallbacksLastHour, 1);
        QCOMPARE(views.minutes[58].requests, 8);
        QCOMPARE(views.minutes[58].errors, 3);
        QCOMPARE(views.minutes[59].fallbacks, 1);

        m_clock->advance(5min);
        views = m_metrics->views();
        QCOMPARE(views.totals.requestsPerMinute, 0.0);
        QCOMPARE(views.totals.fallbacksLast5Min, 0);
        QCOMPARE(views.totals.fallbacksLastHour, 1);
        QCOMPARE(views.minutes[53].requests, 8);

        m_clock->advance(54min); // the first minute is 60 minutes ago
        views = m_metrics->views();
        QCOMPARE(views.totals.requestsLastHour, 1);
        QCOMPARE(views.totals.errorsLastHour, 0);
        m_clock->advance(8h);
        views = m_metrics->views();
        QCOMPARE(views.totals.requestsLastHour, 0);
        QCOMPARE(views.minutes.back().requests, 0);
        end(start(), events::RequestOutcome::Answered);
        QCOMPARE(m_metrics->views().minutes.back().requests, 1);
    }

    void theHourIsAlwaysTheSumOfItsMinutes()
    {
        for (int i = 0; i < 3000; ++i) {
            const auto id = start();
            attempt(id, m_random.unit() < 0.5 ? "a" : "b",
                    m_random.unit() < 0.8 ? events::Outcome::Answered : events::Outcome::ServerFailed,
                    base::Money{static_cast<std::int64_t>(m_random.next() % 1000)}, 5ms);
            end(id,
                m_random.unit() < 0.9 ? events::RequestOutcome::Answered : events::RequestOutcome::Refused,
                7ms);
            m_clock->advance(std::chrono::milliseconds(m_random.next() % 5000));
            if (i % 100 == 0) {
                const auto views = m_metrics->views();
                std::int64_t requests = 0;
                std::int64_t errors = 0;
                std::int64_t attempts = 0;
                for (const auto &minute : views.minutes) {
                    requests += minute.requests;
                    errors += minute.errors;
                    for (const auto &provider : minute.providers) {
                        attempts += provider.answered + provider.failed;
                    }
                }
                QCOMPARE(views.totals.requestsLastHour, requests);
                QCOMPARE(views.totals.errorsLastHour, errors);
                std::int64_t byProvider = 0;
                for (const auto &provider : views.providers) {
                    byProvider += provider.attempts;
                }
                QCOMPARE(byProvider, attempts);
            }
        }
    }

    void aJumpOfTheWallClockEmptiesNothing()
    {
        end(start(), events::RequestOutcome::Answered);
        m_clock->jumpWall(-30h);
        QCOMPARE(m_metrics->views().totals.requestsLastHour, 1);
        m_clock->jumpWall(60h);
        const auto views = m_metrics->views();
        QCOMPARE(views.totals.requestsLastHour, 1);
        QCOMPARE(views.minutes.back().start, std::chrono::floor<std::chrono::minutes>(m_clock->wallNow()));
    }

    void followsARequestWhileItRuns()
    {
        const auto id = start("codex");
        m_clock->advance(1s);
        const auto later = start();
        auto views = m_metrics->views();
        QCOMPARE(views.inFlight.size(), 2U);
        QCOMPARE(views.inFlight[0].client, std::string("codex"));
        QVERIFY(views.inFlight[0].provider.empty());
        QCOMPARE(views.inFlight[0].elapsed, 1s);

        m_metrics->record(events::AttemptStarted{id, 1, 1, "openai", "gpt-5.4"});
        m_metrics->record(events::AttemptStarted{id, 2, 2, "box", "qwen3"});
        m_metrics->contentPieces(id, 17);
        m_metrics->contentPieces(base::RequestId::fromText("gone"), 3);
        views = m_metrics->views();
        QCOMPARE(views.inFlight[0].provider, std::string("box"));
        QCOMPARE(views.inFlight[0].step, 2);
        QCOMPARE(views.inFlight[0].tokens, 17);

        end(id, events::RequestOutcome::Answered);
        views = m_metrics->views();
        QCOMPARE(views.inFlight.size(), 1U);
        QCOMPARE(views.inFlight[0].id, later);
    }

    void providersAreJudgedByWhatTheyCanBeBlamedFor_data()
    {
        QTest::addColumn<int>("outcome");
        QTest::addColumn<int>("failures");
        const auto row = [](events::Outcome outcome, int failures) {
            QTest::newRow(std::string(events::toText(outcome)).c_str())
                << static_cast<int>(outcome) << failures;
        };
        row(events::Outcome::Answered, 0);
        row(events::Outcome::BadRequest, 0);
        row(events::Outcome::ClientGone, 0);
        row(events::Outcome::ContextTooLong, 0);
        row(events::Outcome::Refused, 0);
        row(events::Outcome::RateLimited, 1);
        row(events::Outcome::ServerFailed, 1);
        row(events::Outcome::DnsFailed, 1);
        row(events::Outcome::CutOff, 1);
    }
    void providersAreJudgedByWhatTheyCanBeBlamedFor()
    {
        QFETCH(int, outcome);
        QFETCH(int, failures);
        attempt(start(), "openai", static_cast<events::Outcome>(outcome));
        QCOMPARE(provider("openai").attempts, 1);
        QCOMPARE(provider("openai").failures, failures);
    }

    void firstTokenTimesAreOfTheLastHour()
    {
        for (int i = 1; i <= 100; ++i) {
            const auto id = start();
            attempt(id, "openai", events::Outcome::Answered, base::Money{0}, i * 10ms);
            end(id, events::RequestOutcome::Answered, i * 20ms);
        }
        QVERIFY(near(provider("openai").firstTokenP50, 500ms));
        QVERIFY(near(provider("openai").firstTokenP95, 950ms));
        QVERIFY(near(m_metrics->views().totals.firstTokenP50, 1000ms));
        QVERIFY(near(m_metrics->views().minutes.back().firstTokenP50, 1000ms));
        m_clock->advance(61min);
        QVERIFY(!m_metrics->views().totals.firstTokenP50);
        QCOMPARE(provider("openai").attempts, 0);
    }

    void spendIsOfTheLocalDay()
    {
        m_metrics->seedSpend("openai", base::Money{1000}, 2);
        attempt(start(), "openai", events::Outcome::Answered, base::Money{500});
        attempt(start(), "box", events::Outcome::Answered, std::nullopt);
        auto totals = m_metrics->views().totals;
        QCOMPARE(totals.spendToday.nano, 1500);
        QCOMPARE(totals.unpricedToday, 3);
        QCOMPARE(provider("openai").spendToday.nano, 1500);
        QCOMPARE(provider("box").unpricedToday, 1);
        QCOMPARE(m_metrics->views().minutes.back().spend.nano, 500);

        m_clock->advance(12h - 1us); // it was noon
        QCOMPARE(m_metrics->views().totals.spendToday.nano, 1500);
        m_clock->advance(1us);
        totals = m_metrics->views().totals;
        QCOMPARE(totals.spendToday.nano, 0);
        QCOMPARE(totals.unpricedToday, 0);
    }

    void theLocalDayIsTheMachines()
    {
        qputenv("TZ", "Europe/Berlin");
        tzset();
        const auto noon = base::WallTime(std::chrono::sys_days(std::chrono::year(2026) / 10 / 25) + 12h);
        const calendar::LocalSpan day = calendar::localDayOf(noon); // summer time ends: 25 hours
        QCOMPARE(day.begin, noon - 14h);
        QCOMPARE(day.end, noon + 11h);
        qunsetenv("TZ");
        tzset();
    }

    void minutesShowOpenBreakers()
    {
        const auto changed = [&](const char *model, const char *from, const char *to) {
            m_metrics->record(events::BreakerChanged{m_clock->wallNow(), "openai", model, from, to,
                                                     events::Outcome::RateLimited, std::nullopt});
        };
        changed("a", "closed", "open");
        changed("b", "closed", "open");
        m_clock->advance(60s);
        changed("a", "open", "half-open");
        m_clock->advance(60s);
        changed("b", "open", "closed");
        m_clock->advance(60s);
        const auto minutes = m_metrics->views().minutes;
        for (const std::size_t i : {56U, 57U, 58U}) {
            QCOMPARE(minutes[i].providers.size(), 1U);
            QVERIFY(minutes[i].providers[0].open);
        }
        QVERIFY(minutes[59].providers.empty());
        m_clock->advance(2h);
        QVERIFY(m_metrics->views().minutes[0].providers.empty());
    }

    void theFeedHoldsTheLatestHundredNewsNewestFirst()
    {
        const auto id = start();
        attempt(id, "openai", events::Outcome::Answered);
        attempt(id, "openai", events::Outcome::ClientGone);
        end(id, events::RequestOutcome::Answered);
        QVERIFY(m_metrics->views().feed.empty());

        const auto second = start();
        attempt(second, "openai", events::Outcome::RateLimited);
        end(second, events::RequestOutcome::AnsweredByFallback);
        m_metrics->record(events::BreakerChanged{});
        for (int i = 0; i < 99; ++i) {
            m_metrics->record(
                events::Notice{m_clock->wallNow(), events::Notice::Kind::Info, "x", std::to_string(i)});
        }
        const auto feed = m_metrics->views().feed;
        QCOMPARE(feed.size(), 100U);
        QCOMPARE(feed.front().number, 102U);
        QCOMPARE(feed.back().number, 3U);
        QCOMPARE(std::get<events::Notice>(feed.front().event).text, std::string("98"));
        QVERIFY(std::holds_alternative<events::BreakerChanged>(feed.back().event));
    }

    void passesOnWhatTheLedgerLost()
    {
        m_metrics->setLedgerLost(4);
        QCOMPARE(m_metrics->views().totals.ledgerLost, 4);
    }
};

SIGNALBOX_TEST(MetricsTest)
#include "metrics_test.moc"
